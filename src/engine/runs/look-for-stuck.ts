// What is stuck now: open runs, what each waits for, and how long that usually takes. Reads only; tells nobody.
import { slaOf, stuckStates } from '../../core/run/stuck.ts';
import { type UsualTimes, usualTimesOf } from '../../core/run/usual.ts';
import type { PlaybookCatalog, PlaybookVersions } from '../../ports/ledger.ts';
import type { ShowRuns } from '../../ports/reads.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { LookForStuck, StuckReads, StuckRun } from '../../ports/stuck.ts';

/** What looking needs. */
export type StuckParts = {
  readonly reads: StuckReads;
  readonly show: ShowRuns;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly catalog: Pick<PlaybookCatalog, 'byName'>;
  readonly runtime: Pick<Runtime, 'nowMs' | 'monotonicMs'>;
};

/** Open runs that are looked at, the oldest. */
const maxOpen = 1000;
/** Runs that usual times are taken from. */
const recentRuns = 20;
/** Usual times change slowly. */
const keptMs = 5 * 60_000;

/** Makes it. */
export function createLookForStuck({ reads, show, versions, catalog, runtime }: StuckParts): LookForStuck {
  const kept = new Map<string, { readonly times: UsualTimes; readonly untilMs: number }>();

  async function usualOf(playbook: string): Promise<UsualTimes> {
    const known = kept.get(playbook);
    const nowMs = runtime.monotonicMs();
    if (known && known.untilMs > nowMs) return known.times;
    const times = usualTimesOf(await reads.succeeded({ playbook, limit: recentRuns }));
    kept.set(playbook, { times, untilMs: nowMs + keptMs });
    return times;
  }

  return async ({ seen }) => {
    const at = new Date(runtime.nowMs()).toISOString();
    const open = await reads.open({ limit: maxOpen + 1, seen });
    const items: StuckRun[] = [];
    for (const run of await show(open.slice(0, maxOpen))) {
      const { name, digest } = run.playbook;
      const pinned = await versions.byDigest(digest);
      const current = catalog.byName(name);
      const usual = await usualOf(name);
      const slaMs = pinned ? slaOf(pinned) : null;
      for (const state of stuckStates({ run, waits: run.waitingFor, slaMs, usual, at }))
        items.push({
          ...state,
          runId: run.runId,
          playbook: name,
          incident: run.incident,
          escalation: current?.owner.escalation ?? pinned?.owner.escalation ?? null,
          runbook: current?.runbook ?? pinned?.runbook ?? null,
        });
    }
    return { at, items: items.toSorted((a, b) => b.ageMs - a.ageMs), cut: open.length > maxOpen };
  };
}
