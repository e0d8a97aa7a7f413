// The database's files: created whole or not at all, never deleted once complete. Starts no server.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, databaseAccount, privateDirectory, startedIn } from './account.ts';
import { type Binaries, EmbeddedPostgresError, findBinaries } from './binaries.ts';
import { runnable } from './programs.ts';

/** A complete cluster, with what it takes to run it. */
export type Cluster = {
  readonly binaries: Binaries;
  readonly account: Account | null;
  /** Its directory, absolute and without links. */
  readonly directory: string;
  /** Of the owner, who may do everything. */
  readonly password: string;
  /** Of the role that the application works as. */
  readonly applicationPassword: string;
};

const run = promisify(execFile);
const staging = 'postgres.new-';

/**
 * Finds the cluster under `<dataDir>/postgres`, or creates it. The directory's lock must be held.
 * @throws EmbeddedPostgresError with what to do about it
 */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const account = databaseAccount();
  const { binaries, major } = runnable(findBinaries(), account);
  const home = realpathSync(dataDir);
  const directory = join(home, 'postgres');
  const secret = join(home, 'postgres.password');
  if (existsSync(join(directory, 'PG_VERSION'))) assertVersion(directory, major);
  else await create({ binaries, account, directory, secret, home });
  const password = readPassword(secret, directory);
  const applicationPassword = ownSecret(join(home, applicationSecret));
  return { binaries, account, directory, password, applicationPassword };
}

/** The file in the data directory that holds the password of the application's role. */
export const applicationSecret = 'postgres.app.password';

const newPassword = () => `${randomBytes(24).toString('base64url')}\n`;

/** A password in a file that only its user may read; made where there is none, as each start gives it to the role anew. */
function ownSecret(file: string): string {
  if (!existsSync(file) || readFileSync(file, 'utf8').trim() === '') {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, newPassword(), { mode: 0o600 });
    renameSync(draft, file);
  }
  return readFileSync(file, 'utf8').trim();
}

function assertVersion(directory: string, major: string): void {
  const found = readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();
  if (found !== major)
    throw new EmbeddedPostgresError(
      `${directory} was made by PostgreSQL ${found}, this Firebreak brings ${major}; start the Firebreak that made it and pg_dump its database, then load that into a new data directory`,
    );
}

/** A death half-way leaves only a staging folder, which cannot be mistaken for a database and which the next start removes. */
async function create(of: {
  readonly binaries: Binaries;
  readonly account: Account | null;
  readonly directory: string;
  readonly secret: string;
  readonly home: string;
}): Promise<void> {
  if (existsSync(of.directory) && readdirSync(of.directory).length > 0)
    throw new EmbeddedPostgresError(`${of.directory} is in the way and is no database; move it elsewhere`);
  for (const name of readdirSync(of.home).filter((entry) => entry.startsWith(staging))) clear(join(of.home, name));
  // A name of its own: an initdb whose Firebreak was killed may still be writing to the earlier one.
  const folder = mkdtempSync(join(of.home, staging));
  const [data, pwfile] = [join(folder, 'data'), join(folder, 'password')];
  const password = newPassword();
  try {
    privateDirectory(folder, of.account);
    privateDirectory(data, of.account);
    writeFileSync(pwfile, password, { mode: 0o600 });
    if (of.account) chownSync(pwfile, of.account.uid, of.account.gid);
    const { name, options } = startedIn(data, of.account);
    const choices = ['-U', 'firebreak', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C'];
    await run(of.binaries.initdb, ['-D', name, '--pwfile', `${name}/../password`, ...choices], options);
    writeFileSync(of.secret, password, { mode: 0o600 });
    sync(of.secret);
    renameSync(data, of.directory);
    sync(of.home);
  } catch (error) {
    const output = (error instanceof Error && 'stderr' in error && String(error.stderr).trim()) || String(error);
    throw new EmbeddedPostgresError(
      `the database could not be created in ${of.directory}: ${output.slice(-600)}\n${adviceOn(output)}`,
    );
  } finally {
    clear(folder);
  }
}

/** Removes a staging folder; what cannot go now is in no way and goes at a later start. */
function clear(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    return;
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function readPassword(secret: string, directory: string): string {
  try {
    return readFileSync(secret, 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      `the password of the database in ${directory} cannot be read (${(error as Error).message}); restore that file from a backup, or start Firebreak as the user that owns it`,
    );
  }
}

/** What to do about a failure of the database's programs, from what they said. */
export function adviceOn(output: string): string {
  if (/no space left|disk quota|ENOSPC/i.test(output)) return 'the disk is full: free some space and start again';
  if (/permission denied|not permitted|EACCES|EPERM|EROFS|read-only/i.test(output))
    return 'the data directory must be writable: correct its owner and rights, or set FIREBREAK_DATA_DIR to another';
  return 'see the message above; DATABASE_URL uses a PostgreSQL of your own instead';
}
