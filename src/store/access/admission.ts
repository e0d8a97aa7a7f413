// Kill switches and circuit breakers in PostgreSQL, so that every process sees the same. Decides nothing about runs.
import type { Pool } from 'pg';
import type { Actor } from '../../core/events.ts';
import type { AdmissionStore } from '../../ports/admission.ts';
import type { SystemStream } from '../../ports/ledger.ts';

/** Failures in a row after which a target's breaker is open. */
const threshold = 5;
/** For how long, at first; each time that the next call fails as well it is twice as long, up to the longest. */
const openMs = 30_000;
const longestMs = 10 * 60_000;
/** Open for longer than is ever opened is not open: nobody wrote that but by hand. `$ms`: where the longest time stands. */
const isOpen = (column: string, ms: string) =>
  `coalesce(${column} > clock_timestamp() AND ${column} <= clock_timestamp() + ${ms} * interval '1 millisecond', false)`;

/** Switches and breakers on a pool of connections; their clock is the database's. */
export function createAdmissionStore(pool: Pool, { load }: Pick<SystemStream, 'load'>): AdmissionStore {
  return {
    async standing() {
      const { switches, trust = {} } = (await load()).state;
      return { switches: Object.values(switches).sort((a, b) => (a.scope < b.scope ? -1 : 1)), trust };
    },

    async keptSwitches() {
      const { rows } = await pool.query<{ scope: string; engaged_by: Actor; reason: string; engaged_at: string }>({
        name: 'kill-switches',
        text: 'SELECT scope, engaged_by, reason, engaged_at FROM kill_switches ORDER BY scope',
      });
      return rows.map(({ scope, engaged_by: by, reason, engaged_at: at }) => ({ scope, by, reason, at }));
    },

    async openBreakers() {
      const { rows } = await pool.query<{ target: string; open_until: string }>({
        name: 'open-breakers',
        text: `SELECT target, open_until FROM breakers WHERE ${isOpen('open_until', '$1::float8')}`,
        values: [longestMs],
      });
      return new Map(rows.map(({ target, open_until: until }) => [target, until]));
    },

    async targetFailed(target) {
      // After it opened once, one more failure opens it again: that call was its trial.
      const { rows } = await pool.query<{ open_until: string | null }>({
        name: 'target-failed',
        text: `INSERT INTO breakers AS b (target, failures, updated_at) VALUES ($1, 1, clock_timestamp())
               ON CONFLICT (target) DO UPDATE SET updated_at = clock_timestamp(), failures = least(b.failures, 1000000) + 1,
                 opened = CASE WHEN b.failures + 1 >= $2 AND NOT ${isOpen('b.open_until', '$4::float8')}
                   THEN least(b.opened, 20) + 1 ELSE b.opened END,
                 open_until = CASE WHEN b.failures + 1 >= $2 AND NOT ${isOpen('b.open_until', '$4::float8')}
                   THEN clock_timestamp() + least($3 * power(2, least(b.opened, 20)), $4) * interval '1 millisecond' ELSE b.open_until END
               RETURNING open_until`,
        values: [target, threshold, openMs, longestMs],
      });
      return rows[0]?.open_until ?? null;
    },

    async targetSucceeded(target) {
      await pool.query({ name: 'target-succeeded', text: 'DELETE FROM breakers WHERE target = $1', values: [target] });
    },
  };
}
