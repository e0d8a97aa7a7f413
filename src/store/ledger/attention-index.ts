// When rows say that they want attention, beside what they are. Decides nothing about either.
import type { Pool } from 'pg';
import type { AttentionIndex } from '../../ports/work.ts';
import { type IncidentColumns, incidentColumns, type RunColumns, runColumns, type Snapshots } from './snapshots.ts';
import { unlessFault } from './unless-fault.ts';

type IncidentRow = IncidentColumns & { readonly wake_at: string | null };
type RunRow = IncidentColumns &
  RunColumns & { readonly run_wake_at: string | null; readonly pools: readonly string[]; readonly run_version: number };

/** The rows in PostgreSQL. */
export function createAttentionIndex(
  pool: Pool,
  snapshots: Pick<Snapshots, 'loadIncident' | 'loadRun'>,
): AttentionIndex {
  return {
    async runs(after, limit) {
      const { rows } = await pool.query<RunRow>({
        name: 'attention-of-runs',
        text: `SELECT ${runColumns}, ${incidentColumns}, r.wake_at AS run_wake_at, r.pools
               FROM runs r JOIN incidents i ON i.id = r.incident_id
               WHERE r.finished_at IS NULL AND ($1::text IS NULL OR r.id > $1) ORDER BY r.id LIMIT $2`,
        values: [after, limit],
      });
      const items = await Promise.all(
        rows.map(async (row) => {
          const loaded = await unlessFault(snapshots.loadRun(row));
          const { run_id: id, run_version: version, run_wake_at: wakeAt, pools } = row;
          return loaded ? [{ id, version, wakeAt, pools, run: loaded.run }] : [];
        }),
      );
      return { items: items.flat(), next: rows.length < limit ? null : (rows.at(-1)?.run_id ?? null) };
    },

    async incidents(after, limit) {
      const { rows } = await pool.query<IncidentRow>({
        name: 'attention-of-incidents',
        text: `SELECT ${incidentColumns}, i.wake_at FROM incidents i
               WHERE i.status <> 'closed' AND ($1::text IS NULL OR i.id > $1) ORDER BY i.id LIMIT $2`,
        values: [after, limit],
      });
      const items = await Promise.all(
        rows.map(async (row) => {
          const loaded = await unlessFault(snapshots.loadIncident(row));
          return loaded ? [{ id: row.id, version: row.version, wakeAt: row.wake_at, incident: loaded.incident }] : [];
        }),
      );
      return { items: items.flat(), next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
    },

    async mendRun({ id, version, wakeAt, pools }) {
      await pool.query('UPDATE runs SET wake_at = $3, pools = $4 WHERE id = $1 AND version = $2', [
        id,
        version,
        wakeAt,
        pools,
      ]);
    },

    async mendIncident({ id, version, wakeAt }) {
      await pool.query('UPDATE incidents SET wake_at = $3 WHERE id = $1 AND version = $2', [id, version, wakeAt]);
    },
  };
}
