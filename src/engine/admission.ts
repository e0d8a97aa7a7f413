// What keeps runs from starting things: kill switches, open circuit breakers, storms of alerts. A copy of the shared
// record in memory, refreshed often, because it is asked with every step. Starts and stops nothing itself.
import { systemActor } from '../core/events.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { type TrustRecords, trustOf } from '../core/system/trust.ts';
import { addMs } from '../core/time.ts';
import { RecordFaultError } from '../core/timeline/record-fault.ts';
import { type TrustSettings, trustSettingsOf } from '../core/trust/settings.ts';
import type { AdmissionStore, KillSwitch } from '../ports/admission.ts';
import type { RunLookups } from '../ports/ledger.ts';
import type { Runtime } from '../ports/runtime.ts';

/** More runs than this, started by alerts within this time, and people are asked before the next one. */
export type StormPolicy = { readonly runs: number; readonly withinMs: number };

/** What stands in the way right now. */
export type Admission = {
  /** Why nothing of a playbook may start; null: it may. */
  readonly halted: (playbook: string) => string | null;
  /** Why people are to be asked before a playbook acts by itself; null: they are not. */
  readonly supervised: (playbook: Pick<Playbook, 'name' | 'trust'>) => string | null;
  /** Until when a target's breaker is open; null: it may be called. */
  readonly breakerOpenUntil: (target: string) => string | null;
  /** Why a run that an alert wants to start is to wait for people; null: it is not. */
  readonly storm: () => Promise<string | null>;
  /** Tells how a call of a target went. */
  readonly report: (target: string, outcome: 'failed' | 'succeeded') => Promise<void>;
  readonly switches: () => readonly KillSwitch[];
  /** Fetches what other processes have changed. */
  readonly refresh: () => Promise<void>;
};

/** Where the record of the switches cannot be believed, everything is halted. */
function nothingStarts(error: unknown): readonly KillSwitch[] {
  if (!(error instanceof RecordFaultError)) throw error;
  return [{ scope: '*', by: systemActor, reason: error.message, at: new Date(0).toISOString() }];
}

/** Admission over the shared record. */
export function createAdmission(deps: {
  readonly store: AdmissionStore;
  readonly lookups: Pick<RunLookups, 'startedByAlerts'>;
  readonly runtime: Runtime;
  readonly storm: StormPolicy;
  /** How trust is earned where a playbook says nothing else. */
  readonly trust: TrustSettings;
  /** Why everything is halted besides; null: it is not. */
  readonly standstill?: () => { readonly reason: string; readonly since: string } | null;
}): Admission {
  let engaged: readonly KillSwitch[] = [];
  let trust: TrustRecords = {};
  let open: ReadonlyMap<string, string> = new Map();
  const troubled = new Set<string>();
  const uncounted = { atMs: Number.NEGATIVE_INFINITY, runs: Promise.resolve(0), own: 0 };
  let counted = uncounted;
  const now = () => new Date(deps.runtime.nowMs()).toISOString();

  /** Whoever shows what is halted shows a standstill by it. */
  function switches(): readonly KillSwitch[] {
    const standing = deps.standstill?.();
    if (!standing) return engaged;
    const { reason, since: at } = standing;
    return [{ scope: '*', by: systemActor, reason, at }, ...engaged.filter(({ scope }) => scope !== '*')];
  }

  async function refresh(): Promise<void> {
    // Where it cannot be believed everything is halted, and trust is as it was.
    ({ switches: engaged, trust } = await deps.store
      .standing()
      .catch((error) => ({ switches: nothingStarts(error), trust })));
    open = await deps.store.openBreakers();
  }

  return {
    refresh,
    switches,
    halted(playbook) {
      const found = switches().find(({ scope }) => scope === '*' || scope === playbook);
      return found ? `halted by ${found.by.name ?? found.by.id}: ${found.reason}` : null;
    },
    supervised(playbook) {
      const { level, reason } = trustOf(trust, playbook.name, trustSettingsOf(playbook, deps.trust).start);
      return level === 'trusted' ? null : `people are asked before ${playbook.name} acts by itself: ${reason}`;
    },
    breakerOpenUntil: (target) => open.get(target) ?? null,
    async storm() {
      // A storm is a matter of minutes: a count that is a second old is good enough, as long as our own starts are in it, and
      // those that come at the same moment share it.
      const atMs = deps.runtime.nowMs();
      const { runs: most, withinMs } = deps.storm;
      if (atMs - counted.atMs > 1000)
        counted = { atMs, runs: deps.lookups.startedByAlerts(addMs(now(), -withinMs)), own: 0 };
      const count = counted;
      const own = count.own++;
      const runs = await count.runs.catch((error: unknown) => {
        // A count that failed is no count: who asks next counts anew.
        if (counted === count) counted = uncounted;
        throw error;
      });
      const started = runs + own;
      return started >= most ? `alerts have started ${started} runs within a short time` : null;
    },
    async report(target, outcome) {
      if (outcome === 'succeeded') {
        if (!troubled.delete(target) && !open.has(target)) return;
        await deps.store.targetSucceeded(target);
        open = new Map([...open].filter(([name]) => name !== target));
        return;
      }
      troubled.add(target);
      const until = await deps.store.targetFailed(target);
      if (until !== null) open = new Map([...open, [target, until]]);
    },
  };
}
