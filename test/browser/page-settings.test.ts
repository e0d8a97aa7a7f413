// Settings, insights and the way in and out, in a real browser: a session that is revoked comes back to where it was, a token is made and
// taken back, what was learned is shown, and while Firebreak is away nothing can be ordered.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApiClient } from '../../src/client/api-client.ts';
import { seriousFaults } from '../support/browser/axe.ts';
import { launchChromium } from '../support/cluster/chromium.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';

const token = 'a-token-of-the-api-for-tests';
const folder = mkdtempSync(join(tmpdir(), 'firebreak-settings-'));
let browser: Browser;
let firebreak: Firebreak;
const client = (of = token) => createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => of });

beforeAll(async () => {
  writeFileSync(
    join(folder, 'firebreak.yaml'),
    `integrations:
  alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } }
people: { ana: { slack: U0ANA }, ben: { slack: U0BEN } }
roles: { sre: { groups: [S0SRE], tokens: [bootstrap] } }
access: { start: ["@sre"], order: ["@sre"], operate: ["@sre"], administer: ["@sre"], selfApproval: byRule }
sign_in: { slack: { clientId: A0FIREBREAK, clientSecret: { env: CLIENT_SECRET } } }
slack: { invite: ["@sre"] }
`,
  );
  browser = await launchChromium();
  firebreak = await createFirebreak({
    FIREBREAK_CONFIG: join(folder, 'firebreak.yaml'),
    FIREBREAK_API_TOKEN: token,
    CLIENT_SECRET: 'test-signing-secret',
  });
  await firebreak.start();
  for (const id of ['one', 'two'])
    await firebreak.alert('', { alertname: 'CheckoutSlow', service: 'checkout', severity: 'critical', id });
  const { call } = client();
  const areOpen = async () => (await call('GET /incidents', {})).items.length === 2;
  await vi.waitUntil(areOpen, { timeout: 20_000 });
  const params = { id: '1' };
  await call('POST /incidents/:id/roles', { params, body: { role: 'lead', user: 'U0BEN' } });
  await call('POST /incidents/:id/note', { params, body: { text: 'the password is swordfish' } });
  await call('POST /incidents/:id/resolve', { params, body: { reason: 'rolled back' } });
  const { items } = await call('GET /incidents/:id/timeline', { params });
  const note = items.find(({ type }) => type === 'note.added');
  const where = { type: 'event' as const, stream: note?.streamId ?? '', seq: note?.seq ?? 0, path: '/text' };
  await call('POST /redactions', { body: { where, reason: 'it held a password' } });
});
afterAll(async () => {
  await browser?.close();
  await firebreak?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A browser of its own in which Ana has signed in, on her way to a page. */
async function anaAt(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
  await page.goto(`${firebreak.url()}${path}`);
  await page.getByRole('link', { name: /^Ana/ }).click();
  await page.getByRole('navigation', { name: 'Places' }).waitFor();
  return page;
}

it('a session that is revoked is signed out at the next look, and comes back to where it was', async () => {
  const page = await anaAt('/insights?range=30d');
  await page.getByRole('table', { name: 'Times by service' }).getByText('checkout').waitFor();
  await page.getByText('Nobody was asked').waitFor();
  const { call } = client();
  for (const { id, revoked } of (await call('GET /sessions', {})).items)
    if (revoked === null) await call('DELETE /sessions/:id', { params: { id }, body: {} });
  await page.getByLabel('Put together by').selectOption('severity');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: /^Ana/ }).click();
  await page.getByRole('table', { name: 'Times by severity' }).getByText('SEV').first().waitFor();
  expect(new URL(page.url()).search).toBe('?range=30d&by=severity');

  // Signed out by herself, she is asked again.
  await page.goto(`${firebreak.url()}/settings`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in/);
  expect((await page.request.get(`${firebreak.url()}/api/v1/me`)).status()).toBe(401);
  await page.close();
});

it('a token is made, shown once, works, and is taken back', async () => {
  const page = await anaAt('/settings/tokens');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('CI');
  await dialog.getByText('Lower-case letters, digits').waitFor();
  await dialog.getByLabel('Name').fill('ci');
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const shown = dialog.locator('[data-token]');
  await shown.waitFor();
  const made = (await shown.textContent()) ?? '';
  expect(await seriousFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.getByText('may view').waitFor();
  expect(await page.content()).not.toContain(made);
  expect(await client(made).call('GET /me', {})).toMatchObject({ actor: { id: 'token:ci' } });

  await page.getByRole('button', { name: 'Revoke…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke ci' }).click();
  await page.getByText('Revoked', { exact: true }).first().waitFor();
  await expect(client(made).call('GET /me', {})).rejects.toMatchObject({ status: 401 });
  await page.getByRole('link', { name: 'Record' }).click();
  await page.getByText('Verify it yourself').waitFor();
  await page.close();
});

it('says why somebody may not do something, and takes trust away for a reason', async () => {
  const page = await anaAt('/settings/access');
  await page.getByRole('textbox', { name: 'Who' }).fill('ben');
  await page.getByLabel('Right', { exact: true }).selectOption('design');
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByText('ben may not change what playbooks are in force').waitFor();
  expect(await seriousFaults(page)).toEqual([]);

  await page.goto(`${firebreak.url()}/automation/trust`);
  await page.getByRole('button', { name: 'Ask first: fault' }).click();
  const question = page.getByRole('dialog', { name: 'Ask people before fault runs?' });
  await question.getByLabel('Reason').fill('it hit the wrong node');
  await question.getByRole('button', { name: 'Ask first' }).click();
  await page.getByText('it hit the wrong node').waitFor();
  const raise = page.getByRole('button', { name: 'Raise: fault' });
  expect(await raise.getAttribute('aria-disabled')).toBe('true');
  await page.close();
});

it('an incident with a redacted entry is verified, names people, and shows what is like it', async () => {
  const page = await anaAt('/incidents/1');
  await page.getByRole('button', { name: /events verified, 1 redacted$/ }).waitFor();
  expect(await page.getByText('U0BEN').count()).toBe(0);
  expect(await page.getByText('swordfish').count()).toBe(0);
  await page.getByRole('button', { name: /note\.added · redacted/ }).click();
  await page.getByText('“it held a password”').waitFor();
  const similar = page.getByRole('region', { name: /Similar incidents/ });
  await similar.getByRole('link', { name: /CheckoutSlow|a fault/ }).waitFor();
  await similar.getByText('Why:').waitFor();
  await page.close();
});

it('while Firebreak cannot be reached the page says so, keeps what it shows, and takes no orders', async () => {
  const page = await anaAt('/settings/tokens');
  await page.getByText('Live').first().waitFor();
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('later');
  await page.context().setOffline(true);
  await page.getByText('cannot be reached').first().waitFor({ timeout: 20_000 });
  const make = page.getByRole('dialog').getByRole('button', { name: 'Make the token' });
  await expect.poll(() => make.getAttribute('aria-disabled')).toBe('true');
  await page.context().setOffline(false);
  await expect.poll(() => make.getAttribute('aria-disabled'), { timeout: 20_000 }).toBeNull();
  await page.close();
});

it.each([
  ['light', 1280],
  ['dark', 390],
] as const)('is read by everybody: %s, %i px wide', async (colorScheme, width) => {
  const page = await anaAt('/insights', { colorScheme, viewport: { width, height: 844 } });
  for (const path of [
    '/insights',
    '/insights?by=severity',
    '/digests',
    '/digests?kind=monthly',
    '/incidents/1',
    '/settings/tokens',
    '/settings/record',
    '/settings/access',
    '/automation/policies',
    '/automation/trust',
  ]) {
    await page.goto(`${firebreak.url()}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
    await page.locator('.sheen').first().waitFor({ state: 'hidden' });
    expect(await seriousFaults(page), path).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true);
  }
  await page.close();
});

it('asks once for each of the answers that the page of an incident begins with', async () => {
  const page = await anaAt('/incidents/1');
  const story = page.getByRole('region', { name: 'Story' }).getByRole('listitem').first();
  await story.waitFor();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url().replace(`${firebreak.url()}/api/v1/`, '')));
  await page.reload();
  await story.waitFor();
  await page.getByRole('list', { name: 'Entries, the newest first' }).getByRole('listitem').first().waitFor();
  const reads = ['me', 'people', 'incidents/1', 'incidents/1/frame', 'incidents/1/ledger?limit=200'];
  const times = (read: string) => [read, asked.filter((one) => one === read).length];
  expect(reads.map(times)).toEqual(reads.map((read) => [read, 1]));
  await page.close();
});
