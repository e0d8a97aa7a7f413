// Incidents, runs and events as rows, for what counts over many of them: no rule leads there, and no chain holds.
import type { ClientBase } from 'pg';

/** An event of a run, with what it says. */
export type GivenEvent = {
  readonly run: string;
  readonly type: string;
  readonly at: string;
  readonly data?: object;
  readonly actor?: object;
};

/** A run with its incident. */
export type GivenDigestRun = {
  readonly id: string;
  readonly incident: number;
  readonly playbook: string;
  readonly isPrivate?: boolean;
  readonly queuesFor?: string;
  /** What started it; left out: an alert. */
  readonly trigger?: object;
};

const system = { kind: 'system', id: 'firebreak' };

/** Writes them. */
export async function writeDigestRows(
  pool: Pick<ClientBase, 'query'>,
  runs: readonly GivenDigestRun[],
  events: readonly GivenEvent[],
): Promise<void> {
  for (const { id, incident, playbook, isPrivate = false, queuesFor = null, trigger } of runs) {
    await pool.query(
      `INSERT INTO incidents (id, number, severity, status, version, head_hash, state, opened_at, updated_at, is_private)
       VALUES ($1, $2, 2, 'open', 1, '', '{}', now(), now(), $3)`,
      [`inc_${incident}`, incident, isPrivate],
    );
    await pool.query(
      `INSERT INTO runs (id, incident_id, playbook, digest, status, state, workers, pools, open_approvals, by_alert, started_at,
         updated_at, queues_for) VALUES ($1, $2, $3, '', 'running', $5, '{}', '{}', 0, $6, now(), now(), $4)`,
      [
        id,
        `inc_${incident}`,
        playbook,
        queuesFor,
        JSON.stringify(trigger === undefined ? {} : { trigger }),
        trigger === undefined,
      ],
    );
  }
  const incidentOf = new Map(runs.map(({ id, incident }) => [id, `inc_${incident}`]));
  for (const [n, { run, type, at, data = {}, actor = system }] of events.entries())
    await pool.query(
      `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash) VALUES ($1, $2, $3, $4, $5, 'test', $6, '')`,
      [
        incidentOf.get(run) ?? 'system',
        n + 1,
        type,
        at,
        JSON.stringify(actor),
        JSON.stringify({ runId: run, ...data }),
      ],
    );
}
