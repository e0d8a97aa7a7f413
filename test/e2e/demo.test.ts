// The main job as a stranger runs it, on both queues and over both of Slack's transports; then the record is tampered with.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import pino from 'pino';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded.ts';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folders: string[] = [];

function dataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-demo-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function demo(dir: string, args: readonly string[], env: { [name: string]: string } = {}) {
  const { stdout } = await run(process.execPath, [cli, 'demo', '--headless', '--json', ...args], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', FIREBREAK_DATA_DIR: dir, ...env },
  });
  return JSON.parse(stdout) as { outcome: string; postmortem: string; audit: string };
}

describe('the demo', () => {
  for (const queue of ['PostgreSQL', 'Redis'] as const) {
    for (const transport of ['HTTP', 'Socket Mode'] as const) {
      it(`takes an alert to a recovered service and a postmortem: queue on ${queue}, Slack over ${transport}`, async () => {
        const dir = dataDir();
        const env = queue === 'Redis' ? { REDIS_URL: inject('redisUrl') } : {};
        const result = await demo(dir, transport === 'HTTP' ? [] : ['--socket'], env);
        expect(result).toMatchObject({ outcome: 'succeeded', audit: 'verified' });
        const text = readFileSync(result.postmortem, 'utf8');
        expect(text).toMatch(/Alert firing: checkout-api does not answer/);
        expect(text).toMatch(/\| restart \| granted \| ana \| .* \| `sha256:[0-9a-f]{64}` \|/);
        expect(text).toMatch(/Done: step verify/);
        expect(text).toMatch(/Incident resolved by Firebreak/);
      });
    }
  }

  it('finds one changed byte of one event, and names the event', async () => {
    const dir = dataDir();
    await demo(dir, []);
    const env = { PATH: process.env['PATH'] ?? '', FIREBREAK_DATA_DIR: dir };
    const verified = await run(process.execPath, [cli, 'audit', 'verify'], { env });
    expect(verified.stdout).toMatch(/^verified: \d+ events in 1 streams/);
    const database = await startEmbeddedPostgres({ dataDir: dir, log: pino({ level: 'silent' }) });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await expect(client.query(`UPDATE events SET cause = 'x' WHERE seq = 4`)).rejects.toThrow(/append-only/);
    await client.query('ALTER TABLE events DISABLE TRIGGER events_append_only');
    await client.query(`UPDATE events SET data = replace(data::text, 'checkout', 'checkouT')::jsonb WHERE seq = 2`);
    await client.end();
    await database.stop();
    const tampered = await run(process.execPath, [cli, 'audit', 'verify'], { env }).catch((error) => error);
    expect(tampered.code).toBe(1);
    expect(tampered.stdout).toMatch(/^BAD: inc_\w+ event 2 \(alert\.received, .*\): was edited/);
  });
});
