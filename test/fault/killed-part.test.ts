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

// The process stands still at each point of one run in turn, what it stands on is killed, and it goes on.
const passed = faultPoints.filter((point) => point !== 'slack.posted');
const standstills = { FIREBREAK_FAULT_POINT: passed.map((point) => `${point}=SIGSTOP`).join(',') };

describe.each([
  { below: 'its own database', where: async () => ({}), kill: async (cluster: Cluster) => cluster.killDatabase() },
  {
    below: 'Redis',
    where: async () => ({ REDIS_URL: redis.url }),
    async kill() {
      await redis.kill();
      await redis.start();
    },
  },
])('killed under a process that stands at', ({ below, where, kill }) => {
  it(`${passed.join(', ')}: ${below}`, async () =>
    withCluster(await where(), async (cluster) => {
      const standing = await cluster.start('all', 'all', standstills);
      const sent = cluster.alert('Walk', { fail: 'yes' });
      for (const point of passed) {
        await cluster.people(standing.says(`fault point ${point}\n`));
        await kill(cluster);
        standing.signal('SIGCONT');
      }
      await sent;
      await expectWalked(cluster, true);
    }));
});
