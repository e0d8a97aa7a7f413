// PostgreSQL's programs where the database's account can run them: where npm put them, else copies elsewhere. Holds no data.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Account, barrierTo, startedIn } from './account.ts';
import { type Binaries, binariesIn, EmbeddedPostgresError } from './binaries.ts';

/** Where copies may lie, the best place first. All of it can be made again, so a cache is what it is. */
const shelves = () => ['/var/cache/firebreak', '/var/lib/firebreak', '/var/tmp/firebreak', join(tmpdir(), 'firebreak')];

/** Programs that run, and the version of PostgreSQL that they are, without its minor part. */
export type Programs = { readonly binaries: Binaries; readonly major: string };

/**
 * The programs, to be run by the account: as they are if it can run them, else copies that it can.
 * @throws EmbeddedPostgresError with what to do if they run nowhere
 */
export function runnable(binaries: Binaries, account: Account | null, places: readonly string[] = shelves()): Programs {
  const faults: string[] = [];
  const tryThose = (found: () => Binaries, where: string): Programs | null => {
    try {
      const those = found();
      return { binaries: those, major: majorOf(those, account) };
    } catch (error) {
      if (error instanceof EmbeddedPostgresError) throw error;
      faults.push(`${where}: ${(error as Error).message}`);
      return null;
    }
  };
  const asTheyAre = tryThose(() => binaries, binaries.root);
  if (asTheyAre !== null) return asTheyAre;
  if (account === null)
    throw new EmbeddedPostgresError(`PostgreSQL does not run here (${faults}); set DATABASE_URL to one of your own`);
  for (const shelf of places) {
    const copy = tryThose(() => binariesIn(copied(binaries, shelf, account), binaries.label), shelf);
    if (copy !== null) return copy;
  }
  throw new EmbeddedPostgresError(
    'started by root, the database runs as the account `nobody`, which can run its programs nowhere here; start Firebreak ' +
      `as another user, or set DATABASE_URL to a PostgreSQL of your own. What was tried: ${faults.join('; ')}`,
  );
}

/**
 * Lets the account run the server's program for its version.
 * @throws EmbeddedPostgresError if no program can be run as the account, another error if this one cannot
 */
function majorOf({ root, postgres }: Binaries, account: Account | null): string {
  if (account !== null) assertNoBarrier(join(root, 'bin'), account);
  try {
    const { options } = startedIn('/', account);
    const version = execFileSync(postgres, ['--version'], { ...options, encoding: 'utf8', stdio: 'pipe' });
    return /(\d+)/.exec(version)?.[1] ?? version;
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (account !== null && (code === 'EPERM' || code === 'EINVAL'))
      throw new EmbeddedPostgresError(
        `PostgreSQL does not run as root, and root may not act as the account \`nobody\` here (${code}); start Firebreak as ` +
          'another user, or set DATABASE_URL to a PostgreSQL of your own',
      );
    throw new Error(stderr?.trim() || message.trim());
  }
}

function assertNoBarrier(path: string, account: Account): void {
  const barrier = barrierTo(path, account);
  if (barrier !== null) throw new Error(`it may not pass through ${barrier}`);
}

/** A whole copy on the shelf, made if it is not there. It is put in its place complete, so that others may use it at any time. */
function copied(binaries: Binaries, shelf: string, account: Account): string {
  try {
    mkdirSync(shelf, { mode: 0o755 });
    chmodSync(shelf, 0o755);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  // Where everybody may make files, somebody else may have made this one, to have programs of their own run by us.
  const { uid, mode } = lstatSync(shelf);
  if (!lstatSync(shelf).isDirectory() || uid !== 0 || (mode & 0o022) !== 0)
    throw new Error('is there already, and is not a folder that only root can change');
  assertNoBarrier(shelf, account);
  const place = join(shelf, `postgres-${binaries.label}`);
  const wanted = contentOf(binaries.root);
  if (isSame(place, wanted)) return place;
  const draft = `${place}.${randomBytes(8).toString('hex')}`;
  try {
    cpSync(binaries.root, draft, { recursive: true, verbatimSymlinks: true });
    for (const path of ['', ...wanted.keys()]) openToAll(join(draft, path));
    if (!isSame(place, wanted)) {
      rmSync(place, { recursive: true, force: true });
      renameSync(draft, place);
    }
    return place;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Readable, and executable if it was for its owner, whatever the mask was that it was installed with. */
function openToAll(path: string): void {
  const stat = lstatSync(path);
  if (!stat.isSymbolicLink()) chmodSync(path, stat.mode & 0o100 ? 0o755 : 0o644);
}

/** Everything under a folder with its size in bytes; folders and links have none. */
function contentOf(root: string): ReadonlyMap<string, number> {
  const content = new Map<string, number>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    content.set(relative(root, path), entry.isFile() ? lstatSync(path).size : 0);
  }
  return content;
}

function isSame(place: string, wanted: ReadonlyMap<string, number>): boolean {
  try {
    const found = contentOf(place);
    return found.size === wanted.size && [...wanted].every(([path, bytes]) => found.get(path) === bytes);
  } catch {
    return false;
  }
}
