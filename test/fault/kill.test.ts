// Firebreak and its database are killed at every fault point; after a restart the run ends as it should, nothing is lost, no
// effect is doubled, the record is whole.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { type FaultPoint, faultPoints } from '../../src/engine/fault-points.ts';
import { createFirebreak, type Firebreak, startTarget, type Target } from '../support/firebreak-process.ts';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

let firebreak: Firebreak | undefined;
let target: Target | undefined;
afterEach(async () => {
  await firebreak?.close();
  target?.close();
});

/** Approves whatever asks for approval, until the run's message tells of its end. */
async function toTheEnd({ sandbox }: Firebreak): Promise<string> {
  const clicked = new Set<string>();
  return sandbox.waitFor(() => {
    const channel = sandbox.channel('inc-');
    if (!channel) return null;
    const messages = sandbox.messages(channel.id);
    const open = messages.find(
      ({ ts, blocks }) => !clicked.has(ts) && JSON.stringify(blocks ?? '').includes('approval_approve'),
    );
    if (open) {
      clicked.add(open.ts);
      void sandbox.click({ user: 'U0ANA', channel: channel.id, ts: open.ts, actionId: 'approval_approve' });
    }
    return messages
      .map(({ text }) => /^Run of .*?: (succeeded|failed|cancelled|compensated)\./.exec(text)?.[1])
      .find(Boolean);
  }, 45_000);
}

async function killedAt(point: FaultPoint, env: { [name: string]: string }): Promise<void> {
  firebreak = await createFirebreak(env);
  target = await startTarget();
  const fails = point === 'compensation.started';
  await firebreak.start({ FIREBREAK_FAULT_POINT: point });
  await firebreak.alert(target.url, { alertname: 'Fault', severity: 'critical', fail: fails ? 'yes' : 'no' });
  const death = firebreak.ended();
  // Without a click the run would never come to the later points.
  void toTheEnd(firebreak).catch(() => undefined);
  await death;
  await firebreak.killAll();
  await firebreak.start();
  const outcome = await toTheEnd(firebreak);
  expect(outcome).toBe(fails ? 'compensated' : 'succeeded');
  expect(target.keys('/first')).toHaveLength(1);
  expect(target.keys('/risky')).toHaveLength(1);
  expect(target.order.filter((path) => path.startsWith('/undo'))).toEqual(fails ? ['/undo-risky', '/undo-first'] : []);
  const { items } = await firebreak.get<{ items: unknown[] }>('/runs');
  expect(items).toHaveLength(1);
  const cards = firebreak.sandbox
    .messages(firebreak.sandbox.channel('inc-')?.id ?? '')
    .filter(({ text }) => text.startsWith('Incident '));
  expect(cards).toHaveLength(1);
  const { dataDir } = firebreak;
  await firebreak.killAll();
  const audit = await run(process.execPath, [cli, 'audit', 'verify'], {
    env: { PATH: process.env['PATH'] ?? '', FIREBREAK_DATA_DIR: dataDir },
  });
  expect(audit.stdout).toMatch(/^verified/);
}

describe('killed at', () => {
  for (const point of faultPoints) {
    it(`${point}, queue on PostgreSQL`, () => killedAt(point, {}));
  }
  it('step.started, queue on Redis', () => killedAt('step.started', { REDIS_URL: inject('redisUrl') }));
});

describe('one data directory', () => {
  it('refuses a second Firebreak and says who has it', async () => {
    firebreak = await createFirebreak();
    target = await startTarget();
    await firebreak.start();
    const second = await run(process.execPath, [cli, 'serve'], {
      env: { PATH: process.env['PATH'] ?? '', FIREBREAK_DATA_DIR: firebreak.dataDir, PORT: '0' },
    }).catch((error) => error);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      /another Firebreak \(process \d+\) uses .*; stop it, or give this one its own FIREBREAK_DATA_DIR/,
    );
  });
});
