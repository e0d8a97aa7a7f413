// Turns what was decided into changes of the ledger and appends them, inside the interceptors. Decides nothing, folds nothing.
import type { Recorded } from '../core/events.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { poolsToWake, wakeAt } from '../core/run/owed.ts';
import type { RunState } from '../core/run/state.ts';
import { linkEvents } from '../core/timeline/chain.ts';
import type { Change, EventStore, LoadedIncident, RunSnapshot } from '../ports/ledger.ts';
import type { Interception } from './interceptors/interceptor.ts';

/** What a command wants to write into one incident's stream: the events, and the states they were folded into. */
export type Proposal = {
  readonly incidentId: string;
  /** What it was decided on; null opens the stream. */
  readonly before: LoadedIncident | null;
  /** The incident after the events. */
  readonly incident: IncidentState;
  readonly events: readonly Recorded[];
  /** The runs that changed, after the events. */
  readonly runs: readonly { readonly state: RunState; readonly playbook: Playbook }[];
  readonly alerts?: Change['alerts'];
  readonly receipts?: readonly string[];
};

/** How an append ended; `locked` names the concurrency key that another run holds. */
export type AppendOutcome =
  | { readonly outcome: 'appended'; readonly changes: readonly [Change, ...Change[]] }
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'locked'; readonly key: string };

/** Appends proposals, all or none. */
export type Append = (
  proposals: readonly [Proposal, ...Proposal[]],
  meta: { readonly at: string; readonly cause: string },
) => Promise<AppendOutcome>;

/** Appends to a ledger. */
export function createAppend(parts: {
  readonly store: Pick<EventStore, 'append' | 'appendTogether'>;
  readonly around: Pick<Interception, 'append'>;
  readonly incidentWakeAt: (incident: IncidentState) => string | null;
}): Append {
  const { store, around, incidentWakeAt } = parts;

  return async ([first, ...rest], { at, cause }) => {
    const change = (proposal: Proposal) => changeOf(proposal, { at, cause, wakeAt: incidentWakeAt(proposal.incident) });
    const changes: [Change, ...Change[]] = [change(first), ...rest.map(change)];
    const appended = await around.append(changes, () =>
      changes.length === 1 ? store.append(changes[0]) : store.appendTogether(changes),
    );
    switch (appended) {
      case 'appended':
        return { outcome: 'appended', changes };
      case 'locked':
        return { outcome: 'locked', key: first.runs[0]?.state.concurrencyKey ?? 'its key' };
      case 'conflict':
        return { outcome: 'conflict' };
    }
  };
}

/** One change of the ledger, linked to the end of its stream. */
export function changeOf(
  proposal: Proposal,
  {
    at,
    cause,
    wakeAt: incidentWakeAt,
  }: { readonly at: string; readonly cause: string; readonly wakeAt: string | null },
): Change {
  const { incidentId, before, incident, events, runs, alerts = [], receipts = [] } = proposal;
  const expected = before?.head ?? null;
  const stored = linkEvents(
    incidentId,
    expected,
    events.map(({ type, actor, data }) => ({ type, at, actor, cause, data })),
  );
  const last = stored.at(-1);
  if (!last) throw new Error(`a change of ${incidentId} without events`);
  return {
    incident,
    incidentChanged: incident !== before?.incident,
    incidentWakeAt,
    head: { version: last.seq, hash: last.hash },
    expected,
    events: stored,
    runs: runs.map(({ state, playbook }) => snapshotOf(state, playbook, at)),
    alerts,
    receipts,
  };
}

const snapshotOf = (state: RunState, playbook: Playbook, at: string): RunSnapshot => ({
  state,
  wakeAt: wakeAt(state, playbook, at),
  pools: poolsToWake(state, playbook),
});
