// A really full disk under the database: nothing that was answered 2xx is lost, everybody is told, and once there is space
// again it goes on by itself.
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { type SmallDisk, smallDisk } from '../support/cluster/small-disk.ts';
import { freePort } from '../support/global-setup.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const token = 'a-webhook-token-for-tests';
const mib = 1024 * 1024;

let disk: SmallDisk | undefined;
let firebreak: ChildProcess | undefined;
afterEach(async () => {
  if (firebreak && firebreak.exitCode === null && firebreak.signalCode === null) {
    // In order, even now: its database must not outlive it.
    firebreak.kill('SIGTERM');
    await once(firebreak, 'exit');
  }
  await disk?.close();
});

it('a full disk: 503 with the reason and when to come again, nothing lost, and on again by itself', async () => {
  disk = await smallDisk(192 * mib);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', PORT: String(port), LOG_FORMAT: 'json', WEBHOOK_TOKEN: token },
    FIREBREAK_DATA_DIR: join(disk.folder, 'data'),
    FIREBREAK_CONFIG: join(root, 'test/fixtures/firebreak.yaml'),
    FIREBREAK_PLAYBOOKS: join(root, 'test/fixtures/playbooks'),
  };
  const started = disk.start([process.execPath, join(root, 'dist/main.js')], env);
  firebreak = started;
  let output = '';
  await new Promise<void>((resolve, reject) => {
    started.stderr?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Firebreak is ready')) resolve();
    });
    started.once('exit', () => reject(new Error(`Firebreak ended: ${output}`)));
  });

  let sent = 0;
  const kept: string[] = [];
  /** An alert of its own, with a text of random letters that no database can make smaller. */
  const alert = async (bytes: number) => {
    sent += 1;
    const id = `alert-${sent}`;
    const filling = randomBytes(Math.floor((bytes * 3) / 4)).toString('base64');
    const body = {
      status: 'firing',
      groupKey: id,
      filling,
      alerts: [{ status: 'firing', labels: { alertname: 'Full', id }, annotations: {}, fingerprint: id }],
    };
    const answer = await fetch(`${url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    const told = (await answer.json()) as { receipt?: string; code?: string; detail?: string };
    if (answer.status === 202) kept.push(told.receipt ?? '');
    return { ...told, status: answer.status, retryAfter: answer.headers.get('retry-after') };
  };
  const readiness = async () => {
    const answer = await fetch(`${url}/readyz`);
    return { status: answer.status, detail: ((await answer.json()) as { detail?: string }).detail ?? '' };
  };
  /** Polls: there is no event to await in another process that is recovering. */
  const until = async (holds: () => Promise<boolean>, withinMs: number) => {
    for (const end = Date.now() + withinMs; !(await holds()); await delay(100))
      if (Date.now() > end) throw new Error(`not within ${withinMs} ms; Firebreak said: ${output.slice(-4000)}`);
  };

  expect((await alert(100)).status).toBe(202);
  expect(await readiness()).toMatchObject({ status: 200 });

  // Connected before the disk is full: a new connection may have to write a file of its own first.
  const [, , , databasePort] = readFileSync(join(disk.outside, 'data/postgres/postmaster.pid'), 'utf8').split('\n');
  const password = readFileSync(join(disk.outside, 'data/postgres.password'), 'utf8').trim();
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(databasePort),
    user: 'firebreak',
    password,
    database: 'postgres',
  });
  const died = new Promise((resolve) => client.on('error', resolve));
  await client.connect();

  // First its tables cannot grow any more.
  disk.fill();
  expect(await readiness()).toMatchObject({
    status: 503,
    detail: expect.stringMatching(/^the disk under .* is full: 0 MiB are left/),
  });
  const refused: Awaited<ReturnType<typeof alert>>[] = [];
  for (let i = 0; i < 400 && refused.length < 30; i++) {
    const answer = await alert(900_000);
    if (answer.status !== 202) refused.push(answer);
  }
  expect(refused).toHaveLength(30);
  for (const answer of refused)
    expect(answer).toMatchObject({
      ...{ status: 503, code: 'not_stored', retryAfter: expect.stringMatching(/^\d+$/) },
      detail: expect.stringMatching(/could not be stored; send it again/),
    });
  expect(await readiness()).toMatchObject({ status: 503 });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);

  // Then its log cannot grow either: the database ends itself, and cannot start.
  const endLogFile = async () => {
    for (;;) await client.query('SELECT pg_switch_wal(), pg_current_xact_id()');
  };
  await Promise.race([died, endLogFile().catch(() => undefined)]);
  for (let i = 0; i < 10; i++)
    expect(await alert(100)).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
  await until(async () => output.includes('the database does not start'), 20_000);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await readiness()).toMatchObject({ status: 503, detail: expect.stringMatching(/full/) });

  disk.free();
  await until(async () => (await readiness()).status === 200, 60_000);
  await until(async () => (await alert(100)).status === 202, 20_000);
  expect(started.exitCode).toBeNull();

  // Everything that was answered 2xx is there, and becomes an incident.
  const all = async <T>(path: string): Promise<T[]> => {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const answer = await fetch(
        `${url}/api/v1${path}?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      const page = (await answer.json()) as { items: T[]; cursor: string | null };
      items.push(...page.items);
      cursor = page.cursor;
    }
    return items;
  };
  const stored = await all<{ receipt: string; status: string }>('/deliveries');
  expect(kept.filter((receipt) => !stored.some((row) => row.receipt === receipt))).toEqual([]);
  await until(async () => {
    const rows = await all<{ receipt: string; status: string }>('/deliveries');
    return rows.every(({ status }) => status === 'processed');
  }, 60_000);
  expect((await all('/incidents')).length).toBeGreaterThanOrEqual(kept.length);

  // The record is whole.
  const { folder } = disk;
  firebreak.kill('SIGTERM');
  await once(firebreak, 'exit');
  const verify = disk.start([process.execPath, join(root, 'dist/cli.js'), 'audit', 'verify'], {
    ...{ PATH: env.PATH, FIREBREAK_DATA_DIR: join(folder, 'data') },
  });
  expect(await once(verify, 'exit')).toEqual([0, null]);
}, 180_000);
