// A Redis server of one's own that can be killed and comes back, empty, on the same port.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from '../global-setup.ts';
import { root } from './process.ts';

/** A Redis server. */
export type RedisServer = {
  readonly port: number;
  readonly url: string;
  /** Kills it the hard way; what it held is lost. */
  readonly kill: () => Promise<void>;
  /** Starts it on the same port; resolves when it answers. */
  readonly start: () => Promise<void>;
  readonly flush: () => Promise<void>;
};

/** Starts one at a port that is free. */
export async function startRedisAt(port: number): Promise<RedisServer> {
  const binary = execFileSync(`${root}/scripts/redis`, { encoding: 'utf8' }).trim();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;

  async function withClient(work: (client: Redis) => Promise<unknown>): Promise<void> {
    const client = new Redis(url, { retryStrategy: () => 30, maxRetriesPerRequest: 300 });
    client.on('error', () => undefined);
    await work(client);
    client.disconnect();
  }

  const server: RedisServer = {
    port,
    url,
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    async start() {
      child = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
        stdio: 'ignore',
      });
      await withClient((client) => client.ping());
    },
    flush: () => withClient((client) => client.flushall()),
  };
  await server.start();
  return server;
}

/** Runs a test with a Redis of its own: two Firebreaks on one Redis would take each other's jobs. */
export async function withRedis<T>(test: (redis: RedisServer) => Promise<T>): Promise<T> {
  const redis = await startRedisAt(await freePort());
  return test(redis).finally(() => redis.kill());
}
