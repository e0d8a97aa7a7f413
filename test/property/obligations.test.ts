// Trap 4 of alert semantics: a slice of the interleavings in every run. All of them are in the long suite.
import { expect, it } from 'vitest';
import { holdObligations } from '../support/engine/obligations.ts';

it('trap 4: whoever was told of a begin is told of its end, whatever happens in between', async () => {
  expect(await holdObligations(60)).toBeGreaterThan(60);
});
