// What the page of an incident costs: the frame of a long record, cold and live and back in time, a page of its ledger, and a search over
// many incidents. Records are written by statements: what is measured is how they are read.
import { pino } from 'pino';
import { createFrames } from '../dist/engine/record/frames.js';
import { createLearning } from '../dist/engine/record/learn.js';
import { realRuntime } from '../dist/platform/runtime.js';
import { openStore } from '../dist/store/open.js';
import { rowsOf, startDatabase } from './database.mjs';
import { percentile, prepare } from './firebreak.mjs';

/** For a quick look: BENCH_PAGE_EVENTS=10000, BENCH_PAGE_INCIDENTS=1000. */
const events = Number(process.env.BENCH_PAGE_EVENTS ?? 100_000);
const incidents = Number(process.env.BENCH_PAGE_INCIDENTS ?? 10_000);

/** A record in which alerts come, repeat and end, and people write. Its chain is not looked at here. */
const long = `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
  SELECT $2, n, CASE n % 4 WHEN 2 THEN 'alert.received' WHEN 3 THEN 'alert.repeated' WHEN 0 THEN 'note.added' ELSE 'alert.resolved' END,
    now() - ($1::int - n) * interval '100 ms', CASE n % 4 WHEN 0 THEN '{"id":"U1","kind":"user"}'::json ELSE '{"id":"am","kind":"alert"}' END, 'c',
    CASE n % 4
      WHEN 2 THEN json_build_object('receipt', 'dlv_1', 'level', 2, 'alert', json_build_object('source', 'alertmanager', 'integration', 'am',
        'fingerprint', 'f' || n % 2000, 'status', 'firing', 'title', 'instance i-' || n % 2000 || ' is slow', 'description', repeat('a sentence ', 10),
        'severity', 'error', 'sourceSeverity', NULL, 'service', 'checkout', 'labels', json_build_object('alertname', 'HighLatency', 'instance', 'i-' || n % 2000),
        'annotations', json_build_object('summary', 'slow'), 'startsAt', '2026-01-01T00:00:00Z', 'endsAt', NULL, 'links', '[]'::json, 'groupKey', 'g'))
      WHEN 3 THEN json_build_object('fingerprint', 'f' || (n - 1) % 2000, 'count', n, 'receipt', 'dlv_1')
      WHEN 0 THEN json_build_object('text', 'a line of what somebody saw, number ' || n)
      ELSE json_build_object('fingerprint', 'f' || (n - 3) % 2000, 'endsAt', NULL, 'receipt', 'dlv_1') END, '\\x00'
  FROM generate_series(2, $1::int) AS n`;

const opened = `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
  VALUES ($1, 1, 'incident.opened', now() - interval '1 day', '{"id":"firebreak","kind":"system"}', 'c',
    '{"number":1,"title":"long","severity":2,"groupKey":null}', '\\x00')`;

/** Many incidents with an alert and two notes each. Only ids and words are read of them here. */
const many = [
  `INSERT INTO incidents (id, number, severity, status, version, head_hash, state, opened_at, updated_at)
   SELECT 'inc_' || lpad(n::text, 26, '0'), n + 1, 1 + n % 4, CASE n % 10 WHEN 0 THEN 'open' ELSE 'resolved' END, 4, '', '{}', now(), now()
   FROM generate_series(1, $1::int) AS n`,
  `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
   SELECT 'inc_' || lpad(n::text, 26, '0'), seq, CASE seq WHEN 1 THEN 'incident.opened' WHEN 2 THEN 'alert.received' ELSE 'note.added' END, now(), '{}', 'c',
     CASE seq WHEN 1 THEN json_build_object('number', n + 1, 'title', 'Service ' || n % 200 || ' answers slowly')
       WHEN 2 THEN json_build_object('alert', json_build_object('title', 'HighLatency of i-' || n, 'service', 'service-' || n % 200, 'labels',
         json_build_object('alertname', 'HighLatency', 'instance', 'i-' || n, 'region', 'eu-' || n % 5)))
       ELSE json_build_object('text', 'the pool of worker ' || n % 50 || ' was exhausted, attempt ' || seq) END, '\\x00'
   FROM generate_series(1, $1::int) AS n, generate_series(1, 4) AS seq`,
];

async function median(times, work) {
  const took = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    await work(i);
    took.push(performance.now() - started);
  }
  return percentile(took, 0.5);
}

/** Rows of the table. */
export async function page() {
  const database = await startDatabase();
  const prepared = prepare();
  try {
    const url = await database.create('page');
    const log = pino({ level: 'silent' });
    const store = await openStore({ databaseUrl: url, dataDir: prepared.dir }, realRuntime, log);
    const stream = 'inc_long';
    await rowsOf(url, opened, [stream]);
    await rowsOf(url, long, [events, stream]);
    for (const text of many) await rowsOf(url, text, [incidents]);
    await rowsOf(url, 'ANALYZE');
    const framesOf = () => createFrames({ ledger: store.ledger, versions: store.versions, runtime: realRuntime });
    const cold = await median(3, () => framesOf().now(stream, events));
    const frames = framesOf();
    await frames.now(stream, events);
    const live = await median(20, () => frames.now(stream, events));
    const back = new Date(Date.now() - (events / 2) * 100).toISOString();
    const replay = await median(3, () => framesOf().at(stream, back));
    const slice = { streamId: stream, upTo: events, limit: 100, types: null };
    const deep = await median(20, (i) =>
      store.ledger.slice({ ...slice, from: { side: 'after', seq: (events / 20) * i } }),
    );
    const rare = { of: 'only', types: ['run.started'] };
    const none = await median(3, () => store.ledger.slice({ ...slice, types: rare, from: { side: 'after', seq: 0 } }));
    const learning = createLearning({
      measured: store.measured,
      ledger: store.ledger,
      runtime: realRuntime,
      commandAction: 'shell.run',
    });
    const find = (filter) => store.reads.incidents({ limit: 50, cursor: null, ...filter });
    const searches = {
      'a rare word': { q: 'i-77' },
      'a word of all, by severity': { q: 'high', sort: 'severity' },
      'three words': { q: 'pool worker 7', status: 'open' },
      'a service': { service: 'service-7' },
    };
    const found = [];
    for (const [what, filter] of Object.entries(searches)) {
      const value = await median(10, () => find(filter));
      found.push({
        what: `search ${incidents} incidents: ${what}`,
        value,
        unit: ' ms',
        limit: 200,
        goal: '< 1',
        of: 'the promise',
      });
    }
    const asked = { since: null, until: null, service: null, by: 'service', zone: 'UTC', seen: [] };
    const insights = await median(1, () => learning.insights(asked));
    await store.close();
    const frame = (what, value, limit) => ({
      what: `${what}, ${events} events`,
      value,
      unit: ' ms',
      limit,
      goal: '< 1',
      of: 'the promise',
    });
    return [
      frame('frame, cold', cold, 2000),
      frame('frame, live', live, 200),
      frame('frame of half of it, cold', replay, 2000),
      frame('page of the ledger, anywhere', deep, 50),
      frame('page of a kind that there is none of', none, 1000),
      ...found,
      {
        what: `insights of ${incidents} incidents, first asked`,
        value: insights,
        unit: ' ms',
        limit: 6000,
        goal: '< 1',
        of: 'the bound of one answer',
      },
    ];
  } finally {
    prepared.remove();
    await database.stop();
  }
}
