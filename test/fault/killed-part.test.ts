// One part of a cluster is killed at the fault points that it reaches: a worker, the web, the database, Redis. The rest goes on,
// the part comes back, and the run ends as it should.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { faultPoints } from '../../src/engine/fault-points.ts';
import { type Cluster, withCluster } from '../support/cluster/cluster.ts';
import { startTestPostgres, type TestPostgres } from '../support/cluster/postgres.ts';
import { type RedisServer, withRedis } from '../support/cluster/redis-server.ts';
import { expectWalked } from '../support/engine/expect-end.ts';

// Generous: a busy machine is no fault.
vi.setConfig({ testTimeout: 180_000 });

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.close());

const ofWorkers = ['run.started', 'step.started', 'action.done', 'step.acted', 'step.recorded', 'compensation.started'];
const ofWeb = ['delivery.accepted', 'approval.granted'];

const partKilledAt = (part: 'web' | 'worker', point: string) =>
  withRedis(async (redis) => {
    const where = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
    await withCluster(where, async (cluster) => {
      const armed = { FIREBREAK_FAULT_POINT: point };
      const other = part === 'web' ? 'worker' : 'web';
      const [victim] = await Promise.all([cluster.start(part, part, armed), cluster.start(other, other)]);
      const fails = point === 'compensation.started';
      const sent = cluster.alert('Walk', { fail: fails ? 'yes' : 'no' });
      expect(await cluster.people(victim.ended)).toBe('SIGKILL');
      // A worker comes back under another name and has to wait until the lease of the dead one is over.
      await cluster.start(part, part);
      await sent;
      await expectWalked(cluster, fails);
    });
  });

describe.concurrent('killed in a cluster: a worker at', () => {
  for (const point of ofWorkers) it(point, () => partKilledAt('worker', point));
});

describe.concurrent('killed in a cluster: the web at', () => {
  for (const point of ofWeb) it(point, () => partKilledAt('web', point));
});

// The process stands still at some points of one run in turn, what it stands on is killed, and it goes on. Some at a time: an own
// database that dies again and again is started ever more slowly.
const groups = [
  ['delivery.accepted', 'run.started', 'step.started'],
  ['action.done', 'step.recorded', 'approval.granted'],
  ['step.acted', 'compensation.started'],
];

async function killedUnder(points: readonly string[], cluster: Cluster, kill: () => Promise<void>): Promise<void> {
  const armed = { FIREBREAK_FAULT_POINT: points.map((point) => `${point}=SIGSTOP`).join(',') };
  const standing = await cluster.start('all', 'all', armed);
  const sent = cluster.alert('Walk', { fail: 'yes' });
  for (const [i, point] of points.entries()) {
    expect(await cluster.people(standing.standsAt(i + 1))).toBe(point);
    await kill();
    standing.signal('SIGCONT');
  }
  await sent;
  await expectWalked(cluster, true);
}

async function restart(redis: RedisServer): Promise<void> {
  await redis.kill();
  await redis.start();
}

describe.concurrent('killed under a process that stands still at', () => {
  for (const points of groups) {
    it(`${points.join(', ')}: its own database`, () =>
      withCluster({}, async (cluster) => {
        await killedUnder(points, cluster, async () => cluster.killDatabase());
        await cluster.audit();
      }));
    it(`${points.join(', ')}: Redis`, () =>
      withRedis((redis) =>
        withCluster({ REDIS_URL: redis.url }, (cluster) => killedUnder(points, cluster, () => restart(redis))),
      ));
  }
});

it('there is a test for every fault point', () => {
  expect([...ofWorkers, ...ofWeb, 'slack.posted'].sort()).toEqual([...faultPoints].sort());
  expect([...groups.flat(), 'slack.posted'].sort()).toEqual([...faultPoints].sort());
});
