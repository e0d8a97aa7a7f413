// Counts for promises and reads for stuck runs, on a real PostgreSQL: what counts, and that an index finds it among many.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Recorded, systemActor } from '../../src/core/events.ts';
import { formatId } from '../../src/core/ids.ts';
import { attainmentOf } from '../../src/core/slo/budget.ts';
import { addMs } from '../../src/core/time.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { createSloTallies } from '../../src/store/ledger/slo-tallies.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { appendEvents } from '../support/engine/append-events.ts';
import { ana } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { storeRun } from './stored-run.ts';

let store: Store;
let client: pg.Client;
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await store?.close();
});

const dayMs = 86_400_000;
const minute = 60_000;
const now = '2026-03-20T12:00:00.000Z';
const ago = (ms: number) => addMs(now, -ms);
const window = { at: now, windowMs: 30 * dayMs };

describe('runs that count for what is promised', () => {
  const ended = (playbookName: string, agoMs: number, tookMs: number, status: 'succeeded' | 'failed' | 'cancelled') =>
    storeRun(store, { playbookName, status, startedAt: ago(agoMs + tookMs), finishedAt: ago(agoMs) });
  const counted = async (playbook: string, slaMs: number | null) => {
    const tallies = await store.slo.runs([{ playbook, windowMs: window.windowMs, slaMs }], now);
    return tallies
      .map(({ status, inTime, counts }) => ({ status, inTime, ...counts }))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  };

  it('are those of its playbook that ended in the window, by how and when', async () => {
    await ended('counted', minute, minute, 'succeeded');
    await ended('counted', 3 * dayMs, 20 * minute, 'succeeded');
    await ended('counted', 20 * dayMs, minute, 'failed');
    await ended('counted', 31 * dayMs, minute, 'failed');
    await ended('other', minute, minute, 'failed');
    expect(await counted('counted', 10 * minute)).toEqual([
      { status: 'failed', inTime: true, whole: 1, slow: 0, fast: 0 },
      { status: 'succeeded', inTime: false, whole: 1, slow: 1, fast: 0 },
      { status: 'succeeded', inTime: true, whole: 1, slow: 1, fast: 1 },
    ]);
  });

  it('are overdue while they are at work beyond their SLA, and not counted without one', async () => {
    await storeRun(store, { playbookName: 'open', status: 'running', startedAt: ago(11 * minute) });
    await storeRun(store, { playbookName: 'open', status: 'running', startedAt: ago(9 * minute) });
    expect(await counted('open', 10 * minute)).toEqual([
      { status: 'overdue', inTime: false, whole: 1, slow: 1, fast: 1 },
    ]);
    expect(await counted('open', null)).toEqual([]);
  });

  it('say what started them, where that may make them an exercise', async () => {
    const trigger = { type: 'manual' as const, reason: 'drill of March' };
    const given = { status: 'succeeded' as const, startedAt: ago(2 * minute), finishedAt: ago(minute) };
    await storeRun(store, { playbookName: 'drilled', trigger, ...given });
    const byAlert = { type: 'alert' as const, fingerprint: 'f', source: 's', receipt: 'dlv_1' };
    await storeRun(store, { playbookName: 'drilled', trigger: byAlert, ...given });
    const tallies = await store.slo.runs([{ playbook: 'drilled', windowMs: window.windowMs, slaMs: null }], now);
    expect(tallies.map((one) => one.trigger)).toEqual(expect.arrayContaining([trigger, null]));
    expect(tallies).toHaveLength(2);
  });

  it('are good where a drill passed, although it is undone, and an exercise whatever started it', async () => {
    const drill = { undoingSince: null, outcome: 'passed' as const, endedAt: null, reason: null, undone: ['a'] };
    const trigger = { type: 'schedule' as const, schedule: 's', slotAt: now, drill: true as const };
    const given = { status: 'compensated' as const, startedAt: ago(2 * minute), finishedAt: ago(minute) };
    await storeRun(store, { playbookName: 'exercised', trigger, drill, ...given });
    const tallies = await store.slo.runs([{ playbook: 'exercised', windowMs: window.windowMs, slaMs: null }], now);
    expect(tallies).toMatchObject([{ status: 'succeeded', trigger, failedCodes: [] }]);
  });

  it('are none of a playbook that never ran', async () => {
    expect(await counted('never', 1000)).toEqual([]);
  });
});

describe('runs that trust in a playbook looks at', () => {
  it('are the drills among its latest runs, and those that ended since an instant, the latest first', async () => {
    const drill = (outcome: 'passed' | 'failed') => ({
      ...{ undoingSince: null, outcome, endedAt: ago(minute), reason: null, undone: [] },
    });
    const ended = (agoMs: number, rest: object = {}) =>
      storeRun(store, {
        playbookName: 'judged',
        status: 'succeeded',
        startedAt: ago(agoMs + minute),
        finishedAt: ago(agoMs),
        ...rest,
      });
    const passed = await ended(9 * minute, { drill: drill('passed') });
    const failed = await ended(5 * minute, { drill: drill('failed') });
    const plain = await ended(2 * minute);
    const marked = async () => Object.fromEntries(await store.trust.marks(['judged', 'never']));
    const before = await marked();
    expect(Object.keys(before)).toEqual(['judged']);
    await storeRun(store, { playbookName: 'judged', status: 'running', startedAt: ago(minute) });
    expect(await marked()).toEqual(before);
    const drills = async (of: number) =>
      (await store.trust.drills({ playbooks: ['judged', 'never'], of })).map(({ runId }) => runId);
    expect(await drills(50)).toEqual([failed.runId, passed.runId]);
    expect(await drills(2)).toEqual([failed.runId]);
    await ended(20 * minute);
    expect(await marked()).not.toEqual(before);
    const since = (agoMs: number, limit = 10) => store.trust.ended({ playbook: 'judged', since: ago(agoMs), limit });
    expect((await since(6 * minute)).map(({ runId }) => runId)).toEqual([plain.runId, failed.runId]);
    expect((await since(60 * minute, 1)).map(({ runId }) => runId)).toEqual([plain.runId]);
  });
});

describe('requests for approval', () => {
  it('are told with when they were asked and how they ended first', async () => {
    const { incidentId, runId } = await storeRun(store, { playbookName: 'asking' });
    const before = await store.events.loadIncident(incidentId);
    if (!before) throw new Error('the incident is not there');
    const about = (approvalId: string) => ({ runId, step: 'a', approvalId });
    const noted = (type: string, data: object) => ({ type, actor: ana, data }) as unknown as Recorded;
    await client.query('ALTER TABLE events DISABLE TRIGGER USER');
    await client.query(
      `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
       SELECT $1, 1000 + n, type, at::timestamptz, '{}', 'c', data::json, '\\x00'
       FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS e(type, at, data, n)`,
      [
        incidentId,
        ['approval.requested', 'approval.granted', 'approval.voided', 'approval.requested', 'approval.requested'],
        [ago(20 * minute), ago(10 * minute), ago(5 * minute), ago(minute), ago(31 * dayMs)],
        [about('apr_1'), about('apr_1'), about('apr_1'), about('apr_2'), about('apr_3')].map((data) =>
          JSON.stringify(noted('x', data).data),
        ),
      ],
    );
    const asked = await store.slo.approvals(window);
    expect(asked.filter(({ playbook }) => playbook === 'asking')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ askedAt: ago(20 * minute), end: 'decided', endedAt: ago(10 * minute) }),
        expect.objectContaining({ askedAt: ago(minute), end: null, endedAt: null }),
      ]),
    );
    expect(asked.filter(({ playbook }) => playbook === 'asking')).toHaveLength(2);
  });
});

describe('deliveries', () => {
  const receiptAt = (at: string, n: number) =>
    formatId('dlv', Date.parse(at), Uint8Array.of(n, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  async function delivered(
    agoMs: number,
    n: number,
    rest: { waits?: true; lateMs?: number; dead?: 'ours' | 'sender' },
  ) {
    const receipt = receiptAt(ago(agoMs), n);
    await client.query(
      `INSERT INTO deliveries (receipt, source, integration, headers, body, alerts, received_at, dead, fault)
       VALUES ($1, 's', 'i', '{}', '', '[]', $2, $3, $4)`,
      [receipt, ago(agoMs), rest.dead !== undefined, rest.dead ?? null],
    );
    if (rest.waits)
      await client.query(`INSERT INTO intake_queue (receipt, integration, bytes) VALUES ($1, 'i', 1)`, [receipt]);
    if (rest.lateMs !== undefined) await store.deliveries.late(receipt, rest.lateMs);
  }

  it('count against the promise when they are late, wait for too long, or died through a fault of ours', async () => {
    await delivered(2 * dayMs, 1, {});
    await delivered(10 * minute, 2, {});
    await delivered(10 * minute, 3, { lateMs: 31_000 });
    await delivered(10 * minute, 4, { lateMs: 29_000 });
    await delivered(minute, 5, { waits: true });
    await delivered(1000, 6, { waits: true });
    await delivered(20 * dayMs, 7, { dead: 'ours' });
    await delivered(20 * dayMs, 8, { dead: 'sender' });
    await delivered(31 * dayMs, 9, { dead: 'ours' });
    const { whole, slow, fast } = await store.slo.ingest({ ...window, withinMs: 30_000 });
    expect(whole.real).toEqual({ good: 3, bad: 3 });
    expect(slow.real).toEqual({ good: 3, bad: 2 });
    expect(fast.real).toEqual({ good: 2, bad: 2 });
  });

  it('are forgotten as late with their delivery', async () => {
    await client.query('DELETE FROM intake_queue');
    await client.query('DELETE FROM deliveries');
    expect((await client.query('SELECT 1 FROM late_deliveries')).rowCount).toBe(0);
    const nothing = await store.slo.ingest({ ...window, withinMs: 30_000 });
    expect(attainmentOf(0.999, nothing)).toMatchObject({ status: 'unclear', n: 0 });
  });
});

describe('incidents that Slack is told of', () => {
  let count = 5000;
  async function told(openedAgoMs: number, afterMs: number | null): Promise<void> {
    count += 1;
    const at = ago(openedAgoMs);
    const incidentId = formatId('inc', Date.parse(at), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, count % 200));
    const data = { number: count, title: 't', severity: 2, groupKey: null };
    const events: readonly Recorded[] = [
      { type: 'incident.opened', actor: systemActor, data },
      { type: 'alert.received', actor: systemActor, data: { alert: anAlert(`slo${count}`), receipt: 'dlv_1' } },
    ];
    const opened = await appendEvents(store.events, { incidentId, before: null, events, at });
    if (typeof opened !== 'object') throw new Error(opened);
    if (afterMs === null) return;
    const posted: Recorded = {
      type: 'message.posted',
      actor: systemActor,
      data: { key: `card/${incidentId}`, channelId: 'C1', ts: '1', about: 'card' },
    };
    const before = { incident: opened.incident, head: opened.head };
    await appendEvents(store.events, { incidentId, before, events: [posted], at: addMs(at, afterMs) });
  }

  it('count by when the first message was posted, and against the promise while they wait beyond it', async () => {
    const earlier = await store.slo.delivery({ ...window, withinMs: minute });
    await told(2 * dayMs, 1000);
    await told(10 * minute, 2 * minute);
    await told(5 * minute, null);
    await told(1000, null);
    const { whole, fast } = await store.slo.delivery({ ...window, withinMs: minute });
    expect(whole.real.good - earlier.whole.real.good).toBe(1);
    expect(whole.real.bad - earlier.whole.real.bad).toBe(2);
    expect(fast.real.good - earlier.fast.real.good).toBe(0);
  });
});

describe('reads for stuck runs', () => {
  it('find the runs that have not ended, and the latest that succeeded, as their states have them', async () => {
    const { runId } = await storeRun(store, { playbookName: 'read', status: 'running' });
    const success = { playbookName: 'read', status: 'succeeded' as const };
    await storeRun(store, { ...success, finishedAt: ago(2 * minute) });
    const latest = await storeRun(store, { ...success, finishedAt: ago(minute) });
    await storeRun(store, { ...success, status: 'failed', finishedAt: ago(1000) });
    const open = await store.stuck.open({ limit: 1000, seen: null });
    expect(open.map(({ state }) => state.runId)).toContain(runId);
    const succeeded = await store.stuck.succeeded({ playbook: 'read', limit: 1 });
    expect(succeeded.map((run) => run.runId)).toEqual([latest.runId]);
  });
});

describe('among many', () => {
  it('runs, requests and deliveries are found by an index: no table is read as a whole', async () => {
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO runs (id, incident_id, playbook, digest, status, state, version, workers, pools, open_approvals,
        by_alert, started_at, finished_at, updated_at)
      SELECT 'run_many' || n, (SELECT id FROM incidents LIMIT 1), 'p' || n % 20, 'd', 'succeeded', '{}', 1, '{}', '{}', 0, true,
        $1::timestamptz - n * interval '1 minute', $1::timestamptz - n * interval '1 minute' + interval '5 s', now()
      FROM generate_series(1, 20000) n`,
      [now],
    );
    await client.query(
      `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
      SELECT 'inc_many', n, 'note.added', $1::timestamptz - n * interval '1 minute', '{}', 'c', '{}', '\\x00'
      FROM generate_series(1, 20000) n`,
      [now],
    );
    await client.query('VACUUM ANALYZE runs, events');
    const plans: string[] = [];
    const explaining = createSloTallies({
      async query(text: string, values: readonly unknown[]) {
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...values]);
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return { rows: [] };
      },
    } as unknown as pg.Pool);
    const asked = ['p1', 'p2'].map((playbook) => ({ playbook, windowMs: 3 * dayMs, slaMs: minute }));
    await explaining.runs(asked, now);
    await explaining.approvals(window);
    expect(plans[0]).toContain('Index Only Scan using runs_ended');
    expect(plans[0]).not.toMatch(/Seq Scan on runs/);
    expect(plans[1]).toContain('events_approvals');
    expect(plans[1]).not.toMatch(/Seq Scan on events/);
  });
});
