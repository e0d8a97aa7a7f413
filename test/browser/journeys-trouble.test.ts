// What people do when a run cannot go on, in a real browser: say what happened to a lost call, try again, undo, break the
// glass.
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

it('breaks the glass: who may not is told who may, who may says why, and those who were bypassed are called', async () => {
  const channel = await stage.fire('Restart');
  const before = stage.reached('/restart');
  const person = await stage.person('ana', channel);
  const { page } = person;
  const types = async (line: string) => {
    await page.getByLabel('Message', { exact: true }).fill(line);
    await page.keyboard.press('Enter');
  };
  await person.button(/^approve/i).waitFor();
  await types('/firebreak break-glass');
  await person.reads(/only @sre-lead/i);
  expect(stage.reached('/restart')).toBe(before);
  await person.become('ben');
  await types('/firebreak break-glass');
  const form = page.getByRole('dialog');
  await form.getByRole('textbox').fill('nobody of @sre answers');
  await form.getByRole('button', { name: /break the glass/i }).click();
  await form.waitFor({ state: 'hidden' });
  await person.reads(/glass broken[\s\S]*nobody of @sre answers/i);
  await expect.poll(() => stage.reached('/restart'), { timeout: 20_000 }).toBe(before + 1);
  await expect.poll(() => person.button(/^approve/i).count()).toBe(0);
  expect(person.complaints).toEqual([]);
});
