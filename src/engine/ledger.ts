// Turns decided events into one change of the ledger and tells listeners once it is durable. Decides nothing.
import type { Actor, IncidentEvent, Recorded, RunEvent, StoredEvent, TimelineEvent } from '../core/events.ts';
import { isRunEvent } from '../core/events.ts';
import { evolveIncident, type IncidentState, openIncident } from '../core/incident/state.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { evolve, startRun } from '../core/run/evolve.ts';
import { poolsToWake, wakeAt } from '../core/run/owed.ts';
import type { RunState } from '../core/run/state.ts';
import { linkEvents } from '../core/timeline/chain.ts';
import type { Appended, Change, EventStore, LoadedIncident, StreamHead } from '../ports/ledger.ts';

/** What has become durable. */
export type Committed = LoadedIncident & {
  readonly events: readonly StoredEvent[];
  readonly runs: Change['runs'];
};

/** Everything a change is made of. */
export type ProposedChange = {
  readonly incidentId: string;
  /** The incident before; null opens it. */
  readonly incident: IncidentState | null;
  readonly expected: StreamHead | null;
  /** Runs before, by id; runs that the events start need not be there. */
  readonly runs: ReadonlyMap<string, RunState>;
  readonly playbooks: ReadonlyMap<string, Playbook>;
  readonly events: readonly Recorded[];
  readonly at: string;
  readonly cause: string;
  readonly alerts?: Change['alerts'];
  readonly receipts?: readonly string[];
};

type TimedEvent<E> = E & { readonly at: string; readonly actor: Actor };

/** Folds, links and appends; `conflict` if the stream has moved on, `locked` if another run holds the concurrency key. */
export async function commit(
  store: EventStore,
  draft: ProposedChange,
): Promise<Committed | Exclude<Appended, 'appended'>> {
  const { incidentId, expected, at, cause } = draft;
  const stored = linkEvents(
    incidentId,
    expected,
    draft.events.map((event) => ({ type: event.type, at, actor: event.actor, cause, data: event.data })),
  );
  let incident = draft.incident;
  const runs = new Map(draft.runs);
  const changed = new Set<string>();
  for (const event of draft.events) {
    const timed = { ...event, at } as TimedEvent<TimelineEvent>;
    if (!isRunEvent(timed)) incident = foldIncident(incidentId, incident, timed);
    else {
      runs.set(timed.data.runId, foldRun(runs.get(timed.data.runId), timed));
      changed.add(timed.data.runId);
    }
  }
  const last = stored.at(-1);
  if (!incident || !last) throw new Error(`a change of ${incidentId} without an incident or without events`);
  const change: Change = {
    incident,
    incidentChanged: incident !== draft.incident,
    head: { version: last.seq, hash: last.hash },
    expected,
    events: stored,
    runs: [...changed].map((id) => withWakeAt(runs.get(id), draft.playbooks, at)),
    alerts: draft.alerts ?? [],
    receipts: draft.receipts ?? [],
  };
  const outcome = await store.append(change);
  return outcome === 'appended' ? change : outcome;
}

function foldIncident(id: string, state: IncidentState | null, event: TimedEvent<IncidentEvent>): IncidentState {
  if (event.type === 'incident.opened') return openIncident(id, event);
  if (!state) throw new Error(`${event.type} before incident.opened in ${id}`);
  return evolveIncident(state, event);
}

function foldRun(state: RunState | undefined, event: TimedEvent<RunEvent>): RunState {
  if (event.type === 'run.started') return startRun(event);
  if (!state) throw new Error(`${event.type} before run.started in ${event.data.runId}`);
  return evolve(state, event);
}

function withWakeAt(
  state: RunState | undefined,
  playbooks: ReadonlyMap<string, Playbook>,
  at: string,
): Change['runs'][number] {
  const playbook = state && playbooks.get(state.playbook.digest);
  if (!state || !playbook) throw new Error('a run changed whose playbook was not loaded');
  return { state, wakeAt: wakeAt(state, playbook, at), pools: poolsToWake(state, playbook) };
}
