// The sandbox's page by itself: what people do there reaches the app as from Slack, once, and what it shows is what they may see.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plain, type QuietApp, startQuietApp } from '../support/browser/quiet-app.ts';
import { launchChromium } from '../support/cluster/chromium.ts';

let browser: Browser;
let app: QuietApp;
let general: string;
let fired = 0;
beforeAll(async () => {
  app = await startQuietApp({
    shortcuts: [
      { name: 'Declare incident', callbackId: 'declare', type: 'global' },
      { name: 'Add to timeline', callbackId: 'timeline', type: 'message' },
    ],
    scenarios: [
      {
        id: 'fire',
        label: 'Fire an alert',
        async run() {
          fired += 1;
          if (fired > 1) throw new Error('it burns already');
        },
      },
    ],
  });
  general = app.sandbox.channel('general')?.id ?? '';
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

async function open(user = 'ana', channel = 'general'): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(app.sandbox.url);
  await page.getByTestId(`user-${user}`).click();
  await page.getByTestId(`channel-${channel}`).click();
  return page;
}
const valuesOf = (view: unknown) => (view as { state?: { values?: object } } | undefined)?.state?.values;
const told = (type: string) => app.interactions().filter((payload) => payload.type === type);

it('asks before a click counts, where the button asks', async () => {
  const confirm = {
    title: plain('This cannot be undone'),
    text: plain('Go on?'),
    confirm: plain('Go'),
    deny: plain('Back'),
  };
  const button = { type: 'button' as const, action_id: 'go', value: '1', text: plain('Restart all'), confirm };
  await app.client.chat.postMessage({ channel: general, text: 'x', blocks: [{ type: 'actions', elements: [button] }] });
  const page = await open();
  await page.getByRole('button', { name: 'Restart all' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'This cannot be undone' });
  await dialog.getByText('Go on?').waitFor();
  await dialog.getByRole('button', { name: 'Back' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Restart all' }).click();
  expect(told('block_actions')).toEqual([]);
  await dialog.getByRole('button', { name: 'Go', exact: true }).click();
  await app.sandbox.waitFor(() => told('block_actions').length === 1);
  await dialog.waitFor({ state: 'hidden' });
  await page.close();
});

it('says whom a message notified, and marks what each person has not read', async () => {
  const { channel } = await app.client.conversations.create({ name: 'inc-notified' });
  const id = channel?.id ?? '';
  await app.client.conversations.invite({ channel: id, users: 'U0ANA,U0BEN' });
  const page = await open('mallory');
  await app.client.chat.postMessage({ channel: id, text: 'all of <!subteam^S0SRE>, look' });
  await page.getByTestId('user-ana').getByText('1 notifications').waitFor();
  await page.getByTestId('user-ana').click();
  await page.getByTestId('channel-inc-notified').getByText('1 notifications').waitFor();
  await page.getByTestId('channel-inc-notified').click();
  await page.getByText('Notified Ana Torres, Ben Okafor').waitFor();
  await page.getByTestId('user-ana').getByText('notifications').waitFor({ state: 'hidden' });
  await page.getByTestId('user-ben').getByText('1 notifications').waitFor();
  await page.close();
});

it('reacts, answers in a thread, edits and deletes; a reply to the channel is shown there too', async () => {
  const ts = app.sandbox.postAs('U0ANA', general, 'it began here');
  const page = await open();
  const message = page.getByTestId(`message-${ts}`);
  await message.hover();
  await message.getByRole('button', { name: 'Add a reaction' }).click();
  await page.getByRole('menuitem', { name: 'React with pushpin' }).click();
  const reaction = message.getByRole('button', { name: /pushpin 1 by Ana Torres/ });
  await reaction.click();
  await reaction.waitFor({ state: 'hidden' });
  await message.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Edit message' }).click();
  await page.getByLabel('Edit message').fill('it began there');
  await page.keyboard.press('Enter');
  await message.getByText('it began there (edited)').waitFor();
  await app.client.chat.postMessage({ channel: general, thread_ts: ts, text: 'in the thread' });
  await app.client.chat.postMessage({ channel: general, thread_ts: ts, text: 'for all', reply_broadcast: true });
  await page.getByText('for all').waitFor();
  expect(await page.getByText('in the thread').count()).toBe(0);
  await page.getByRole('button', { name: /2 replies/ }).click();
  await page.getByText('in the thread').waitFor();
  await page.getByLabel('Reply').fill('so I see');
  await page.keyboard.press('Enter');
  await page.getByText('so I see').waitFor();
  await message.hover();
  await message.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete message' }).click();
  await message.waitFor({ state: 'hidden' });
  await page.close();
});

it('offers the shortcuts of the app: on a message, and of the workspace', async () => {
  const ts = app.sandbox.postAs('U0BEN', general, 'for the timeline');
  const page = await open();
  await page.getByTestId(`message-${ts}`).hover();
  await page.getByTestId(`message-${ts}`).getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Add to timeline' }).click();
  await app.sandbox.waitFor(() => told('message_action').length === 1);
  expect(told('message_action')[0]).toMatchObject({
    callback_id: 'timeline',
    message: { ts, text: 'for the timeline' },
    user: { id: 'U0ANA' },
  });
  await page.getByRole('button', { name: 'Shortcuts' }).click();
  await page.getByRole('menuitem', { name: 'Declare incident' }).click();
  await app.sandbox.waitFor(() => told('shortcut').length === 1);
  expect(told('shortcut')[0]).not.toHaveProperty('channel');
  await page.close();
});

it('opens the Home tab of the app, which is told so, and its buttons act from there', async () => {
  const open = { type: 'button' as const, action_id: 'open', text: plain('Open') };
  const blocks = [{ type: 'section' as const, text: plain('Waits for you'), accessory: open }];
  await app.client.views.publish({ user_id: 'U0ANA', view: { type: 'home', blocks } });
  const page = await browser.newPage();
  await page.goto(app.sandbox.url);
  await page.getByTestId('home').click();
  await page.getByText('Waits for you').waitFor();
  await app.sandbox.waitFor(() =>
    app.sandbox.deliveries.find(({ payload }) => JSON.stringify(payload).includes('"app_home_opened"')),
  );
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await app.sandbox.waitFor(() =>
    told('block_actions').find(({ container }) => JSON.stringify(container).includes('"view"')),
  );
  await page.close();
});

it('fills every kind of field of a form, and sends what was chosen', async () => {
  const option = (value: string) => ({ text: plain(value), value });
  const input = (block_id: string, element: object) => ({ type: 'input', block_id, label: plain(block_id), element });
  const blocks = [
    input('Title', { type: 'plain_text_input', action_id: 'a' }),
    input('Severity', { type: 'static_select', action_id: 'a', options: [option('sev1'), option('sev2')] }),
    input('Lead', { type: 'users_select', action_id: 'a' }),
    input('Channel', { type: 'channels_select', action_id: 'a' }),
    input('Parts', { type: 'checkboxes', action_id: 'a', options: [option('api'), option('db')] }),
    input('Drill', { type: 'radio_buttons', action_id: 'a', options: [option('yes'), option('no')] }),
  ];
  const page = await open();
  await page.getByRole('button', { name: 'Shortcuts' }).click();
  await page.getByRole('menuitem', { name: 'Declare incident' }).click();
  const payload = await app.sandbox.waitFor(() => told('shortcut').at(-1));
  const view = { type: 'modal', callback_id: 'f', title: plain('Declare'), submit: plain('Go'), blocks };
  await app.client.apiCall('views.open', { trigger_id: payload.trigger_id, view });
  const form = page.getByRole('dialog', { name: 'Declare' });
  await form.getByRole('button', { name: 'Go' }).click();
  await expect.poll(() => form.getByText('Please complete this required field.').count()).toBe(6);
  await form.getByLabel('Title').fill('All down');
  await form.getByLabel('Severity').selectOption('sev1');
  await form.getByLabel('Lead').selectOption({ label: 'Ben Okafor' });
  await form.getByLabel('Channel').selectOption({ label: '#general' });
  await form.getByLabel('db').check();
  await form.getByLabel('no', { exact: true }).check();
  await form.getByRole('button', { name: 'Go' }).click();
  await form.waitFor({ state: 'hidden' });
  expect(valuesOf(told('view_submission').at(-1)?.view)).toMatchObject({
    Title: { a: { value: 'All down' } },
    Severity: { a: { selected_option: { value: 'sev1' } } },
    Lead: { a: { selected_user: 'U0BEN' } },
    Channel: { a: { selected_channel: general } },
    Parts: { a: { selected_options: [{ value: 'db' }] } },
    Drill: { a: { selected_option: { value: 'no' } } },
  });
  await page.close();
});

it('shows a private channel to its members only, and asks others to join a public one', async () => {
  const { channel } = await app.client.conversations.create({ name: 'inc-secret', is_private: true });
  await app.client.conversations.invite({ channel: channel?.id ?? '', users: 'U0ANA' });
  await app.client.conversations.create({ name: 'inc-public' });
  const page = await open();
  await page.getByTestId('channel-inc-secret').click();
  await page.getByRole('heading', { name: 'private channel inc-secret' }).waitFor();
  await page.getByTestId('user-mallory').click();
  await page.getByTestId('channel-inc-secret').waitFor({ state: 'hidden' });
  await page.getByTestId('channel-inc-public').click();
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('hello');
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText('hello').waitFor();
  await page.close();
});

it('shows what is pinned, bookmarked and shared, and leads to it', async () => {
  const ts = app.sandbox.postAs('U0ANA', general, 'the card of all cards');
  await app.client.pins.add({ channel: general, timestamp: ts });
  const link = 'https://wiki.example/run';
  await app.client.bookmarks.add({ channel_id: general, title: 'Runbook', type: 'link', link });
  const page = await open();
  const marks = page.getByRole('list', { name: 'Pins and bookmarks' });
  expect(await marks.getByRole('link', { name: 'Runbook' }).getAttribute('href')).toBe(link);
  await marks.getByRole('link', { name: 'the card of all cards' }).click();
  await expect.poll(() => page.evaluate('document.activeElement.dataset.ts')).toBe(ts);
  await page
    .getByLabel('Attach a file')
    .setInputFiles({ name: 'graph.txt', mimeType: 'text/plain', buffer: Buffer.from('up') });
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: /graph\.txt/ }).click();
  expect((await saved).suggestedFilename()).toBe('graph.txt');
  await page.close();
});

it('sets alerts going, breaks and mends Slack, and changes people and groups, from its control panel', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Control panel' }).click();
  const panel = page.getByRole('complementary', { name: 'Control panel' });
  await panel.getByRole('button', { name: 'Fire an alert' }).click();
  await panel.getByRole('button', { name: 'Fire an alert' }).click();
  await panel.getByRole('alert').getByText('it burns already').waitFor();
  expect(fired).toBe(2);
  await panel.getByRole('button', { name: /500/ }).click();
  await panel.getByText(/http 500 for 5 more/).waitFor();
  await expect(app.client.auth.test()).rejects.toThrow();
  await panel.getByText(/http 500 for 4 more/).waitFor();
  await panel.getByRole('button', { name: 'Mend everything' }).click();
  await panel.getByText(/http 500/).waitFor({ state: 'hidden' });
  await app.client.auth.test();
  await panel.getByRole('group', { name: '@sre' }).getByLabel('Mallory Reed').click();
  await app.sandbox.waitFor(() => app.sandbox.workspace.groups.get('S0SRE')?.users.includes('U0MALLORY'));
  await panel.getByLabel('Mallory Reed is active').click();
  await page.getByTestId('user-mallory').waitFor({ state: 'hidden' });
  await panel.getByLabel('Mallory Reed is deactivated').click();
  await page.getByTestId('user-mallory').waitFor();
  app.sandbox.setGroup('S0SRE', ['U0ANA', 'U0BEN']);
  await page.close();
});
