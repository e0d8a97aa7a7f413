// How much script the web application loads before it shows anything, and that nothing of it stands inline.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { initialScriptBytes } from '../../scripts/web-assets.mjs';

const web = fileURLToPath(new URL('../../dist/web', import.meta.url));

it('the page begins with less than 250 kB of script, gzipped', () => {
  const bytes = initialScriptBytes(web);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(250_000);
});

it('the page has no script and no style inline: its policy would not run them', () => {
  const html = readFileSync(`${web}/index.html`, 'utf8');
  expect(html).toMatch(/<script type="module"[^>]* src="\.\/assets\//);
  expect(html).not.toMatch(/<script(?![^>]*src=)|<style|style="| on[a-z]+="/);
});
