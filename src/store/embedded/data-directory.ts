// The lock on the data directory: one Firebreak at a time, immune to kill -9 and to reused process numbers. Starts nothing.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './binaries.ts';

/** Another Firebreak uses the directory. */
export class DataDirectoryInUseError extends EmbeddedPostgresError {
  override readonly name: string = 'DataDirectoryInUseError';
}

const lockName = 'firebreak.lock';

/**
 * Takes the directory for this process; the answer gives it back.
 * A lock left by a process that was killed is taken over.
 * @throws DataDirectoryInUseError if a living Firebreak holds it
 * @throws EmbeddedPostgresError if the directory cannot be written
 */
export function lockDirectory(dataDir: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    return take(dataDir, join(dataDir, lockName));
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(
      `cannot write to the data directory ${dataDir} (${(error as Error).message}); make it writable for this user, or set FIREBREAK_DATA_DIR to one that is`,
    );
  }
}

/**
 * Empties the directory, or makes it.
 * @throws DataDirectoryInUseError if a living Firebreak holds it
 * @throws EmbeddedPostgresError if the directory cannot be written
 */
export function clearDirectory(dataDir: string): void {
  const unlock = lockDirectory(dataDir);
  try {
    for (const name of readdirSync(dataDir))
      if (!name.startsWith(lockName)) rmSync(join(dataDir, name), { recursive: true, force: true });
  } finally {
    unlock();
  }
}

/**
 * A lock is linked into place complete: there is no moment at which it exists and names no holder. A dead holder's lock is
 * replaced only under a second lock named after it, so that of two processes that would take it over one wins.
 */
function take(dataDir: string, file: string): () => void {
  const mine = `${process.pid} ${startOf(process.pid) ?? ''} ${randomBytes(8).toString('hex')}\n`;
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    for (;;) {
      if (links(draft, file)) break;
      const held = read(file);
      if (held === null) continue;
      refuseIfAlive(held, dataDir);
      const digest = createHash('sha256').update(held).digest('hex').slice(0, 16);
      const release = take(dataDir, join(dataDir, `${lockName}.heir-${digest}`));
      const inherited = read(file) === held;
      if (inherited) renameSync(draft, file);
      release();
      if (inherited) break;
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
}

function links(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function refuseIfAlive(held: string, dataDir: string): void {
  const [pid = '', start = ''] = held.trim().split(' ');
  // A process number alone proves nothing: it may have been given to another program since.
  if (!/^\d+$/.test(pid) || startOf(Number(pid)) !== start) return;
  throw new DataDirectoryInUseError(
    `another Firebreak (process ${pid}) uses ${dataDir}; stop it, or give this one its own FIREBREAK_DATA_DIR`,
  );
}

/** When a process started, in words without spaces; null if it does not run. A zombie does not run. */
export function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // Counted from the machine's start: the boot's own id keeps two boots apart.
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot}/${fields[19]}`;
    }
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return started === '' ? null : started.replace(/\s+/g, '_');
  } catch {
    return null;
  }
}
