// The data directory: one Firebreak at a time, readable by nobody else, owned by whoever the database runs as. Starts nothing.
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-binaries.ts';

/** Another Firebreak uses the directory. */
export class DataDirectoryInUseError extends EmbeddedPostgresError {
  override readonly name: string = 'DataDirectoryInUseError';
}

/** An unprivileged account for the database when this process is root; null when it is not. */
export type Account = { readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root; `nobody` exists everywhere and owns nothing else. */
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

/** When a process started, as the kernel counts; tells a process from a later one with the same number. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startOf(pid);
  return now === null || start === '' || now === start;
}

/**
 * Takes the directory for this process; the answer gives it back.
 * A lock left by a process that was killed is taken over.
 * @throws DataDirectoryInUseError if a living Firebreak holds it
 * @throws EmbeddedPostgresError if the directory cannot be written
 */
export function lockDirectory(dataDir: string): () => void {
  const file = join(dataDir, 'firebreak.lock');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw new EmbeddedPostgresError(`cannot create the data directory ${dataDir}: ${(error as Error).message}`);
  }
  for (let tries = 0; tries < 5; tries++) {
    try {
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, `${process.pid} ${startOf(process.pid) ?? ''}\n`);
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new EmbeddedPostgresError(`cannot write to the data directory ${dataDir}: ${(error as Error).message}`);
    }
    const [pid = '', start = ''] = readFileSync(file, 'utf8').trim().split(' ');
    if (pid !== '' && Number(pid) !== process.pid && isAlive(Number(pid), start))
      throw new DataDirectoryInUseError(
        `another Firebreak (process ${pid}) uses ${dataDir}; stop it, or give this one its own FIREBREAK_DATA_DIR`,
      );
    rmSync(file, { force: true });
  }
  throw new EmbeddedPostgresError(`cannot take the lock ${file}`);
}

/** Makes a directory private, and the account's own if there is one. */
export function privateDirectory(path: string, account: Account | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (account) chownSync(path, account.uid, account.gid);
  chmodSync(path, 0o700);
}
