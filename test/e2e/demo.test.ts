// The main job as a stranger runs it, on both queues and over both of Slack's transports; then the record is tampered with.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import pino from 'pino';
import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import type { StoredEvent } from '../../src/core/events.ts';
import type { DemoReport } from '../../src/demo/report.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded.ts';

// Generous: a busy machine is no fault.
vi.setConfig({ testTimeout: 180_000 });

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
  return JSON.parse(stdout) as DemoReport;
}

/** A report that the demo wrote as JSON: the postmortem, with its events. */
const storyOf = ({ postmortem }: DemoReport) =>
  JSON.parse(readFileSync(postmortem.replace(/md$/, 'json'), 'utf8')) as {
    incident: { id: string; title: string; openedAt: string; resolvedAt: string | null };
    events: StoredEvent[];
  };

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
        expect(text).toMatch(/\| restart \| granted \| ana \| .* \| `sha256:[0-9a-f]{12}` \|/);
        expect(text).toMatch(/Done: step verify/);
        expect(text).toMatch(/Incident resolved by Firebreak/);
      });
    }
  }

  it('ends after a denial with the service down, the incident open and nothing resolved, and that is a success', async () => {
    const result = await demo(dataDir(), ['--deny']);
    const expected = { outcome: 'failed', service: 'down', status: 'open', audit: 'verified' };
    expect(result).toMatchObject(expected);
    const types = storyOf(result).events.map(({ type }) => type);
    expect(types).toContain('approval.denied');
    expect(types).not.toContain('alert.resolved');
    expect(types).not.toContain('incident.resolved');
    expect(readFileSync(result.postmortem, 'utf8')).toMatch(/It is not resolved/);
  });

  it('resolves the alert only when the service answers again, and lasts as long as the demo did', async () => {
    const startedAt = Date.now();
    const { events } = storyOf(await demo(dataDir(), []));
    const at = (type: StoredEvent['type']) => events.find((event) => event.type === type)?.at ?? '';
    // It answers a moment before the result of the restart is recorded, and never before the restart was begun.
    const restart = events.find(({ type, data }) => type === 'step.started' && data['step'] === 'restart');
    expect(restart?.seq).toBeGreaterThan(0);
    expect(events.find(({ type }) => type === 'alert.resolved')?.seq).toBeGreaterThan(restart?.seq ?? 0);
    const fired = events.find((event) => event.type === 'alert.received');
    const begun = Date.parse(z.object({ alert: z.object({ startsAt: z.string() }) }).parse(fired?.data).alert.startsAt);
    expect(begun).toBeGreaterThanOrEqual(startedAt);
    expect(Date.parse(at('incident.resolved')) - begun).toBeLessThan(60_000);
  });

  it('tells of its own incident when one of an earlier demo is still open', async () => {
    const dir = dataDir();
    const denied = await demo(dir, ['--deny']);
    const result = await demo(dir, []);
    expect(result.incident).not.toBe(denied.incident);
    expect(result).toMatchObject({ outcome: 'succeeded', service: 'up', status: 'resolved' });
    expect(storyOf(result).incident.id).toBe(result.incident);
  });

  it('finds one changed byte of one event, and names the event', async () => {
    const dir = dataDir();
    await demo(dir, []);
    const env = { PATH: process.env['PATH'] ?? '', FIREBREAK_DATA_DIR: dir };
    const verified = await run(process.execPath, [cli, 'audit', 'verify'], { env });
    expect(verified.stdout).toMatch(/^verified: \d+ events in \d+ streams/);
    const database = await startEmbeddedPostgres({ dataDir: dir, log: pino({ level: 'silent' }) });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await expect(client.query(`UPDATE events SET cause = 'x' WHERE seq = 4`)).rejects.toThrow(/append-only/);
    await client.query('ALTER TABLE events DISABLE TRIGGER events_append_only');
    await client.query(`UPDATE events SET data = replace(data::text, 'checkout', 'checkouT')::json WHERE seq = 2`);
    await client.end();
    await database.stop();
    const tampered = await run(process.execPath, [cli, 'audit', 'verify'], { env }).catch((error) => error);
    expect(tampered.code).toBe(1);
    expect(tampered.stdout).toMatch(/^BAD: inc_\w+ event 2 \(alert\.received, .*\): was edited/);
  });
});
