// Ids of the real runtime.
import { expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';

it('Ids of one process sort in the order in which they were made, however many are made within a millisecond', () => {
  const ids = Array.from({ length: 20_000 }, () => realRuntime.newId('dlv'));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
