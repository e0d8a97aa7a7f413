// The system stream in PostgreSQL: its head, its events, and what of it is read elsewhere, in one statement. Decides nothing.
import pg, { type Pool, type PoolClient, type QueryConfig } from 'pg';
import type { Archived } from '../../core/system/archived.ts';
import { systemStreamId } from '../../core/system/events.ts';
import { emptySystem } from '../../core/system/state.ts';
import type { AppliedRedaction, LoadedSystem, SystemChange, SystemStream } from '../../ports/ledger.ts';
import { OwnerOnlyError } from '../../ports/owner-only.ts';
import { withTransaction } from '../postgres/pool.ts';
import { appendStreamSql, appendStreamValues } from './append-stream.ts';
import { applyRedaction, StreamMovedOnError } from './apply-redaction.ts';
import type { IncidentColumns, Snapshots } from './snapshots.ts';

const appendSql = appendStreamSql('system', [
  `engaged AS (
  INSERT INTO kill_switches (scope, engaged_by, reason, engaged_at)
  SELECT s.scope, s.by, s.reason, s.at
  FROM head, jsonb_to_recordset($10::jsonb) AS s(scope text, by jsonb, reason text, at timestamptz)
  ON CONFLICT (scope) DO UPDATE SET engaged_by = EXCLUDED.engaged_by, reason = EXCLUDED.reason,
    engaged_at = EXCLUDED.engaged_at
)`,
  `released AS (
  DELETE FROM kill_switches USING head WHERE scope = ANY($11::text[])
)`,
  `token AS (
  INSERT INTO tokens (hash, name, rights, owner, expires_at, created_by, created_at, revoked)
  SELECT t.hash, t.name, t.rights, t.owner, t."expiresAt", t."createdBy", t."createdAt", t.revoked
  FROM head, jsonb_to_recordset($12::jsonb) AS t(hash text, name text, rights text[], owner text, "expiresAt" timestamptz,
    "createdBy" jsonb, "createdAt" timestamptz, revoked jsonb)
  ON CONFLICT (hash) DO UPDATE SET revoked = EXCLUDED.revoked
)`,
]);

const valuesOf = (change: SystemChange, snapshots: Pick<Snapshots, 'ofSystem'>): unknown[] => [
  ...appendStreamValues(systemStreamId, change, snapshots.ofSystem(change)),
  JSON.stringify(change.engaged),
  change.released,
  JSON.stringify(change.tokens),
];

/** Ways to work as the owner of the schema; `owner`: for streams that leave, `asOwner`: for redactions. Null: there is none. */
export type AsOwner = {
  readonly owner?: Pool | null;
  readonly asOwner?: (<T>(work: (client: PoolClient) => Promise<T>) => Promise<T>) | null;
};

/** Insufficient privilege: by PostgreSQL's appendix of error codes. */
const notOwner = '42501';

/** Rolls back where a stream that was to leave is not as it was archived. */
class HasMovedOnError extends Error {
  override readonly name = 'HasMovedOnError';
}

/** Takes a stream away with everything that follows from it; its row among the archived ones stays. */
async function takeAway(
  client: PoolClient,
  { streamId, number, head, digest, archivedAt, alerts, isPrivate }: Archived,
) {
  await client.query(
    `INSERT INTO archived_streams (id, number, version, head_hash, digest, archived_at, is_private)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [streamId, number, head.version, head.hash, digest, archivedAt, isPrivate],
  );
  // Only what is recorded to leave: one that has moved on to another incident stays.
  await client.query('DELETE FROM alerts WHERE incident_id = $1 AND fingerprint = ANY($2::text[])', [streamId, alerts]);
  await client.query('DELETE FROM slack_messages WHERE incident_id = $1', [streamId]);
  await client.query('DELETE FROM runs WHERE incident_id = $1', [streamId]);
  const row = await client.query(
    number === null
      ? `DELETE FROM streams WHERE id = $1 AND version = $2 AND head_hash = $3 AND kind = 'group' AND held = '{}' AND wake_at IS NULL`
      : `DELETE FROM incidents WHERE id = $1 AND version = $2 AND head_hash = $3 AND status <> 'open'`,
    [streamId, head.version, head.hash],
  );
  const events = await client.query('DELETE FROM events WHERE stream_id = $1', [streamId]);
  if (row.rowCount !== 1 || events.rowCount !== head.version) throw new HasMovedOnError();
}

/**
 * The system stream on a pool of connections.
 * @param as how to work as the owner of the schema, who alone can let streams leave and take anything out
 */
export function createSystemStream(
  pool: Pool,
  snapshots: Pick<Snapshots, 'ofSystem' | 'loadSystem' | 'refuse' | 'texts'>,
  { owner = null, asOwner = null }: AsOwner = {},
): SystemStream {
  async function stored(): Promise<LoadedSystem | null> {
    const { rows } = await pool.query<Omit<IncidentColumns, 'id'>>({
      name: 'load-system',
      text: 'SELECT state::text AS state, proof, version, head_hash FROM streams WHERE id = $1',
      values: [systemStreamId],
    });
    return rows[0] ? snapshots.loadSystem(rows[0]) : null;
  }

  async function redact(statement: QueryConfig, redaction: AppliedRedaction) {
    const hint =
      'this Firebreak works as a role that may not change the record; set DATABASE_ADMIN_URL, the address of the owner';
    if (!asOwner) throw new OwnerOnlyError(hint);
    try {
      return await asOwner(async (client) => {
        const { rowCount } = await client.query(statement);
        if (rowCount !== 1) return 'conflict' as const;
        await applyRedaction(client, snapshots, redaction);
        return 'appended' as const;
      });
    } catch (error) {
      if (error instanceof StreamMovedOnError) return 'conflict' as const;
      if (error instanceof pg.DatabaseError && error.code === notOwner) throw new OwnerOnlyError(hint);
      throw error;
    }
  }

  return {
    async load() {
      const loaded = await stored();
      if (loaded) return loaded;
      const events = await pool.query({
        name: 'system-events',
        text: 'SELECT 1 FROM events WHERE stream_id = $1 LIMIT 1',
        values: [systemStreamId],
      });
      // Another process may have recorded the first event in between: then its row is there by now.
      if (events.rows.length > 0)
        return (await stored()) ?? snapshots.refuse(systemStreamId, 'it has events, and its row is gone');
      const nothing: LoadedSystem = { state: emptySystem, head: null };
      return nothing;
    },

    async append(change) {
      const statement = { name: 'append-system', text: appendSql, values: valuesOf(change, snapshots) };
      if (change.redacted) return redact(statement, change.redacted);
      if (change.archived.length === 0) {
        const { rowCount } = await pool.query(statement);
        return rowCount === 1 ? 'appended' : 'conflict';
      }
      if (!owner) throw new Error('streams leave only where the store was opened for it');
      try {
        return await withTransaction(owner, async (client) => {
          const { rowCount } = await client.query(statement);
          if (rowCount !== 1) return 'conflict';
          for (const one of change.archived) await takeAway(client, one);
          return 'appended';
        });
      } catch (error) {
        if (error instanceof HasMovedOnError) return 'conflict';
        throw error;
      }
    },
  };
}
