// What the rules make of one step right before it is asked about or acts: it goes on under a rule, it is denied, or it waits. Records what they
// said, once for the same. Pure.
import type { Plan } from '../events.ts';
import type { ActionCall, ApprovalRule } from '../playbook/playbook.ts';
import { environmentOfStep } from '../policy/environment.ts';
import { type Demands, isCovered, tighten } from '../policy/tighten.ts';
import { addMs, earliest } from '../time.ts';
import type { RunDraft } from './draft.ts';
import { recordFailure } from './draft.ts';
import { askRules, frozenText, type Said } from './govern.ts';
import { judgedMark } from './governed.ts';
import { isUndo, nodeOf } from './state.ts';

/** How a step goes on. `stopped`: it does not, and that is recorded. */
export type Ruled =
  | { readonly outcome: 'stopped' }
  | {
      readonly outcome: 'go';
      readonly rule: ApprovalRule | null;
      /** What people who decide read of it, a line each. */
      readonly because: readonly string[];
      /** Whether an approval that was asked for under a rule is strict enough for what is demanded now. */
      readonly covers: (asked: ApprovalRule) => boolean;
    };

/** A freeze without a known end is looked at again after this long. */
const lookAgainMs = 60 * 60_000;

/** Asks the rules about a step. `acts`: its action has an effect outside, so that a freeze holds it. */
export function ruleStep(
  draft: RunDraft,
  key: string,
  { call, plan, acts }: { readonly call: ActionCall; readonly plan: Plan; readonly acts: boolean },
): Ruled {
  const { governance, state } = draft;
  if (!governance) return { outcome: 'go', rule: call.approval, because: [], covers: () => true };
  const placed = environmentOfStep(governance.rules.book, state.environment ?? null, plan.target);
  if (!placed.ok) return deny(draft, key, 'other_environment', placed.error);
  const step = { plan, undo: isUndo(key), approval: call.approval !== null, acts };
  const { runId, playbook: ref, requestedBy: actor, inputs, trigger, incident } = state;
  const about = { runId, playbook: draft.playbook, ref, actor, inputs, trigger, incident };
  const said = askRules(
    governance,
    { judgedAt: 'step', ...about, environment: placed.value.name, excepted: state.exception !== null, step },
    draft.at,
  );
  note(draft, key, said);
  if (said.denied !== null) return deny(draft, key, 'policy_denied', said.denied);
  if (said.frozen.length > 0) return freeze(draft, key, said);
  return ruled(draft, key, { own: call.approval, demands: said.demands, because: said.fact?.says ?? [] });
}

function ruled(
  draft: RunDraft,
  key: string,
  {
    own,
    demands,
    because,
  }: { readonly own: ApprovalRule | null; readonly demands: Demands; readonly because: readonly string[] },
): Ruled {
  const found = tighten(own, demands);
  if (found.outcome === 'contradiction') return deny(draft, key, 'policies_contradict', found.reason);
  return { outcome: 'go', rule: found.rule, because, covers: (asked) => isCovered(asked, demands) };
}

/** Records what was said, unless it is what was said before in this round. */
function note(draft: RunDraft, key: string, { fact }: Said): void {
  if (fact === null) return;
  const mark = judgedMark(fact, nodeOf(draft.state, key).round);
  const known = Object.hasOwn(draft.state.judged, key) ? draft.state.judged[key] : undefined;
  if (mark !== known) draft.record({ type: 'policy.judged', data: fact });
}

function deny(draft: RunDraft, key: string, code: string, message: string): Ruled {
  recordFailure(draft, key, 0, { class: 'denied', code, message }, 0);
  return { outcome: 'stopped' };
}

/** It waits until the first of the freezes is over, and is judged anew then. */
function freeze(draft: RunDraft, key: string, { frozen }: Said): Ruled {
  const ends = frozen.map(({ until }) => until).reduce(earliest, null);
  const until = ends ?? addMs(draft.at, lookAgainMs);
  const names = frozen.map((held) => held.freeze.name).join(', ');
  draft.record({
    type: 'step.frozen',
    data: { runId: draft.state.runId, step: key, freeze: names, until, reason: frozenText(frozen) },
  });
  return { outcome: 'stopped' };
}
