// The state that a stream leads to, from nothing. What this version cannot read leaves the state as it is. Pure.
import { evolveLife } from '../change-control/evolve.ts';
import { emptyLife, type PlaybookLife } from '../change-control/state.ts';
import { isRunEvent, type StoredEvent } from '../events.ts';
import { evolveGroup, openGroup } from '../group/evolve.ts';
import type { GroupState } from '../group/state.ts';
import { evolveIncident, openIncident } from '../incident/evolve.ts';
import type { IncidentState } from '../incident/state.ts';
import { evolve, startRun } from '../run/evolve.ts';
import type { RunState } from '../run/state.ts';
import { evolveSystem } from '../system/evolve.ts';
import { emptySystem, type SystemState } from '../system/state.ts';
import { isGroupEvent, isPlaybookLifeEvent, isSystemEvent, isTimelineEvent, readEvent } from './read-event.ts';

/** An incident and its runs by id; `incident` is null as long as no readable event opens it. */
export type Folded = { readonly incident: IncidentState | null; readonly runs: ReadonlyMap<string, RunState> };

/** Folds the events of one incident's stream, in order. Total; a run whose start cannot be read is not there. */
export function foldStream(events: Iterable<StoredEvent>): Folded {
  let incident: IncidentState | null = null;
  const runs = new Map<string, RunState>();
  for (const { streamId, type, data, at, actor } of events) {
    const read = readEvent({ type, data });
    if (read.outcome !== 'known') continue;
    const event = { ...read.event, at, actor };
    if (!isTimelineEvent(event)) continue;
    if (isRunEvent(event)) {
      const { runId } = event.data;
      const before = runs.get(runId);
      if (event.type === 'run.started') runs.set(runId, startRun(event));
      else if (before) runs.set(runId, evolve(before, event));
    } else if (event.type === 'incident.opened') incident = openIncident(streamId, event);
    else if (incident) incident = evolveIncident(incident, event);
  }
  return { incident, runs };
}

/** Folds the events of an alert group's stream, in order. Total; null as long as no readable event opens it. */
export function foldGroup(events: Iterable<StoredEvent>): GroupState | null {
  let group: GroupState | null = null;
  for (const { streamId, type, data, at, actor } of events) {
    const read = readEvent({ type, data });
    if (read.outcome !== 'known') continue;
    const event = { ...read.event, at, actor };
    if (!isGroupEvent(event)) continue;
    if (event.type === 'group.opened') group = openGroup(streamId, event);
    else if (group) group = evolveGroup(group, event);
  }
  return group;
}

/** Folds the events of the system stream, in order. Total. */
export function foldSystem(events: Iterable<StoredEvent>): SystemState {
  let state = emptySystem;
  for (const { type, data, at, actor } of events) {
    const read = readEvent({ type, data });
    if (read.outcome !== 'known') continue;
    const event = { ...read.event, at, actor };
    if (isSystemEvent(event)) state = evolveSystem(state, event);
  }
  return state;
}

/** Folds the events of a playbook's stream, in order. Total; null as long as no readable event is in it. */
export function foldPlaybookLife(events: Iterable<StoredEvent>): PlaybookLife | null {
  let life: PlaybookLife | null = null;
  for (const { streamId, type, data, at, actor } of events) {
    const read = readEvent({ type, data });
    if (read.outcome !== 'known') continue;
    const event = { ...read.event, at, actor };
    if (isPlaybookLifeEvent(event)) life = evolveLife(life ?? emptyLife(streamId), event);
  }
  return life;
}
