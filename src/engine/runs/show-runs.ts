// A run as people and programs are shown it, the same on every surface: its state, its steps folded, what it waits for, what can
// be ordered. Reads only.
import { outlineOf } from '../../core/run/outline.ts';
import { type Surroundings, standingOf } from '../../core/run/standing.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { PlaybookVersions } from '../../ports/ledger.ts';
import type { RunRow, ShownRun, ShowRuns } from '../../ports/reads.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { WorkerRegistry } from '../../ports/work.ts';
import { believed } from '../record/believed.ts';

/** What showing needs. */
export type ShowDeps = {
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly registry: Pick<WorkerRegistry, 'alive'>;
  readonly switches: () => readonly KillSwitch[];
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly leaseMs: number;
  /** Where the trace of a run is looked at; null: nowhere. */
  readonly traceUrl: (runId: string) => string | null;
};

/** Shows runs in the surroundings that this process knows. */
export function createShowRuns({ versions, registry, switches, runtime, leaseMs, traceUrl }: ShowDeps): ShowRuns {
  async function show(row: RunRow, around: Omit<Surroundings, 'incident'>): Promise<ShownRun> {
    const { state, wakeAt, updatedAt } = row;
    const playbook = await versions.byDigest(state.playbook.digest);
    if (!playbook) throw new Error(`run ${state.runId} is pinned to a playbook that is not stored`);
    const standing = standingOf(state, playbook, { ...around, incident: row.incident });
    const seen = { wakeAt, updatedAt, traceUrl: traceUrl(state.runId) };
    return { id: state.runId, ...state, ...seen, ...standing, steps: outlineOf(state, playbook) };
  }
  return async (rows) => {
    if (rows.length === 0) return [];
    const at = new Date(runtime.nowMs()).toISOString();
    const around = { at, switches: switches(), workers: await registry.alive(leaseMs) };
    const shown = await Promise.all(rows.map((row) => believed(show(row, around))));
    return shown.filter((one) => one !== null);
  };
}
