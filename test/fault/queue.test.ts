// The queue loses everything, dies, forgets and repeats, while runs wait and while steps run. It is an alarm clock: no harm is done.
import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Cluster, withCluster } from '../support/cluster/cluster.ts';
import { startTestPostgres, type TestPostgres } from '../support/cluster/postgres.ts';
import { type RedisServer, withRedis } from '../support/cluster/redis-server.ts';
import { expectAllSucceeded } from '../support/engine/expect-end.ts';

// Generous: a busy machine is no fault.
vi.setConfig({ testTimeout: 180_000 });

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.close());

/** One web and two workers on a Redis of their own. */
const withQueue = (test: (cluster: Cluster, redis: RedisServer) => Promise<void>): Promise<void> =>
  withRedis(async (redis) => {
    const where = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
    await withCluster(where, async (cluster) => {
      await cluster.start('web', 'web');
      await Promise.all([cluster.start('worker 1', 'worker'), cluster.start('worker 2', 'worker')]);
      await test(cluster, redis);
    });
  });

/** The queues as BullMQ's own clients see them. */
async function withQueues(redis: RedisServer, work: (intake: Queue, steps: Queue) => Promise<void>): Promise<void> {
  const options = { connection: { url: redis.url }, prefix: '{firebreak}' };
  const queues = [new Queue('intake', options), new Queue('steps-default', options)] as const;
  try {
    await work(...queues);
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
  }
}

/** Three runs on a timer and three in the middle of a step that ends when the answer is `release`d. */
async function underWay({ alerts, target }: Cluster): Promise<void> {
  target.hold('/safe/slow');
  await Promise.all([alerts('Wait', 3), alerts('Mixed', 3)]);
  await target.reached('/safe/slow', 3);
}

describe.concurrent('Redis', () => {
  it('flushed while runs wait and while steps run', () =>
    withQueue(async (cluster, redis) => {
      await underWay(cluster);
      await redis.flush();
      cluster.target.release('/safe/slow');
      await cluster.alerts('Mixed', 3);
      await redis.flush();
      await expectAllSucceeded(cluster, 9);
    }));

  it('killed while runs wait and while steps run; alerts are accepted without it; it comes back empty', () =>
    withQueue(async (cluster, redis) => {
      await underWay(cluster);
      await redis.kill();
      cluster.target.release('/safe/slow');
      await cluster.alerts('Mixed', 3);
      await redis.start();
      await expectAllSucceeded(cluster, 9);
    }));

  it('jobs lost: every job is deleted again and again while alerts come in', () =>
    withQueue(async (cluster, redis) => {
      await withQueues(redis, async (intake, steps) => {
        const sent = Promise.all([cluster.alerts('Wait', 3), cluster.alerts('Mixed', 3)]);
        for (let i = 0; i < 20; i++) {
          await Promise.all([intake.obliterate({ force: true }), steps.obliterate({ force: true })]).catch(
            () => undefined,
          );
          await pause(100);
        }
        await sent;
      });
      await expectAllSucceeded(cluster, 6);
    }));

  it('jobs doubled: every wake-up comes ten times, in any order; nothing happens twice', () =>
    withQueue(async (cluster, redis) => {
      await withQueues(redis, async (intake, steps) => {
        const sent = Promise.all([cluster.alerts('Wait', 3), cluster.alerts('Mixed', 3)]);
        for (let i = 0; i < 20; i++) {
          const runs = await cluster.api.runs();
          const again = runs.flatMap(({ runId }) => Array<string>(10).fill(runId)).reverse();
          await steps.addBulk(again.map((runId) => ({ name: 'run.advance', data: { runId } })));
          await intake.addBulk(Array(10).fill({ name: 'deliveries.process', data: {} }));
          await pause(100);
        }
        await sent;
      });
      await expectAllSucceeded(cluster, 6);
      const keys = cluster.target.effects.map(({ key }) => key);
      expect(keys).toHaveLength(new Set(keys).size);
      expect(cluster.marks()).toHaveLength(3);
    }));
});
