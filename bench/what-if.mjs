// A noise what-if over a million stored alerts, each a delivery of its own: the stored deliveries through two configurations with all six
// stages and 50 playbooks. In a process of its own, as the command line does it.
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApart } from './apart.mjs';
import { rowsOf, startDatabase } from './database.mjs';
import { prepare } from './firebreak.mjs';

const self = fileURLToPath(import.meta.url);
const mebi = 1024 * 1024;
/** For a quick look: BENCH_WHAT_IF_ALERTS=100000. */
const alerts = Number(process.env.BENCH_WHAT_IF_ALERTS ?? 1_000_000);
const limitMs = 60_000;
const problems = 2000;
const playbooks = 50;

const playbook = (n) => `apiVersion: firebreak/v1
name: heal-${n}
version: 1.0.0
owner: { product: p, technical: t, escalation: "@sre" }
triggers: [ { source: alertmanager, when: 'alert.labels.alertname == "Down" && alert.labels.service == "service-${n}"' } ]
inputs: { service: { type: string, from: alert.labels.service } }
steps:
  - { id: confirm, uses: assert, with: { that: true } }
`;
const more = Object.fromEntries(Array.from({ length: playbooks }, (_, n) => [`heal-${n}`, playbook(n)]));

/** Every stage has something to say about some of the alerts. */
const sections = (grouping) => `
intervals:
  nights: { times: [{ start: 02:00, end: 04:00 }], location: Europe/Berlin }
groups:
  - { name: by-service, where: { match: 'service=~".+"' }, by: [service], ${grouping} }
routes:
  - { name: audit, where: { match: 'team="team-9"' }, continue: true }
  - { name: payments, where: { match: 'team="team-1"' }, owner: payments, channel: { critical: thread, warning: line } }
  - { name: batch, where: { when: 'alert.labels.?queue.orValue("").startsWith("batch-")' }, channel: line }
  - { name: everything-else, owner: operations, channel: { critical: thread, warning: line } }
inhibition:
  - { name: down, source: { match: 'alertname="Down"' }, target: { match: 'alertname="Slow"' }, equal: [service, instance] }
silences:
  - { name: noisy, sets: [{ match: 'instance="i-7"' }], startsAt: 2026-01-01T00:00:00Z, endsAt: 2099-01-01T00:00:00Z, owner: ana, reason: known }
windows:
  - { name: patching, mode: quiet, during: nights, where: { match: 'instance="i-8"' }, owner: ben, reason: kernel updates }
`;

/** Each problem fires, is repeated twice and ends, over and over, for 29 days if they are a million. */
const stored = `INSERT INTO deliveries (receipt, source, integration, headers, body, alerts, received_at)
  SELECT 'dlv_' || lpad(n::text, 26, '0'), 'alertmanager', 'alertmanager', '{}', '', json_build_array(json_build_object(
    'source', 'alertmanager', 'integration', 'alertmanager', 'fingerprint', 'problem-' || p, 'groupKey', NULL,
    'status', CASE WHEN round % 4 = 3 THEN 'resolved' ELSE 'firing' END,
    'title', 'service-' || p % 200 || ' is not well', 'description', 'a sentence of the length that such sentences have',
    'severity', CASE WHEN p % 5 = 0 THEN 'critical' ELSE 'warning' END, 'service', NULL,
    'startsAt', to_char(at - (round % 4) * spread, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'endsAt', NULL, 'links', '[]'::json,
    'labels', json_build_object('alertname', CASE WHEN p % 5 = 0 THEN 'Down' ELSE 'Slow' END, 'service', 'service-' || p % 200,
      'team', 'team-' || p % 10, 'instance', 'i-' || p / 200, 'cluster', 'c-' || p % 20))), at
  FROM (SELECT n, n % $2::int AS p, n / $2::int AS round, $2::int * interval '2.5 s' AS spread,
      now() AT TIME ZONE 'UTC' - ($1::int - n) * interval '2.5 s' AS at
    FROM generate_series(0, $1::int - 1) AS n) AS each`;

/** Rows of the table. */
export async function whatIf() {
  const database = await startDatabase();
  try {
    const url = await database.create('what_if');
    const prepared = prepare(undefined, { more, alerts: sections('wait: 30s, pause: 0s') });
    const other = join(prepared.dir, 'other.yaml');
    writeFileSync(other, sections('wait: 30s, pause: { warning: 2m }, threshold: { count: 2, within: 10m }'));
    // It brings the schema up to date.
    await (await startApart(url, { prepared: { ...prepared, remove: () => undefined } })).stop();
    await rowsOf(url, stored, [alerts, problems]);
    await rowsOf(url, 'ANALYZE deliveries');
    const before = await database.used();
    const told = await replay({ file: other }, { ...prepared.env, PATH: process.env.PATH, DATABASE_URL: url });
    const after = await database.used();
    prepared.remove();
    const name = `what-if: ${alerts} stored alerts`;
    const limit = (limitMs * alerts) / 1_000_000 / 1000;
    return [
      { what: name, value: told.ms / 1000, unit: ' s', limit, goal: '<= 1', of: `${limit} s` },
      { what: `${name}: processor of the program`, value: told.cpuMs / 1000, unit: ' s' },
      { what: `${name}: processor of PostgreSQL`, value: (after.cpuMs - before.cpuMs) / 1000, unit: ' s' },
      { what: `${name}: peak RSS`, value: told.peakRssBytes / mebi, unit: ' MiB' },
      { what: `${name}: incidents now`, value: told.before, unit: '' },
      { what: `${name}: incidents then`, value: told.after, unit: '' },
    ];
  } finally {
    await database.stop();
  }
}

function replay(asked, env) {
  const execArgv = (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter((arg) => arg !== '');
  return new Promise((resolve, reject) => {
    const child = fork(self, [JSON.stringify(asked)], { env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the what-if ended with ${code}`)));
  });
}

if (process.argv[1] === self) {
  const { replayed } = await import('../dist/cli/alerts/what-if.js');
  const { file } = JSON.parse(process.argv[2]);
  const started = performance.now();
  const found = await replayed({ since: new Date(Date.now() - 30 * 86_400_000).toISOString(), file });
  const ms = performance.now() - started;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.send(
    {
      ms,
      cpuMs: (userCPUTime + systemCPUTime) / 1000,
      peakRssBytes: maxRSS * 1024,
      before: found.before.incidents,
      after: found.after.incidents,
    },
    () => process.exit(),
  );
}
