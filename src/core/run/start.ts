// The events that start a run, first steps included where a worker offers to take them. Appends nothing.
import type { Recorded } from '../events.ts';
import { decide } from './decide.ts';
import type { DecisionContext } from './draft.ts';
import { startRun } from './evolve.ts';
import { type NewRun, startedEvent } from './started.ts';

/** `run.started` and what follows from it at once. */
export function startEvents(
  run: NewRun,
  context: Pick<DecisionContext, 'traits' | 'offer' | 'library' | 'spareRunId'>,
): Recorded[] {
  const { at, actor, playbook } = run;
  const started = startedEvent(run);
  const follow = decide(startRun({ ...started, at }), { type: 'advance' }, { at, actor, playbook, ...context });
  return [started, ...(follow.ok ? follow.value : [])];
}
