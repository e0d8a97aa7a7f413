// Who may not approve whatever roles he or she has: nobody decides about the own work. Every surface that offers an approval asks here, as
// the decision itself does. Pure.
import type { Access } from '../authority/access.ts';
import { areOnePerson } from '../authority/distinct.ts';
import type { People } from '../authority/membership.ts';
import type { Actor } from '../events.ts';
import type { ApprovalRule, Risk } from '../playbook/playbook.ts';
import type { Asking } from './draft.ts';
import type { Approval, RunState } from './state.ts';
import { ruleNames } from './who-decides.ts';

/** One question. `selfApproval`: what the configuration says now; absent: the rule of the request decides alone. */
export type ExclusionQuestion = {
  readonly run: Pick<RunState, 'requestedBy' | 'author'>;
  readonly approval: Pick<Approval, 'rule'>;
  readonly actor: Actor;
  readonly people: People;
  readonly selfApproval?: Access['selfApproval'] | undefined;
};

/** Why somebody may not approve; null: nothing excludes him or her. Denying is always allowed. */
export function whyExcluded(question: ExclusionQuestion): string | null {
  const { run, actor, people } = question;
  if (excludesRequester(question) && areOnePerson(actor, run.requestedBy, people))
    return 'whoever started the run may not approve its steps; ask somebody else';
  if (excludesAuthor(question) && run.author !== undefined && areOnePerson(actor, run.author, people))
    return 'whoever registered this version of the playbook may not approve its steps; ask somebody else';
  return null;
}

/** Whether who started the run may not approve: the rule or the configuration says so, and neither loosens the other. */
const excludesRequester = ({ approval, selfApproval }: ExclusionQuestion): boolean =>
  approval.rule.excludeRequester || selfApproval === 'never';

/** Whether who answers for the version may not approve: as it was asked, or as the configuration says now. */
const excludesAuthor = ({ approval, selfApproval }: ExclusionQuestion): boolean =>
  approval.rule.excludeAuthor === true || selfApproval === 'never';

/**
 * A rule as a plan is asked about by it: what the configuration says of all approvals is pinned with it, holds however that changes later,
 * and can be told from the record alone.
 */
export function ruleToAsk(
  rule: ApprovalRule,
  risk: Risk,
  {
    state,
    selfApproval,
    stepUp,
  }: { readonly state: Pick<RunState, 'author'> } & Pick<ExclusionQuestion, 'selfApproval'> & Pick<Asking, 'stepUp'>,
): ApprovalRule {
  const roles = risk === 'high' && rule.stepUp !== true ? (stepUp?.roles ?? []) : [];
  const stepUpFor = ruleNames({ rule }).filter((name) => roles.includes(name));
  return {
    ...rule,
    ...(selfApproval === 'never' && { excludeRequester: true }),
    // Only `byRule`, written out, lets an author approve.
    ...(selfApproval !== 'byRule' && state.author !== undefined && { excludeAuthor: true as const }),
    ...(stepUpFor.length > 0 && { stepUpFor }),
  };
}
