// The sandbox's page for everyone: by keyboard, with a screen reader, on a phone, in the dark. axe-core finds nothing serious.
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain, type QuietApp, startQuietApp } from '../support/browser/quiet-app.ts';
import { launchChromium } from '../support/cluster/chromium.ts';

let browser: Browser;
let app: QuietApp;
let channel: string;
const button = (text: string, more: object = {}) => ({
  type: 'button' as const,
  action_id: text.toLowerCase(),
  text: plain(text),
  ...more,
});
const actions = (...elements: ReturnType<typeof button>[]) => [{ type: 'actions' as const, elements }];

beforeAll(async () => {
  app = await startQuietApp({ scenarios: [{ id: 'fire', label: 'Fire an alert', run: async () => undefined }] });
  const { client, sandbox } = app;
  channel = (await client.conversations.create({ name: 'inc-1-checkout' })).channel?.id ?? '';
  await client.conversations.invite({ channel, users: 'U0ANA,U0BEN' });
  const { ts = '' } = await client.chat.postMessage({
    ...{ channel, text: 'card' },
    blocks: [
      { type: 'header', text: plain('Checkout is down') },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '<!subteam^S0SRE> see <https://example.com|the graph> and `logs`' },
      },
      ...actions(button('Approve', { style: 'primary' }), button('Deny', { style: 'danger' })),
    ],
  });
  await client.pins.add({ channel, timestamp: ts });
  await client.reactions.add({ channel, timestamp: ts, name: 'eyes' });
  await client.chat.postMessage({ channel, thread_ts: ts, text: 'details' });
  await client.chat.postEphemeral({ channel, user: 'U0ANA', text: 'only for you' });
  sandbox.shareFile({ user: 'U0BEN', channel, name: 'graph.txt', content: Buffer.from('x'), text: 'look' });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 } };
async function open(options: BrowserContextOptions = desktop): Promise<Page> {
  const page = await browser.newPage(options);
  await page.goto(app.sandbox.url);
  await page.getByRole('log').waitFor();
  return page;
}
const focused = (page: Page) =>
  page.evaluate<string>(
    '(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()',
  );

/** Opens a form for Ana, as the app does after her click on Approve. */
async function openForm(page: Page): Promise<void> {
  const known = app.interactions().length;
  await page.getByRole('button', { name: 'Approve' }).focus();
  await page.keyboard.press('Enter');
  const { trigger_id } = (await app.sandbox.waitFor(() => app.interactions()[known])) as { trigger_id: string };
  const element = { type: 'plain_text_input', action_id: 'reason' };
  const blocks = [{ type: 'input', block_id: 'reason', label: plain('Reason'), element }];
  const view = { type: 'modal', title: plain('Approve?'), submit: plain('Approve'), blocks };
  await app.client.apiCall('views.open', { trigger_id, view });
}

describe('axe-core finds nothing serious', () => {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [where, size] of [
      ['on a desk', desktop],
      ['on a phone', phone],
    ] as const)
      it(`${where}, ${colorScheme}: in a channel, in a form, in the list at the side, in the control panel`, async () => {
        const page = await open({ ...size, colorScheme });
        const check = async (place: string) => {
          await page.evaluate(axe.source);
          const { violations } = await page.evaluate<{
            violations: { id: string; impact: string; nodes: { html: string }[] }[];
          }>('axe.run()');
          const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          expect(serious.map(({ id, nodes }) => `${place}: ${id} ${nodes[0]?.html}`)).toEqual([]);
        };
        await page.getByRole('button', { name: /1 reply/ }).click();
        await check('channel');
        await openForm(page);
        await page.getByRole('dialog').waitFor();
        await check('form');
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
        if (size === phone) {
          await page.getByRole('button', { name: 'Channels and people' }).click();
          await check('side');
        }
        await page.getByRole('button', { name: 'Control panel' }).click();
        await page.getByText(/Reached by HTTP/).waitFor();
        await check('panel');
        await page.close();
      });
});

describe('the focus', () => {
  it('goes into a form, stays there, and goes back to the button when Escape closes it', async () => {
    const page = await open();
    await openForm(page);
    await page.getByRole('dialog').waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT');
    for (let i = 0; i < 6; i += 1) {
      await page.keyboard.press('Tab');
      expect(
        await page.evaluate(
          'document.activeElement === document.body || document.activeElement.closest("dialog") !== null',
        ),
      ).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => focused(page)).toBe('Approve');
    expect(app.sandbox.openViews('U0ANA')).toEqual([]);
    await page.close();
  });

  it('stays at its button while the message changes, and goes to the message when the button goes', async () => {
    const blocks = actions(button('Retry'));
    const { ts = '' } = await app.client.chat.postMessage({ channel, text: 'run', blocks });
    const page = await open();
    await page.getByRole('button', { name: 'Retry' }).focus();
    await page.keyboard.press('Enter');
    const changed = [{ type: 'section' as const, text: plain('tried again') }, ...blocks];
    await app.client.chat.update({ channel, ts, text: 'run', blocks: changed });
    await page.getByText('tried again').waitFor();
    expect(await focused(page)).toBe('Retry');
    await app.client.chat.update({ channel, ts, text: 'done at last', blocks: [] });
    await page.getByText('done at last').waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.dataset.ts')).toBe(ts);
    await page.close();
  });

  it('goes through a menu by arrows, and back to its button on Escape', async () => {
    const page = await open();
    const more = page.getByRole('button', { name: 'Add a reaction' }).first();
    await more.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('React with eyes');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('React with +1');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Add a reaction');
    await page.close();
  });
});

it('new messages are told politely to who listens', async () => {
  const page = await open();
  const log = page.getByRole('log', { name: 'Messages of inc-1-checkout' });
  expect(await log.getAttribute('aria-live')).toBe('polite');
  const { ts = '' } = await app.client.chat.postMessage({ channel, text: 'something new' });
  await log.getByTestId(`message-${ts}`).waitFor();
  await page.close();
});

it('on a phone messages have the whole width, and the list of channels folds away', async () => {
  const page = await open(phone);
  const log = await page.getByRole('log').boundingBox();
  expect(log?.width).toBe(390);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  expect(await page.getByTestId('channel-general').isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Channels and people' }).click();
  await page.getByTestId('channel-general').click();
  await page.getByTestId('channel-general').waitFor({ state: 'hidden' });
  await page.getByRole('heading', { name: 'general' }).waitFor();
  expect(await focused(page)).toBe('Channels and people');
  await page.close();
});

it('is dark where the system is, and as somebody chose, also after a reload', async () => {
  const page = await open({ ...desktop, colorScheme: 'dark' });
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  expect(await ground()).toBe('rgb(12, 10, 9)');
  await page.getByLabel('Theme').selectOption('light');
  expect(await ground()).toBe('rgb(255, 255, 255)');
  await page.reload();
  await page.getByRole('log').waitFor();
  expect(await ground()).toBe('rgb(255, 255, 255)');
  await page.close();
});
