// Ids and time of the real runtime.
import { expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';

it('Ids of one process sort in the order in which they were made, however many are made within a millisecond', () => {
  const ids = Array.from({ length: 20_000 }, () => realRuntime.newId('dlv'));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

it('Monotonic time is in whole milliseconds, which is what timers take', () => {
  for (let i = 0; i < 1000; i++) expect(Number.isInteger(realRuntime.monotonicMs())).toBe(true);
});
