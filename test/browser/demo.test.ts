// A person's path: open the page that the demo prints, see the alert's channel, click Approve, see the run succeed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage } from '../support/browser/stage.ts';
import { launchChromium } from '../support/cluster/chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let browser: Browser;

beforeAll(async () => {
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

it('approves in the browser and sees the service recover', async () => {
  const demo = await startDemo();
  let code: number | null = null;
  try {
    const name = 'inc-1-checkout-api-does-not-answer';
    const person = await openPage(browser, { url: demo.url, name: 'ana', channel: name });
    await person.button(/^approve/i).waitFor();
    // Another, newer incident is none of the demo's: its report is of its own.
    await person.page.getByRole('textbox', { name: 'Message' }).fill('/firebreak declare Something else');
    await person.page.keyboard.press('Enter');
    await person.page.getByTestId('channel-inc-2-something-else').waitFor();
    await person.presses(/^approve/i);
    await demo.says(/^Service: up\nIncident: resolved\nPostmortem: .*incident-1\.md$/m);
    await person.reads(/resolved/i);
    expect(person.complaints).toEqual([]);
  } finally {
    code = await demo.end();
  }
  expect(code).toBe(0);
});
