// Firebreak in a folder that only its owner may enter, as a clone in root's home is: the database of root's runs as another account.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';
import { linkedClone } from '../support/cluster/linked-clone.ts';

// Generous: a busy machine is no fault.
vi.setConfig({ testTimeout: 180_000 });

const run = promisify(execFile);
const { folder, remove } = linkedClone();
afterAll(remove);
const env = { PATH: process.env['PATH'] ?? '', PORT: '0' };

it('the demo succeeds there, keeps its data there, and the record can be verified afterwards', async () => {
  const { stdout } = await run(process.execPath, ['dist/cli.js', 'demo', '--headless', '--json'], { cwd: folder, env });
  const result = JSON.parse(stdout) as { outcome: string; audit: string; dataDir: string };
  expect(result).toMatchObject({ outcome: 'succeeded', audit: 'verified' });
  expect(result.dataDir.startsWith(`${folder}/`)).toBe(true);
  expect(readFileSync(join(result.dataDir, 'postgres/PG_VERSION'), 'utf8')).toBe('18\n');
  // A second process opens the database that the first one left.
  const again = { ...env, FIREBREAK_DATA_DIR: result.dataDir };
  const audit = await run(process.execPath, ['dist/cli.js', 'audit', 'verify'], { cwd: folder, env: again });
  expect(audit.stdout).toMatch(/^verified: \d+ events/);
  expect(existsSync(join(result.dataDir, 'postgres/postmaster.pid'))).toBe(false);
});
