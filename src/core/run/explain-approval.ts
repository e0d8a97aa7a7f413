// Why somebody may approve a request, or may not: every reason at once, by the very rules that refuse. Decides nothing.

import { areOnePerson } from '../authority/distinct.ts';
import type { AccessExplanation } from '../authority/explain-access.ts';
import { actorOf, nameOf, type Principal } from '../authority/principal.ts';
import { notOpen } from './decide-approval.ts';
import { type ExclusionQuestion, whyExcluded } from './excluded.ts';
import type { Approval } from './state.ts';
import { eligible, ruleNames } from './who-decides.ts';

/** One question. `belongsTo`: those of `namesToDecide` that the principal belongs to. */
export type ApprovalQuestion = Omit<ExclusionQuestion, 'actor' | 'approval'> & {
  readonly approval: Approval;
  readonly principal: Principal;
  readonly belongsTo: readonly string[];
  readonly at: string;
};

/** Explains whether an approval by somebody would count now. */
export function explainApproval(question: ApprovalQuestion): AccessExplanation {
  const { approval, principal, belongsTo, people, at } = question;
  const actor = actorOf(principal);
  const names = eligible(approval);
  const belongs = (wanted: readonly string[]) => wanted.some((name) => belongsTo.includes(name));
  const isNamed = belongs(names) && belongs(ruleNames(approval));
  const hasApproved = approval.approvals.some((given) => areOnePerson(given.actor, actor, people));
  const excluded = whyExcluded({ ...question, actor });
  const missing = [
    notOpen(approval, at)?.message ?? null,
    isNamed ? null : `${nameOf(principal)} is none of ${names.join(', ')}`,
    excluded,
    hasApproved ? `${nameOf(principal)} has approved it already` : null,
  ].filter((reason) => reason !== null);
  const way = { at: `the rule of ${approval.id}`, to: names, missing };
  const allowed = missing.length === 0;
  return { allowed, by: allowed ? [way] : [], tried: allowed ? [] : [way] };
}
