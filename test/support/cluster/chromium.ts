// A real Chromium for the browser tests. Fails with what to do where there is none; never skips.
import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args });
}

function findChromium(): string {
  const given = process.env['CHROME_PATH'];
  if (given) return given;
  for (const name of ['chromium', 'google-chrome', 'chromium-browser']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // Not this one.
    }
  }
  throw new Error('no browser found: install chromium, or set CHROME_PATH to one');
}
