// Builds the program once and brings up a Redis for the Redis half of the suite. Fails with what to do; never skips.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['REDIS_URL'];
  const program = given ? null : redisProgram();
  // The mutation check has compiled what it is about to try.
  if (process.env['FIREBREAK_TEST_BUILD'] !== 'made')
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  if (program === null) {
    project.provide('redisUrl', given ?? '');
    return async () => undefined;
  }
  const port = await freePort();
  const server = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  const early = (how: unknown) => giveUp(`no Redis for the tests: ${program} does not run (${how}); set REDIS_URL`);
  server.once('error', early).once('exit', early);
  const redisUrl = `redis://127.0.0.1:${port}`;
  const client = new Redis(redisUrl, { retryStrategy: () => 50, maxRetriesPerRequest: 200 });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
  server.off('exit', early);
  project.provide('redisUrl', redisUrl);
  return async () => {
    server.kill();
  };
}

/** A Redis server's program. Where there is none, `scripts/redis` says in one line what to do, and that is all that is said. */
function redisProgram(): string {
  const found = spawnSync(`${root}/scripts/redis`, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (found.error) giveUp(`no Redis for the tests: ${found.error.message}; set REDIS_URL`);
  if (found.status !== 0) process.exit(1);
  return found.stdout.trim();
}

/** Ends the whole run at once: thrown, a failure of the set-up is reported as "No test files found" with a stack trace. */
function giveUp(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Systems give ports from 32768 on to whoever calls out: one of those may be taken before its server starts (RFC 6056, section 2.1, and Linux). */
const firstPort = 20_000;
const ports = 12_000;

/** A port that nobody listens on, and that is given to no connection: it stays free until a server takes it, or starts there once more. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + randomInt(ports);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
