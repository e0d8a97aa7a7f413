// Holds what rows say of when they want attention against what they are: one that says nothing, or too late, would be forgotten. Looks at a
// few rows at a time, and all of them sooner or later. Wakes nothing itself.
import type { IncidentState } from '../core/incident/state.ts';
import { poolsToWake, wakeAt } from '../core/run/owed.ts';
import type { PlaybookVersions } from '../ports/ledger.ts';
import type { Log, Runtime } from '../ports/runtime.ts';
import type { AttentionIndex, RunAttention } from '../ports/work.ts';
import { believed } from './record/believed.ts';

/** What mending needs. */
export type MendParts = {
  readonly attention: AttentionIndex | null;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly incidentWakeAt: (incident: IncidentState) => string | null;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'warn'>;
};

/** Rows of each kind that are looked at in one go, and how often, in milliseconds. */
const atOnce = 100;
const everyMs = 60_000;

/** Makes the look; it does nothing while the last one was less than a minute ago. */
export function createMendAttention(parts: MendParts): () => Promise<void> {
  const { attention, runtime } = parts;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let runs: string | null = null;
  let incidents: string | null = null;
  return async () => {
    const nowMs = runtime.nowMs();
    if (!attention || Math.abs(nowMs - lookedAtMs) < everyMs) return;
    lookedAtMs = nowMs;
    const some = await attention.runs(runs, atOnce);
    for (const one of some.items) await mendRun(parts, attention, one);
    runs = some.next;
    const others = await attention.incidents(incidents, atOnce);
    for (const { incident, ...row } of others.items) {
      const due = parts.incidentWakeAt(incident);
      if (!isTooLate(row.wakeAt, due)) continue;
      told(parts, row.id, row.wakeAt, due);
      await attention.mendIncident({ ...row, wakeAt: due });
    }
    incidents = others.next;
  };
}

async function mendRun(parts: MendParts, attention: AttentionIndex, { run, ...row }: RunAttention): Promise<void> {
  const playbook = await believed(parts.versions.byDigest(run.playbook.digest));
  if (!playbook) return;
  const due = wakeAt(run, playbook, new Date(parts.runtime.nowMs()).toISOString());
  const pools = poolsToWake(run, playbook);
  if (!isTooLate(row.wakeAt, due) && pools.every((pool) => row.pools.includes(pool))) return;
  told(parts, row.id, row.wakeAt, due);
  await attention.mendRun({ ...row, wakeAt: due, pools });
}

/** Too early does no harm: who is woken for nothing goes back to sleep. */
const isTooLate = (said: string | null, due: string | null) =>
  due !== null && (said === null || !(Date.parse(said) <= Date.parse(due)));

const told = ({ log }: MendParts, id: string, said: string | null, due: string | null) =>
  log.warn({ id, said, due }, 'a row said that it wants attention later, or elsewhere, than it does; it is mended');
