// Opens the database of a store: a PostgreSQL that is configured or the embedded one, with its pools and the schema as it should be. Knows no adapter.

import type { PoolClient } from 'pg';
import type { Log } from '../ports/runtime.ts';
import { startEmbeddedPostgres } from './embedded/embedded.ts';
import { expectEmbeddedDatabase } from './embedded/visitor.ts';
import type { SnapshotKey } from './ledger/snapshot-digest.ts';
import { vouchOnce } from './ledger/vouch-once.ts';
import { bringUpToDate } from './postgres/application-role.ts';
import type { AlsoMigrate, Migration } from './postgres/migrate.ts';
import { deliveryProofs } from './postgres/migrations/0019-delivery-proofs.ts';
import { migrations } from './postgres/migrations/index.ts';
import { createPool, withTransaction } from './postgres/pool.ts';
import { expectSchema } from './postgres/schema.ts';

/**
 * What for a store is opened.
 * - `own`: the database is made where there is none, its schema brought up to date, and what a dead process left is given free.
 * - `visit`: it must be there, with the schema of this program.
 * - `read`: as `visit`, and the database refuses every change.
 * - `archive`: as `visit`, and streams may leave, which only the owner of the schema can do.
 */
export type StoreUse = 'own' | 'visit' | 'read' | 'archive';

/** Where a database is, and as whom. */
export type DatabasePlace = {
  readonly databaseUrl: string | null;
  /** The same database as its owner; absent or null: as `databaseUrl`, or the owner of the embedded one. */
  readonly databaseAdminUrl?: string | null;
  readonly dataDir: string;
  readonly signingKey?: string | null;
  /** Public keys, base64 of their DER, that the record was sealed with before. */
  readonly formerKeys?: readonly string[];
};

/** Opens the database itself: our own server where none is named, connections as the application and, to archive, as the owner. */
export async function openDatabase(where: DatabasePlace, log: Log, use: StoreUse) {
  if (where.databaseUrl === null && use !== 'own') expectEmbeddedDatabase(where.dataDir);
  const embedded = where.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: where.dataDir, log }) : null;
  const url = embedded?.applicationUrl ?? where.databaseUrl ?? '';
  const ownerUrl = embedded?.url ?? where.databaseAdminUrl ?? url;
  // A connection may still be closing when our own database ends.
  let closing = false;
  const open = (limits: { readonly max: number; readonly statementTimeoutMs?: number }, as: string = url) =>
    createPool({
      connectionString: as,
      applicationName: 'firebreak',
      readOnly: use === 'read',
      ...limits,
      onError(error) {
        if (!closing) log.warn({ error: error.message }, 'a database connection was lost');
      },
    });
  const pool = open({ max: 13 });
  // For the two statements that are by far the longest and come all the time, never more of them at once than there are connections
  // here: each connection reads and plans a statement anew the first times it gets it.
  const steady = open({ max: 3 });
  const owner = use === 'archive' ? open({ max: 1 }, ownerUrl) : null;
  /** One connection as the owner for work that takes as long as it takes; whoever opens it ends it. */
  const unhurried = () => open({ max: 1, statementTimeoutMs: 0 }, ownerUrl);
  return {
    url,
    pool,
    steady,
    owner,
    isEmbedded: embedded !== null,
    /** One transaction as the owner, on a connection that ends with it; null: nothing is written here. */
    asOwner:
      use === 'read'
        ? null
        : async <T>(work: (client: PoolClient) => Promise<T>) => {
            const single = open({ max: 1 }, ownerUrl);
            return withTransaction(single, work).finally(() => single.end());
          },
    async close() {
      closing = true;
      await pool.end();
      await steady.end();
      await owner?.end();
      await embedded?.stop();
    },
    unhurried,
    /**
     * Makes the schema what it should be, or finds that it is. `keyOf` gives the key that vouches once for what earlier versions wrote.
     * @param only these migrations and no others: the schema of a backup
     */
    async prepare(keyOf: () => SnapshotKey, only: readonly Migration[] = migrations) {
      // Waiting for another process's migration, or running a long one, is no slow statement.
      const owned = unhurried();
      // The application works on a whole schema only, and has rights on no other.
      const role = ownerUrl === url || only !== migrations ? '' : decodeURIComponent(new URL(url).username);
      const once: AlsoMigrate = async (client, id) => {
        if (id === deliveryProofs.id) await vouchOnce(client, keyOf());
      };
      const work = use === 'own' ? bringUpToDate(owned, { migrations: only, role, once }) : expectSchema(owned, only);
      await work.finally(() => owned.end());
    },
  };
}
