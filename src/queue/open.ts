// Opens the job queue of a process: its backend, the queue on it, the wake-ups that go through it.
import type { ReportPart } from '../ports/parts.ts';
import type { Log, Runtime } from '../ports/runtime.ts';
import type { Wakeups } from '../ports/work.ts';
import { connectQueue, queueBackend } from './connection.ts';
import { createJobQueue, type JobQueue } from './queue.ts';
import { createWakeups } from './wakeups.ts';

/** Opens it. Rejects if our own database is to hold the jobs and cannot; a Redis is not waited for. */
export async function openQueue(
  where: { readonly redisUrl: string | null; readonly databaseUrl: string },
  parts: { readonly runtime: Runtime; readonly log: Log; readonly report: ReportPart },
): Promise<JobQueue & { readonly wakeups: Wakeups }> {
  const connection = connectQueue(queueBackend(where.redisUrl, where.databaseUrl));
  if (!connection.mayBeAway) await connection.ready();
  const queue = createJobQueue(connection, parts);
  return { ...queue, wakeups: createWakeups(queue, parts.runtime) };
}
