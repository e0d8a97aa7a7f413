// Who the embedded database runs as: this user, or `nobody` when that is root, which PostgreSQL refuses. Creates no account.
import { chmodSync, chownSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './binaries.ts';

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
export const identityOf = (account: Account | null) => (account ? { uid: account.uid, gid: account.gid } : {});

/** Makes a directory private, and the account's own if there is one. */
export function privateDirectory(path: string, account: Account | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (account) chownSync(path, account.uid, account.gid);
  chmodSync(path, 0o700);
}

/**
 * Makes sure that the account may pass through every folder down to `path`.
 * @throws EmbeddedPostgresError naming the first folder that stops it, and the ways out
 */
export function assertReachable(path: string, account: Account | null): void {
  if (!account) return;
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const passes = uid === account.uid ? mode & 0o100 : gid === account.gid ? mode & 0o010 : mode & 0o001;
    if (!passes)
      throw new EmbeddedPostgresError(
        `started by root, the database runs as the account \`nobody\`, which may not pass through ${folder} to ${path}; ` +
          `run \`chmod o+x ${folder}\`, or start Firebreak as another user, or move it (and FIREBREAK_DATA_DIR) elsewhere, or set DATABASE_URL`,
      );
    if (folder === dirname(folder)) return;
  }
}
