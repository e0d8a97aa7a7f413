// Draws docs/images: the demo in a real Chromium, on a desk and on a phone, light and dark. Needs a build (`npm run screenshots` makes one).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const images = join(root, 'docs/images');
const sizes = [
  ['1280', { width: 1280, height: 860 }],
  ['390', { width: 390, height: 844 }],
];
const executablePath = process.env.CHROME_PATH ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();

/** The demo, and the address of its sandbox. */
async function startDemo() {
  const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-screenshots-'));
  const demo = spawn(process.execPath, ['dist/cli.js', 'demo'], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', FIREBREAK_DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  demo.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const says = async (pattern) => {
    for (;;) {
      const found = pattern.exec(said);
      if (found) return found;
      if (demo.exitCode !== null) throw new Error(`the demo ended: ${said}`);
      await Promise.race([once(demo.stderr, 'data'), once(demo, 'exit')]);
    }
  };
  const [, url] = await says(/Slack sandbox: (\S+)/);
  const [, incident] = await says(/Its page, live, .*: (\S+)/);
  await says(/Approval is asked for/);
  return {
    url,
    incident,
    async end() {
      demo.kill('SIGINT');
      if (demo.exitCode === null) await once(demo, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** One picture for each size and theme, once `isThere` finds what is to be seen. */
async function draw(browser, url, name, isThere = (page) => page.getByRole('log')) {
  for (const [width, viewport] of sizes)
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
      await page.goto(url);
      await isThere(page).first().waitFor();
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(images, `${name}-${width}-${colorScheme}.png`) });
      await page.close();
    }
}

mkdirSync(images, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const demo = await startDemo();
try {
  await draw(browser, demo.url, 'sandbox-approval');
  await draw(browser, demo.incident, 'incident-approval', (page) => page.getByText(/events verified/));
  const page = await browser.newPage();
  await page.goto(demo.url);
  const log = page.getByRole('log');
  await log
    .getByRole('button', { name: /^approve/i })
    .first()
    .click();
  const yes = page.locator('dialog[open] button[type=submit], dialog[open] button.primary');
  // A question may come first.
  await yes
    .first()
    .click({ timeout: 3000 })
    .catch(() => undefined);
  await log
    .getByText(/resolved/i)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.waitForTimeout(2000);
  await draw(browser, demo.url, 'sandbox-recovered');
  await draw(browser, demo.incident, 'incident-over', (page) => page.getByText(/events verified/));
  await draw(browser, `${demo.incident}/postmortem`, 'postmortem', (page) => page.getByText(/draft of the ledger/i));
} finally {
  await browser.close();
  await demo.end();
}
