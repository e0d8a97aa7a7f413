// Raw BullMQ, on Redis (`given.redisPort`) or on PostgreSQL: a chain of five jobs, each of which adds the next. It keeps no
// history and no result; what a step would give the next travels in the job.
import { randomUUID } from 'node:crypto';
import { given, load, serve } from './program.mjs';

const bullmq = await load('bullmq');
const onRedis = given.redisPort !== undefined;
const bull = onRedis ? bullmq : bullmq.withBackend(bullmq.createPostgresBackend);
const redis = { host: '127.0.0.1', port: given.redisPort, maxRetriesPerRequest: null };
const postgres = { connectionString: given.databaseUrl, schema: 'bullmq', max: 20 };
const options = { removeOnComplete: true };

const queue = new bull.Queue('chain', { connection: onRedis ? redis : { ...postgres, migrate: true } });
await queue.waitUntilReady();
const waiting = new Map();
const worker = new bull.Worker(
  'chain',
  async ({ data: { run, step } }) => {
    if (step < 5) await queue.add('step', { run, step: step + 1 }, options);
  },
  { connection: onRedis ? redis : postgres, concurrency: 50, removeOnComplete: { count: 0 } },
);
// After the last step's end is written down.
worker.on('completed', ({ data: { run, step } }) => {
  if (step !== 5) return;
  waiting.get(run)?.();
  waiting.delete(run);
});
worker.on('error', () => undefined);
await worker.waitUntilReady();

async function chain() {
  const run = randomUUID();
  const ended = new Promise((resolve) => waiting.set(run, resolve));
  await queue.add('step', { run, step: 1 }, options);
  await ended;
}

await serve(chain, async () => {
  await worker.close(true);
  await queue.close();
});
