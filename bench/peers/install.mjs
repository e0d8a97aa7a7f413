// Installs what Firebreak is compared with under .cache/peers/: exact versions, no install scripts, no lockfile of ours touched.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = {
  '@dbos-inc/dbos-sdk': '5.3.0',
  '@restatedev/restate-sdk': '1.17.2',
  '@restatedev/restate-server': '1.7.12',
  bullmq: '6.7.0',
  ioredis: '6.0.0',
  pg: '8.23.1',
};

/** The folder that they are in. @throws Error that says what to do if npm cannot install them */
export function installPeers() {
  const folder = fileURLToPath(new URL('../../.cache/peers', import.meta.url));
  mkdirSync(folder, { recursive: true });
  if (isInstalled(folder)) return folder;
  process.stderr.write('installing DBOS, Restate and BullMQ under .cache/peers ...\n');
  const manifest = { name: 'firebreak-bench-peers', private: true, dependencies: packages };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', ['install', ...options], { cwd: folder, encoding: 'utf8' });
  if (status !== 0 || !isInstalled(folder))
    throw new Error(
      `npm cannot install ${Object.keys(packages).join(', ')} in .cache/peers: ${error?.message ?? stderr.trim()}\n` +
        'only `npm run bench -- peers` needs them; all other parts run without',
    );
  return folder;
}

function isInstalled(folder) {
  return Object.entries(packages).every(([name, version]) => {
    try {
      return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version === version;
    } catch {
      return false;
    }
  });
}
