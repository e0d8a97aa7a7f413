// The workers of this process on the queues, opened as soon as the backend is there and tried again when it was not. Handles nothing itself.
import type { QueueMeter } from '../ports/metrics.ts';
import type { Log } from '../ports/runtime.ts';
import type { QueueConnection } from './connection.ts';
import type { KnownHandlers } from './handlers.ts';
import { within } from './within.ts';

/** A worker that is not ready after so many milliseconds is given up; another is opened when the backend answers again. */
const slowMs = 5000;
/** BullMQ waits for its backend also when it is to end, and longer than anybody else would. */
const closeMs = 2000;

/** How a queue is to be worked on. */
type WantedWorker = { readonly concurrency: number; readonly meter: QueueMeter | undefined };

/** The workers of one process. */
export type JoinedWorkers = {
  /** Notes that a queue is to be worked on. */
  readonly want: (queue: string, wanted: WantedWorker) => void;
  /** Opens what is wanted and not open. Rejects with the first fault; what is not open is wanted still. */
  readonly join: () => Promise<void>;
  /** Ends them; jobs under way are waited for, unless the backend is away. */
  readonly close: (isAway: boolean) => Promise<void>;
};

/** None is wanted yet. */
export function createWorkers(
  connection: Pick<QueueConnection, 'openWorker'>,
  parts: { readonly handlers: KnownHandlers; readonly log: Log; readonly onError: (error: Error) => void },
): JoinedWorkers {
  const { handlers, log, onError } = parts;
  const wanted = new Map<string, WantedWorker>();
  const workers: ReturnType<QueueConnection['openWorker']>[] = [];

  async function open(queue: string, { concurrency, meter }: WantedWorker): Promise<void> {
    const worker = connection.openWorker(
      queue,
      async (job) => {
        if (job.processedOn !== undefined)
          meter?.observeHop(queue, job.processedOn - job.timestamp - (job.opts.delay ?? 0));
        try {
          await handlers.handle(queue, job.name, job.data);
        } catch (error) {
          log.error({ err: error, job: job.name, data: job.data }, 'a job failed; the reconciler will try again');
        }
      },
      { concurrency, onError },
    );
    try {
      await within(slowMs, 'the queue', worker.waitUntilReady());
      workers.push(worker);
    } catch (error) {
      // BullMQ remembers for ever that it could not be opened: the next time another is.
      void worker.close(true).catch(() => undefined);
      throw error;
    }
  }

  return {
    want: (queue, settings) => void wanted.set(queue, settings),
    async join() {
      for (const [queue, settings] of [...wanted]) {
        wanted.delete(queue);
        await open(queue, settings).catch((error: unknown) => {
          wanted.set(queue, settings);
          throw error;
        });
      }
    },
    async close(isAway) {
      const quietly = (work: Promise<unknown>) => within(closeMs, 'the queue', work).catch(() => undefined);
      await Promise.all(workers.map((worker) => (isAway ? quietly(worker.close(true)) : worker.close())));
    },
  };
}
