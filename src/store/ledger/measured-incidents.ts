// What was taken from incidents to be compared, in PostgreSQL. A row that cannot be read is as if it were not there.
import pg, { type Pool } from 'pg';
import { Measured } from '../../core/learning/measured.ts';
import type { MeasuredIncidents, MeasuredRow } from '../../ports/measured.ts';
import { seenIn } from './incident-rows.ts';

type Row = { id: string; version: number; measured: unknown };

const select = `SELECT i.id, i.version, m.measured FROM incidents i
  LEFT JOIN measured_incidents m ON m.incident_id = i.id AND m.version = i.version`;

const toRow = ({ id, version, measured }: Row): MeasuredRow => ({
  id,
  version,
  measured: measured === null ? null : (Measured.safeParse(measured).data ?? null),
});

/** A transaction that may only read. */
const readOnly = '25006';

/** The cache on PostgreSQL. */
export function createMeasuredIncidents(pool: Pick<Pool, 'query'>): MeasuredIncidents {
  return {
    async of({ id, version }) {
      const { rows } = await pool.query<Row>({
        name: 'measured-of',
        text: 'SELECT incident_id AS id, version, measured FROM measured_incidents WHERE incident_id = $1 AND version = $2',
        values: [id, version],
      });
      return rows.map(toRow)[0]?.measured ?? null;
    },

    async list({ since, until, service, seen, limit }) {
      const { rows } = await pool.query<Row>(
        `${select} WHERE ($1::timestamptz IS NULL OR i.opened_at >= $1) AND ($2::timestamptz IS NULL OR i.opened_at <= $2)
           AND ${seenIn('$3')} AND ($5::text IS NULL OR i.id IN (
             SELECT w.incident_id FROM incident_words w WHERE w.words @@ quote_literal('service=' || $5::text)::tsquery))
         ORDER BY i.id DESC LIMIT $4`,
        [since, until, seen, limit, service],
      );
      return rows.map(toRow);
    },

    async related({ services, words }, { seen, limit }) {
      const { rows } = await pool.query<Row>(
        `WITH wanted AS (
           SELECT quote_literal('service=' || one)::tsquery AS query FROM unnest($1::text[]) AS one
           UNION SELECT quote_literal(lower(one))::tsquery FROM unnest($2::text[]) AS one WHERE one <> '')
         ${select} WHERE ${seenIn('$3')} AND i.id IN (
           SELECT w.incident_id FROM wanted JOIN incident_words w ON w.words @@ wanted.query)
         ORDER BY i.id DESC LIMIT $4`,
        [services, words, seen, limit],
      );
      return rows.map(toRow);
    },

    async keep({ id, version, measured }) {
      try {
        await pool.query({
          name: 'keep-measured',
          text: `INSERT INTO measured_incidents (incident_id, version, measured)
                 SELECT id, $2, $3 FROM incidents WHERE id = $1
                 ON CONFLICT (incident_id) DO UPDATE SET version = EXCLUDED.version, measured = EXCLUDED.measured
                 WHERE measured_incidents.version <= EXCLUDED.version`,
          values: [id, version, JSON.stringify(measured)],
        });
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || error.code !== readOnly) throw error;
      }
    },
  };
}
