// Firebreak and its own database are killed together at every fault point; after a restart the run ends as it should, nothing
// is lost, no effect is doubled, the record is whole.
import { describe, expect, it, vi } from 'vitest';
import { type FaultPoint, faultPoints } from '../../src/engine/fault-points.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Cluster, withCluster } from '../support/cluster/cluster.ts';
import { withRedis } from '../support/cluster/redis-server.ts';
import { expectWalked } from '../support/engine/expect-end.ts';

// Generous: a busy machine is no fault.
vi.setConfig({ testTimeout: 180_000 });

/** `told`: what else must happen before the end. */
async function killedAt(point: FaultPoint, cluster: Cluster, told = async () => {}): Promise<void> {
  const fails = point === 'compensation.started';
  const first = await cluster.start('all', 'all', { FIREBREAK_FAULT_POINT: point });
  const sent = cluster.alert('Walk', { fail: fails ? 'yes' : 'no' });
  // Without the people's part the run would never come to the later points.
  expect(await cluster.people(first.ended)).toBe('SIGKILL');
  cluster.killDatabase();
  await cluster.start('all', 'all');
  await sent;
  await cluster.people(told());
  await expectWalked(cluster, fails);
  await cluster.audit();
}

describe.concurrent('Firebreak and its database killed at', () => {
  for (const point of faultPoints.filter((each) => each !== 'slack.posted'))
    it(`${point}, queue on PostgreSQL`, () => withCluster({}, (cluster) => killedAt(point, cluster)));

  it('step.started, queue on Redis', () =>
    withRedis(({ url }) => withCluster({ REDIS_URL: url }, (cluster) => killedAt('step.started', cluster))));

  it('slack.posted, queue on PostgreSQL: and no message is posted twice', async () => {
    const slack = { botToken: 'xoxb-test-token', signingSecret: 'test-signing-secret', appToken: 'xapp-test-token' };
    const sandbox = await startSandbox(slack);
    const env = {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: sandbox.apiUrl,
    };
    await withCluster(env, async (cluster) => {
      const posted = () => sandbox.messages(sandbox.channel('inc-')?.id ?? '').map(({ text }) => text);
      const told = () => sandbox.waitFor(() => posted().find((text) => /^Run of .*: Done/.test(text)), 120_000);
      await killedAt('slack.posted', cluster, async () => void (await told()));
      const texts = posted();
      expect(texts.filter((text) => text.startsWith('Incident '))).toHaveLength(1);
      expect(texts.filter((text) => text.startsWith('Run of '))).toHaveLength(1);
    }).finally(() => sandbox.close());
  });
});

describe.concurrent('one data directory', () => {
  it('refuses a second Firebreak and says who has it', () =>
    withCluster({}, async (cluster) => {
      await cluster.start('first', 'all');
      const second = cluster.run(['serve']);
      expect(await second.ended).toBe(1);
      expect(second.output()).toMatch(
        /another Firebreak \(process \d+\) uses .*; stop it, or give this one its own FIREBREAK_DATA_DIR/,
      );
    }));
});
