// The latest drills, and the latest runs that ended, in PostgreSQL: both by an index and bounded. Decides nothing.
import type { Pool } from 'pg';
import type { TrustReads } from '../../ports/trust.ts';
import { believable } from './incident-rows.ts';
import { type IncidentColumns, incidentColumns, type RunColumns, runColumns, type Snapshots } from './snapshots.ts';

type Row = IncidentColumns & RunColumns;

const select = `SELECT ${runColumns}, ${incidentColumns} FROM runs r JOIN incidents i ON i.id = r.incident_id`;

/** Runs that make a mark: more than one, because one that ended before another may be committed after it. */
const marked = 10;

/** The reads on PostgreSQL. */
export function createTrustReads(pool: Pick<Pool, 'query'>, loads: Pick<Snapshots, 'loadRun'>): TrustReads {
  const loaded = async (row: Row) => (await loads.loadRun(row)).run;
  return {
    async marks(playbooks) {
      const { rows } = await pool.query<{ playbook: string; mark: string }>(
        `SELECT named.playbook, string_agg(late.id || ' ' || late.finished_at, ',' ORDER BY late.finished_at DESC, late.id) AS mark
         FROM unnest($1::text[]) AS named(playbook) CROSS JOIN LATERAL (
           SELECT d.id, d.finished_at FROM runs d WHERE d.playbook = named.playbook AND d.finished_at IS NOT NULL
           ORDER BY d.finished_at DESC LIMIT $2) late
         GROUP BY named.playbook`,
        [playbooks, marked],
      );
      return new Map(rows.map(({ playbook, mark }) => [playbook, mark]));
    },

    async drills({ playbooks, of }) {
      const { rows } = await pool.query<Row>(
        `${select} WHERE r.id IN (
           SELECT late.id FROM unnest($1::text[]) AS named(playbook) CROSS JOIN LATERAL (
             SELECT d.id, d.state FROM runs d WHERE d.playbook = named.playbook AND d.finished_at IS NOT NULL
             ORDER BY d.finished_at DESC LIMIT $2) late
           WHERE late.state->>'drill' IS NOT NULL)
         ORDER BY r.finished_at DESC`,
        [playbooks, of],
      );
      return believable(rows, loaded);
    },

    async ended({ playbook, since, limit }) {
      const { rows } = await pool.query<Row>(
        `${select} WHERE r.id IN (
           SELECT e.id FROM runs e WHERE e.playbook = $1 AND e.finished_at > $2 ORDER BY e.finished_at DESC LIMIT $3)
         ORDER BY r.finished_at DESC`,
        [playbook, since, limit],
      );
      return believable(rows, loaded);
    },
  };
}
