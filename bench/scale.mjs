// What grows and what must not: commands on long timelines, thousands of parked runs, workers.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { changeOf } from '../dist/engine/append.js';
import { percentile, prepare, start, until } from './firebreak.mjs';

const mebi = 1024 * 1024;
const actor = { kind: 'user', id: 'local:bench', via: 'cli' };
const caller = { principal: { type: 'local', name: 'bench', person: null, via: 'cli' }, cause: 'bench' };
const value = (result) => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

/** Median milliseconds of a command on an incident with so many events. */
async function commandOn({ operations, store }, events) {
  const { id } = value(await operations.declare({ ...caller, title: 'long', severity: 3 }));
  for (let left = events; left > 0; left -= 1000) {
    const { incident, head } = await store.events.loadIncident(id);
    const note = { type: 'note.added', actor, data: { text: 'a line' } };
    const events = Array.from({ length: Math.min(left, 1000) }, () => note);
    const proposal = { incidentId: id, before: { incident, head }, incident, events, runs: [] };
    await store.events.append(changeOf(proposal, { at: new Date().toISOString(), cause: 'bench', wakeAt: null }));
  }
  const took = [];
  for (let i = 0; i < 300; i++) {
    const started = performance.now();
    value(await operations.note({ ...caller, incidentId: id, text: 'one more' }));
    took.push(performance.now() - started);
  }
  return percentile(took.slice(100), 0.5);
}

async function commands() {
  const { env, remove } = prepare();
  const app = await start(env);
  const sizes = [10, 1000, 100_000];
  const took = [];
  for (const size of sizes) took.push(await commandOn(app, size));
  await app.stop();
  remove();
  const name = (i) => `command on a timeline of ${sizes[i].toLocaleString('en')} events`;
  const of = 'the same with 10 events';
  return took.map((ms, i) => ({
    what: name(i),
    value: ms,
    unit: ' ms',
    ...(i > 0 ? { limit: took[0], goal: '~ 1', of } : {}),
  }));
}

/** Starts runs by hand, many at a time. */
async function startRuns(operations, playbook, count) {
  for (let left = count; left > 0; left -= 100)
    await Promise.all(
      Array.from({ length: Math.min(left, 100) }, async () =>
        value(await operations.startRun({ ...caller, playbook, inputs: {}, incidentId: null })),
      ),
    );
}

function heap() {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}

async function parked(sql, count) {
  const { env, remove } = prepare();
  const app = await start(env);
  const query = await sql(app.store.url);
  await startRuns(app.operations, 'parked', 200);
  const before = heap();
  await startRuns(app.operations, 'parked', count);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const added = heap() - before;
  const started = performance.now();
  for (let cursor = null; ; ) {
    const page = await app.store.reads.approvals({ limit: 200, cursor, status: 'open' });
    await Promise.all(
      page.items.map(async ({ approval: { id } }) =>
        value(await app.operations.decideApproval({ ...caller, approvalId: id, decision: 'approve' })),
      ),
    );
    if (page.cursor === null) break;
    cursor = page.cursor;
  }
  await until(async () => (await query(`SELECT count(*) FROM runs WHERE status = 'succeeded'`)) === count + 200);
  const seconds = (performance.now() - started) / 1000;
  await query.end();
  await app.stop();
  remove();
  const what = `${count.toLocaleString('en')} runs parked at an approval`;
  return [
    { what: `${what}: memory added`, value: added / mebi, unit: ' MiB', limit: 20, goal: '<= 1', of: '20 MiB' },
    { what: `${what}: all approved and done`, value: seconds, unit: ' s' },
  ];
}

/** Runs per second of a backlog with so many worker processes. */
async function withWorkers(sql, workers, count) {
  const { env, remove } = prepare();
  const app = await start(env, 'web');
  const query = await sql(app.store.url);
  await startRuns(app.operations, 'five', count);
  const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const children = Array.from({ length: workers }, () =>
    fork(program, ['serve', '--role', 'worker'], {
      ...{ env: { ...env, PATH: process.env.PATH, DATABASE_URL: app.store.url }, stdio: 'ignore', execArgv: [] },
    }),
  );
  const done = () => query(`SELECT count(*) FROM runs WHERE status = 'succeeded'`);
  await until(async () => (await done()) > 0);
  const [started, first] = [performance.now(), await done()];
  await until(async () => (await done()) === count);
  const rate = (count - first) / ((performance.now() - started) / 1000);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  await query.end();
  await app.stop();
  remove();
  return rate;
}

async function workers(sql) {
  const one = await withWorkers(sql, 1, 1000);
  const two = await withWorkers(sql, 2, 1000);
  const what = 'backlog of 5-step runs, two worker processes';
  return [{ what, value: two, unit: '/s', limit: one, goal: '> 1', of: 'one worker process' }];
}

/** Rows of the table. */
export async function scale(sql) {
  return [...(await commands()), ...(await parked(sql, 10_000)), ...(await workers(sql))];
}
