// Room in a worker: whoever waits for it goes on when there is some, whether or not those before him took it.
import { expect, it } from 'vitest';
import { begin } from '../support/race/people.ts';
import { followed } from '../support/race/turns.ts';
import { RaceWorld } from '../support/race/world.ts';

it('whoever waits for room in a worker goes on once its steps have ended, however many wait', async () => {
  const world = new RaceWorld(1);
  world.chaos = false;
  for (const name of ['fan', 'signalled']) begin(world, name, null);
  await followed();
  while (await world.turns.letOneGo(world.chance));
  const [fan, signalled] = ['fan', 'signalled'].map((name) => world.runs.find((run) => run.playbook.name === name));
  const worker = world.anyProcess('default');
  if (!fan || !signalled || !worker) throw new Error('nothing was started');
  let started = false;
  void worker.run(fan.runId).then(() => {
    started = true;
  });
  while (!started) await world.turns.letOneGo(world.chance);
  let waiting = 20;
  for (let n = waiting; n > 0; n--)
    void worker.run(signalled.runId).then(() => {
      waiting -= 1;
    });
  while (await world.turns.letOneGo(world.chance));
  await followed();
  expect(waiting).toBe(0);
});
