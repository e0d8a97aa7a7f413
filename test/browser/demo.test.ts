// A person's path: open the page that the demo prints, see the alert's channel, click Approve, see the run succeed.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
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

/** A demo in a process of its own, and the address of its page. */
async function startDemo() {
  const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-browser-'));
  const demo = spawn(process.execPath, ['dist/cli.js', 'demo'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', FIREBREAK_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [demo.stdout, demo.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const says = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(said);
      if (found) return found[1] ?? found[0];
      if (demo.exitCode !== null || demo.signalCode !== null) throw new Error(`the demo ended: ${said}`);
      await Promise.race([once(demo.stdout, 'data'), once(demo.stderr, 'data'), once(demo, 'exit')]);
    }
  };
  return {
    says,
    url: await says(/Slack sandbox: (\S+)/),
    /** Ctrl-C; answers the exit code. */
    async end() {
      demo.kill('SIGINT');
      if (demo.exitCode === null) await once(demo, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
      return demo.exitCode;
    },
  };
}

async function openChannel(url: string) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1080 } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.getByTestId('channel-inc-1-checkout-api-does-not-answer').click();
  await page.getByTestId('user-ana').click();
  return { page, complaints };
}

/** High risk is asked about once more. */
async function approve(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Approve' }).click();
}

it('approves in the browser and sees the service recover', async () => {
  const demo = await startDemo();
  let code: number | null = null;
  try {
    const { page, complaints } = await openChannel(demo.url);
    // Mallory may look, but her click changes nothing and is answered.
    await page.getByTestId('user-mallory').click();
    await approve(page);
    await page.getByText('Not counted: only @sre').waitFor();
    await page.getByTestId('user-ana').click();
    await page.getByText('Restart checkout-api?').waitFor();
    // Another, newer incident is none of the demo's: its report is of its own.
    await page.getByLabel('Message').fill('/firebreak declare Something else');
    await page.keyboard.press('Enter');
    await page.getByTestId('channel-inc-2-something-else').waitFor();
    mkdirSync(join(root, 'docs/images'), { recursive: true });
    await page.screenshot({ path: join(root, 'docs/images/approval.png') });
    await approve(page);
    await page
      .getByText(/^Approved/)
      .first()
      .waitFor();
    await page.getByText('succeeded').first().waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await demo.says(/^Service: up\nIncident: resolved\nPostmortem: .*incident-1\.md$/m);
    await page
      .getByText(/resolved/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  } finally {
    code = await demo.end();
  }
  expect(code).toBe(0);
});

it('denies in the browser: the service stays down, the incident open, and the page says so; a retry mends both', async () => {
  const demo = await startDemo();
  let code: number | null = null;
  try {
    const { page, complaints } = await openChannel(demo.url);
    await page.getByRole('button', { name: 'Deny' }).click();
    await demo.says(/^Run: failed\nService: down\nIncident: open\n/m);
    // The messages that say how things stand: the incident's, then the run's.
    const said = (text: RegExp) => page.getByText(text).first().waitFor();
    await said(/SEV1 – Critical\s+·\s+open/);
    await said(/firing\s+checkout-api does not answer/);
    await said(/restart\s+failed: denied by ana/);
    await page.getByRole('button', { name: 'Retry' }).click();
    await approve(page);
    await demo.says(/^Run: succeeded\nService: up\nIncident: resolved\n/m);
    await said(/SEV1 – Critical\s+·\s+resolved/);
    expect(complaints).toEqual([]);
  } finally {
    code = await demo.end();
  }
  expect(code).toBe(0);
});
