// The account that the embedded database runs as: this user's, or `nobody` when that is root, which PostgreSQL refuses. Creates no account.
import { chmodSync, chownSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './binaries.ts';

/** The whole environment of the database's programs: nothing of ours is handed on. */
const databaseEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** An unprivileged account for the database when this process is root; null when it is not. */
export type Account = { readonly uid: number; readonly gid: number };

/**
 * PostgreSQL refuses to run as root; `nobody` exists everywhere and owns nothing else.
 * @throws EmbeddedPostgresError if this is root and there is no such account
 */
export function databaseAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!uid || !gid)
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root and there is no account `nobody`; start Firebreak as another user, or set DATABASE_URL',
    );
  return { uid: Number(uid), gid: Number(gid) };
}

/** The account as options of a child process. */
const identityOf = (account: Account | null) => (account ? { uid: account.uid, gid: account.gid } : {});

/** Makes a directory private, and the account's own if there is one. */
export function privateDirectory(path: string, account: Account | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (account) chownSync(path, account.uid, account.gid);
  chmodSync(path, 0o700);
}

/** The first folder on the way down to `path`, itself included, that the account may not pass through; null: it gets there. */
export function barrierTo(path: string, account: Account): string | null {
  const barriers: string[] = [];
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const passes = uid === account.uid ? mode & 0o100 : gid === account.gid ? mode & 0o010 : mode & 0o001;
    if (!passes) barriers.push(folder);
    if (folder === dirname(folder)) return barriers.at(-1) ?? null;
  }
}

/** What a program of the database calls the folder that it was started in. */
const here = '/proc/self/cwd';

/**
 * How a program of the database is started on the files in `folder`: the name that it knows the folder by, and the options of its
 * process. The account may be barred from the way to the folder (a home of root's is 0700 on most machines). On Linux the folder is
 * entered before the account is taken on, and the program knows it by the kernel's link to wherever it is, which needs no way.
 * @throws EmbeddedPostgresError where there is no such link, if the account may not go the way
 */
export function startedIn(folder: string, account: Account | null) {
  const options = { cwd: folder, env: databaseEnvironment, ...identityOf(account) };
  if (account === null) return { name: folder, options };
  if (process.platform === 'linux') return { name: here, options };
  const barrier = barrierTo(folder, account);
  if (barrier === null) return { name: folder, options };
  throw new EmbeddedPostgresError(
    `started by root, the database runs as the account \`nobody\`, which may not pass through ${barrier} to ${folder}; ` +
      `run \`chmod o+x ${barrier}\`, or start Firebreak as another user, or set FIREBREAK_DATA_DIR or DATABASE_URL`,
  );
}
