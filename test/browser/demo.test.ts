// A person's path: open the page that the demo prints, see the alert's channel, click Approve, see the run succeed.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/cluster/chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let browser: Browser;

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
});

it('approves in the browser and sees the service recover', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-browser-'));
  const demo = spawn(process.execPath, ['dist/cli.js', 'demo'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', FIREBREAK_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      demo.stderr.on('data', (chunk) => {
        said += chunk;
        const found = /Slack sandbox: (\S+)/.exec(said)?.[1];
        if (found) resolve(found);
      });
      demo.once('exit', () => reject(new Error(said)));
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 1080 } });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.getByTestId('channel-inc-1-checkout-api-does-not-answer').click();
    // Mallory may look, but her click changes nothing and is answered.
    await page.getByTestId('user-mallory').click();
    await page.getByRole('button', { name: 'Approve restart' }).click();
    await page.getByText('Not counted: only @sre').waitFor();
    await page.getByTestId('user-ana').click();
    await page.getByText('Runs exactly this').waitFor();
    mkdirSync(join(root, 'docs/images'), { recursive: true });
    await page.screenshot({ path: join(root, 'docs/images/approval.png') });
    await page.getByRole('button', { name: 'Approve restart' }).click();
    await page
      .getByText(/^Approved/)
      .first()
      .waitFor();
    await page.getByText('succeeded').first().waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Approve restart' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  } finally {
    if (demo.exitCode === null) {
      demo.kill('SIGKILL');
      await once(demo, 'exit');
    }
    execFileSync(process.execPath, ['deploy/demo/servicectl', 'stop', 'checkout-api'], { cwd: root });
    rmSync(dataDir, { recursive: true, force: true });
  }
});
