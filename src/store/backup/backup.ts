// The whole database into one file, and out of it again. The key stays out: whoever has both can write a record of their own.
import { keyIdOf } from '../../core/timeline/signature.ts';
import type { Log } from '../../ports/runtime.ts';
import { openSnapshotKey, ownPublicKey, SigningKeyError } from '../ledger/signing-key.ts';
import { type DatabasePlace, openDatabase } from '../open-database.ts';
import { migrations } from '../postgres/migrations/index.ts';
import { SchemaMismatchError } from '../postgres/schema-mismatch.ts';
import { type BackupEnd, type BackupHead, readBackup, verifyBackup, writeBackup } from './backup-file.ts';
import { withDump } from './dump.ts';
import { expectEmpty, loadBackup } from './load.ts';

/** A database that is open to be read. */
type OpenDatabase = Pick<Awaited<ReturnType<typeof openDatabase>>, 'unhurried'>;

/**
 * Writes what the database holds at this moment; Firebreak may go on meanwhile.
 * @throws Error of the file system or the database
 */
export async function backUp(
  database: OpenDatabase,
  { file, ...made }: { readonly file: string } & Pick<BackupHead, 'madeAt' | 'program'>,
): Promise<BackupEnd> {
  const pool = database.unhurried();
  try {
    return await withDump(pool, ({ schema, sequences, key, rows }) =>
      writeBackup(file, { firebreak: 'backup', format: 1, ...made, schema: [...schema], key, sequences }, rows),
    );
  } finally {
    await pool.end();
  }
}

/**
 * Makes a database from a file, in the schema of this program. The file is read to its end before anything is written.
 * @param options.anyKey also without the key that vouches for the record: what it seals can then be verified, and nothing added to it
 * @throws BackupFileError, NotEmptyError, SigningKeyError, SchemaMismatchError; then nothing was changed but an empty schema, perhaps
 */
export async function restore(
  where: DatabasePlace,
  log: Log,
  { file, anyKey }: { readonly file: string; readonly anyKey: boolean },
): Promise<{ readonly head: BackupHead; readonly end: BackupEnd }> {
  const verified = await verifyBackup(file);
  const schema = schemaOf(verified.head);
  const place = { dataDir: where.dataDir, signingKey: where.signingKey ?? null };
  if (!anyKey) expectKey(verified.head, ownPublicKey(place), where);
  const database = await openDatabase(where, log, 'own');
  try {
    const pool = database.unhurried();
    try {
      await expectEmpty(pool);
      await database.prepare(() => openSnapshotKey(place), schema);
      await loadBackup(pool, verified.head, (await readBackup(file)).rows);
    } finally {
      await pool.end();
    }
    await database.prepare(() => openSnapshotKey(place));
  } finally {
    await database.close();
  }
  return verified;
}

/** The migrations that the backup's schema has had. */
function schemaOf({ schema, program }: BackupHead) {
  const known = new Set(migrations.map(({ id }) => id));
  const unknown = schema.find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new SchemaMismatchError(
      `the backup was made by Firebreak ${program} and has migration ${unknown}, which this version does not know; restore it with that one`,
    );
  return migrations.filter(({ id }) => schema.includes(id));
}

function expectKey({ key }: BackupHead, publicKey: string | null, { dataDir }: DatabasePlace): void {
  const own = publicKey === null ? null : keyIdOf(publicKey);
  if (key === null || key === own) return;
  throw new SigningKeyError(
    `the record is vouched for with the key ${key}, and here is ${own ?? 'none'}: put the signing-key.pem that belongs to it into ${dataDir}, or name it with FIREBREAK_SIGNING_KEY_FILE; if it is lost, --any-key restores without it`,
  );
}
