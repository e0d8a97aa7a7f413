// Alerts and playbooks on the page: a dead letter is replayed, alerts are silenced with a preview and the silence is ended, an alert is
// explained, a playbook is run by hand, and its run is seen as a graph.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createApiClient } from '../../src/client/api-client.ts';
import { launchChromium } from '../support/cluster/chromium.ts';
import { createFirebreak, type Firebreak, startTarget, type Target } from '../support/cluster/firebreak-process.ts';

const token = 'a-token-of-the-api-for-tests';
const folder = mkdtempSync(join(tmpdir(), 'firebreak-page-alerts-'));
const file = join(folder, 'firebreak.yaml');
let browser: Browser;
let page: Page;
let firebreak: Firebreak;
let target: Target;
const complaints: string[] = [];

/** The settings; `fingerprint`: where the mapping looks for it. */
const configured = (fingerprint: string) =>
  writeFileSync(
    file,
    `
integrations:
  alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } }
  deploys:
    source: generic
    auth: { type: bearer, token: { env: WEBHOOK_TOKEN } }
    mapping: { fingerprint: ${fingerprint}, title: item.title, severity: item.level }
roles: { sre: { groups: [S0SRE], tokens: [bootstrap] } }
access: { start: ["@sre"], order: ["@sre"], operate: ["@sre"], administer: ["@sre"], selfApproval: byRule }
slack: { invite: ["@sre"] }
actions: { http: { allow: ["127.0.0.1"] } }
`,
  );

const client = () => createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });

/** Opens a page of the application; the token was given once and stays in the tab. */
const open = (path: string) => page.goto(`${firebreak.url()}${path}`);

beforeAll(async () => {
  configured('item.key');
  mkdirSync(join(folder, 'playbooks'));
  cpSync(new URL('./page-alerts/restart-shop.yaml', import.meta.url), join(folder, 'playbooks/restart-shop.yaml'));
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 40[13]|ERR_CONNECTION/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  target = await startTarget();
  firebreak = await createFirebreak({
    FIREBREAK_API_TOKEN: token,
    FIREBREAK_CONFIG: file,
    FIREBREAK_PLAYBOOKS: join(folder, 'playbooks'),
  });
  await firebreak.start();
  await open('/');
  await page.getByLabel('API token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Alerts' }).first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await firebreak?.close();
  target?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => expect(complaints.splice(0)).toEqual([]));

it('shows why a delivery is dead, what a replay would do before and after the mapping is mended, and replays it', async () => {
  const markup = '<img src=x onerror=alert(1)>';
  await fetch(`${firebreak.url()}/hooks/generic/deploys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer a-webhook-token-for-tests' },
    body: JSON.stringify({ id: 'deploy-41', title: `Deploy 41 failed ${markup}`, level: 'error' }),
  });
  await open('/alerts/deliveries?status=dead');
  await page.getByRole('link', { name: /^Delivery of deploys/ }).click();
  // What was sent is text, whatever it says.
  await page.getByRole('figure', { name: 'What the delivery said' }).getByText(markup).waitFor();
  expect(await page.locator('img[src=x]').count()).toBe(0);
  await page.getByRole('button', { name: 'Replay…' }).click();
  await page.getByLabel('What would happen').getByText('It still cannot be used').waitFor();
  const { port } = new URL(firebreak.url());
  await firebreak.stop();
  configured('item.id');
  await firebreak.start({ PORT: port });
  await page.reload();
  await page.getByRole('button', { name: 'Replay…' }).click();
  await page.getByLabel('What would happen').getByText('It can be used now: 1 alert').waitFor();
  await page.getByRole('button', { name: 'Replay the delivery' }).click();
  await page.getByText('It is read once more').first().waitFor();
  await expect
    .poll(async () => (await client().call('GET /incidents', {})).items.map(({ title }) => title))
    .toEqual([`Deploy 41 failed ${markup}`]);
});

it('silences alerts with a preview of what is muted, explains one that is held, and ends the silence', async () => {
  await firebreak.alert(target.url, { alertname: 'Disk', severity: 'critical', host: 'db-9', id: 'disk' });
  await expect.poll(async () => (await client().call('GET /incidents', {})).items.length).toBe(2);
  await open('/alerts/silences');
  await page.getByRole('button', { name: 'Keep alerts quiet…' }).click();
  await page.getByLabel('Labels').fill('host="db-9"');
  await page.getByLabel('What it would mute').getByText('Mutes 1 alert that fires now').waitFor();
  const order = page.getByRole('button', { name: 'Silence them' });
  // Without a reason it is not ordered; nothing is sent.
  expect(await order.getAttribute('aria-disabled')).toBe('true');
  await page.getByLabel('Reason').fill('the disk is replaced');
  await order.click();
  const row = page.getByRole('list', { name: 'Silences' }).getByRole('listitem');
  await row.filter({ hasText: 'the disk is replaced' }).waitFor();
  await page.getByRole('img', { name: /db-9.*now$/ }).waitFor();

  await firebreak.alert(target.url, { alertname: 'Slow', severity: 'warning', host: 'db-9', id: 'slow' });
  await expect
    .poll(async () => (await client().call('GET /alert-groups', { query: { held: 'true' } })).items.length)
    .toBe(1);
  await open('/alerts?only=held');
  await page.getByRole('table', { name: 'Alert groups' }).getByRole('link').first().click();
  await page
    .getByText(/The silence .*: the disk is replaced/)
    .first()
    .waitFor();
  await open('/alerts/explain?fingerprint=alertmanager/slow');
  const suppress = page.getByRole('list', { name: 'The six stages' }).getByRole('region', { name: 'suppress' });
  await suppress.getByText(/^Held by the silence/).waitFor();
  await page.getByText('Held back').waitFor();

  await open('/alerts/silences');
  await row.getByRole('button', { name: 'End now…' }).click();
  await page.getByRole('button', { name: 'End the silence' }).click();
  await page.getByText('Nothing is silenced').waitFor();
});

it('runs a playbook by hand after showing what would happen, and shows its run as a graph that the keyboard reaches', async () => {
  await open('/playbooks');
  await page.getByRole('table', { name: 'Playbooks' }).getByRole('link', { name: 'restart-shop' }).click();
  await page.getByText('An alert of alertmanager for which this holds').waitFor();
  await page.getByRole('link', { name: 'Text and versions' }).click();
  await page.getByRole('figure', { name: 'The text of the playbook' }).getByText('name: restart-shop').waitFor();
  await page.getByRole('button', { name: 'Run by hand…' }).click();
  await page.getByLabel('target').fill('ftp://elsewhere');
  await page.getByText('It must fit ^http://127.').waitFor();
  await page.getByLabel('target').fill(target.url);
  await page.getByLabel('replicas (optional)').fill('4');
  await page.getByRole('button', { name: 'What would happen?' }).click();
  await page.getByText('4 of 4 steps would run').waitFor();
  expect(target.order).toEqual([]);
  await page.getByRole('button', { name: 'Run it' }).click();
  const graph = page.getByRole('region', { name: 'Graph of the run' });
  const restart = graph.getByRole('button', {
    name: /^restart the shop: done .*after look at the load and look at the errors/,
  });
  await restart.waitFor();
  expect(target.order).toEqual(['/restart']);
  await graph.getByRole('button', { name: /^check that it answers: done/ }).waitFor();
  await restart.focus();
  await page.keyboard.press('Enter');
  const opened = page.locator('details[open]').filter({ hasText: 'restart the shop' });
  await opened.waitFor();
  // Nothing of the graph is a style that a script wrote into the page.
  expect(await page.locator('style').count()).toBe(0);
});
