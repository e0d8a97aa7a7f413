// Connections to PostgreSQL and Redis break, fall silent and come back, or stay silent for ever, under load.
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it, vi } from 'vitest';
import { type Cluster, withCluster } from '../support/cluster/cluster.ts';
import { startTestPostgres } from '../support/cluster/postgres.ts';
import { withRedis } from '../support/cluster/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/cluster/tcp-proxy.ts';
import { expectAllSucceeded } from '../support/engine/expect-end.ts';

// Generous: a busy machine is no fault.
vi.setConfig({ testTimeout: 240_000 });

type Network = {
  readonly database: TcpProxy;
  readonly redis: TcpProxy;
  readonly terminate: () => Promise<number>;
};

/** One web and two workers that reach both through a network of ours. */
const withNetwork = (test: (cluster: Cluster, network: Network) => Promise<void>): Promise<void> =>
  withRedis(async (server) => {
    const postgres = await startTestPostgres();
    const databaseUrl = await postgres.createDatabase();
    const database = await startTcpProxy(postgres.port);
    const redis = await startTcpProxy(server.port);
    const where = {
      DATABASE_URL: postgres.overTcp(databaseUrl, database.port),
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    };
    await withCluster(where, async (cluster) => {
      await cluster.start('web', 'web');
      await Promise.all([cluster.start('worker 1', 'worker'), cluster.start('worker 2', 'worker')]);
      await test(cluster, { database, redis, terminate: () => postgres.terminateBackends(databaseUrl) });
    }).finally(() => {
      database.close();
      redis.close();
      return postgres.close();
    });
  });

/** Sends six alerts, one after the other, while the network does something. */
async function meanwhile(cluster: Cluster, trouble: () => Promise<void>): Promise<void> {
  const sending = (async () => {
    for (let i = 0; i < 6; i++) await cluster.alert('Mixed');
  })();
  await trouble();
  await sending;
}

describe.concurrent('PostgreSQL', () => {
  it('connections terminated again and again', () =>
    withNetwork(async (cluster, { terminate }) => {
      await meanwhile(cluster, async () => {
        for (let i = 0; i < 10; i++) {
          await terminate();
          await pause(300);
        }
      });
      await expectAllSucceeded(cluster, 6);
    }));

  it('silent for some seconds, then as if nothing had been', () =>
    withNetwork(async (cluster, { database }) => {
      await meanwhile(cluster, async () => {
        await pause(500);
        database.hold();
        await pause(4000);
        database.resume();
      });
      await expectAllSucceeded(cluster, 6);
    }));

  it('silent for some seconds, then reset', () =>
    withNetwork(async (cluster, { database }) => {
      await meanwhile(cluster, async () => {
        await pause(500);
        database.hold();
        await pause(4000);
        database.reset();
      });
      await expectAllSucceeded(cluster, 6);
    }));

  it('old connections silent for ever, new ones work', () =>
    withNetwork(async (cluster, { database }) => {
      await meanwhile(cluster, async () => {
        await pause(500);
        database.forget();
      });
      await expectAllSucceeded(cluster, 6);
    }));
});

describe.concurrent('Redis', () => {
  it('silent for some seconds, then reset', () =>
    withNetwork(async (cluster, { redis }) => {
      await meanwhile(cluster, async () => {
        await pause(500);
        redis.hold();
        await pause(4000);
        redis.reset();
      });
      await expectAllSucceeded(cluster, 6);
    }));

  it('old connections silent for ever, new ones work', () =>
    withNetwork(async (cluster, { redis }) => {
      await meanwhile(cluster, async () => {
        await pause(500);
        redis.forget();
      });
      await expectAllSucceeded(cluster, 6);
    }));
});
