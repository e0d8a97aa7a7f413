// The page at `/`: it asks for the token, shows an incident as it comes, takes a decision, and follows the run to its end.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/cluster/chromium.ts';
import { createFirebreak, type Firebreak, startTarget, type Target } from '../support/cluster/firebreak-process.ts';

const token = 'a-token-of-the-api-for-tests';
let browser: Browser;
let firebreak: Firebreak;
let target: Target;
beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  browser = await launchChromium();
  target = await startTarget();
  firebreak = await createFirebreak({ FIREBREAK_API_TOKEN: token });
  await firebreak.start();
});
afterAll(async () => {
  await browser?.close();
  await firebreak?.close();
  target?.close();
});

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
  await page.getByRole('alert').filter({ hasText: 'the token is wrong' }).waitFor();
  await page.getByLabel('API token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByText('Nothing is open.').waitFor();

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
  await page.getByText('Open orders: cancel, pause').waitFor();
  await kill('DELETE');
  await banner.waitFor({ state: 'hidden' });

  const approve = page.getByRole('button', { name: /^Approve risky of #1 a fault/ });
  await approve.waitFor();
  await page.getByLabel('What exactly runs').getByText(`${target.url}/risky`).waitFor();
  await page.getByLabel('What exactly undoes it').getByText(`${target.url}/undo-risky`).waitFor();
  await page.getByLabel('Reason').fill('looks right');
  await approve.click();
  await page.getByText('Nothing waits for a decision.').waitFor();
  await page.locator('li[id^=run-] > .state.succeeded').waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the timeline of #1' }).click();
  expect((await saved).suggestedFilename()).toBe('incident-1.html');
  expect(complaints).toEqual([]);

  // The token stays in this tab, for a reload, and goes nowhere else.
  await page.reload();
  await page.locator('li[id^=run-] > .state.succeeded').waitFor();
  expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
});
