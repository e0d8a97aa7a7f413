// Opens the job queue of a process: its backend, the queue on it, the wake-ups that go through it.
import type { Log, Runtime } from '../ports/runtime.ts';
import type { Wakeups } from '../ports/work.ts';
import { connectQueue, queueBackend } from './connection.ts';
import { createJobQueue, type JobQueue } from './queue.ts';
import { createWakeups } from './wakeups.ts';

/** Opens it. Rejects if the backend cannot be reached. */
export async function openQueue(
  where: { readonly redisUrl: string | null; readonly databaseUrl: string },
  runtime: Runtime,
  log: Log,
): Promise<JobQueue & { readonly wakeups: Wakeups }> {
  const connection = connectQueue(queueBackend(where.redisUrl, where.databaseUrl));
  await connection.ready();
  const queue = createJobQueue(connection, log);
  return { ...queue, wakeups: createWakeups(queue, runtime) };
}
