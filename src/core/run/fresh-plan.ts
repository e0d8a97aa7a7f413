// The plan of a node as it would be asked about now: of a step, its undoing, or the start of the run. Pure.
import type { Plan } from '../events.ts';
import type { ActionKind } from '../playbook/action-traits.ts';
import { planDigest, renderPlan } from '../playbook/plan.ts';
import { ok, type Result } from '../result.ts';
import type { RunDraft } from './draft.ts';
import { gateKey, nodeOf, type RunState } from './state.ts';

/** What is asked about whether a run may start at all. */
export function gatePlan(state: RunState, gate: NonNullable<RunState['gate']>): Plan {
  const kind: ActionKind = 'gate';
  return {
    runId: state.runId,
    playbook: state.playbook,
    step: gateKey,
    round: nodeOf(state, gateKey).round,
    // No action stands behind it: what it is, is its kind.
    uses: kind,
    with: { start: state.playbook.name, inputs: state.inputs, because: gate.reason },
    target: state.cooldownKey,
    risk: 'high',
    timeoutMs: 1000,
    reversible: true,
    undo: null,
    summary: `Start ${state.playbook.name} ${state.playbook.version}`,
  };
}

/** The plan of a node and its digest; the error says which expression failed. */
export function freshPlan(draft: RunDraft, key: string): Result<{ plan: Plan; planDigest: string }, string> {
  const { gate } = draft.state;
  const plan =
    key === gateKey && gate ? ok(gatePlan(draft.state, gate)) : renderPlan(draft.playbook, draft.state, key, draft);
  return plan.ok ? ok({ plan: plan.value, planDigest: planDigest(plan.value) }) : plan;
}
