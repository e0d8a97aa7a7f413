// Where BullMQ keeps its jobs: Redis, or its PostgreSQL backend in our own database. The only file that knows the difference.
import { createPostgresBackend, Queue, Worker, withBackend } from 'bullmq';
import { Redis } from 'ioredis';

/** Which backend to use. Redis keys are hash-tagged so that a cluster keeps them in one slot. */
export type QueueBackend =
  | { readonly type: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly type: 'postgres'; readonly url: string; readonly schema: string };

/** Where the jobs of a Firebreak with these settings are. */
export function queueBackend(redisUrl: string | null, databaseUrl: string): QueueBackend {
  return redisUrl
    ? { type: 'redis', url: redisUrl, prefix: '{firebreak}' }
    : { type: 'postgres', url: databaseUrl, schema: 'bullmq' };
}

/** What a worker gets to see of a job. */
type RawJob = {
  readonly name: string;
  readonly data: unknown;
  /** When it was added and when it was begun, by the clocks of those who did; epoch milliseconds. */
  readonly timestamp: number;
  readonly processedOn?: number | undefined;
  readonly opts: { readonly delay?: number | undefined };
};
type WorkerSettings = { readonly concurrency: number; readonly onError: (error: Error) => void };

/** Queues and workers on one backend. */
export type QueueConnection = {
  readonly openQueue: (name: string, onError: (error: Error) => void) => Queue;
  readonly openWorker: (
    name: string,
    handle: (job: RawJob) => Promise<void>,
    settings: WorkerSettings,
  ) => Pick<Worker, 'close' | 'waitUntilReady'>;
  /** True for a backend apart from our own database: it may be away while everything else goes on. */
  readonly mayBeAway: boolean;
  /** Rejects if the backend cannot be reached. */
  readonly ready: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A job's lock; its holder renews it while it lives. */
const lockDuration = 30_000;
// A stalled job is simply handled again: that is harmless, so it is never given up.
const workerDefaults = {
  lockDuration,
  maxStalledCount: 1000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
};

/** Nothing heard for so long after something was asked: the connection is given up and made anew. Workers ask for up to 10 s. */
const silenceMs = { producer: 5000, consumer: 15_000 };

/** Opens a connection; `ready` tells whether it works. */
export function connectQueue(backend: QueueBackend): QueueConnection {
  return backend.type === 'redis' ? onRedis(backend.url, backend.prefix) : onPostgres(backend.url, backend.schema);
}

function onRedis(url: string, prefix: string): QueueConnection {
  // Producers fail at once and leave it to the reconciler; workers wait for Redis for as long as it takes.
  const producer = new Redis(url, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    connectTimeout: 5000,
    socketTimeout: silenceMs.producer,
    lazyConnect: true,
  });
  const consumer = new Redis(url, {
    maxRetriesPerRequest: null,
    socketTimeout: silenceMs.consumer,
    lazyConnect: true,
  });
  const clients = [producer, consumer];
  // Queues and workers report errors; without a listener here ioredis would print them once more.
  for (const client of clients) client.on('error', () => undefined);
  let trouble: Error | null = null;
  producer.on('error', (error: Error) => {
    trouble = error;
  });
  return {
    mayBeAway: true,
    openQueue(name, onError) {
      const queue = new Queue(name, { connection: producer, prefix });
      queue.on('error', onError);
      return queue;
    },
    openWorker(name, handle, { concurrency, onError }) {
      const worker = new Worker(name, handle, { ...workerDefaults, connection: consumer, prefix, concurrency });
      worker.on('error', onError);
      return worker;
    },
    async ready() {
      try {
        await producer.ping();
        trouble = null;
      } catch (error) {
        // What the connection says tells more than that a request had none.
        throw trouble ?? error;
      }
    },
    async close() {
      for (const client of clients) client.disconnect();
    },
  };
}

function onPostgres(connectionString: string, schema: string): QueueConnection {
  const bull = withBackend(createPostgresBackend);
  const alive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000, query_timeout: silenceMs.consumer };
  const connection = { connectionString, schema, max: 4, ...alive };
  return {
    mayBeAway: false,
    openQueue(name, onError) {
      const queue = new bull.Queue(name, { connection });
      queue.on('error', onError);
      return queue as unknown as Queue;
    },
    openWorker(name, handle, { concurrency, onError }) {
      const worker = new bull.Worker(name, handle, { ...workerDefaults, connection, concurrency });
      worker.on('error', onError);
      return worker as unknown as Worker;
    },
    async ready() {
      // The first queue of a start brings BullMQ's own tables up to date, under BullMQ's lock.
      const queue = new bull.Queue('migration', { connection: { ...connection, max: 1, migrate: true } });
      queue.on('error', () => undefined);
      try {
        await queue.waitUntilReady();
      } finally {
        await queue.close();
      }
    },
    async close() {},
  };
}
