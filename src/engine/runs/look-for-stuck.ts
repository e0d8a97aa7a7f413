// What is stuck now: open runs, what each waits for, and how long that usually takes. Reads only; tells nobody.
import type { Playbook } from '../../core/playbook/playbook.ts';
import { isDrill } from '../../core/run/drill.ts';
import { isTerminal } from '../../core/run/state.ts';
import { type StuckState, slaOf, standsAt, stuckAtLeastMs, stuckStates } from '../../core/run/stuck.ts';
import { type UsualTimes, usualTimesOf } from '../../core/run/usual.ts';
import type { PlaybookCatalog, PlaybookVersions } from '../../ports/ledger.ts';
import type { RunRow, ShownRun, ShowRuns } from '../../ports/reads.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { LookForStuck, StuckAmong, StuckReads, StuckRun } from '../../ports/stuck.ts';

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

/** The one judge of what is stuck: for lists of everything, and for runs that somebody has at hand. */
export type StuckJudge = { readonly look: LookForStuck; readonly among: StuckAmong };

/** Makes it; what it knows of usual times serves both. */
export function createStuckJudge({ reads, show, versions, catalog, runtime }: StuckParts): StuckJudge {
  const kept = new Map<string, { readonly times: UsualTimes; readonly untilMs: number }>();

  async function usualOf(playbook: string): Promise<UsualTimes> {
    const known = kept.get(playbook);
    const nowMs = runtime.monotonicMs();
    if (known && known.untilMs > nowMs) return known.times;
    const times = usualTimesOf(await reads.succeeded({ playbook, limit: recentRuns }));
    kept.set(playbook, { times, untilMs: nowMs + keptMs });
    return times;
  }

  /** Calls `found` for each state that lasts too long. */
  async function judge(
    rows: readonly RunRow[],
    at: string,
    found: (state: StuckState, about: { readonly run: ShownRun; readonly pinned: Playbook | null }) => void,
  ): Promise<void> {
    for (const run of await show(rows)) {
      const { name, digest } = run.playbook;
      const pinned = await versions.byDigest(digest);
      const usual = await usualOf(name);
      const slaMs = pinned ? slaOf(pinned) : null;
      for (const state of stuckStates({ run, waits: run.waitingFor, slaMs, usual, at })) found(state, { run, pinned });
    }
  }

  async function look({ seen }: Parameters<LookForStuck>[0]): ReturnType<LookForStuck> {
    const at = new Date(runtime.nowMs()).toISOString();
    const open = await reads.open({ limit: maxOpen + 1, seen });
    const items: StuckRun[] = [];
    await judge(open.slice(0, maxOpen), at, (state, { run, pinned }) => {
      const current = catalog.byName(run.playbook.name);
      items.push({
        ...state,
        runId: run.runId,
        playbook: run.playbook.name,
        incident: run.incident,
        state: standsAt(run),
        drill: isDrill(run),
        escalation: current?.owner.escalation ?? pinned?.owner.escalation ?? null,
        runbook: current?.runbook ?? pinned?.runbook ?? null,
      });
    });
    return { at, items: items.toSorted((a, b) => b.ageMs - a.ageMs), cut: open.length > maxOpen };
  }

  async function among(rows: readonly RunRow[]): ReturnType<StuckAmong> {
    const nowMs = runtime.nowMs();
    const at = new Date(nowMs).toISOString();
    // Most runs are over before anything of them could be stuck: these cost nothing.
    const old = rows.filter(
      ({ state }) => !isTerminal(state.status) && nowMs - Date.parse(state.startedAt) > stuckAtLeastMs,
    );
    const found = new Map<string, readonly StuckState[]>();
    if (old.length === 0) return found;
    await judge(old, at, (state, { run }) => found.set(run.runId, [...(found.get(run.runId) ?? []), state]));
    return found;
  }

  return { look, among };
}
