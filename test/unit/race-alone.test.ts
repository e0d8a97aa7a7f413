// What goes on without those who would have to do it: timers, deadlines and answers need no worker of the right pool.
import { expect, it } from 'vitest';
import { waitingFor } from '../../src/core/run/owed.ts';
import { begin } from '../support/race-people.ts';
import { RaceWorld } from '../support/race-world.ts';

it('a run whose pool has no worker says so, and ends when its time is up', async () => {
  const world = new RaceWorld(1, ['default', null]);
  world.chaos = false;
  begin(world, 'fan', null);
  const minutes = async (count: number) => {
    for (let n = 0; n < count; n++) {
      await world.quiet();
      await world.later(60_000);
      world.lookAround();
      await world.quiet();
    }
    return world.runs[0];
  };
  const waits = await minutes(30);
  expect(waits && waitingFor(waits)).toMatchObject([{ kind: 'worker' }]);
  expect(await minutes(40)).toMatchObject({ status: 'failed', reason: 'the time limit of the run is over' });
});
