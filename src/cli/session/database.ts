// The database that is there, open for one command: beside a running Firebreak or without one. Makes none, migrates none.
import type { Config } from '../../config/environment.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { Log } from '../../ports/runtime.ts';
import { EmbeddedPostgresError } from '../../store/embedded/binaries.ts';
import { DataDirectoryInUseError } from '../../store/embedded/data-directory.ts';
import { addressOfRunning } from '../../store/embedded/visitor.ts';
import { SigningKeyError } from '../../store/ledger/signing-key.ts';
import { openStore, type Store, type StoreUse } from '../../store/open.ts';
import { openDatabase } from '../../store/open-database.ts';
import { SchemaMismatchError } from '../../store/postgres/schema-mismatch.ts';
import { messageOf } from './failure.ts';
import { CliError, withProgress } from './output.ts';
import { configured, logOf } from './settings.ts';

/** The database, open for one command. */
export type Session = {
  readonly config: Config;
  readonly log: Log;
  readonly store: Store;
  /** True: no Firebreak can be running on this database, because this command holds its data directory. */
  readonly alone: boolean;
};

const startingWithinMs = 5000;

/** Opens the database, lets `work` use it, and closes it. */
export async function withDatabase<T>(
  { config, use }: { readonly config: Config; readonly use: StoreUse },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const log = logOf(config);
  const { store, alone } = await withProgress('opening the database', () => open(config, log, use));
  try {
    return await work({ config, log, store, alone });
  } catch (error) {
    if (alone || config.databaseUrl !== null || !isGone(error)) throw error;
    throw new CliError(
      'database',
      'the Firebreak whose database this is has just ended, and its database with it; `firebreak runs` shows where things stand',
    );
  } finally {
    await store.close();
  }
}

/** Opens the database for a look that no API gives; the database refuses every change. */
export function withRecord<T>(work: (session: Session) => Promise<T>): Promise<T> {
  return withDatabase({ config: configured(), use: 'read' }, work);
}

/** The server ends (57P01, PostgreSQL's appendix of error codes), or has ended. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === '57P01' || code === 'ECONNREFUSED' || /Connection terminated/.test(messageOf(error));
}

async function open(config: Config, log: Log, use: StoreUse): Promise<Pick<Session, 'store' | 'alone'>> {
  const { opened, alone } = await openThere(config, use, (where) => openStore(where, realRuntime, log, use));
  return { store: opened, alone };
}

/**
 * Opens the database itself for one command, to read all of it.
 * @throws what `withDatabase` throws
 */
export async function withTables<T>(
  work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
): Promise<T> {
  const config = configured();
  const { opened } = await openThere(config, 'read', (where) => openDatabase(where, logOf(config), 'read'));
  return work(opened).finally(() => opened.close());
}

/** Opens what is there; where a running Firebreak has the data directory, at the address of its database. */
async function openThere<T>(
  config: Config,
  use: StoreUse,
  opener: (where: Config) => Promise<T>,
): Promise<{ readonly opened: T; readonly alone: boolean }> {
  try {
    return { opened: await opener(config), alone: config.databaseUrl === null };
  } catch (error) {
    if (error instanceof DataDirectoryInUseError) {
      const databaseUrl = await addressOfRunning(config.dataDir, startingWithinMs);
      const isOwner = use === 'archive' || use === 'own';
      const databaseAdminUrl = isOwner ? await addressOfRunning(config.dataDir, startingWithinMs, 'owner') : null;
      return { opened: await opener({ ...config, databaseUrl, databaseAdminUrl }), alone: false };
    }
    const isClear = [EmbeddedPostgresError, SchemaMismatchError, SigningKeyError].some((kind) => error instanceof kind);
    if (isClear || config.databaseUrl === null) throw error;
    throw new CliError('database', `the database cannot be used: ${messageOf(error)}; check DATABASE_URL`);
  }
}
