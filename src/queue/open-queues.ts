// The queues that jobs are added to, opened when they are first asked for. Adds none.
import type { Queue } from 'bullmq';
import type { QueueConnection } from './connection.ts';
import { within } from './within.ts';

/** BullMQ waits for its backend also when it is to end. */
const closeMs = 2000;

/** Queues by name. */
export type OpenQueues = {
  /** Resolves once it is open. */
  readonly named: (name: string) => Promise<Queue>;
  /** Closes those that are open; a backend that is away is not waited for. */
  readonly close: () => Promise<void>;
};

/** None is open yet. */
export function openQueues(
  connection: Pick<QueueConnection, 'openQueue'>,
  onError: (error: Error) => void,
): OpenQueues {
  const queues = new Map<string, Queue>();
  return {
    async named(name) {
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
    },
    async close() {
      const closing = [...queues.values()].map((queue) => within(closeMs, 'the queue', queue.close()));
      await Promise.allSettled(closing);
    },
  };
}
