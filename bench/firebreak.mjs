// A Firebreak of its own for a measurement: folder, playbooks, settings, and the program started in this process.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startApp } from '../dist/app.js';
import { readConfig } from '../dist/config/environment.js';

export const token = 'bench-token';
const head = (name) =>
  `apiVersion: firebreak/v1\nname: ${name}\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: "@sre" }\n` +
  `triggers: [ { source: alertmanager, when: 'alert.labels.alertname == "${name}"' } ]\n` +
  'inputs: { n: { type: string, from: alert.labels.n, required: false } }\nsteps:\n';
const approval = 'risk: high, approval: { from: ["@sre"], expiresIn: 2h }';
const steps = {
  five: [1, 2, 3, 4, 5].map((n) => `  - { id: s${n}, uses: assert, with: { that: true } }`).join('\n'),
  parked: `  - { id: go, uses: assert, with: { that: true }, ${approval} }`,
};

/**
 * A folder with playbooks and settings. `target` is where the playbook `clicked` sends its request; `more` are playbooks besides, by
 * their names, and `alerts` sections of the configuration about alerts.
 */
export function prepare(target = 'http://127.0.0.1:9/', { more = {}, alerts = '' } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'firebreak-bench-'));
  const playbooks = join(dir, 'playbooks');
  mkdirSync(playbooks);
  const clicked = `  - { id: hit, uses: http.request, with: { url: "${target}\${{ inputs.n }}" }, ${approval} }`;
  for (const [name, text] of Object.entries({ ...steps, clicked }))
    writeFileSync(join(playbooks, `${name}.yaml`), `${head(name)}${text}\n`);
  for (const [name, text] of Object.entries(more)) writeFileSync(join(playbooks, `${name}.yaml`), text);
  writeFileSync(
    join(dir, 'firebreak.yaml'),
    'policy: { storm: { runs: 1000000, within: 1m } }\nroles: { sre: { users: [U0ANA] } }\nactions: { http: { allow: ["127.0.0.1"] } }\n' +
      'integrations: { alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: TOKEN } } } }\n' +
      alerts,
  );
  const env = {
    FIREBREAK_DATA_DIR: dir,
    FIREBREAK_PLAYBOOKS: playbooks,
    FIREBREAK_CONFIG: join(dir, 'firebreak.yaml'),
    TOKEN: token,
    PORT: '0',
    LOG_LEVEL: 'error',
  };
  const remove = () => rmSync(dir, { recursive: true, force: true });
  // Where a measurement fails, nothing else removes it.
  process.once('exit', remove);
  return { dir, env, remove };
}

/** Starts it in this process. */
export async function start(env, role = 'all') {
  const config = readConfig(env);
  if (!config.ok) throw new Error(config.error.join('\n'));
  const app = await startApp(config.value, pino({ level: 'error' }), { role, pool: 'default' });
  if (!app.ok) throw new Error(app.error.join('\n'));
  return app.value;
}

/** Resolves when `look` holds; looks every 20 ms, so that looking costs little of what is measured. */
export async function until(look, everyMs = 20) {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, everyMs));
}

/** The value below which the given share of the samples lies. */
export function percentile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One alert as Alertmanager sends it. */
export function alertBody(alertname, n) {
  const alert = {
    status: 'firing',
    labels: { alertname, severity: 'critical', n },
    annotations: { summary: 'a benchmark' },
    startsAt: '2026-03-01T00:00:00Z',
    fingerprint: n,
  };
  return JSON.stringify({ version: '4', groupKey: n, alerts: [alert] });
}

/** Sends one alert; resolves when it is answered. */
export async function postAlert(url, alertname, n) {
  const answer = await fetch(`${url}/hooks/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: alertBody(alertname, n),
  });
  await answer.arrayBuffer();
  if (answer.status !== 202) throw new Error(`the alert was answered ${answer.status}`);
}
