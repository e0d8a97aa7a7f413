// The key that vouches for what a process stores, held against the one that vouches for the record: what is written with another key is
// believed by nobody. Makes a key where there is no record yet; writes nothing to the database.
import { keyIdOf } from '../../core/timeline/signature.ts';
import type { Log } from '../../ports/runtime.ts';
import type { Queryable } from './event-store-readers.ts';
import { type KeyPlace, openSnapshotKey, ownPublicKey, ownSnapshotKey, SigningKeyError } from './signing-key.ts';
import type { SnapshotKey } from './snapshot-digest.ts';

/** The key, and the public keys whose signatures count: its own first, then those of before. */
export type RecordKey = { readonly key: SnapshotKey | null; readonly trusted: readonly string[] };

/** The id of the key that the record was last sealed with, or else of one that has vouched for a row; null: there is none yet. */
export async function keyOfRecord(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `(SELECT key_id AS id FROM checkpoints ORDER BY seq DESC LIMIT 1)
     UNION ALL (SELECT split_part(proof, '.', 1) FROM stream_snapshots WHERE proof IS NOT NULL LIMIT 1)`,
  );
  return rows[0]?.id ?? null;
}

/** Whether any of these keys has vouched for anything: whatever somebody has put beside that by hand. */
async function hasVouched(db: Queryable, ids: readonly string[]): Promise<boolean> {
  const { rows } = await db.query(
    `(SELECT 1 FROM checkpoints WHERE key_id = ANY($1) LIMIT 1)
     UNION ALL (SELECT 1 FROM stream_snapshots WHERE split_part(proof, '.', 1) = ANY($1) LIMIT 1) LIMIT 1`,
    [ids],
  );
  return rows.length > 0;
}

/**
 * Opens the key for a record that is there.
 * @param use `look`: it makes no key and needs none; `visit`: an order that the others would not believe is not taken; `serve`: that the
 * key is another is said, and what was written with that one is left alone
 * @throws SigningKeyError if the key can be neither read nor made, and on a visit with none or another
 */
export async function openRecordKey(
  db: Queryable,
  { place, formerKeys }: { readonly place: KeyPlace; readonly formerKeys: readonly string[] },
  { use, log }: { readonly use: 'look' | 'visit' | 'serve'; readonly log: Pick<Log, 'error'> },
): Promise<RecordKey> {
  const own = ownSnapshotKey(place);
  if (use === 'look') return { key: own, trusted: [] };
  const id = await keyOfRecord(db);
  const isKnown = id === null || (await hasVouched(db, [...(own ? [own.id] : []), ...formerKeys.map(keyIdOf)]));
  if (use === 'visit' && (!isKnown || (own === null && id !== null)))
    throw new SigningKeyError(
      `the record is vouched for with the key ${id}, and here is ${own ? own.id : 'none that can be used'}: nobody would believe this order; give it the same FIREBREAK_SIGNING_KEY or data directory, or ask the server with --server`,
    );
  const key = openSnapshotKey(place);
  if (!isKnown)
    log.error(
      { theirs: id, ours: key.id },
      'the record is vouched for with another key than that of this process, which believes what neither seals: give all processes one FIREBREAK_SIGNING_KEY; after a change of keys name the public key of before in FIREBREAK_FORMER_KEYS',
    );
  return { key, trusted: [ownPublicKey(place) ?? '', ...formerKeys] };
}
