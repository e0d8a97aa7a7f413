// Adds jobs and works on them, typed by the catalog. Adding is best effort: the fact behind a job is committed already, and the
// reconciler finds what no job points at. While the backend is away, this process does itself what it can; when it comes, it is joined.
import type { QueueMeter } from '../ports/metrics.ts';
import type { ReportPart } from '../ports/parts.ts';
import type { Log } from '../ports/runtime.ts';
import type { QueueConnection } from './connection.ts';
import { createDirect, type Direct } from './direct.ts';
import { createHandlers, type JobHandlers, type KnownHandlers } from './handlers.ts';
import { type JobName, type JobPayload, keyOf, queueOf } from './job-catalog.ts';
import { createWorkers } from './join-workers.ts';
import { openQueues } from './open-queues.ts';
import { watchBackend } from './watch-backend.ts';
import { within } from './within.ts';

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
  /** Begins a job in this process, past the queue. False: this process does no such jobs. */
  readonly begin: <N extends JobName>(name: N, payload: JobPayload<N>) => boolean;
  /** Resolves when it is known whether the backend answers. */
  readonly looked: () => Promise<void>;
  /** Starts working on the queues of the given handlers, as soon as the backend is there. */
  readonly work: (
    handlers: JobHandlers,
    options: { readonly pool: string; readonly concurrency: number; readonly meter?: QueueMeter },
  ) => Promise<void>;
  /** Stops taking jobs, waits for those under way, closes. */
  readonly close: () => Promise<void>;
};

/** A job that takes longer to be added than this, in milliseconds, is done here. */
const slowAddMs = 5000;

/** Does a job here, if this process does such jobs; false: it does not. */
const takeHere =
  (handlers: KnownHandlers, direct: Direct) =>
  <N extends JobName>(
    queue: string,
    name: N,
    { payload, delayMs }: { readonly payload: JobPayload<N>; readonly delayMs: number },
  ): boolean => {
    const handler = handlers.of(queue, name);
    if (handler) direct.take({ queue, key: keyOf(name, payload), work: () => handler(payload) }, delayMs);
    return handler !== null;
  };

/** Job queues over a connection. */
export function createJobQueue(
  connection: QueueConnection,
  { log, report }: { readonly log: Log; readonly report: ReportPart },
): JobQueue {
  let lastWarning = '';
  let closing = false;
  // A dead backend reports again and again: one line per kind of trouble is enough.
  function onError(error: Error): void {
    if (error.message !== lastWarning && !closing) log.warn({ error: error.message }, 'the job queue has trouble');
    lastWarning = error.message;
  }
  const atOnce = new Map<string, number>();
  const direct = createDirect(log, (queue) => atOnce.get(queue) ?? 1);
  const handlers = createHandlers(log);
  const queues = openQueues(connection, onError);
  const workers = createWorkers(connection, { handlers, log, onError });
  const watch = connection.mayBeAway
    ? watchBackend({
        ask: connection.ready,
        looked(error) {
          report('queue', error === null ? 'up' : 'away', error?.message);
          if (error === null) void workers.join().catch(onError);
        },
      })
    : null;
  if (watch === null) report('queue', 'up');
  const isAway = () => watch?.isUp() === false;

  const take = takeHere(handlers, direct);

  return {
    async add(name, payload, { id, delayMs = 0, pool = 'default', priority }) {
      const queue = queueOf(name, pool);
      if (isAway()) {
        take(queue, name, { payload, delayMs });
        return;
      }
      try {
        const kept = { jobId: id, removeOnComplete: true, removeOnFail: true };
        const options = priority === undefined ? kept : { ...kept, priority };
        const asked = delayMs > 0 ? { ...options, delay: delayMs } : options;
        const added = queues.named(queue).then((open) => open.add(name, payload, asked));
        await within(slowAddMs, 'the queue', added);
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
        watch?.doubt();
        take(queue, name, { payload, delayMs });
      }
    },

    begin: (name, payload) => take(queueOf(name, ''), name, { payload, delayMs: 0 }),
    looked: async () => watch?.looked,

    async work(given, { pool, concurrency, meter }) {
      for (const queue of handlers.add(given, pool)) {
        atOnce.set(queue, concurrency);
        workers.want(queue, { concurrency, meter });
      }
      if (watch === null) await workers.join();
      else if (watch.isUp()) void workers.join().catch(onError);
    },

    async close() {
      closing = true;
      watch?.stop();
      await direct.stop();
      await workers.close(isAway());
      await queues.close();
      await connection.close();
    },
  };
}
