// How busy it is: what rests while urgent work waits, and what is told of it over the API.
import { describe, expect, it } from 'vitest';
import { restsBecause } from '../../src/core/load/rest.ts';
import { createReadLoad, unlessBusy } from '../../src/engine/load.ts';

const waiting = (kind: string, pool: string, oldestMs: number) => ({ kind, pool, depth: 3, oldestMs });
const loadOf = (...queues: ReturnType<typeof waiting>[]) =>
  createReadLoad(async () => ({ waiting: queues, workers: [{ pool: 'default', alive: 2 }] }));

describe('load', () => {
  it('Work that can wait rests while alerts or runs wait for longer than half a minute', async () => {
    expect(restsBecause([{ ...waiting('intake', '', 29_000), workers: 0 }])).toBeNull();
    expect(restsBecause([{ ...waiting('intake', '', 31_000), workers: 0 }])).toBe('alerts wait for 31s already');
    expect((await loadOf(waiting('runs', 'default', 40_000))())?.resting).toBe(
      'runs of the pool default wait for 40s already',
    );
  });

  it('Nothing rests for what more room would not help: a pool without workers, runs that wait for a release, Slack', async () => {
    const load = loadOf(
      waiting('runs', 'gone', 40_000),
      waiting('runs', 'default', 16 * 60_000),
      waiting('slack', '', 60_000),
    );
    expect(await load()).toMatchObject({ resting: null, queues: [{ workers: 0 }, { workers: 2 }, { workers: 0 }] });
  });

  it('What can wait is done as soon as nothing urgent waits, and while nobody knows', async () => {
    const done: string[] = [];
    await unlessBusy(loadOf(waiting('intake', '', 40_000)), async () => void done.push('busy'))();
    await unlessBusy(loadOf(), async () => void done.push('calm'))();
    await unlessBusy(
      createReadLoad(async () => null),
      async () => void done.push('unknown'),
    )();
    expect(done).toEqual(['calm', 'unknown']);
  });
});
