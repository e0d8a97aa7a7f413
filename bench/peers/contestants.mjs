// The systems that are compared, each in processes of its own, seen through the same four functions. Measures nothing.
import { execFileSync, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePort } from '../../dist/store/embedded/postmaster.js';
import { startApart } from '../apart.mjs';
import { alertBody, token, until } from '../firebreak.mjs';
import { succeeded } from '../five-steps.mjs';

/**
 * A peer. Its request is answered when the run is over, so that there is nothing else to wait for.
 * @param given what its program needs
 */
async function peer(name, program, given) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = fork(path, [JSON.stringify(given)], {
    execArgv: [],
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
  });
  const { url } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)));
  });
  const { origin, pathname } = new URL(url);
  return {
    name,
    origin,
    request: () => ({ path: pathname, method: 'POST' }),
    after: async () => undefined,
    watch: async () => ({ next: async () => undefined, end: async () => undefined }),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.disconnect();
      }),
  };
}

/** Tells of every run whose end is committed. The database tells, so that nobody has to ask. */
async function watchEnds(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`
    CREATE OR REPLACE FUNCTION bench_ended() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_notify('bench_ended', ''); RETURN NULL; END $$;
    CREATE TRIGGER bench_ended AFTER UPDATE OF status ON runs FOR EACH ROW
      WHEN (NEW.status = 'succeeded' AND OLD.status <> 'succeeded') EXECUTE FUNCTION bench_ended();
    LISTEN bench_ended`);
  return {
    next: () => new Promise((resolve) => client.once('notification', resolve)),
    async end() {
      await client.query('DROP TRIGGER bench_ended ON runs');
      await client.end();
    },
  };
}

async function firebreak(databaseUrl) {
  const apart = await startApart(databaseUrl);
  let sent = 0;
  return {
    name: 'Firebreak',
    origin: apart.urls[0],
    request: () => ({
      path: '/hooks/alertmanager',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: alertBody('five', `peers-${++sent}`),
    }),
    // It answers once the alert is accepted: what it was sent is over when so many runs have succeeded.
    after: () => until(async () => (await succeeded(databaseUrl)) >= sent, 10),
    watch: () => watchEnds(databaseUrl),
    stop: apart.stop,
  };
}

/** A Redis that flushes every write before it answers; null where there is none. */
async function startRedis() {
  let program;
  try {
    const script = fileURLToPath(new URL('../../scripts/redis', import.meta.url));
    program = execFileSync('sh', [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  } catch {
    return null;
  }
  const dir = mkdtempSync(join(tmpdir(), 'firebreak-bench-redis-'));
  const port = await freePort();
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, ...durable], {
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lastWord = () => {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  };
  process.once('exit', lastWord);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { port, stop };
}

/** Starts all of them; `stop` ends all of them, also where only some have started. */
export async function startContestants(database, folder) {
  const stops = [];
  const contestants = [];
  const stop = async () => {
    for (const end of stops.reverse()) await end();
  };
  const add = (contestant) => {
    stops.push(contestant.stop);
    contestants.push(contestant);
  };
  try {
    add(await firebreak(await database.create('firebreak')));
    add(await peer('DBOS', 'dbos.mjs', { folder, databaseUrl: await database.create('dbos') }));
    add(await peer('Restate', 'restate.mjs', { folder }));
    add(await peer('BullMQ on PostgreSQL', 'bullmq.mjs', { folder, databaseUrl: await database.create('bullmq') }));
    const redis = await startRedis();
    if (redis !== null) {
      stops.push(redis.stop);
      // A server that has only just been started is asked again by the client itself.
      await delay(200);
      add(await peer('BullMQ on Redis', 'bullmq.mjs', { folder, redisPort: redis.port }));
    }
    return { contestants, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
