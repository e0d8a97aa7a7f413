// The command line where nothing was set up yet: which version it is, and that no playbook is in force.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../support/cluster/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-new-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Runs the command line in the checkout; rejects if it does not end with 0. */
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', FIREBREAK_DATA_DIR: join(folder, 'data') },
  });

describe('a new installation', () => {
  it('says which version it is', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await run('--version')).toEqual({ stdout: `${version}\n`, stderr: '' });
  });

  it('has no playbooks in force before one was written, which is no fault', async () => {
    expect((await run('validate')).stdout).toBe('0 playbook(s) are valid\n');
    const { stdout } = await run('doctor', '--json');
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { about: string; status: string }[] };
    expect(ok).toBe(true);
    expect(checks.find(({ about }) => about === 'playbooks')).toMatchObject({ status: 'warn' });
  });

  it('is set up by `init`, which replaces nothing', async () => {
    const files = ['--out', join(folder, 'firebreak.yaml'), '--env', join(folder, 'firebreak.env')];
    const words = ['init', '--slack', 'socket', '--approvers', 'S012ABCDEF', '--yes', ...files];
    const { stdout, stderr } = await run(...words);
    expect(stdout).toContain('socket_mode_enabled: true');
    expect(stderr).toContain('Create the app');
    expect(statSync(join(folder, 'firebreak.env')).mode & 0o077).toBe(0);
    await expect(run(...words)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('already there') });
    await expect(run('init')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('no terminal') });
  });
});
