// Appends events to a ledger as if a decision had led to them: for tests of ledgers, which know no rules.
import type { Recorded, TimelineEvent } from '../../../src/core/events.ts';
import { isRunEvent } from '../../../src/core/events.ts';
import { evolveIncident, openIncident } from '../../../src/core/incident/evolve.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import { type Playbook, playbookRef } from '../../../src/core/playbook/playbook.ts';
import { evolve, startRun } from '../../../src/core/run/evolve.ts';
import type { RunState, Timed } from '../../../src/core/run/state.ts';
import { changeOf } from '../../../src/engine/append.ts';
import type { Appended, EventStore, IncidentChange, LoadedIncident } from '../../../src/ports/ledger.ts';

/** What is appended, and on what. `runs`: as they were before. */
export type GivenEvents = {
  readonly incidentId: string;
  readonly before: LoadedIncident | null;
  readonly runs?: readonly RunState[];
  readonly playbooks?: readonly Playbook[];
  readonly events: readonly Recorded[];
  readonly at: string;
  readonly cause?: string;
  readonly alerts?: IncidentChange['alerts'];
  readonly receipts?: readonly string[];
};

/** The change that such events are. */
export function changeFrom({
  incidentId,
  before,
  runs = [],
  playbooks = [],
  events,
  at,
  ...rest
}: GivenEvents): IncidentChange {
  let incident: IncidentState | null = before?.incident ?? null;
  const states = new Map(runs.map((run) => [run.runId, run]));
  const changed = new Set<string>();
  for (const event of events) {
    const timed = { ...event, at } as Timed<Recorded<TimelineEvent>>;
    if (isRunEvent(timed)) {
      const { runId } = timed.data;
      const run = states.get(runId);
      if (timed.type === 'run.started') states.set(runId, startRun(timed));
      else if (run) states.set(runId, evolve(run, timed));
      changed.add(runId);
    } else if (timed.type === 'incident.opened') incident = openIncident(incidentId, timed);
    else if (incident) incident = evolveIncident(incident, timed);
  }
  if (!incident) throw new Error(`no incident ${incidentId} was opened`);
  const bookOf = (run: RunState) => playbooks.find((book) => playbookRef(book).digest === run.playbook.digest);
  const after = [...changed].map((id) => {
    const state = states.get(id);
    const playbook = state && bookOf(state);
    if (!state || !playbook) throw new Error(`run ${id} is not known, or its playbook`);
    return { state, playbook };
  });
  const proposal = {
    stream: 'incident' as const,
    incidentId,
    before,
    incident,
    events,
    runs: after,
    alerts: rest.alerts ?? [],
    receipts: rest.receipts ?? [],
  };
  return changeOf(proposal, { at, cause: rest.cause ?? 'test', wakeAt: null });
}

/** Appends them; answers the change, or why it was not appended. */
export async function appendEvents(
  store: Pick<EventStore, 'append'>,
  given: GivenEvents,
): Promise<IncidentChange | Exclude<Appended, 'appended'>> {
  const change = changeFrom(given);
  const outcome = await store.append(change);
  return outcome === 'appended' ? change : outcome;
}
