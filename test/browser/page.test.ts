// The page at `/`: it asks for the token, shows an incident as it comes, takes a decision, and follows the run to its end.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiClient } from '../../src/client/api-client.ts';
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

async function timeline(): Promise<readonly unknown[]> {
  const client = createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });
  const { items } = await client.call('GET /incidents/:id/timeline', { params: { id: '1' } });
  return items;
}

it('lets a person in, shows what happens as it happens, and takes a decision', async () => {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // That the API turns a token and a decision away is part of the story.
    if (message.type() === 'error' && !/status of 40[13]/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(firebreak.url());
  await page.getByLabel('API token').fill('not-the-token-of-this-one');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'the token is not known' }).waitFor();
  await page.getByLabel('API token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByText('Nothing is open.').waitFor();
  const may = 'You may view, respond, start, order, operate, administer; not design, bypass.';
  await page.getByText(`You are token:bootstrap, a service token. ${may}`).waitFor();

  // While everything is halted the page says so, and the run says what it waits for.
  const kill = (method: string) =>
    fetch(`${firebreak.url()}/api/v1/kill-switches/*`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(method === 'PUT' ? { reason: 'the core is moved' } : {}),
    });
  await kill('PUT');
  const banner = page.getByRole('status').filter({ hasText: 'Everything is halted by bootstrap' });
  await banner.filter({ hasText: 'the core is moved. Nothing of it starts until firebreak release.' }).waitFor();

  await firebreak.alert(target.url, { alertname: 'Fault', severity: 'critical', fail: 'no', id: '<b>bold</b>' });
  await page.getByText('Waits for the release of everything, halted by bootstrap').waitFor();
  await page.getByLabel('Steps of fault').getByRole('listitem').first().getByText('pending').waitFor();
  await page.getByText('Open orders: cancel, pause').click();
  await page.getByLabel('Reason of the order').fill('look first');
  await page.getByRole('button', { name: 'Pause: fault' }).click();
  await page.getByText('Ordered: pause of fault.').waitFor();
  await page.getByText(/Open orders: .*resume/).click();
  await page.getByRole('button', { name: 'Go on: fault' }).click();
  await page.getByText('Ordered: resume of fault.').waitFor();
  await kill('DELETE');
  await banner.waitFor({ state: 'hidden' });

  const approve = page.getByRole('button', { name: /^Approve risky of #1 a fault/ });
  await approve.waitFor();
  await page.getByLabel('What exactly runs').getByText(`${target.url}/risky`).waitFor();
  await page.getByLabel('What exactly undoes it').getByText(`${target.url}/undo-risky`).waitFor();
  await page.getByLabel('Reason, if you like', { exact: true }).fill('looks right');
  await approve.click();
  await page.getByText('Nothing waits for a decision.').waitFor();
  await page.locator('li[id^=run-] > .state.succeeded').waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the timeline of #1' }).click();
  expect((await saved).suggestedFilename()).toBe('incident-1.html');
  const written = await timeline();
  expect(written).toContainEqual(expect.objectContaining({ type: 'run.paused', actor: me }));
  expect(written).toContainEqual(expect.objectContaining({ type: 'approval.recorded', actor: me }));
  expect(complaints).toEqual([]);

  // The token stays in this tab, for a reload, and goes nowhere else.
  await page.reload();
  await page.locator('li[id^=run-] > .state.succeeded').waitFor();
  expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
});

it('offers nothing that would be refused, and says why', async () => {
  const others = await createFirebreak({ FIREBREAK_API_TOKEN: token, FIREBREAK_CONFIG: onlyLooking });
  try {
    await others.start();
    const page = await browser.newPage();
    await page.goto(others.url());
    await page.getByLabel('API token').fill(token);
    await page.keyboard.press('Enter');
    await page.getByText('You may view; not respond, start, order').waitFor();
    await others.alert(target.url, { alertname: 'Fault', severity: 'critical', fail: 'no', id: 'looked-at' });
    await page.getByText('Not for you to decide: only @sre may decide this.').waitFor();
    await page.getByText(/Open orders: .*\. token:bootstrap lacks the right to order\./).waitFor();
    expect(await page.getByRole('button').allTextContents()).toEqual(['Save timeline']);
  } finally {
    await others.close();
  }
});
