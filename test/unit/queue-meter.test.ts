// How long a job is under way between processes is measured from when it could begin.
import pino from 'pino';
import { expect, it } from 'vitest';
import { createHandlers } from '../../src/queue/handlers.ts';
import { createWorkers } from '../../src/queue/join-workers.ts';

it('a hop is measured from when a job could begin: what it was delayed on purpose is left out', async () => {
  const log = pino({ level: 'silent' });
  const hops: string[] = [];
  const told: Promise<void>[] = [];
  const job = { name: 'run.advance', data: { runId: 'run_1' }, timestamp: 1000, processedOn: 1040 };
  const workers = createWorkers(
    {
      openWorker(_queue, handle) {
        told.push(handle({ ...job, opts: {} }), handle({ ...job, processedOn: 6050, opts: { delay: 5000 } }));
        return { close: async () => undefined, waitUntilReady: async () => undefined as never };
      },
    },
    { handlers: createHandlers(log), log, onError: () => undefined },
  );
  const meter = { observeHop: (queue: string, ms: number) => hops.push(`${queue} ${ms}`) };
  workers.want('steps-default', { concurrency: 1, meter });
  await workers.join();
  await Promise.all(told);
  expect(hops).toEqual(['steps-default 40', 'steps-default 50']);
});
