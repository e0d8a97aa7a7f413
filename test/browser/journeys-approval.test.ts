// What people do when Firebreak asks them, in a real browser: an alert to its recovery, a denial with its reason, a quorum of two.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, startStage } from '../support/browser/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => stage?.close());

const approve = /^approve/i;
const deny = /^deny/i;

it('from an alert to its recovery: who may not is told so, who may approves, and the page says what came of it', async () => {
  const channel = await stage.fire('Restart');
  const person = await stage.person('mallory', channel);
  await person.presses(approve);
  await person.reads(/only @sre/i);
  expect(stage.reached('/restart')).toBe(0);
  await person.become('ana');
  await person.presses(approve);
  await person.reads(/approved/i);
  await person.reads(/succeeded|done|recovered/i);
  await expect.poll(() => person.button(approve).count()).toBe(0);
  expect(stage.reached('/restart')).toBe(1);
  await stage.resolve('Restart');
  await person.reads(/resolved/i);
  expect(person.complaints).toEqual([]);
});

it('a denial asks for its reason, says it to all, and nothing is done', async () => {
  const channel = await stage.fire('Restart');
  const reached = stage.reached('/restart');
  const person = await stage.person('ana', channel);
  await person.presses(deny, 'not before the backup');
  await person.reads(/denied[\s\S]*not before the backup/i);
  await expect.poll(() => person.button(approve).count()).toBe(0);
  expect(stage.reached('/restart')).toBe(reached);
  expect(person.complaints).toEqual([]);
});

it('a quorum of two: the first counts and is shown, the second sets it going', async () => {
  const channel = await stage.fire('Failover');
  const person = await stage.person('ana', channel);
  await person.presses(approve);
  await person.reads(/1 of 2|one more/i);
  expect(stage.reached('/failover')).toBe(0);
  await person.become('ben');
  await person.presses(approve);
  await person.reads(/succeeded|done/i);
  expect(stage.reached('/failover')).toBe(1);
  expect(person.complaints).toEqual([]);
});
