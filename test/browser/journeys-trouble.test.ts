// What people do when a run cannot go on, in a real browser: say what happened to a lost call, try again, undo.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, startStage } from '../support/browser/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => stage?.close());

const succeeded = /succeeded|done|recovered/i;

it('an unknown outcome: the run waits, a person says that it took effect, and it is not called again', async () => {
  const person = await stage.person('ana', await stage.fire('Rotate'));
  await person.reads(/unknown|unclear|take effect/i);
  await person.presses(/^(mark as done|it did$|yes, it did)/i);
  await person.reads(succeeded);
  expect(stage.reached('/lost')).toBe(1);
  expect(person.complaints).toEqual([]);
});

it('a run that failed: what it did is undone on order, after a question', async () => {
  const person = await stage.person('ana', await stage.fire('Drain'));
  await person.reads(/failed/i);
  expect(stage.reached('/undrain')).toBe(0);
  await person.presses(/^(compensate|undo)/i);
  await person.reads(/compensated|undone/i);
  expect(stage.reached('/undrain')).toBe(1);
  expect(person.complaints).toEqual([]);
});

it('a run that failed once: tried again, it is done', async () => {
  const person = await stage.person('ana', await stage.fire('Resize'));
  await person.presses(/^(retry|try again)/i);
  await person.reads(succeeded);
  expect(stage.reached('/fails-once')).toBe(2);
  expect(person.complaints).toEqual([]);
});
