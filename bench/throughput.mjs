// Alerts accepted and runs completed per second, against commits and against a bare BullMQ chain of five jobs.
import { createPostgresBackend, withBackend } from 'bullmq';
import { commitsPerSecond } from './commits.mjs';
import { prepare, start, until } from './firebreak.mjs';
import { post } from './load.mjs';

const connections = 16;
const seconds = 4;
const runs = 1500;
/** The delivery, the incident with the first start, and one commit for each of the five results. */
const commitsPerRun = 7;

/** Chains of five jobs per second: each job adds the next; no incident, no record, no rules. */
async function chainsPerSecond(connectionString, chains) {
  const bull = withBackend(createPostgresBackend);
  const connection = { connectionString, schema: 'bench_bullmq', max: 8 };
  const queue = new bull.Queue('chain', { connection: { ...connection, migrate: true } });
  await queue.waitUntilReady();
  let ended = 0;
  const worker = new bull.Worker(
    'chain',
    async ({ data: { step } }) => {
      if (step === 5) ended += 1;
      else await queue.add('step', { step: step + 1 }, { removeOnComplete: true });
    },
    { connection, concurrency: 20, removeOnComplete: { count: 0 } },
  );
  await worker.waitUntilReady();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let n = 0; n < chains / connections; n++) await queue.add('step', { step: 1 }, { removeOnComplete: true });
    }),
  );
  await until(() => ended >= chains - (chains % connections));
  const rate = ended / ((performance.now() - started) / 1000);
  await worker.close();
  await queue.close();
  return rate;
}

/** Rows of the table. */
export async function throughput(sql) {
  const { env, remove } = prepare();
  const web = await start(env, 'web');
  const commits = await commitsPerSecond(web.store.url, connections, seconds);
  const accepted = await post(web.url, { connections, name: 'plain', forMs: seconds * 1000 });
  await web.stop();
  const app = await start(env, 'all');
  const query = await sql(app.store.url);
  await until(async () => (await query(`SELECT count(*) FROM intake_queue`)) === 0);
  const started = performance.now();
  await post(app.url, { connections, name: 'five', total: runs });
  await until(async () => (await query(`SELECT count(*) FROM runs WHERE status = 'succeeded'`)) === runs);
  const runRate = runs / ((performance.now() - started) / 1000);
  const chains = await chainsPerSecond(app.store.url, 320);
  await query.end();
  await app.stop();
  remove();
  const acceptance = (accepted.done / accepted.millis) * 1000;
  const unit = '/s';
  return [
    {
      what: 'alerts accepted, durable and answered',
      value: acceptance,
      unit,
      limit: commits,
      goal: '>= 0.5',
      of: 'single-row commits',
    },
    {
      what: '5-step runs, from HTTP to the last step',
      value: runRate,
      unit,
      limit: commits / commitsPerRun,
      goal: '>= 0.5',
      of: 'commits / 7 that a run needs',
    },
    { what: 'the same', value: runRate, unit, limit: chains, goal: '>= 1', of: 'bare BullMQ chains of 5 jobs' },
  ];
}
