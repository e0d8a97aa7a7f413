// A high-risk step that takes a passkey, in a real browser with a virtual authenticator: it is registered, confirmed by somebody else, signs
// exactly the plan, and the exported bundle verifies offline. Whoever has the session alone gets nowhere.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApiClient } from '../../src/client/api-client.ts';
import { verifyBundle } from '../../src/core/timeline/bundle.ts';
import { seriousFaults } from '../support/browser/axe.ts';
import { launchChromium } from '../support/cluster/chromium.ts';
import { runCommand } from '../support/cluster/command-line.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { freePort } from '../support/global-setup.ts';

const token = 'a-token-of-the-api-for-tests';
const folder = mkdtempSync(join(tmpdir(), 'firebreak-step-up-'));
let browser: Browser;
let firebreak: Firebreak;
let here = '';
const api = () => createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });
const call: ReturnType<typeof api>['call'] = (name, sent) => api().call(name, sent);

beforeAll(async () => {
  const port = await freePort();
  // Browsers let passkeys count for names only.
  here = `http://localhost:${port}`;
  mkdirSync(join(folder, 'playbooks'));
  writeFileSync(
    join(folder, 'playbooks/failover.yaml'),
    `apiVersion: firebreak/v1
name: failover
version: 1.0.0
owner: { product: checkout, technical: team-checkout, escalation: "@sre" }
steps:
  - id: switch
    name: switch to the second site
    uses: http.request
    with: { url: "http://127.0.0.1:${port}/healthz" }
    risk: high
    approval: { from: ["@sre"], stepUp: true, expiresIn: 30m }
`,
  );
  writeFileSync(
    join(folder, 'firebreak.yaml'),
    `people: { ana: { slack: U0ANA } }
roles: { sre: { users: [U0ANA], tokens: [bootstrap] } }
access: { start: ["@sre"], order: ["@sre"], operate: ["@sre"], administer: ["@sre"] }
sign_in: { slack: { clientId: A0FIREBREAK, clientSecret: { env: CLIENT_SECRET } } }
actions: { http: { allow: ["127.0.0.1"] } }
`,
  );
  browser = await launchChromium();
  firebreak = await createFirebreak({
    PORT: String(port),
    FIREBREAK_PUBLIC_URL: here,
    FIREBREAK_CONFIG: join(folder, 'firebreak.yaml'),
    FIREBREAK_PLAYBOOKS: join(folder, 'playbooks'),
    FIREBREAK_API_TOKEN: token,
    CLIENT_SECRET: 'test-signing-secret',
  });
  await firebreak.start({ PORT: String(port) });
});
afterAll(async () => {
  await browser?.close();
  await firebreak?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page with an authenticator that verifies whoever is there, and holds no passkey yet. */
async function pageWithKey(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return page;
}

/** Starts a run, and answers where its step is asked about. */
async function asked(): Promise<{ id: string; planDigest: string; incident: string }> {
  const started = await call('POST /playbooks/:name/runs', { params: { name: 'failover' }, body: {} });
  if ('dryRun' in started) throw new Error('it was not started');
  const { run, incident } = started;
  const ofRun = async () => (await call('GET /approvals', { query: { status: 'open' } })).items;
  const found = await vi.waitUntil(async () => (await ofRun()).find(({ runId }) => runId === run.id), {
    timeout: 15_000,
  });
  return { id: found.approval.id, planDigest: found.approval.planDigest, incident: incident.id };
}

/** Presses Approve, and confirms it. */
async function approves(page: Page, id: string): Promise<void> {
  await page.goto(`${here}/approvals/${id}`);
  await page.getByRole('button', { name: /^Approve/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve/ })
    .click();
}

it('a passkey approves exactly the plan, and its assertion verifies offline; the session alone does not', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await pageWithKey(context);
  await page.goto(`${here}/settings/passkeys`);
  await page.getByRole('link', { name: /^Ana/ }).click();
  await page.getByLabel('What you call it').fill('laptop');
  await page.getByRole('button', { name: 'Register…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Register it' }).click();
  await page.getByText('It counts once somebody else').waitFor();
  expect(await seriousFaults(page)).toEqual([]);

  // A sign-in with Slack is not enough to make a passkey count.
  const first = await asked();
  await approves(page, first.id);
  await page
    .getByRole('alert')
    .getByText('you have no passkey that counts')
    .or(page.getByText('You have no passkey'))
    .waitFor();
  const [waiting] = (await call('GET /passkeys', {})).items;
  await call('POST /passkeys/:id/confirm', { params: { id: waiting?.id ?? '' }, body: {} });

  await approves(page, first.id);
  await page
    .getByText('✓ Ana')
    .or(page.getByText('Approved', { exact: true }))
    .first()
    .waitFor();
  const export_ = await fetch(`${firebreak.url()}/api/v1/incidents/${first.incident}/timeline?format=bundle`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const bundle = await export_.text();
  expect(bundle).toContain('authenticatorData');
  expect(await verifyBundle(bundle)).toMatchObject({ outcome: 'ok' });
  const file = join(folder, 'bundle.json');
  writeFileSync(file, bundle);
  expect((await runCommand(['audit', 'verify', '--file', file], { env: {} })).code).toBe(0);
  const [, nonce = ''] = /"nonce": "([^"]+)"/.exec(bundle) ?? [];
  expect(await verifyBundle(bundle.replace(nonce, `${nonce}x`))).toMatchObject({ outcome: 'bad' });

  // Stolen: the same cookies in another browser, with an authenticator of whoever stole them.
  const second = await asked();
  const thief = await browser.newContext();
  await thief.addCookies(await context.cookies());
  const stolen = await pageWithKey(thief);
  await approves(stolen, second.id);
  await stolen.getByText('Nothing came of the passkey').waitFor();
  const bare = await stolen.evaluate(
    async ([id, planDigest]) => {
      const headers = { 'content-type': 'application/json', 'x-firebreak-page': '1' };
      const body = JSON.stringify({ planDigest });
      const answer = await fetch(`/api/v1/approvals/${id}/approve`, { method: 'POST', headers, body });
      const said = (await answer.json()) as { code: string };
      return { status: answer.status, code: said.code };
    },
    [second.id, second.planDigest],
  );
  expect(bare).toEqual({ status: 403, code: 'step_up_required' });
  await stolen.goto(`${here}/settings/passkeys`);
  await stolen.getByLabel('What you call it').fill('mine now');
  await stolen.getByRole('button', { name: 'Register…' }).click();
  await stolen.getByRole('dialog').getByRole('button', { name: 'Register it' }).click();
  await stolen.getByText('It counts once somebody else').waitFor();
  await approves(stolen, second.id);
  await stolen.getByText('Nothing came of the passkey').waitFor();
  expect(
    (await call('GET /approvals', { query: { status: 'open' } })).items.map(({ approval }) => approval.id),
  ).toEqual([second.id]);
});
