// What ends the action of a step: its signal is made late, and tells all the same.
import { expect, it } from 'vitest';
import { boundedSignal } from '../../src/engine/runs/bounded-signal.ts';
import { createStepAbort } from '../../src/engine/runs/step-abort.ts';

it('a signal that is asked for before the end is aborted with it', () => {
  const abort = createStepAbort();
  const signal = abort.signal();
  expect(signal.aborted).toBe(false);
  abort.abort();
  expect([signal.aborted, abort.isAborted()]).toEqual([true, true]);
});

it('a signal that is asked for after the end is aborted at once', () => {
  const abort = createStepAbort();
  abort.abort();
  expect(abort.signal().aborted).toBe(true);
});

it('a call whose step was ended gets an aborted signal, before and after it asked for one', () => {
  const [before, after] = [createStepAbort(), createStepAbort()];
  const [early, late] = [boundedSignal(before, 1000), boundedSignal(after, 1000)];
  const signal = early.signal();
  before.abort();
  after.abort();
  expect([signal.aborted, late.signal().aborted]).toEqual([true, true]);
  early.release();
  late.release();
});
