// An honest worker and people who answer whatever they are asked. They give up what fails again and again.
import type { Actor } from '../../../src/core/events.ts';
import { isTerminal } from '../../../src/core/run/state.ts';
import { ana, ben } from '../given/given.ts';
import type { RunFamily } from './run-family.ts';

export const cem: Actor = { kind: 'user', id: 'U0CEM', name: 'cem' };
/** So often an escalated step is tried again. */
const patience = 3;

/** One round of answers to everything that waits; half a minute goes by. */
export function answer(family: RunFamily): void {
  family.settle();
  for (const { run } of family.runs) {
    const { runId } = run;
    if (isTerminal(run.status)) continue;
    if (run.paused) family.give(runId, { type: 'resume' }, ana);
    if (run.status === 'queued') family.give(runId, { type: 'admit' });
    for (const { id, status, rule } of Object.values(run.approvals))
      if (status === 'open')
        for (const actor of [ben, cem]) family.give(runId, { type: 'approve', approvalId: id, as: rule.from }, actor);
    for (const [step, node] of Object.entries(run.nodes)) {
      const held = { step, ...node };
      if (held.status === 'running')
        family.give(runId, { type: 'record_success', ...held, output: step, artifacts: [] });
      else if (node.status === 'unknown') family.give(runId, { type: 'done', step }, ana);
      else if (node.status === 'waiting' && node.signal !== null && step.length % 2 === 0)
        family.give(runId, { type: 'signal', name: node.signal, data: null }, ana);
      else if (node.status === 'failed' && node.escalated && run.status === 'running')
        family.give(runId, { type: node.round < patience ? 'retry' : 'cancel', step }, ana);
    }
  }
  family.later(30_000);
}
