// What digests are made of, counted in a real PostgreSQL: over the right time, by the right words, and with no name of what is private.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/core/digest/digest.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createReadDigest } from '../../src/engine/digests/read-digest.ts';
import { createDigestWatch } from '../../src/engine/digests/watch-digests.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { createAnnounceChannel } from '../../src/slack/outbound/announce-channel.ts';
import { createTellDigests } from '../../src/slack/outbound/tell-digests.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { writeDigestRows } from '../support/given/digest-events.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

let store: Store;
let pool: pg.Client;
const span = { from: '2026-11-25T08:00:00.000Z', to: '2026-11-26T08:00:00.000Z' };
const [monday, tuesday] = ['2026-11-25T10:00:00.000Z', '2026-11-26T06:00:00.000Z'];
const ana = { kind: 'user', id: 'U0ANA', name: 'Ana' };
const secret = 'payroll-of-ana';

beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  pool = new pg.Client({ connectionString: url });
  await pool.connect();
  const failing = { step: 'restart', attempt: 1, error: { code: 'timeout' } };
  const started = (step: string, target: string) => ({ step, attempt: 1, plan: { target } });
  await writeDigestRows(
    pool,
    [
      { id: 'run_a', incident: 1, playbook: 'restart-service' },
      { id: 'run_b', incident: 2, playbook: 'restart-service', queuesFor: 'deploy/checkout' },
      { id: 'run_c', incident: 3, playbook: 'rotate' },
      { id: 'run_p', incident: 4, playbook: secret, isPrivate: true, queuesFor: secret },
      { id: 'run_d', incident: 5, playbook: 'rotate', trigger: { type: 'schedule', drill: true } },
      {
        id: 'run_e',
        incident: 6,
        playbook: 'rotate',
        trigger: { type: 'manual', reason: 'Drill: before the holidays' },
      },
      { id: 'run_m', incident: 7, playbook: 'rotate', trigger: { type: 'manual', reason: 'drilled into the disk' } },
    ],
    [
      { run: 'run_a', type: 'step.started', at: monday, data: started('restart', 'vault') },
      { run: 'run_a', type: 'step.failed', at: monday, data: failing },
      { run: 'run_a', type: 'run.failed', at: monday },
      { run: 'run_b', type: 'step.started', at: tuesday, data: started('restart#3', 'vault') },
      { run: 'run_b', type: 'step.failed', at: tuesday, data: { ...failing, step: 'restart#3' } },
      { run: 'run_b', type: 'run.failed', at: tuesday },
      { run: 'run_b', type: 'run.overdue', at: tuesday },
      // Before and after the day.
      { run: 'run_c', type: 'run.failed', at: '2026-11-25T07:59:59.000Z' },
      { run: 'run_c', type: 'run.succeeded', at: span.to },
      { run: 'run_c', type: 'run.succeeded', at: span.from },
      { run: 'run_c', type: 'run.retried', at: monday, actor: ana },
      { run: 'run_c', type: 'run.resumed', at: monday },
      ...Array.from({ length: 12 }, () => ({
        run: 'run_c',
        type: 'step.retry_scheduled',
        at: monday,
        data: { step: 'fetch', attempt: 2, error: { code: 'http_503' } },
      })),
      { run: 'run_c', type: 'approval.requested', at: monday, data: { approvalId: 'apr_1' } },
      { run: 'run_c', type: 'approval.granted', at: '2026-11-25T10:03:00.000Z', data: { approvalId: 'apr_1' } },
      { run: 'run_c', type: 'run.compensated', at: tuesday },
      { run: 'run_p', type: 'step.started', at: monday, data: started(secret, secret) },
      { run: 'run_p', type: 'step.failed', at: monday, data: { ...failing, step: secret, error: { code: secret } } },
      { run: 'run_p', type: 'step.started', at: tuesday, data: { ...started(secret, secret), attempt: 2 } },
      {
        run: 'run_p',
        type: 'step.failed',
        at: tuesday,
        data: { ...failing, attempt: 2, step: secret, error: { code: secret } },
      },
      { run: 'run_p', type: 'run.failed', at: tuesday },
      { run: 'run_p', type: 'run.overdue', at: tuesday },
      { run: 'run_p', type: 'run.retried', at: monday, actor: ana },
      { run: 'run_p', type: 'approval.requested', at: monday, data: { approvalId: 'apr_2' } },
      { run: 'run_p', type: 'run.compensated', at: tuesday },
      { run: 'run_d', type: 'step.failed', at: monday, data: failing },
      { run: 'run_d', type: 'run.failed', at: monday },
      { run: 'run_d', type: 'drill.failed', at: monday },
      { run: 'run_d', type: 'run.overdue', at: monday },
      { run: 'run_d', type: 'approval.requested', at: monday, data: { approvalId: 'apr_d' } },
      { run: 'run_d', type: 'run.retried', at: monday, actor: ana },
      { run: 'run_e', type: 'run.succeeded', at: monday },
      { run: 'run_m', type: 'run.cancelled', at: monday },
      { run: 'none', type: 'switch.engaged', at: monday, actor: ana, data: { scope: '*' } },
      { run: 'none', type: 'token.created', at: monday, actor: ana, data: { name: 'ci' } },
    ],
  );
});
afterAll(async () => {
  await pool.end();
  await store.close();
});

const nobody = { ...span, seen: [] };
const member = { ...span, seen: ['inc_4'] };

describe('a digest of what is in PostgreSQL', () => {
  it('A day is counted from its begin, which is in it, to its end, which is not', async () => {
    const { ended } = await store.digests.daily(nobody);
    expect(ended).toEqual({ succeeded: 1, failed: 3, undone: 2, undoFailed: 0, cancelled: 1 });
  });

  it('Exercises stand apart and count nowhere else, those that a reason makes one as well', async () => {
    const [daily, weekly, monthly] = await Promise.all([
      store.digests.daily(nobody),
      store.digests.weekly({ ...nobody, timezone: 'UTC' }),
      store.digests.monthly(nobody),
    ]);
    const drills = [{ playbook: 'rotate', runs: 2, passed: 0, failed: 1, incident: 5 }];
    expect([daily.drills, monthly.drills]).toEqual([drills, drills]);
    expect(daily.failures.some(({ playbook }) => playbook === 'rotate')).toBe(false);
    expect(daily.overdue.some(({ playbook }) => playbook === 'rotate')).toBe(false);
    expect(weekly.interventions.filter(({ playbook }) => playbook === 'rotate')).toEqual([
      { playbook: 'rotate', order: 'run.retried', count: 1 },
    ]);
    expect(monthly.approvals.filter(({ playbook }) => playbook === 'rotate')).toMatchObject([{ asked: 1 }]);
  });

  it('The daily digest of what is in PostgreSQL stands in its channel of the workspace, once, with these words', async () => {
    const world = await givenTelling();
    try {
      const { client, outbox } = world.start();
      const log = pino({ level: 'silent' });
      let nowMs = Date.parse(span.from) + 3_600_000;
      const runtime = { nowMs: () => nowMs };
      const channel = createAnnounceChannel(client, { announce: '#alarms' }, { nowMs: runtime.nowMs, log });
      const settings = { channel: '#alarms', timezone: 'UTC', hour: 8, which: ['daily'] as const };
      const tell = createDigestWatch({
        settings,
        told: createTellDigests({ outbox, messages: world.messages, channel, redact: createRedactor([]) }),
        read: createReadDigest({
          reads: store.digests,
          items: async () => [],
          forgotten: async () => [],
          stuck: async () => [
            { playbook: 'rotate', drill: false, what: '@sre to approve it', ageMs: 7_200_000, incident: 3 },
          ],
          settings,
          runtime,
          nameOf: (id) => id,
        }),
        rests: async () => false,
        stands: () => false,
        clock: { agrees: () => true },
        runtime,
        log,
        publicUrl: 'https://fb.test',
      });
      // The first day is not told: nobody had asked for it.
      await tell();
      expect(world.said()).toEqual([]);
      nowMs = Date.parse(span.to) + 60_000;
      await tell();
      await tell();
      const [message, ...others] = world.said();
      expect(others).toEqual([]);
      expect(message?.text).toContain('Daily digest, 25 Nov 08:00 UTC to 26 Nov 08:00 UTC');
      expect(message?.text).toContain('7 runs ended: 1 succeeded, 3 failed, 2 undone, 1 cancelled.');
      expect(message?.text).toContain('restart-service failed twice at restart: timeout (#2)');
      expect(message?.text).toContain('rotate tried fetch again 12 times in 1 run: http_503 (#3)');
      expect(message?.text).toContain('rotate has waited 2 h for @sre to approve it (#3)');
      expect(message?.text).toContain('rotate was exercised twice: 1 failed, 1 that nothing judges (#5)');
      expect(message?.text).toContain(`https://fb.test/digests?kind=daily&amp;at=${span.to}`);
      expect(message?.text).not.toContain(secret);
      // It mentions nobody.
      expect(message?.notified ?? []).toEqual([]);
    } finally {
      await world.sandbox.close();
    }
  });

  it('Failures are counted by playbook, step and error, the items of a step as one, and show the latest incident', async () => {
    const { failures, retries, overdue } = await store.digests.daily(nobody);
    expect(failures[0]).toEqual({
      playbook: 'restart-service',
      step: 'restart',
      error: 'timeout',
      runs: 2,
      incident: 2,
    });
    expect(retries).toEqual([
      { playbook: 'rotate', step: 'fetch', error: 'http_503', retries: 12, runs: 1, incident: 3 },
    ]);
    expect(overdue).toContainEqual({ playbook: 'restart-service', runs: 1, incident: 2 });
  });

  it('A target that fails on two days is named, and what people did by hand', async () => {
    const { dependencies, interventions, queues } = await store.digests.weekly({ ...nobody, timezone: 'UTC' });
    expect(dependencies).toContainEqual({ target: 'vault', days: 2, failures: 2, playbooks: ['restart-service'] });
    expect(interventions).toContainEqual({ playbook: 'rotate', order: 'run.retried', count: 1 });
    expect(interventions.some(({ order }) => order === 'run.resumed')).toBe(false);
    expect(queues).toContainEqual(expect.objectContaining({ queue: 'runs', name: 'deploy/checkout', count: 1 }));
  });

  it('A month says what was asked and for how long it waited, what was undone, and who changed what', async () => {
    const { approvals, compensations, access } = await store.digests.monthly(nobody);
    expect(approvals).toContainEqual({
      playbook: 'rotate',
      asked: 1,
      granted: 1,
      denied: 0,
      expired: 0,
      waitMs: 180_000,
    });
    expect(compensations).toContainEqual({ playbook: 'rotate', undone: 1, failed: 0 });
    expect(access).toMatchObject({
      tokens: [{ change: 'created', name: 'ci', by: 'Ana' }],
      changes: [{ by: 'Ana', type: 'switch.engaged', count: 1 }],
    });
  });

  it('A private incident is counted and named nowhere, neither by playbook nor step, error, target, key or number', async () => {
    const [daily, weekly, monthly] = await Promise.all([
      store.digests.daily(nobody),
      store.digests.weekly({ ...nobody, timezone: 'UTC' }),
      store.digests.monthly(nobody),
    ]);
    expect(JSON.stringify([daily, weekly, monthly])).not.toContain(secret);
    expect(daily.failures).toContainEqual({ playbook: null, step: null, error: null, runs: 1, incident: null });
    expect(daily.overdue).toContainEqual({ playbook: null, runs: 1, incident: null });
    expect(weekly.dependencies).toContainEqual({ target: null, days: 2, failures: 2, playbooks: [] });
    const text = JSON.stringify(digestOf({ kind: 'daily', ...daily, stuck: null }, span));
    expect(text).toContain('1 run failed in private incidents');
    expect(text).not.toContain('"incident":4');
  });

  it('Who may know of a private incident reads its names', async () => {
    const { failures } = await store.digests.daily(member);
    expect(failures).toContainEqual({ playbook: secret, step: secret, error: secret, runs: 1, incident: 4 });
  });

  it('Events of a time are found by an index on their instants', async () => {
    const { rows } = await pool.query("SELECT indexdef FROM pg_indexes WHERE indexname = 'events_at'");
    expect(rows).toMatchObject([{ indexdef: expect.stringContaining('USING brin (at)') }]);
  });
});
