// Adds jobs and works on them, typed by the catalog. Adding is best effort: the fact behind a job is committed already,
// and the reconciler finds what no job points at.
import type { Queue } from 'bullmq';
import type { Log } from '../ports/runtime.ts';
import type { QueueConnection } from './connection.ts';
import { type JobName, type JobPayload, jobCatalog, queueOf } from './job-catalog.ts';

/** Handlers by job name. */
type JobHandlers = { readonly [N in JobName]?: (payload: JobPayload<N>) => Promise<void> };

/** The queue as the rest of the program sees it. */
export type JobQueue = {
  /**
   * Adds a job and never rejects. `id` makes an equal wake-up one job; it must be unlike every wake-up for another reason,
   * because BullMQ ignores an id that it still holds. `priority`: the lower the sooner; jobs without one come first.
   */
  readonly add: <N extends JobName>(
    name: N,
    payload: JobPayload<N>,
    options: { readonly id: string; readonly delayMs?: number; readonly pool?: string; readonly priority?: number },
  ) => Promise<void>;
  /** Starts working on the queues of the given handlers. */
  readonly work: (
    handlers: JobHandlers,
    options: { readonly pool: string; readonly concurrency: number },
  ) => Promise<void>;
  /** Stops taking jobs, waits for those under way, closes. */
  readonly close: () => Promise<void>;
};

/** Job queues over a connection. */
export function createJobQueue(connection: QueueConnection, log: Log): JobQueue {
  const queues = new Map<string, Queue>();
  const workers: ReturnType<QueueConnection['openWorker']>[] = [];
  let lastWarning = '';

  // A dead backend reports again and again: one line per kind of trouble is enough.
  function onError(error: Error): void {
    if (error.message !== lastWarning) log.warn({ error: error.message }, 'the job queue has trouble');
    lastWarning = error.message;
  }

  async function queueNamed(name: string): Promise<Queue> {
    const queue = queues.get(name) ?? connection.openQueue(name, onError);
    queues.set(name, queue);
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      // BullMQ remembers for ever that a queue could not be opened: the next add opens another.
      if (queues.get(name) === queue) queues.delete(name);
      void queue.close().catch(() => undefined);
      throw error;
    }
  }

  async function handle(handlers: JobHandlers, name: string, data: unknown): Promise<void> {
    if (!(name in jobCatalog)) {
      log.error({ job: name }, 'a job of an unknown kind was set aside');
      return;
    }
    const known = name as JobName;
    const payload = jobCatalog[known].safeParse(data);
    if (!payload.success) {
      log.error({ job: name, fault: payload.error.message }, 'a job with an unusable payload was set aside');
      return;
    }
    await (handlers[known] as ((payload: unknown) => Promise<void>) | undefined)?.(payload.data);
  }

  return {
    async add(name, payload, { id, delayMs = 0, pool = 'default', priority }) {
      try {
        const kept = { jobId: id, removeOnComplete: true, removeOnFail: true };
        const options = priority === undefined ? kept : { ...kept, priority };
        const queue = await queueNamed(queueOf(name, pool));
        await queue.add(name, payload, delayMs > 0 ? { ...options, delay: delayMs } : options);
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
      }
    },

    async work(handlers, { pool, concurrency }) {
      for (const name of Object.keys(handlers) as JobName[]) {
        const worker = connection.openWorker(
          queueOf(name, pool),
          async (job) => {
            try {
              await handle(handlers, job.name, job.data);
            } catch (error) {
              log.error({ err: error, job: job.name, data: job.data }, 'a job failed; the reconciler will try again');
            }
          },
          { concurrency, onError },
        );
        await worker.waitUntilReady();
        workers.push(worker);
      }
    },

    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await connection.close();
    },
  };
}
