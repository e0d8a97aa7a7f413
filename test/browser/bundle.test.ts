// The page that opens an exported bundle, as it is built and served: with its strict policy, without anybody signed in, and without a server
// once it stands. How long a long record takes is measured by the benchmark of the page, not here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bundle } from '../../src/core/timeline/bundle.ts';
import { launchChromium } from '../support/cluster/chromium.ts';
import { bundleOf, signer } from '../support/given/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-bundle-'));
const whole = JSON.stringify(bundleOf(), null, 1);
let browser: Browser;
let app: FastifyInstance;
beforeAll(async () => {
  browser = await launchChromium();
  app = fastify();
  const built = new URL('../../dist/http/page.js', import.meta.url).href;
  const { addPage } = (await import(built)) as typeof import('../../src/http/page.ts');
  addPage(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page, offline from the moment it stands; `asked` and `complaints` grow. */
async function openPage() {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const loaded = page.waitForEvent('worker');
  await page.goto(`${app.listeningOrigin}/bundle`);
  await page.getByRole('heading', { name: 'Open an exported bundle' }).waitFor();
  await loaded;
  await page.waitForLoadState('networkidle');
  const asked: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('blob:')) asked.push(request.url());
  });
  await context.setOffline(true);
  return { page, asked, complaints };
}

const choose = (page: Page, name: string, content: string) =>
  page.getByLabel('Bundle').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });

const broken = (page: Page) => page.getByRole('alert');

it('a good bundle is verified offline, and shown with ledger, swimlane, evidence and raw entries', async () => {
  const { page, asked, complaints } = await openPage();
  await choose(page, 'incident-7.bundle.json', whole);
  const { head } = JSON.parse(whole) as Bundle;
  await page.getByRole('heading', { name: `${head.version} events verified` }).waitFor();
  await page.getByText(`Fingerprint ${signer.keyId}`).waitFor();
  await page.getByText('The signature shows only that the file is whole').waitFor();
  await page.getByText('4 of 5 pieces match their digests').waitFor();
  const trusted = page.getByLabel('Compare with the key you trust');
  await trusted.fill(`-----BEGIN PUBLIC KEY-----\n${signer.publicKey}\n-----END PUBLIC KEY-----\n`);
  await page.getByText('Signed with the key you gave').waitFor();
  await trusted.fill('MCowBQYDK2VwAyEAAAAA');
  await page.getByText('Signed with another key than the one you gave').waitFor();

  await page.getByRole('heading', { name: '#7 checkout-api is slow' }).waitFor();
  await page.getByRole('button', { name: /Incident #7 opened by Firebreak/ }).click();
  await page.getByRole('figure', { name: 'Entry 1 as it was recorded' }).getByText('"severity": 2').waitFor();
  await page.getByRole('button', { name: /^status\.json/ }).click();
  await page.getByRole('figure', { name: 'status.json' }).getByText('"state": "up"').waitFor();
  await page.getByRole('button', { name: /^screen\.png/ }).click();
  const image = page.getByRole('img', { name: 'screen.png' });
  await image.waitFor();
  await expect
    .poll(() => image.evaluate((drawn) => (drawn as unknown as { naturalWidth: number }).naturalWidth))
    .toBe(1);
  await page.getByRole('button', { name: /^heap\.dump/ }).click();
  await page.getByText('was left out when the bundle was made').waitFor();

  await page.getByLabel('As known at').fill(await page.getByLabel('As known at').getAttribute('min').then(String));
  await page.getByText('Back to the end').waitFor();
  await page.getByLabel(/^[1-9] entries, the oldest first/).waitFor();
  expect(asked).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

it('a changed byte, another version, no JSON and a file that is too large are named for what they are', async () => {
  const { page, asked, complaints } = await openPage();
  const before = whole.indexOf('checkout-api is slow', whole.indexOf('"note.added"'));
  await choose(page, 'changed.json', `${whole.slice(0, before)}C${whole.slice(before + 1)}`);
  await broken(page).getByRole('heading', { name: 'This record is broken at entry 4' }).waitFor();
  await broken(page).getByText('note.added').waitFor();
  await broken(page).getByText('Was edited: its content does not match its hash.').waitFor();
  expect(await page.getByRole('heading', { name: /verified/ }).count()).toBe(0);

  await choose(page, 'newer.json', whole.replace('bundle/v1', 'bundle/v2'));
  await broken(page).getByText('It is a bundle of another version, firebreak/bundle/v2').waitFor();
  await choose(page, 'page.html', '<!doctype html><p>Sign in');
  await broken(page)
    .getByText(/It is not JSON/)
    .waitFor();

  // A gigabyte that takes no room: a file says its size, and that is all that is looked at.
  await page.evaluate(`(() => {
    const parts = new Blob([new Uint8Array(2 ** 20)]);
    const huge = new File(Array.from({ length: 1000 }, () => parts), 'huge.json');
    const transfer = new DataTransfer();
    transfer.items.add(huge);
    document.getElementById('content').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
  })()`);
  await broken(page)
    .getByText(/It has 1,049 MB, and a browser can hold bundles of up to 256 MB/)
    .waitFor();

  // After all that a good one opens.
  await choose(page, 'incident-7.bundle.json', whole);
  await page.getByRole('heading', { name: /events verified/ }).waitFor();
  expect(asked).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

it('a bundle of 100 000 events is verified, and scrolled to its end', async () => {
  const path = join(folder, 'long.bundle.json');
  writeFileSync(path, JSON.stringify(bundleOf(100_000), null, 1));
  const { page, asked, complaints } = await openPage();
  await page.getByLabel('Bundle').setInputFiles(path);
  await page.getByRole('heading', { name: '100,000 events verified' }).waitFor({ timeout: 80_000 });
  const entries = page.getByLabel('100000 entries, the oldest first');
  await entries.waitFor();
  expect(await entries.getByRole('listitem').count()).toBeLessThan(60);
  await entries.evaluate((list) => {
    const { parentElement, scrollHeight } = list as unknown as Scrolled;
    parentElement.scrollTop = scrollHeight;
  });
  await page.getByText('100000 · incident.resolved').waitFor();
  expect(asked).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

/** As the browser has it; the types of the tests know no page. */
type Scrolled = { readonly scrollHeight: number; readonly parentElement: { scrollTop: number } };
