// When heartbeats were heard, in PostgreSQL and by its clock. No record: what is missing here is listened to anew.
import type { Pool } from 'pg';
import type { HeartbeatState } from '../../core/alert/heartbeat.ts';
import type { HeartbeatStore } from '../../ports/heartbeats.ts';

// To the millisecond, as instants are told: a column would round, and then something could be later than now.
const now = "date_trunc('milliseconds', now())";

const lookSql = `
INSERT INTO heartbeats AS h (name, watched_since, checked_at)
SELECT name, ${now}, ${now} FROM unnest($1::text[]) AS name ORDER BY name
ON CONFLICT (name) DO UPDATE SET checked_at = ${now}, watched_since =
  CASE WHEN ${now} - h.checked_at > $2::float8 * interval '1 millisecond' THEN ${now} ELSE h.watched_since END
RETURNING name, heard_at, watched_since, raised_at, ${now} AS at`;

const heardSql = `
INSERT INTO heartbeats AS h (name, heard_at, watched_since, checked_at)
SELECT name, ${now}, ${now}, ${now} FROM unnest($1::text[]) AS name ORDER BY name
ON CONFLICT (name) DO UPDATE SET heard_at = ${now}`;

type Row = {
  readonly name: string;
  readonly heard_at: Date | null;
  readonly watched_since: Date;
  readonly raised_at: Date | null;
};
const stateOf = ({ name, heard_at, watched_since, raised_at }: Row): HeartbeatState => ({
  name,
  heardAt: heard_at && new Date(heard_at).toISOString(),
  watchedSince: new Date(watched_since).toISOString(),
  raisedAt: raised_at && new Date(raised_at).toISOString(),
});

/** The store on a pool of connections. */
export function createHeartbeats(pool: Pool): HeartbeatStore {
  return {
    async look(names, absentMs) {
      const { rows } = await pool.query<Row & { readonly at: Date }>(lookSql, [names, absentMs]);
      return { at: new Date(rows[0]?.at ?? 0).toISOString(), states: rows.map(stateOf) };
    },
    async heard(names) {
      await pool.query(heardSql, [names]);
    },
    async failed(name) {
      const text = `INSERT INTO heartbeats (name, watched_since, checked_at, raised_at) VALUES ($1, ${now}, ${now}, ${now})
        ON CONFLICT (name) DO UPDATE SET raised_at = ${now}`;
      await pool.query(text, [name]);
    },
    async raised(name, at) {
      await pool.query('UPDATE heartbeats SET raised_at = $2 WHERE name = $1 AND raised_at IS NULL', [name, at]);
    },
    async cleared(name, raisedAt) {
      await pool.query('UPDATE heartbeats SET raised_at = NULL WHERE name = $1 AND raised_at = $2', [name, raisedAt]);
    },
    async all() {
      const { rows } = await pool.query<Row>(
        'SELECT name, heard_at, watched_since, raised_at FROM heartbeats ORDER BY name',
      );
      return rows.map(stateOf);
    },
  };
}
