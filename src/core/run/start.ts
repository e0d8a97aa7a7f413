// The decision that starts a run, first steps included where a worker offers to take them. Appends nothing.
import { decide, type RunDecision } from './decide.ts';
import type { DecisionContext } from './draft.ts';
import { startRun } from './evolve.ts';
import { type NewRun, startedEvent } from './started.ts';

/** `run.started` and what follows from it at once. */
export function decideStart(
  run: NewRun,
  context: Pick<DecisionContext, 'traits' | 'mask' | 'offer' | 'library' | 'spareRunId'>,
): RunDecision {
  const { at, actor, playbook } = run;
  const started = startedEvent(run);
  const state = startRun({ ...started, at });
  const follow = decide(state, { type: 'advance' }, { at, actor, playbook, ...context });
  if (!follow.ok) return { events: [started], state, opened: [] };
  return { ...follow.value, events: [started, ...follow.value.events] };
}
