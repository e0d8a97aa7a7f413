// Three processes that die at random places over a ledger in memory, while the clock jumps: each slot once or recorded as missed.
import { expect, it } from 'vitest';
import { ScheduleChaos } from '../support/engine/schedule-chaos.ts';

it.each([1, 2, 3])('Every slot is started once or recorded as missed, whatever dies (seed %s)', async (seed) => {
  const chaos = new ScheduleChaos(seed);
  await chaos.publish();
  await chaos.play(120);
  const { started, missed } = await chaos.verdict();
  expect(chaos.deaths).toBeGreaterThan(5);
  expect(started).toBeGreaterThan(50);
  expect(missed).toBeGreaterThan(5);
});
