// The web application in a real browser: it asks who looks at it, shows an incident as it comes, takes decisions and orders, and can be
// read by everybody.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiClient } from '../../src/client/api-client.ts';
import { ApiParts } from '../../src/contract/parts.ts';
import { seriousFaults } from '../support/browser/axe.ts';
import { launchChromium } from '../support/cluster/chromium.ts';
import { createFirebreak, type Firebreak, startTarget, type Target } from '../support/cluster/firebreak-process.ts';

const token = 'a-token-of-the-api-for-tests';
/** Who the page acts as. */
const me = { kind: 'api', id: 'token:bootstrap', name: 'bootstrap', via: 'web' };
const folder = mkdtempSync(join(tmpdir(), 'firebreak-page-'));
/** Settings by which the token may look and nothing else. */
const onlyLooking = join(folder, 'firebreak.yaml');
let browser: Browser;
let firebreak: Firebreak;
let target: Target;
beforeAll(async () => {
  const given = readFileSync(new URL('../fixtures/firebreak.yaml', import.meta.url), 'utf8');
  const narrowed = given.replace(', tokens: [bootstrap]', '').replace('access: {', 'access: { respond: [],');
  writeFileSync(onlyLooking, narrowed);
  browser = await launchChromium();
  target = await startTarget();
  firebreak = await createFirebreak({ FIREBREAK_API_TOKEN: token });
  await firebreak.start();
});
afterAll(async () => {
  await browser?.close();
  await firebreak?.close();
  target?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function newestNumber(): Promise<string> {
  const client = createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });
  const { items } = await client.call('GET /incidents', {});
  return String(items[0]?.number);
}

async function timeline(incident: string): Promise<readonly unknown[]> {
  const client = createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });
  const { items } = await client.call('GET /incidents/:id/timeline', { params: { id: incident } });
  return items;
}

/** A page of somebody who has shown the token, and what the browser complained of. */
async function openedPage(at: Firebreak, options: Parameters<Browser['newPage']>[0] = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => {
    // That the API turns a token away is part of the story.
    if (message.type() === 'error' && !/status of 401/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(at.url());
  await page.getByLabel('API token').fill('not-the-token-of-this-one');
  await page.keyboard.press('Enter');
  await page.getByText('That token does not open this Firebreak.').waitFor();
  await page.getByLabel('API token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
  return { page, complaints };
}

/** Presses a button, and answers the question that follows. */
async function order(page: Page, button: string | RegExp, confirm: string, reason = ''): Promise<void> {
  await page.getByRole('button', { name: button }).first().click();
  const question = page.getByRole('dialog');
  if (reason !== '') await question.getByLabel(/^Reason/).fill(reason);
  await question.getByRole('button', { name: confirm }).click();
  await question.waitFor({ state: 'hidden' });
}

it('lets a person in, shows what happens as it happens, and takes decisions and orders', async () => {
  const { page, complaints } = await openedPage(firebreak);
  await page.getByText('Nothing burns').waitFor();
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();

  // While everything is halted the page says so, and the run says what it waits for.
  await page.getByRole('link', { name: 'Automation' }).first().click();
  await order(page, /Halt all automation/, 'Halt all automation', 'the core is moved');
  await page.getByRole('link', { name: 'Now' }).click();
  const banner = page.getByRole('status', { name: 'What is halted' });
  await banner.getByText('All automation is halted').waitFor();
  await banner.getByText('“the core is moved”').waitFor();
  await firebreak.alert(target.url, { alertname: 'Fault', severity: 'critical', fail: 'no', id: '<b>bold</b>' });
  await page
    .getByText(/release of everything/)
    .first()
    .waitFor();
  await order(page, /Release/, 'Release');
  await banner.waitFor({ state: 'hidden' });

  // What exactly runs is seen before it is approved.
  await page.getByRole('button', { name: 'Approve risky' }).click();
  const question = page.getByRole('dialog', { name: 'Risky?' });
  await question.getByLabel('What exactly runs').getByText(`${target.url}/risky`).waitFor();
  await question.getByLabel('What exactly undoes it').getByText(`${target.url}/undo-risky`).waitFor();
  await question.getByLabel('Reason, if you like').fill('looks right');
  await question.getByRole('button', { name: 'Approve risky' }).click();
  await page.getByText('Nothing waits for you').waitFor();

  // The incident's page follows by itself, and its record is checked there.
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.getByRole('link', { name: 'a fault' }).click();
  await page.getByRole('heading', { level: 1, name: /#1 a fault/ }).waitFor();
  await page.getByText(/\d+ events verified/).waitFor();
  await page.getByLabel('A note for the record').fill('It was the deploy.');
  await page.getByRole('button', { name: 'Add the note' }).click();
  await page.getByRole('listitem').filter({ hasText: 'It was the deploy.' }).first().waitFor();
  await page.getByRole('region', { name: 'What was said' }).getByText('It was the deploy.').waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'More about this incident' }).click();
  await page.getByRole('menuitem', { name: 'Save as a page' }).click();
  expect((await saved).suggestedFilename()).toBe('incident-1.html');

  // Undo from the page of the run.
  await page.getByRole('region', { name: 'Runs' }).getByRole('link').click();
  await page.getByRole('heading', { name: /fault/ }).getByText('Done').waitFor();
  await order(page, 'Undo this run: fault', 'Undo this run', 'it was not the cause');
  await page.getByRole('heading', { level: 1 }).getByText('Undone').waitFor();
  expect(target.keys('/undo-risky')).toHaveLength(1);

  const written = await timeline('1');
  expect(written).toContainEqual(expect.objectContaining({ type: 'approval.recorded', actor: me }));
  expect(written).toContainEqual(expect.objectContaining({ type: 'run.compensation_started', actor: me }));
  expect(complaints).toEqual([]);

  // The token stays in this tab, for a reload of a deep link, and goes nowhere else.
  await page.reload();
  await page.getByRole('heading', { level: 1 }).getByText('Undone').waitFor();
  expect(await page.evaluate('document.cookie.length + Object.values({ ...localStorage }).join("").length')).toBe(0);
  await page.close();
});

it('denies from the inbox, shows what was known at an earlier moment, and says so when it is cut off', async () => {
  const { page } = await openedPage(firebreak);
  await firebreak.alert(target.url, { alertname: 'Fault', severity: 'critical', fail: 'no', id: 'denied' });
  await page.getByRole('link', { name: /Approvals/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Approvals' }).waitFor();
  await order(page, 'Deny risky', 'Deny risky', 'not now');
  await page.getByText('Denied by bootstrap').waitFor();
  const number = await newestNumber();
  expect(await timeline(number)).toContainEqual(expect.objectContaining({ type: 'approval.denied', actor: me }));

  await page.goto(`${firebreak.url()}/incidents/${number}`);
  const slider = page.getByRole('slider', { name: 'As known at' });
  await slider.focus();
  await page.keyboard.press('Home');
  await page.getByText(/as known at \d\d:\d\d:\d\d/).waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get('at')).toMatch(/Z$/);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await page.getByText(/\d+ events verified/).waitFor();

  await page.context().setOffline(true);
  await page.getByRole('alert').filter({ hasText: 'Firebreak cannot be reached.' }).waitFor();
  await expect
    .poll(() => page.getByRole('button', { name: 'Add the note' }).getAttribute('aria-disabled'))
    .toBe('true');
  await page.context().setOffline(false);
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await page.close();
});

it('finds an incident by its words: from anywhere, and among all of them', async () => {
  const { page } = await openedPage(firebreak);
  await page.keyboard.press('/');
  await page.getByRole('combobox').fill('a fault');
  await page
    .getByRole('option', { name: /a fault/ })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name: /a fault/ }).waitFor();
  await page.goto(`${firebreak.url()}/incidents?view=all`);
  await page.getByRole('searchbox').fill('nothing of that name');
  await page.getByText(/no incident/i).waitFor();
  await page.getByRole('searchbox').fill('fault');
  await page.getByRole('link', { name: 'a fault' }).first().waitFor();
  await page.close();
});

it('offers nothing that would be refused, and says why', async () => {
  const others = await createFirebreak({ FIREBREAK_API_TOKEN: token, FIREBREAK_CONFIG: onlyLooking });
  try {
    await others.start();
    const { page } = await openedPage(others);
    await others.alert(target.url, { alertname: 'Fault', severity: 'critical', fail: 'no', id: 'looked-at' });
    await page.getByText('Not for you to decide: only @sre may decide this.').waitFor();
    expect(await page.getByRole('button', { name: /Approve/ }).count()).toBe(0);
    await page.getByRole('link', { name: /fault/ }).last().click();
    const pause = page.getByRole('button', { name: 'Pause: fault' });
    await pause.focus();
    await page.getByRole('tooltip').filter({ hasText: 'bootstrap lacks the right to order.' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.close();
  } finally {
    await others.close();
  }
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)('is read by everybody: %s, %i px wide', async (colorScheme, width) => {
  const { page, complaints } = await openedPage(firebreak, { colorScheme, viewport: { width, height: 844 } });
  const paths = ['/', '/incidents', '/incidents/1', '/approvals', '/playbooks', '/playbooks/fault', '/alerts'];
  for (const path of [
    ...paths,
    '/playbooks/fault?tab=stages',
    '/runs',
    '/automation',
    '/settings',
    '/nowhere/at/all',
  ]) {
    await page.goto(`${firebreak.url()}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
    await page.locator('.sheen').first().waitFor({ state: 'hidden' });
    expect(await seriousFaults(page), path).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true);
  }
  expect(complaints.filter((text) => !/status of 404/.test(text))).toEqual([]);
  await page.close();
});

it('says above every page that Slack is away, since when and why, and no more once it is back', async () => {
  const { sandbox } = firebreak;
  sandbox.addFault({ method: '*', kind: 'token_revoked', times: 10_000 });
  await firebreak.alert(target.url, { alertname: 'Fault', severity: 'critical', fail: 'no', id: 'unheard' });
  const slack = async () => {
    const headers = { authorization: `Bearer ${token}` };
    const { parts } = ApiParts.parse(await (await fetch(`${firebreak.url()}/healthz/parts`, { headers })).json());
    return parts.find(({ name }) => name === 'slack')?.status;
  };
  await expect.poll(slack, { timeout: 30_000 }).toBe('away');
  const { page } = await openedPage(firebreak, { viewport: { width: 390, height: 844 } });
  const said = page.getByRole('status').filter({ hasText: 'Slack is away' });
  await expect.poll(() => said.textContent()).toMatch(/since .*token_revoked.*answered here and on the command line/);
  expect(await seriousFaults(page)).toEqual([]);
  sandbox.clearFaults();
  await expect.poll(slack, { timeout: 60_000 }).toBe('up');
  await page.reload();
  await page
    .getByText(/Needs you/i)
    .first()
    .waitFor();
  expect(await said.count()).toBe(0);
  await page.close();
});
