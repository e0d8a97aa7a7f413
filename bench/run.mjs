// Speed against limits measured in the same run, on the embedded PostgreSQL with fsync on. Prints ratios; asserts nothing.
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { startApp } from '../dist/app.js';
import { readConfig } from '../dist/config.js';

const connections = 16;
const seconds = 4;
const dir = mkdtempSync(join(tmpdir(), 'firebreak-bench-'));
const playbooks = join(dir, 'playbooks');
mkdirSync(playbooks);
const steps = [1, 2, 3, 4, 5].map((n) => `  - { id: s${n}, uses: assert, with: { that: true } }`).join('\n');
writeFileSync(
  join(playbooks, 'five.yaml'),
  `apiVersion: firebreak/v1\nname: five\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: e }\ntriggers: [ { source: alertmanager, when: 'alert.labels.alertname == "Five"' } ]\ninputs: { n: { type: string, from: alert.labels.n } }\nsteps:\n${steps}\n`,
);
writeFileSync(
  join(dir, 'firebreak.yaml'),
  'policy: { storm: { runs: 1000000, within: 1m } }\nintegrations: { alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: TOKEN } } } }\n',
);

const config = readConfig({
  FIREBREAK_DATA_DIR: dir,
  FIREBREAK_PLAYBOOKS: playbooks,
  FIREBREAK_CONFIG: join(dir, 'firebreak.yaml'),
  TOKEN: 'bench-token',
  PORT: '0',
});
if (!config.ok) throw new Error(config.error.join('\n'));
const app = await startApp(config.value, pino({ level: 'error' }), { role: 'all', pool: 'default' });
if (!app.ok) throw new Error(app.error.join('\n'));
const { url, store, stop } = app.value;

/** Single-row INSERTs, each its own commit, over the connections. */
async function commitsPerSecond() {
  const pool = new pg.Pool({ connectionString: store.url, max: connections });
  await pool.query('CREATE TABLE IF NOT EXISTS bench (id bigserial PRIMARY KEY, body text)');
  const end = performance.now() + seconds * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        await pool.query({ name: 'bench', text: 'INSERT INTO bench (body) VALUES ($1)', values: ['x'.repeat(600)] });
        done += 1;
      }
    }),
  );
  await pool.end();
  return done / seconds;
}

/** Posts alerts from a process of its own; resolves with { done, millis }. */
function post(options) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('load.mjs', import.meta.url)), [
      JSON.stringify({ url, connections, ...options }),
    ]);
    child.once('message', resolve);
  });
}

async function until(look) {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const count = async (sql) => Number((await sql1(sql)).count);
const reader = new pg.Client({ connectionString: store.url });
await reader.connect();
const sql1 = async (sql) => (await reader.query(sql)).rows[0];

const commits = await commitsPerSecond();
const accepted = await post({ name: 'Plain', forMs: seconds * 1000 });
const acceptance = (accepted.done / accepted.millis) * 1000;
await until(async () => (await count(`SELECT count(*) FROM deliveries WHERE status = 'accepted'`)) === 0);
const runs = 1000;
const started = performance.now();
await post({ name: 'Five', total: runs });
await until(async () => (await count(`SELECT count(*) FROM runs WHERE status = 'succeeded'`)) === runs);
const runRate = runs / ((performance.now() - started) / 1000);
// The delivery, the incident with the first start, and one commit for each of the five results.
const runLimit = commits / 7;

const row = (what, value, limit, goal) =>
  console.log(
    `${what.padEnd(44)} ${value.toFixed(0).padStart(7)}/s  limit ${limit.toFixed(0).padStart(6)}/s  ratio ${(value / limit).toFixed(2)}  goal ${goal}`,
  );
console.log(`PostgreSQL with fsync, ${connections} connections, ${process.version}`);
row('alerts accepted (durable, answered)', acceptance, commits, 0.5);
row('5-step runs completed (HTTP to the last step)', runRate, runLimit, 0.3);
console.log(`memory of the process: ${(process.memoryUsage.rss() / 1048576).toFixed(0)} MiB`);
await reader.end();
await stop();
rmSync(dir, { recursive: true, force: true });
process.exit();
