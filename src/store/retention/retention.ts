// Removes old rows that are no record, a small batch at a time: each statement holds its few locks for a moment, and passes over
// rows that somebody else holds. How old is old is decided elsewhere.
import type { Pool } from 'pg';
import type { Retention, RetentionKind } from '../../ports/retention.ts';
import { elementsOf } from '../intake/alert-elements.ts';

/** Deliveries about an alert whose newest incident is open: whoever works on it wants to see what was sent. */
const ofOpenIncident = `EXISTS (
  SELECT 1 FROM ${elementsOf('d.alerts')} AS told
  JOIN alerts a ON a.fingerprint = told->>'fingerprint' JOIN incidents i ON i.id = a.incident_id
  WHERE i.status = 'open')`;
const delivered = (which: string) => ({
  table: 'deliveries d',
  key: 'receipt',
  where: `NOT EXISTS (SELECT 1 FROM intake_queue q WHERE q.receipt = d.receipt) AND d.received_at < $2 AND ${which}`,
  order: 'd.received_at',
});

/** What each kind is. `$2`: the instant before which rows are old. */
const rowsOf: {
  readonly [kind in RetentionKind]: {
    readonly table: string;
    readonly key: string;
    readonly where: string;
    readonly order: string;
  };
} = {
  deliveries: delivered(`NOT d.dead AND d.alerts::text <> '[]' AND NOT ${ofOpenIncident}`),
  emptyDeliveries: delivered(`NOT d.dead AND d.alerts::text = '[]'`),
  deadDeliveries: delivered('d.dead'),
  idempotencyKeys: { table: 'idempotency_keys', key: 'key', where: 'created_at < $2', order: 'created_at' },
  usedProofs: { table: 'used_proofs', key: 'key', where: 'until < $2', order: 'until' },
  sessions: { table: 'sessions', key: 'id', where: 'expires_at < $2', order: 'expires_at' },
  workers: { table: 'workers', key: 'id', where: 'seen_at < $2', order: 'seen_at' },
  breakers: {
    table: 'breakers',
    key: 'target',
    where: 'updated_at < $2 AND coalesce(open_until < $2, true)',
    order: 'updated_at',
  },
};

/** Removing on a pool of connections. */
export const createRetention = (pool: Pick<Pool, 'query'>): Retention => ({
  async remove(kind, { ageMs, limit }) {
    const { table, key, where, order } = rowsOf[kind];
    const [bare = table] = table.split(' ');
    // The age is reckoned in the database, whose clock has written these instants or is within seconds of whose did.
    const { rows } = await pool.query<{ before: string }>(
      `SELECT clock_timestamp() - $1::float8 * interval '1 millisecond' AS before`,
      [ageMs],
    );
    const { rowCount } = await pool.query(
      `DELETE FROM ${bare} WHERE ${key} IN (
         SELECT ${key} FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT $1 FOR UPDATE${table === bare ? '' : ' OF d'} SKIP LOCKED)`,
      [limit, rows[0]?.before],
    );
    return rowCount ?? 0;
  },
});
