// One part of a cluster is killed at the fault points that it reaches: a worker, the web, the database, Redis. The rest goes on,
// the part comes back, and the run ends as it should.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { faultPoints } from '../../src/engine/fault-points.ts';
import { type Cluster, withCluster } from '../support/cluster.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { expectWalked } from '../support/walk.ts';

let postgres: TestPostgres;
let redis: RedisServer;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startRedis()]);
});
afterAll(async () => {
  await Promise.all([postgres.close(), redis.kill()]);
});

const shared = async () => ({ DATABASE_URL: await postgres.createDatabase(), REDIS_URL: inject('redisUrl') });
const ofWorkers = ['run.started', 'step.started', 'action.done', 'step.acted', 'step.recorded', 'compensation.started'];
const ofWeb = ['delivery.accepted', 'approval.granted'];

async function partKilledAt(part: 'web' | 'worker', point: string, cluster: Cluster): Promise<void> {
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
}

describe.concurrent('killed in a cluster: a worker at', () => {
  for (const point of ofWorkers)
    it(point, async () => withCluster(await shared(), (cluster) => partKilledAt('worker', point, cluster)));
});

describe.concurrent('killed in a cluster: the web at', () => {
  for (const point of ofWeb)
    it(point, async () => withCluster(await shared(), (cluster) => partKilledAt('web', point, cluster)));
});

// The process stands still at some points of one run in turn, what it stands on is killed, and it goes on. Some at a time: an own
// database that dies again and again is started ever more slowly.
const groups = [
  ['delivery.accepted', 'run.started', 'step.started'],
  ['action.done', 'step.recorded', 'approval.granted'],
  ['step.acted', 'compensation.started'],
];
const below = [
  { what: 'its own database', where: async () => ({}), kill: async (cluster: Cluster) => cluster.killDatabase() },
  {
    what: 'Redis',
    where: async () => ({ REDIS_URL: redis.url }),
    async kill() {
      await redis.kill();
      await redis.start();
    },
  },
];

it('there is a test for every fault point', () => {
  expect([...new Set([...ofWorkers, ...ofWeb, 'slack.posted'])].sort()).toEqual([...faultPoints].sort());
  expect([...groups.flat(), 'slack.posted'].sort()).toEqual([...faultPoints].sort());
});

describe.each(below)('killed under a process that stands still: $what, at', ({ what, where, kill }) => {
  // One Redis is killed for all who use it; databases are many.
  const each = what === 'Redis' ? it : it.concurrent;
  for (const points of groups)
    each(points.join(', '), async () =>
      withCluster(await where(), async (cluster) => {
        const armed = { FIREBREAK_FAULT_POINT: points.map((point) => `${point}=SIGSTOP`).join(',') };
        const standing = await cluster.start('all', 'all', armed);
        const sent = cluster.alert('Walk', { fail: 'yes' });
        for (const [i, point] of points.entries()) {
          expect(await cluster.people(standing.comesTo(i + 1))).toBe(point);
          await kill(cluster);
          standing.signal('SIGCONT');
        }
        await sent;
        await expectWalked(cluster, true);
      }),
    );
});
