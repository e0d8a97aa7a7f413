// Refused deliveries and faults of fields in PostgreSQL: one row for each kind, so many kinds for each integration. Holds no body.
import type { Pool } from 'pg';
import type { DeliveryNoteStore } from '../../ports/delivery-notes.ts';

/** Kinds that are kept for one integration. */
const maxKindsKept = 100;

const shown = `first_at AS "firstAt", last_at AS "lastAt", count::float8 AS count`;
const counted = (table: string) =>
  `first_at = least(${table}.first_at, excluded.first_at), last_at = greatest(${table}.last_at, excluded.last_at),
   count = ${table}.count + excluded.count`;

const addRefused = `
INSERT INTO refused_deliveries (source, integration, outcome, reason, peer, first_at, last_at, count)
SELECT * FROM json_to_recordset($1) AS n(source text, integration text, outcome text, reason text, peer text, "firstAt" timestamptz,
  "lastAt" timestamptz, count bigint)
-- By everybody in the same order, so that two processes never wait for each other.
ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (source, integration, outcome, reason, peer) DO UPDATE SET ${counted('refused_deliveries')}`;

const addFaults = `
INSERT INTO delivery_field_faults (source, integration, field, kind, message, first_at, last_at, count)
SELECT * FROM json_to_recordset($1) AS n(source text, integration text, field text, kind text, message text, "firstAt" timestamptz,
  "lastAt" timestamptz, count bigint)
ORDER BY 1, 2, 3, 4
ON CONFLICT (source, integration, field, kind) DO UPDATE SET ${counted('delivery_field_faults')}, message = excluded.message`;

const forget = (table: string, key: string) => `
DELETE FROM ${table} t USING (
  SELECT source, integration, ${key}, row_number() OVER (PARTITION BY source, integration ORDER BY last_at DESC, ${key}) AS place
  FROM ${table}
) old WHERE old.place > ${maxKindsKept} AND t.source = old.source AND t.integration = old.integration
  AND (${key.split(', ').map((column) => `t.${column}`)}) = (${key.split(', ').map((column) => `old.${column}`)})`;

/** The store. */
export function createDeliveryNotes(pool: Pool): DeliveryNoteStore {
  return {
    async add({ refused, faults }) {
      if (refused.length > 0) {
        await pool.query(addRefused, [JSON.stringify(refused)]);
        await pool.query(forget('refused_deliveries', 'outcome, reason, peer'));
      }
      if (faults.length > 0) {
        await pool.query(addFaults, [JSON.stringify(faults)]);
        await pool.query(forget('delivery_field_faults', 'field, kind'));
      }
    },
    async refused({ source, integration, limit }) {
      const { rows } = await pool.query(
        `SELECT source, integration, outcome, reason, peer, ${shown} FROM refused_deliveries
         WHERE ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR integration = $2)
         ORDER BY last_at DESC, source, integration, outcome, reason, peer LIMIT $3`,
        [source ?? null, integration ?? null, limit],
      );
      return rows;
    },
    async faults({ source, integration, limit }) {
      const { rows } = await pool.query(
        `SELECT source, integration, field, kind, message, ${shown} FROM delivery_field_faults
         WHERE ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR integration = $2)
         ORDER BY last_at DESC, source, integration, field, kind LIMIT $3`,
        [source ?? null, integration ?? null, limit],
      );
      return rows;
    },
  };
}
