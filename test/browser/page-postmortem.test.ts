// Evidence, postmortem and action items on the page: what a step kept is seen, two people write and review, an action item ends.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiClient } from '../../src/client/api-client.ts';
import { seriousFaults } from '../support/browser/axe.ts';
import { launchChromium } from '../support/cluster/chromium.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';

const token = 'a-token-of-the-api-for-tests';
const folder = mkdtempSync(join(tmpdir(), 'firebreak-page-postmortem-'));
const file = join(folder, 'firebreak.yaml');
const complaints: string[] = [];
let browser: Browser;
let firebreak: Firebreak;
/** Pages of two people. */
let ana: Page;
let ben: Page;

/** A shop that answers for itself, and for the Prometheus that watches it. */
const shop = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
  const [from, to] = [Number(searchParams.get('start')), Number(searchParams.get('end'))];
  const values = Array.from({ length: 60 }, (_, n) => [
    from + ((to - from) * n) / 59,
    String(20 + 15 * Math.sin(n / 6)),
  ]);
  const result = ['eu', 'us'].map((zone) => ({ metric: { zone }, values }));
  const answer = pathname.includes('query_range')
    ? { status: 'success', data: { resultType: 'matrix', result } }
    : { healthy: false, errors: 41, note: '<img src=x onerror=alert(1)>' };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});

async function openedPage(as: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 40[19]/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  await page.goto(firebreak.url());
  await page.getByLabel('API token').fill(as);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
  return page;
}

const open = (page: Page, path: string) => page.goto(`${firebreak.url()}${path}`);
/** A part of the page by its heading, which may count what stands in it. */
const section = (page: Page, name: string) => page.getByRole('region', { name: new RegExp(`^${name}( \\d+)?$`) });

/** Answers the question that a button asks. */
async function order(page: Page, button: string | RegExp, confirm: string, reason = ''): Promise<void> {
  await page.getByRole('button', { name: button }).first().click();
  const question = page.getByRole('dialog');
  if (reason !== '') await question.getByLabel(/^Reason/).fill(reason);
  await question.getByRole('button', { name: confirm }).click();
  await question.waitFor({ state: 'hidden' });
}

beforeAll(async () => {
  writeFileSync(
    file,
    `
integrations:
  alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } }
roles: { sre: { groups: [S0SRE], tokens: [bootstrap, ben] } }
access: { start: ["@sre"], order: ["@sre"], operate: ["@sre"], administer: ["@sre"], selfApproval: byRule }
slack: { invite: ["@sre"] }
actions: { http: { allow: ["127.0.0.1"] } }
`,
  );
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  const address = shop.address();
  const target = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  browser = await launchChromium();
  firebreak = await createFirebreak({
    FIREBREAK_API_TOKEN: token,
    FIREBREAK_CONFIG: file,
    FIREBREAK_PLAYBOOKS: fileURLToPath(new URL('page-postmortem', import.meta.url)),
  });
  await firebreak.start();
  const client = createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });
  const made = await client.call('POST /tokens', {
    body: { name: 'ben', rights: [], expiresAt: new Date(Date.now() + 86_400_000).toISOString() },
  });
  await firebreak.alert(target, { alertname: 'ShopDown', severity: 'critical', id: 'shop' });
  ana = await openedPage(token);
  ben = await openedPage(made.token);
});
afterAll(async () => {
  await browser?.close();
  await firebreak?.close();
  shop.closeAllConnections();
  shop.close();
  rmSync(folder, { recursive: true, force: true });
});

it('evidence is seen where it was captured: JSON as text, a chart drawn, its numbers as a table, and each can be saved', async () => {
  const client = createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });
  const kept = () => client.call('GET /incidents/:id/evidence', { params: { id: '1' } });
  await expect.poll(async () => (await kept().catch(() => null))?.items.length, { timeout: 20_000 }).toBe(3);
  await open(ana, '/incidents/1');
  await ana.getByText(/\d+ events verified/).waitFor();
  const evidence = section(ana, 'Evidence');
  await evidence.getByRole('button', { name: /^state\.json/ }).click();
  // What was captured is text, whatever it says.
  await evidence.getByRole('figure', { name: 'state.json' }).getByText('onerror=alert(1)').waitFor();
  expect(await ana.locator('img[src=x]').count()).toBe(0);
  await evidence.getByText('from step look').first().waitFor();
  await evidence.getByRole('button', { name: /^errors\.json/ }).click();
  await evidence
    .getByRole('img', { name: /^Chart errors\.json: .*eu.* from 20 to/ })
    .locator('canvas')
    .waitFor();
  expect(await ana.locator('style').count()).toBe(0);
  expect(await seriousFaults(ana)).toEqual([]);
  await evidence.getByRole('button', { name: /^errors\.csv/ }).click();
  await evidence.getByRole('figure', { name: 'errors.csv' }).getByRole('columnheader').first().waitFor();
  const saved = ana.waitForEvent('download');
  await evidence.getByRole('button', { name: 'Save errors.csv' }).click();
  expect((await saved).suggestedFilename()).toBe('errors.csv');
  await section(ana, 'Runs').getByRole('link').click();
  await section(ana, 'Evidence')
    .getByRole('button', { name: /^state\.json/ })
    .waitFor();
});

it('two people write a postmortem: whoever was slower keeps the words and sees who was faster, and whoever wrote last does not review it', async () => {
  await open(ana, '/incidents/1');
  await order(ana, /^Resolve/, 'Resolve', 'it sells again');
  await ana.getByRole('link', { name: 'Open the postmortem' }).click();
  await section(ana, 'Summary').getByText('draft of the ledger').waitFor();
  await open(ben, '/incidents/1/postmortem');
  await ben.getByRole('button', { name: 'Edit Summary' }).click();
  await ana.getByRole('button', { name: 'Edit Summary' }).click();
  await ana.getByRole('textbox', { name: 'Summary' }).fill('The shop sold nothing.');
  await ana.getByRole('button', { name: 'Write it' }).click();
  await section(ana, 'Summary').getByText('The shop sold nothing.').waitFor();

  const editor = ben.getByRole('form', { name: 'Edit Summary' });
  await editor.getByRole('textbox', { name: 'Summary' }).fill('For ten minutes the shop sold nothing.');
  await editor.getByRole('button', { name: 'Write it' }).click();
  const told = editor.getByRole('alert');
  await told.getByText('bootstrap edited Summary while you wrote.').waitFor();
  await told.getByText('The shop sold nothing.').waitFor();
  expect(await editor.getByRole('textbox', { name: 'Summary' }).inputValue()).toBe(
    'For ten minutes the shop sold nothing.',
  );
  await editor.getByRole('button', { name: 'Write mine over it' }).click();
  await section(ana, 'Summary').getByText('For ten minutes the shop sold nothing.').waitFor();

  // A point leads to the entry that shows it.
  await ben.getByRole('button', { name: 'Edit Contributing factors' }).click();
  await ben.getByRole('button', { name: 'Add a point' }).click();
  await ben.getByLabel('Point 1', { exact: true }).fill('The deploy had no canary.');
  await ben.getByLabel('Point 1: entries that show it').fill('1');
  await ben.getByRole('button', { name: 'Write it' }).click();
  await section(ben, 'Contributing factors').getByRole('button', { name: 'Entry 1' }).click();
  await ben.getByRole('figure', { name: 'Entry 1 as it was recorded' }).waitFor();

  await order(ben, 'Send to review', 'Send it');
  const approve = ben.getByRole('button', { name: 'Approve', exact: true });
  await approve.focus();
  await ben.getByRole('tooltip').filter({ hasText: 'You wrote last' }).waitFor();
  await ben.keyboard.press('Enter');
  expect(await ben.getByRole('dialog').count()).toBe(0);
  await ana.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await order(ana, 'Approve', 'Approve it', 'reads well');
  await section(ana, 'Review').getByText('bootstrap approves').waitFor();
  await order(ana, 'Mark reviewed', 'Mark it reviewed');
  await ben.getByRole('heading', { level: 1 }).getByText('Reviewed').waitFor();
  const saved = ana.waitForEvent('download');
  await ana.getByRole('button', { name: 'Confluence' }).click();
  expect((await saved).suggestedFilename()).toBe('postmortem-1.confluence.xml');
});

it('an action item is added to the postmortem, found among those of all incidents, and done', async () => {
  await open(ana, '/incidents/1/postmortem');
  await ana.getByRole('button', { name: 'Add an action item' }).click();
  const form = ana.getByRole('dialog');
  await form.getByLabel('Action').fill('Deploy to one shop first');
  await form.getByLabel('Owner').fill('bootstrap');
  await form.getByLabel('Due').fill('2020-01-01');
  await form.getByLabel('Factor that it addresses').selectOption({ label: 'The deploy had no canary.' });
  await form.getByLabel('How you will know').fill('a bad build stops at one shop');
  await form.getByRole('button', { name: 'Add it' }).click();
  await form.waitFor({ state: 'hidden' });
  await section(ana, 'Action items').getByText('Deploy to one shop first').waitFor();
  await open(ana, '/actions?show=overdue');
  await ana.getByRole('listitem').filter({ hasText: 'Deploy to one shop first' }).waitFor();
  await ana.getByRole('link', { name: 'Mine' }).click();
  await order(ana, 'Done 1-1', 'Mark it done', 'it stopped');
  await ana.getByText('Nothing of it is yours').waitFor();
  await ana.getByRole('link', { name: 'All' }).click();
  await ana
    .getByRole('listitem')
    .filter({ hasText: 'Deploy to one shop first' })
    .getByText('Done', { exact: true })
    .waitFor();
});

it.each([
  ['light', 1280],
  ['dark', 390],
] as const)('postmortem and action items are read by everybody: %s, %i px wide', async (colorScheme, width) => {
  await ana.emulateMedia({ colorScheme });
  await ana.setViewportSize({ width, height: 844 });
  for (const path of ['/incidents/1/postmortem', '/actions?show=all']) {
    await open(ana, path);
    await ana.getByRole('heading', { level: 1 }).waitFor();
    await ana.locator('.sheen').first().waitFor({ state: 'hidden' });
    expect(await seriousFaults(ana), path).toEqual([]);
    expect(await ana.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true);
  }
  expect(complaints).toEqual([]);
});
