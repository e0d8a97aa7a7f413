// When silence of others may be held against them.
import { expect, it } from 'vitest';
import { leaseMs } from '../../src/engine/lease.ts';
import { watchContact } from '../../src/engine/reconcile.ts';

it('waits a lease after a gap before it judges others by their silence', () => {
  let ms = 1_000_000;
  const inContact = watchContact({ nowMs: () => ms });
  expect(inContact()).toBe(true);
  ms += 2000;
  expect(inContact()).toBe(true);
  ms += 60_000;
  expect(inContact()).toBe(false);
  for (let waited = 0; waited < leaseMs - 2000; waited += 2000) {
    ms += 2000;
    expect(inContact()).toBe(false);
  }
  ms += 2000;
  expect(inContact()).toBe(true);
});

it('is not held up by a clock that is set back', () => {
  let ms = 10_000_000;
  const inContact = watchContact({ nowMs: () => ms });
  inContact();
  ms += 60_000;
  expect(inContact()).toBe(false);
  ms -= 3_600_000;
  expect(inContact()).toBe(false);
  ms += leaseMs / 2;
  expect(inContact()).toBe(false);
  ms += leaseMs / 2;
  expect(inContact()).toBe(true);
});
