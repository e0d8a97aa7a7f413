// Which incident each of several alerts belongs to, by the index of alerts. The index is derived: what it says counts only if the vouched
// state of the incident says the same of the alert, be it that it fires or that it does not. Decides nothing.
import type { Pool } from 'pg';
import { alertOf } from '../../core/incident/state.ts';
import type { LoadedIncident } from '../../ports/ledger.ts';
import { type IncidentColumns, incidentColumns, type Snapshots } from '../ledger/snapshots.ts';

/** The incident of each alert that is known, by fingerprint, whether or not the alert still fires there. */
export type AlertHomes = (fingerprints: readonly string[]) => Promise<ReadonlyMap<string, LoadedIncident>>;

type Row = IncidentColumns & { readonly fingerprint: string; readonly active: boolean; readonly leads: boolean };

// Many alerts of one incident share its state: it is sent once.
const homesOf = `
SELECT fingerprint, active, leads, id, CASE WHEN leads THEN state END AS state, proof, version, head_hash FROM (
  SELECT a.fingerprint, a.active, row_number() OVER (PARTITION BY i.id ORDER BY a.fingerprint) = 1 AS leads, ${incidentColumns}
  FROM alerts a JOIN incidents i ON i.id = a.incident_id WHERE a.fingerprint = ANY($1)
) homes ORDER BY NOT leads, fingerprint`;

/**
 * The homes of alerts in PostgreSQL. Rejects with RecordFaultError where the index and an incident contradict each other.
 */
export function createAlertHomes(pool: Pool, snapshots: Pick<Snapshots, 'loadIncident' | 'refuse'>): AlertHomes {
  return async (fingerprints) => {
    const { rows } = await pool.query<Row>({ name: 'homes-of-alerts', text: homesOf, values: [fingerprints] });
    const incidents = new Map<string, LoadedIncident>();
    for (const row of rows) if (row.leads) incidents.set(row.id, await snapshots.loadIncident(row));
    const homes = new Map<string, LoadedIncident>();
    for (const { id, fingerprint, active } of rows) {
      const loaded = incidents.get(id);
      const known = loaded && alertOf(loaded.incident, fingerprint);
      if (!known || (known.status === 'firing') !== active)
        return snapshots.refuse(id, `the index of alerts says of ${fingerprint} what its state does not`);
      homes.set(fingerprint, loaded);
    }
    return homes;
  };
}
