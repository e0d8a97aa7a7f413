// What the rules make of an order of people, and the exception from freezes that somebody with the right `bypass` makes. Pure.
import type { Actor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { saysWhy } from '../says-why.ts';
import type { RunOrderCommand } from './decide-order.ts';
import { type RunDraft, refuse } from './draft.ts';
import { askRules } from './govern.ts';
import { isTerminal } from './state.ts';

/** Orders that end or hold something back: no rule stands in their way. */
const harmless: ReadonlySet<RunOrderCommand['type']> = new Set(['cancel', 'pause']);

/** Why the rules refuse an order; null: they do not. What they say of one that they let pass is recorded. */
export function ruleOrder(draft: RunDraft, order: RunOrderCommand, actor: Actor): Refusal | null {
  const { governance, state, playbook } = draft;
  if (!governance || harmless.has(order.type)) return null;
  const { runId, playbook: ref, inputs, trigger, incident, environment = null } = state;
  const about = { runId, playbook, ref, actor, inputs, trigger, incident, environment };
  const { type, step, reason } = order;
  const said = askRules(
    governance,
    { judgedAt: 'order', ...about, excepted: true, order: { type, step, reason } },
    draft.at,
  );
  if (said.denied !== null) return refuse('not_allowed', said.denied);
  if (said.fact) draft.record({ type: 'policy.judged', data: said.fact }, actor);
  return null;
}

/** Records the exception. Whoever orders it holds the right `bypass`, which is asked before. */
export function except(draft: RunDraft, reason: string, actor: Actor): Refusal | null {
  const { state } = draft;
  if (isTerminal(state.status)) return refuse('wrong_state', `the run has ended (${state.status})`);
  if (!saysWhy(reason)) return refuse('invalid', 'an exception needs a reason');
  if (state.exception) return refuse('wrong_state', `no freeze holds this run: ${state.exception.reason}`);
  draft.record({ type: 'run.excepted', data: { runId: state.runId, reason } }, actor);
  return null;
}
