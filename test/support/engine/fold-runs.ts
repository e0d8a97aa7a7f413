// The runs of a stream, folded from nothing, as the engine folds them.
import { isRunEvent, type StoredEvent, TimelineEvent } from '../../../src/core/events.ts';
import { evolve, startRun } from '../../../src/core/run/evolve.ts';
import type { RunState } from '../../../src/core/run/state.ts';

/** Runs by id. */
export function foldRuns(events: readonly StoredEvent[]): ReadonlyMap<string, RunState> {
  const runs = new Map<string, RunState>();
  for (const { at, actor, type, data } of events) {
    const event = TimelineEvent.parse({ type, data });
    if (!isRunEvent(event)) continue;
    const { runId } = event.data;
    const before = runs.get(runId);
    if (event.type === 'run.started') runs.set(runId, startRun({ ...event, at, actor }));
    else if (before) runs.set(runId, evolve(before, { ...event, at, actor }));
  }
  return runs;
}
