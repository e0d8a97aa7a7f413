// Where the embedded database's programs run from when its account may not go where they lie, and who is not to be trusted with them.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Account, barrierTo, databaseAccount, startedIn } from '../../src/store/embedded/account.ts';
import { binariesIn, findBinaries } from '../../src/store/embedded/binaries.ts';
import { runnable } from '../../src/store/embedded/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-programs-'));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stranger = { uid: 54_321, gid: 54_321 };
const account = databaseAccount();
let made = 0;
/** A folder of its own with these rights. */
function fresh(mode: number): string {
  made += 1;
  const path = join(folder, String(made));
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

describe('the way to a folder', () => {
  it('is barred by the outermost folder that the account may not pass through', () => {
    const outer = fresh(0o700);
    const inner = join(outer, 'a', 'b');
    mkdirSync(inner, { recursive: true, mode: 0o700 });
    expect(barrierTo(inner, stranger)).toBe(outer);
    expect(barrierTo(fresh(0o700), stranger)).toBe(join(folder, String(made)));
  });

  it('is open where everybody, its group or its owner may pass', () => {
    const { uid, gid } = statSync(fresh(0o755));
    expect(barrierTo(fresh(0o711), stranger)).toBeNull();
    expect(barrierTo(fresh(0o710), { uid: 54_321, gid })).toBeNull();
    expect(barrierTo(fresh(0o700), { uid, gid: 54_321 })).toBeNull();
  });

  it('is not needed on Linux, where the programs are started inside and call it by a link of the kernel', () => {
    const barred = fresh(0o700);
    const start = () => startedIn(barred, stranger);
    if (process.platform === 'linux')
      expect(start()).toMatchObject({ name: '/proc/self/cwd', options: { cwd: barred, ...stranger } });
    else expect(start).toThrow(`may not pass through ${barred}`);
    expect(startedIn(barred, null)).toMatchObject({ name: barred, options: { cwd: barred } });
  });
});

/** An installation whose server's program says what the real one says. */
function installed(mode: number) {
  const home = fresh(mode);
  const root = join(home, 'native');
  for (const part of ['bin', 'lib', 'share']) mkdirSync(join(root, part), { recursive: true, mode: 0o700 });
  writeFileSync(join(root, 'bin/postgres'), '#!/bin/sh\necho "postgres (PostgreSQL) 18.4"\n', { mode: 0o700 });
  writeFileSync(join(root, 'lib/libpq.so.5'), 'library', { mode: 0o600 });
  symlinkSync('libpq.so.5', join(root, 'lib/libpq.so'));
  return binariesIn(root, 'test-18.4.0');
}

describe('the programs of the embedded database', () => {
  it('run from where they were installed if nothing is in the way', () => {
    const binaries = findBinaries();
    expect(runnable(binaries, null)).toEqual({ binaries, major: '18' });
    expect(binaries.label).toMatch(/^\w+-\w+-18\./);
  });

  it('that do not run at all are refused with what to do', () => {
    const missing = binariesIn(join(fresh(0o755), 'missing'), 'test');
    const expected = /^PostgreSQL does not run here \(.*ENOENT.*\); set DATABASE_URL to one of your own$/s;
    expect(() => runnable(missing, null)).toThrow(expected);
  });

  // Only root has another account to be barred; whoever is not root can hold that nothing of theirs is trusted.
  if (account === null)
    it('are never run by root from a shelf that somebody else could change', () => {
      const tried = () => runnable(installed(0o755), stranger, [fresh(0o755)]);
      expect(tried).toThrow(/root may not act as the account `nobody` here|not a folder that only root can change/);
    });
  else describeCopies(account);
});

function describeCopies(nobody: Account): void {
  it('are copied to where the account can run them, once, readable whatever they were', () => {
    const shelf = join(fresh(0o755), 'shelf');
    const binaries = installed(0o700);
    const first = runnable(binaries, nobody, [shelf]);
    expect(first).toEqual({ binaries: binariesIn(join(shelf, 'postgres-test-18.4.0'), 'test-18.4.0'), major: '18' });
    expect(statSync(join(first.binaries.root, 'lib/libpq.so')).mode & 0o777).toBe(0o644);
    const { ino } = statSync(first.binaries.postgres);
    expect(runnable(binaries, nobody, [shelf])).toEqual(first);
    expect(statSync(first.binaries.postgres).ino).toBe(ino);
    expect(readdirSync(shelf)).toEqual(['postgres-test-18.4.0']);
  });

  it('are copied anew when a copy was cut short', () => {
    const shelf = join(fresh(0o755), 'shelf');
    const binaries = installed(0o700);
    const { root } = runnable(binaries, nobody, [shelf]).binaries;
    truncateSync(join(root, 'lib/libpq.so.5'));
    rmSync(join(root, 'bin/postgres'));
    runnable(binaries, nobody, [shelf]);
    expect(readFileSync(join(root, 'lib/libpq.so.5'), 'utf8')).toBe('library');
  });

  it('are not run from a folder that somebody else made or may change, but from the next that is safe', () => {
    const foreign = fresh(0o755);
    chownSync(foreign, stranger.uid, stranger.gid);
    const open = fresh(0o777);
    const link = join(fresh(0o755), 'link');
    symlinkSync(fresh(0o755), link);
    const safe = fresh(0o755);
    const binaries = installed(0o700);
    expect(runnable(binaries, nobody, [foreign, open, link, safe]).binaries.root).toBe(
      join(safe, 'postgres-test-18.4.0'),
    );
    const tried = () => runnable(binaries, nobody, [foreign, open, link]);
    expect(tried).toThrow(/can run its programs nowhere here; start Firebreak as another user, or set DATABASE_URL/);
    expect(tried).toThrow(`${foreign}: is there already, and is not a folder that only root can change`);
    expect([foreign, open].map((path) => readdirSync(path))).toEqual([[], []]);
  });
}
