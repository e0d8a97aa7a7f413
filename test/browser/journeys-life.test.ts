// What people do around an incident, in a real browser: declare it, keep what was said, hand it over, decide from the Home tab, and answer
// for those who did not.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Channel } from '../../src/sandbox/entities.ts';
import { readManifest } from '../../src/sandbox/manifest.ts';
import { type Stage, startStage } from '../support/browser/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage(
    readManifest(readFileSync(new URL('../../deploy/slack-manifest.yaml', import.meta.url), 'utf8')),
  );
});
afterAll(async () => stage?.close());

const approve = /^approve/i;

type Page<T> = { readonly items: readonly T[] };

/** The messages that the timeline of a channel's incident holds. */
async function kept(channel: Channel): Promise<readonly unknown[]> {
  const { get } = stage.firebreak;
  const { items } = await get<Page<{ id: string; channel: { id: string } | null }>>('/incidents');
  const incident = items.find((one) => one.channel?.id === channel.id);
  const timeline = await get<Page<{ type: string; data: { text?: string } }>>(`/incidents/${incident?.id}/timeline`);
  return timeline.items.flatMap(({ type, data }) => (type === 'chat.kept' ? [data.text] : []));
}

it('declares an incident by the shortcut, from any channel, and finds its channel with a card', async () => {
  const { sandbox } = stage.firebreak;
  const general = sandbox.channel('general');
  if (!general) throw new Error('there is no general channel');
  const person = await stage.person('ana', general);
  const { page } = person;
  const known = new Set(sandbox.workspace.channels.keys());
  await page.getByRole('button', { name: 'Shortcuts' }).click();
  await page.getByRole('menuitem', { name: /declare/i }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel(/what is wrong/i).fill('Checkout takes nobody’s money');
  await form.getByLabel(/service/i).fill('checkout');
  await form.getByRole('button', { name: 'Declare' }).click();
  const channel = await sandbox.waitFor(
    () => [...sandbox.workspace.channels.values()].find((one) => !known.has(one.id) && one.kind === 'public'),
    30_000,
  );
  await page.getByTestId(`channel-${channel.name}`).click();
  await person.reads(/checkout takes nobody’s money/i);
  expect(person.complaints).toEqual([]);
});

it('puts what somebody said into the timeline by a reaction, once, without asking anything', async () => {
  const channel = await stage.fire('Quiet');
  const person = await stage.person('ana', channel);
  const { page } = person;
  await page.getByLabel('Message', { exact: true }).fill('the deploy at 14:00 changed the pool size');
  await page.keyboard.press('Enter');
  const message = page
    .getByTestId(/^message-/)
    .filter({ hasText: 'pool size' })
    .last();
  await message.hover();
  await message.getByRole('button', { name: 'Add a reaction' }).click();
  await page.getByRole('menuitem', { name: 'React with pushpin' }).click();
  await expect.poll(() => kept(channel), { timeout: 20_000 }).toEqual(['the deploy at 14:00 changed the pool size']);
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(person.complaints).toEqual([]);
});

it('hands the lead over: who has it now is called, and the card says so', async () => {
  const channel = await stage.fire('Quiet');
  const person = await stage.person('ana', channel);
  await person.presses(/take lead/i);
  await person.reads(/lead[^.]*ana/i);
  await person.page.getByLabel('Message', { exact: true }).fill('/firebreak role lead @ben');
  await person.page.keyboard.press('Enter');
  await person.reads(/ben[^.]*lead|lead[^.]*ben/i);
  expect(person.complaints).toEqual([]);
});

it('decides from the Home tab what waits for a person, and the tab says that nothing is left', async () => {
  const channel = await stage.fire('Restart');
  const before = stage.reached('/restart');
  const person = await stage.person('ana', channel);
  await person.button(approve).waitFor();
  const { page } = person;
  await page.getByTestId('home').click();
  await page.getByText(/waiting for you \(1\)/i).waitFor();
  await page.getByRole('main').getByRole('button', { name: approve }).first().click();
  const question = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  await question.getByRole('button', { name: approve }).first().click();
  await expect.poll(() => stage.reached('/restart'), { timeout: 20_000 }).toBe(before + 1);
  await page.getByText(/nothing waits for you/i).waitFor();
  expect(person.complaints).toEqual([]);
});

it('calls those above when nobody answers, and one of them decides', async () => {
  const channel = await stage.fire('Evacuate');
  const person = await stage.person('mallory', channel);
  await person.reads(/nobody has answered/i);
  await person.presses(approve);
  await person.reads(/succeeded|done/i);
  expect(stage.reached('/evacuate')).toBe(1);
  expect(person.complaints).toEqual([]);
});
