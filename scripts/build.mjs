// Builds dist/: the server with tsc and the browser pages with Vite. Runs on `npm ci` (prepare); does nothing where the dev tools are absent.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compressAssets, initialScriptBytes } from './web-assets.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);

function run(name, args) {
  // A test run has another NODE_ENV; what it builds is what is shipped all the same.
  const env = { ...process.env, NODE_ENV: 'production' };
  const result = spawnSync(bin(name), args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

if (!existsSync(bin('tsc'))) {
  console.log('build skipped: dev dependencies are not installed');
  process.exit(0);
}
run('tsc', ['-p', 'tsconfig.json']);
// Loaded only here: it needs the dev tools.
await (await import('./bundle.mjs')).bundle(root);
for (const page of ['web', 'sandbox/page'])
  run('vite', ['build', '--config', join(root, 'src', page, 'vite.config.ts'), '--logLevel', 'warn']);
const web = join(root, 'dist', 'web');
compressAssets(web);
console.log(`the page loads ${Math.ceil(initialScriptBytes(web) / 1024)} kB of script (gzip) before it shows anything`);
const cli = join(root, 'dist', 'cli.js');
if (existsSync(cli)) {
  chmodSync(cli, 0o755);
  // `npx firebreak` finds the command of this very checkout at once, without asking a registry.
  const link = bin('firebreak');
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../dist/cli.js', link);
}
