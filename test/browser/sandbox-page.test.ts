// The sandbox's page: a button that asks for confirmation sends its click after the confirmation, once, and not before.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/types.ts';
import { launchChromium } from '../support/cluster/chromium.ts';
import { clientOf, tokens } from '../support/given/sandbox.ts';

const root = new URL('../../', import.meta.url);
const app = createServer((request, response) => {
  request.resume();
  response.end();
});
let browser: Browser;
let sandbox: Sandbox;
beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: fileURLToPath(root), stdio: 'inherit' });
  // The page is there only once it is built.
  const built = new URL('dist/sandbox/sandbox.js', root).href;
  const { startSandbox } = (await import(/* @vite-ignore */ built)) as typeof import('../../src/sandbox/sandbox.ts');
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  const requestUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
  sandbox = await startSandbox({ ...tokens, requestUrl });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
  app.closeAllConnections();
  app.close();
});

it('asks before the click counts', async () => {
  const plain = (text: string) => ({ type: 'plain_text' as const, text });
  const confirm = {
    title: plain('This cannot be undone'),
    text: plain('Go on?'),
    confirm: plain('Go'),
    deny: plain('Back'),
  };
  const button = { type: 'button' as const, action_id: 'go', value: '1', text: plain('Restart all'), confirm };
  await clientOf(sandbox).chat.postMessage({
    ...{ channel: sandbox.channel('general')?.id ?? '', text: 'x' },
    blocks: [{ type: 'actions', elements: [button] }],
  });
  const clicks = () => sandbox.deliveries.filter(({ kind }) => kind === 'interactive').length;

  const page = await browser.newPage();
  await page.goto(sandbox.url);
  await page.getByTestId('channel-general').click();
  await page.getByRole('button', { name: 'Restart all' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'This cannot be undone' });
  await dialog.getByText('Go on?').waitFor();
  await dialog.getByRole('button', { name: 'Back' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Restart all' }).click();
  expect(clicks()).toBe(0);
  await dialog.getByRole('button', { name: 'Go', exact: true }).click();
  await sandbox.waitFor(() => clicks() === 1);
  await dialog.waitFor({ state: 'hidden' });
});
