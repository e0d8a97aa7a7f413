// Digests over 100 000 events of one day, beside ten times as many of other days: each kind, from the question to its sentences.
import { pino } from 'pino';
import { digestOf } from '../dist/core/digest/digest.js';
import { realRuntime } from '../dist/platform/runtime.js';
import { openStore } from '../dist/store/open.js';
import { rowsOf, startDatabase } from './database.mjs';
import { percentile, prepare } from './firebreak.mjs';

/** For a quick look: BENCH_DIGEST_EVENTS=10000. */
const events = Number(process.env.BENCH_DIGEST_EVENTS ?? 100_000);
const limitMs = 5000;
const span = { from: '2026-11-25T09:00:00.000Z', to: '2026-11-26T09:00:00.000Z' };
const perRun = 20;

const many = [
  `INSERT INTO incidents (id, number, severity, status, version, head_hash, state, opened_at, updated_at, notify_due, unsealed, sealed_version, is_private)
   SELECT 'inc_' || n, n, 1 + n % 4, 'resolved', 4, '', '{}', $2::timestamptz, $2, false, false, 4, n % 50 = 0
   FROM generate_series(1, $1::int) AS n`,
  `INSERT INTO runs (id, incident_id, playbook, digest, status, state, workers, pools, open_approvals, by_alert, started_at, updated_at, finished_at, version)
   SELECT 'run_' || n, 'inc_' || n, 'playbook-' || n % 200, 'x', 'succeeded', '{}', '{}', '{default}', 0, true, $2::timestamptz, $2, $2, 4
   FROM generate_series(1, $1::int) AS n`,
];
/** Each run: steps that start, are tried again, succeed or fail, an approval, an end. Their plans and outputs have the size of real ones. */
const day = `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
  SELECT 'inc_' || run, $4::int + e, type, $2::timestamptz + (run * ${perRun} + e) * $3::interval / ($1::int * ${perRun}),
    CASE WHEN type = 'run.retried' THEN '{"kind":"user","id":"U0ANA"}' ELSE '{"kind":"system","id":"firebreak"}' END::json, 'bench',
    json_build_object('runId', 'run_' || run, 'step', 'step-' || e / 3, 'attempt', 1, 'approvalId', 'apr_' || run, 'error',
      json_build_object('class', 'transient', 'code', 'http_' || 500 + run % 5, 'message', repeat('x', 60)),
      'plan', json_build_object('target', 'service-' || run % 40, 'with', repeat('y', 300))), decode(repeat('00', 32), 'hex')
  FROM generate_series(1, $1::int) AS run, generate_series(1, ${perRun}) AS e,
    LATERAL (SELECT CASE WHEN e = ${perRun} THEN CASE WHEN run % 7 = 0 THEN 'run.failed' WHEN run % 11 = 0 THEN 'run.compensated' ELSE 'run.succeeded' END
      ELSE (ARRAY['step.started', 'step.retry_scheduled', 'step.succeeded', 'step.started', 'step.failed', 'approval.requested', 'approval.granted',
        'run.retried', 'step.acted', 'message.posted'])[1 + e % 10] END AS type) AS kind`;

/** Rows of the table. */
export async function digest() {
  const database = await startDatabase();
  const prepared = prepare();
  try {
    const url = await database.create('digest');
    const store = await openStore({ databaseUrl: url, dataDir: prepared.dir }, realRuntime, pino({ level: 'silent' }));
    const runs = Math.ceil(events / perRun);
    for (const text of many) await rowsOf(url, text, [runs, span.from]);
    // Ten days before, in the order of time.
    for (let before = 10; before >= 0; before--) {
      const from = new Date(Date.parse(span.from) - before * 86_400_000).toISOString();
      await rowsOf(url, day, [runs, from, '23 hours 59 minutes', (10 - before) * perRun]);
    }
    await rowsOf(url, 'VACUUM ANALYZE');
    const asked = { ...span, seen: [], timezone: 'Europe/Berlin' };
    const rows = [];
    for (const kind of ['daily', 'weekly', 'monthly']) {
      const took = [];
      for (let i = 0; i < 3; i++) {
        const started = performance.now();
        digestOf({ kind, ...(await store.digests[kind](asked)), stuck: null, forgotten: null, items: null }, span);
        took.push(performance.now() - started);
      }
      rows.push({
        what: `${kind} digest over ${runs * perRun} events of ${runs * perRun * 11}`,
        value: percentile(took, 0.5),
        unit: ' ms',
        limit: limitMs,
        goal: '< 1',
        of: 'the promise',
      });
    }
    await store.close();
    return rows;
  } finally {
    prepared.remove?.();
    await database.stop();
  }
}
