// A queue whose backend is away: what is to be woken is done here, once for equal wake-ups; when the backend comes, it is joined.
import pino from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { QueueConnection } from '../../src/queue/connection.ts';
import { createJobQueue } from '../../src/queue/queue.ts';
import { createWakeups } from '../../src/queue/wakeups.ts';
import { settled } from '../support/given/clocks.ts';

function given() {
  const world = { away: true, workers: 0, added: 0 };
  const parts: string[] = [];
  const connection: QueueConnection = {
    mayBeAway: true,
    async ready() {
      if (world.away) throw new Error('connection refused');
    },
    openQueue: () => {
      throw new Error('it is away');
    },
    openWorker() {
      world.workers += 1;
      return { close: async () => undefined, waitUntilReady: () => new Promise(() => undefined) };
    },
    close: async () => undefined,
  };
  const queue = createJobQueue(connection, {
    log: pino({ level: 'silent' }),
    report: (_, status) => void parts.push(status),
  });
  return { world, parts, queue };
}

describe('a queue whose backend is away', () => {
  it('lets a process start to work, which then does by itself what wakes it', async () => {
    const { queue, parts } = given();
    const done: string[] = [];
    await queue.work(
      { 'run.advance': async ({ runId }) => void done.push(runId) },
      { pool: 'default', concurrency: 1 },
    );
    await queue.looked();
    await queue.add('run.advance', { runId: 'run_1' }, { id: '1' });
    await queue.add('run.advance', { runId: 'run_2' }, { id: '2', pool: 'gpu' });
    await settled();
    expect(done).toEqual(['run_1']);
    expect(new Set(parts)).toEqual(new Set(['away']));
    await queue.close();
  });

  it('does equal wake-ups that come while one is done once more, and no more', async () => {
    const { queue } = given();
    const ends: (() => void)[] = [];
    const work = () => new Promise<void>((end) => ends.push(end));
    await queue.work({ 'run.advance': work }, { pool: 'default', concurrency: 1 });
    await queue.looked();
    for (let i = 0; i < 5; i++) await queue.add('run.advance', { runId: 'run_1' }, { id: String(i) });
    await settled();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await settled();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await settled();
    expect(ends).toHaveLength(2);
    await queue.close();
  });

  it('is joined when it comes', async () => {
    vi.useFakeTimers();
    try {
      const { queue, world, parts } = given();
      await queue.work({ 'run.advance': async () => undefined }, { pool: 'default', concurrency: 1 });
      await vi.advanceTimersByTimeAsync(1000);
      expect(world.workers).toBe(0);
      world.away = false;
      await vi.advanceTimersByTimeAsync(3000);
      expect([world.workers, parts.at(-1)]).toEqual([1, 'up']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('hands a fresh delivery to the intake of its own process at once, with or without a queue', async () => {
    const { queue } = given();
    const drained = vi.fn(async () => undefined);
    const wakeups = createWakeups(queue, { newId: () => 'req_1' });
    await queue.work({ 'deliveries.process': drained }, { pool: 'default', concurrency: 1 });
    wakeups.wakeIntake();
    await settled();
    expect(drained).toHaveBeenCalledTimes(1);
    await queue.close();
  });

  it('tells Slack in the process where it was committed, and of what comes meanwhile only the newest', async () => {
    const { queue } = given();
    const added = vi.spyOn(queue, 'add');
    const told: string[] = [];
    const ends: (() => void)[] = [];
    const wakeups = createWakeups(queue, { newId: () => 'req_1' });
    await queue.work(
      {
        'incident.notify': ({ incidentId, version }) => {
          told.push(`${incidentId} ${version}`);
          return new Promise<void>((end) => ends.push(end));
        },
      },
      { pool: 'default', concurrency: 1 },
    );
    wakeups.wakeNotifier('inc_1', 1);
    wakeups.wakeNotifier('inc_2', 1);
    await settled();
    // The first is being begun; the second has no place yet.
    for (const version of [2, 3]) queue.begin('incident.notify', { incidentId: 'inc_1', version });
    queue.begin('incident.notify', { incidentId: 'inc_2', version: 2 });
    await settled();
    expect(told).toEqual(['inc_1 1']);
    for (const expected of ['inc_1 3', 'inc_2 2']) {
      ends.at(-1)?.();
      await settled();
      expect(told.at(-1)).toBe(expected);
    }
    ends.at(-1)?.();
    expect(added).not.toHaveBeenCalled();
    await queue.close();
  });

  it('keeps intake waiting for nothing that waits for Slack', async () => {
    const { queue } = given();
    const drained = vi.fn(async () => undefined);
    const ends: (() => void)[] = [];
    await queue.work(
      { 'incident.notify': () => new Promise<void>((end) => ends.push(end)) },
      { pool: 'default', concurrency: 100 },
    );
    await queue.work({ 'deliveries.process': drained }, { pool: 'default', concurrency: 1 });
    for (let i = 0; i < 500; i++) queue.begin('incident.notify', { incidentId: `inc_${i}`, version: 1 });
    queue.begin('deliveries.process', {});
    await settled();
    expect([ends.length, drained.mock.calls.length]).toEqual([100, 1]);
    const closed = queue.close();
    for (const end of ends) end();
    await closed;
  });
});
