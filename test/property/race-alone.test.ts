// What goes on without anybody who would see to it: the deadline of a run without workers, the cancelling of a called run.
import { expect, it } from 'vitest';
import { waitingFor } from '../../src/core/run/owed.ts';
import { ana } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';
import { begin } from '../support/race/people.ts';
import { RaceWorld } from '../support/race/world.ts';

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

it('a run that is cancelled cancels the run that it called', async () => {
  const world = new RaceWorld(1);
  world.chaos = false;
  begin(world, 'undone', null);
  while (world.runs.length < 2) if (!(await world.turns.letOneGo(world.chance))) await world.takeJob();
  const [run] = world.runs;
  const { operations } = world.anyProcess(null) ?? {};
  void operations?.orderRun({ principal: principalOf(ana), cause: 'test', runId: run?.runId ?? '', order: 'cancel' });
  await world.quiet();
  expect(world.runs.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
});
