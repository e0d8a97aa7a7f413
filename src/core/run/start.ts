// The decision that starts a run, first steps included where a worker offers to take them. Appends nothing.
import { decide, type RunDecision } from './decide.ts';
import type { DecisionContext } from './draft.ts';
import { evolve, startRun } from './evolve.ts';
import { judgedEvent, type NewRun, startedEvent } from './started.ts';

/** `run.started` and what follows from it at once. */
export function decideStart(
  run: NewRun,
  context: Pick<
    DecisionContext,
    'traits' | 'mask' | 'offer' | 'library' | 'spareRunId' | 'governance' | 'selfApproval' | 'stepUp'
  >,
): RunDecision {
  const { at, actor, playbook } = run;
  const started = startedEvent(run);
  const opened = startRun({ ...started, at });
  const judged = judgedEvent(run);
  const state = judged ? evolve(opened, { ...judged, at }) : opened;
  const first = judged ? [started, judged] : [started];
  const follow = decide(state, { type: 'advance' }, { at, actor, playbook, ...context });
  if (!follow.ok) return { events: first, state, opened: [] };
  return { ...follow.value, events: [...first, ...follow.value.events] };
}
