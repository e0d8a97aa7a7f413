// What metrics cost: a scrape after a busy day of 200 playbooks, in both formats; counting one event; and looking up what is open in a
// database with many runs. In processor time, because nothing of a scrape waits but for the database.
import { pino } from 'pino';
import { createMetrics } from '../dist/platform/metrics/metrics.js';
import { realRuntime } from '../dist/platform/runtime.js';
import { openStore } from '../dist/store/open.js';
import { rowsOf, startDatabase } from './database.mjs';
import { percentile, prepare } from './firebreak.mjs';

const playbooks = 200;
const steps = 5;
/** For a quick look: BENCH_METRICS_RUNS=10000. */
const runs = Number(process.env.BENCH_METRICS_RUNS ?? 100_000);

/** A playbook as far as metrics know it. */
const playbookOf = (n) => ({
  name: `playbook-${n}`,
  version: '1.0.0',
  class: ['critical', 'important', 'bestEffort'][n % 3],
  triggers: [{ source: '*', when: null }],
  sla: { completeWithinMs: 900_000, objective: 99 },
  steps: Array.from({ length: steps }, (_, i) => ({
    id: `step-${i}`,
    uses: ['http.request', 'shell.run', 'slack.message'][i % 3],
  })),
  finally: [],
});

const at = (second) => new Date(Date.UTC(2026, 2, 1) + second * 1000).toISOString();
const actor = { kind: 'system', id: 'firebreak' };

/** One run as a change of its incident: asked for, tried twice, done or failed. */
function changeOf(n) {
  const runId = `run_${String(n).padStart(26, '0')}`;
  const outcome = n % 7 === 0 ? 'run.failed' : 'run.succeeded';
  const state = {
    runId,
    playbook: { name: `playbook-${n % playbooks}`, version: '1.0.0', digest: 'x' },
    trigger: { type: 'alert', fingerprint: 'f', source: 'alertmanager', receipt: 'r' },
    startedAt: at(0),
    nodes: {},
    completed: [],
    approvals: { a: { id: 'a', requestedAt: at(1) } },
  };
  const event = (type, second, data) => ({ type, at: at(second), actor, data: { runId, ...data } });
  const error = { class: 'transient', code: 'x', message: 'x' };
  const tries = Array.from({ length: steps }, (_, i) => [
    event('step.started', 2 + i, { step: `step-${i}`, fence: i + 1, attempt: 1 }),
    event('step.retry_scheduled', 2 + i, { step: `step-${i}`, attempt: 1, durationMs: 100, error }),
    event('step.succeeded', 3 + i, { step: `step-${i}`, attempt: 2, durationMs: 40 * (n % 50), artifacts: [] }),
  ]);
  const events = [
    event('run.started', 0, { trigger: state.trigger }),
    event('approval.requested', 1, { approvalId: 'a' }),
    event('approval.granted', 2, { approvalId: 'a' }),
    ...tries.flat(),
    event(outcome, 20 + (n % 600), { durationMs: 20_000 }),
  ];
  return { stream: 'incident', incident: { alerts: {}, openedAt: at(0) }, events, runs: [{ state }] };
}

/** Milliseconds of the processor that each of some repetitions took. */
async function cpuOf(times, work) {
  const took = [];
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    await work(i);
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1000);
  }
  return percentile(took, 0.5);
}

const many = [
  `INSERT INTO incidents (id, number, severity, status, version, head_hash, state, opened_at, updated_at, notify_due, unsealed, sealed_version)
   SELECT 'inc_' || n, n, 1 + n % 4, CASE WHEN n % 50 = 0 THEN 'open' ELSE 'resolved' END, 4, '', '{}', now(), now(), false, n % 500 = 0, 4
   FROM generate_series(1, $1::int / 10) AS n`,
  `INSERT INTO runs (id, incident_id, playbook, digest, status, state, workers, wake_at, pools, open_approvals, by_alert, started_at, finished_at, updated_at, version)
   SELECT 'run_' || n, 'inc_' || 1 + n % ($1::int / 10), 'playbook-' || n % 200, 'x', CASE WHEN n % 100 = 0 THEN 'running' ELSE 'succeeded' END, '{}', '{}',
     CASE WHEN n % 100 = 0 THEN now() + (n % 200 - 100) * interval '1 second' END, '{default}', CASE WHEN n % 400 = 0 THEN 1 ELSE 0 END, true,
     now() - ($1::int - n) * interval '30 seconds', CASE WHEN n % 100 = 0 THEN NULL ELSE now() - ($1::int - n) * interval '30 seconds' END, now(), 4
   FROM generate_series(1, $1::int) AS n`,
];

/** The gauges by a database with many runs. */
async function lookUp() {
  const database = await startDatabase();
  const prepared = prepare();
  try {
    const url = await database.create('metrics');
    const store = await openStore({ databaseUrl: url, dataDir: prepared.dir }, realRuntime, pino({ level: 'silent' }));
    for (const text of many) await rowsOf(url, text, [runs]);
    await rowsOf(url, 'VACUUM ANALYZE');
    const look = () => store.gauges({ workerLeaseMs: 15_000, faulty: [], isTold: true });
    const gauges = await look();
    const took = [];
    for (let i = 0; i < 20; i++) {
      const started = performance.now();
      await look();
      took.push(performance.now() - started);
    }
    await store.close();
    return { gauges, ms: percentile(took, 0.5) };
  } finally {
    prepared.remove?.();
    await database.stop();
  }
}

/** Rows of the table. */
export async function metrics() {
  const { gauges, ms } = await lookUp();
  const made = createMetrics({
    parts: () => [],
    logLinesDropped: () => 0,
    recordFaults: () => 0,
    owed: async () => [],
    gauges: async () => gauges,
    playbooks: Array.from({ length: playbooks }, (_, n) => playbookOf(n)),
    monotonicMs: realRuntime.monotonicMs,
    sleep: () => new Promise(() => undefined),
  });
  const changes = Array.from({ length: playbooks * 20 }, (_, n) => changeOf(n));
  const events = changes.reduce((sum, change) => sum + change.events.length, 0);
  const countAll = () => {
    for (const change of changes) made.countChange(change);
  };
  countAll();
  const counting = (await cpuOf(10, countAll)) / events;
  const plain = await cpuOf(20, () => made.expose('text/plain'));
  const open = await cpuOf(20, () => made.expose('application/openmetrics-text'));
  const { text } = await made.expose(undefined);
  const scrape = (what, value) => ({
    what: `scrape of ${playbooks} playbooks, ${what}`,
    value,
    unit: ' ms',
    limit: 50,
    goal: '< 1',
    of: 'the promise',
  });
  return [
    scrape('Prometheus text', plain),
    scrape('OpenMetrics', open),
    { what: 'lines of it', value: text.split('\n').length, unit: '' },
    { what: `gauges looked up, ${runs} runs`, value: ms, unit: ' ms', limit: 50, goal: '< 1', of: 'the promise' },
    { what: 'counting one event', value: counting * 1000, unit: ' µs' },
  ];
}
