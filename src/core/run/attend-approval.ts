// The rules for what people do about a request for approval without deciding it: ask about it, hand it on, remind of it, look at its
// plan afresh. Who may do so is the pipeline's question. Pure.
import { type Missing, missingOf } from '../approval/threshold.ts';
import { areOnePerson } from '../authority/distinct.ts';
import type { Actor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever } from '../result.ts';
import { addMs, elapsedMs, formatDuration } from '../time.ts';
import { exclusionOf, notOpen } from './decide-approval.ts';
import { type RunDraft, refuse } from './draft.ts';
import { whyExcluded } from './excluded.ts';
import { freshPlan } from './fresh-plan.ts';
import { planDrift } from './plan-drift.ts';
import { type Approval, findApproval } from './state.ts';
import { countOf, eligible, ruleNames, stillMissing } from './who-decides.ts';

/** Something about a request that is no decision. */
export type ApprovalOrder = {
  readonly approvalId: string;
} /** Somebody wants to know more; the request stays open. */ & (
  | { readonly type: 'question'; readonly question: string }
  /** Others are asked. `within`: the names of the request's rule that they belong to at this moment. */
  | {
      readonly type: 'reassign';
      readonly to: string;
      readonly within: readonly string[];
      readonly reason?: string | undefined;
      /** When it ends by itself; absent: with the request. */
      readonly until?: string | undefined;
    }
  /** Those who may decide are called once more. */
  | { readonly type: 'remind' }
  /** The plan is rendered anew; if it is another one, the request is withdrawn, and asked anew. */
  | { readonly type: 'refresh' }
);

/** One reminder of a request within this long, in milliseconds. */
const remindersApartMs = 5 * 60_000;
/** Questions, and hand-overs, that one request takes: each calls people. */
const mostOfAKind = 20;

/** Records what somebody did about a request, or says why it cannot be done. */
export function attendApproval(draft: RunDraft, order: ApprovalOrder, actor: Actor): Refusal | null {
  const approval = findApproval(draft.state, order.approvalId);
  if (!approval) return refuse('not_found', `there is no approval ${order.approvalId}`);
  const refusal = notOpen(approval, draft.at);
  if (refusal) return refusal;
  const node = { runId: draft.state.runId, step: approval.step, approvalId: approval.id };
  switch (order.type) {
    case 'question': {
      const { question } = order;
      if (question.trim() === '') return refuse('invalid', 'say what you want to know');
      if (isFull(approval, 'questioned')) return refuse('wrong_state', tooMany('questions were asked'));
      draft.record({ type: 'approval.questioned', data: { ...node, question } }, actor);
      return null;
    }
    case 'reassign': {
      const problem = notAssignable(draft, approval, order) ?? notDelegable(draft, approval, { order, actor });
      if (problem) return problem;
      const because = order.reason === undefined ? {} : { reason: order.reason };
      draft.record(
        {
          type: 'approval.reassigned',
          data: { ...node, to: [order.to], ...because, ...(order.until !== undefined && { until: order.until }) },
        },
        actor,
      );
      return null;
    }
    case 'remind': {
      const last = lastReminder(approval);
      const next = last === null ? null : addMs(last, remindersApartMs);
      if (last !== null && next !== null && draft.at < next) {
        const [ago, left] = [elapsedMs(last, draft.at), elapsedMs(draft.at, next)].map(formatDuration);
        return refuse('wrong_state', `people were reminded ${ago} ago; the next reminder may go out in ${left}`);
      }
      draft.record({ type: 'approval.reminded', data: node }, actor);
      return null;
    }
    case 'refresh': {
      const fresh = freshPlan(draft, approval.step);
      if (!fresh.ok)
        return refuse(
          'wrong_state',
          `the plan cannot be made now (${fresh.error}); the request stands as it was asked`,
        );
      if (fresh.value.planDigest === approval.planDigest) return null;
      const reason = 'what would run is no longer what was asked about';
      const drift = planDrift(approval.plan, fresh.value.plan);
      draft.record(
        { type: 'approval.voided', data: { ...node, reason, ...(drift.length > 0 && { drift: [...drift] }) } },
        actor,
      );
      return null;
    }
    default:
      return assertNever(order);
  }
}

const tooMany = (what: string) => `${mostOfAKind} ${what} about this request already; decide it, or talk to each other`;

const isFull = ({ notes = [] }: Approval, kind: 'questioned' | 'reassigned') =>
  notes.filter(({ type }) => type === kind).length >= mostOfAKind;

/** When people were last reminded; null: never. */
const lastReminder = ({ notes = [] }: Approval): string | null =>
  notes.findLast(({ type }) => type === 'reminded')?.at ?? null;

/** Handing on never lets anybody decide whom the playbook does not: to one of its roles, or to a person who belongs to one. */
function notAssignable(
  draft: RunDraft,
  approval: Approval,
  { to, within }: Extract<ApprovalOrder, { type: 'reassign' }>,
): Refusal | null {
  const names = ruleNames(approval);
  if (!within.some((name) => names.includes(name)))
    return refuse('not_allowed', `only ${names.join(', ')} may decide this, and ${to} is none of them`);
  const now = eligible(approval);
  if (now.length === 1 && now[0] === to) return refuse('wrong_state', `${to} is asked already`);
  const isPerson = !names.includes(to);
  const person: Actor = { kind: 'user', id: to };
  const unmet = notMetBy(draft, approval, { to, within, isPerson });
  if (unmet !== null) return refuse('wrong_state', unmet);
  if (isPerson && approval.approvals.some(({ actor }) => areOnePerson(actor, person, draft.people ?? {})))
    return refuse('wrong_state', `${to} has approved already; ask somebody else`);
  const excluded = isPerson ? whyExcluded(exclusionOf(draft, approval, person)) : null;
  if (excluded !== null) return refuse('not_allowed', excluded);
  if (isFull(approval, 'reassigned')) return refuse('wrong_state', tooMany('hand-overs were made'));
  return null;
}

/** Why those who are asked alone could not meet the rule; null: they can. */
function notMetBy(
  { people = {} }: Pick<RunDraft, 'people'>,
  approval: Approval,
  { to, within, isPerson }: { readonly to: string; readonly within: readonly string[]; readonly isPerson: boolean },
): string | null {
  const left = missingOf(countOf(approval, people));
  const total = (missing: readonly Missing[]) => missing.reduce((sum, { n }) => sum + n, 0);
  const fewest = Math.min(...left.map(total));
  if (isPerson && fewest > 1) return `${fewest} more people are needed; ${to} is one`;
  if (approval.rule.thresholds === undefined) return null;
  const names = isPerson ? within : [to];
  const canMeet = left
    .filter((missing) => !isPerson || total(missing) === 1)
    .some((missing) => missing.every(({ of }) => of.length === 0 || of.some((name) => names.includes(name))));
  return canMeet
    ? null
    : `${to} alone could not meet the rule; missing: ${stillMissing(approval, { people }).join(', and ')}`;
}

/** Why a hand-over by somebody makes no sense: to oneself, back to who handed it on, or until a moment that is over. */
function notDelegable(
  draft: RunDraft,
  approval: Approval,
  { order, actor }: { readonly order: Extract<ApprovalOrder, { type: 'reassign' }>; readonly actor: Actor },
): Refusal | null {
  const { to, until } = order;
  if (until !== undefined && until <= draft.at) return refuse('invalid', `${until} is over; say a later end`);
  if (ruleNames(approval).includes(to) && !isSlackUser(to)) return null;
  const { people = {} } = draft;
  const person: Actor = { kind: 'user', id: to };
  if (areOnePerson(actor, person, people)) return refuse('invalid', 'that is you: decide it, or ask somebody else');
  const handed = (approval.notes ?? []).find(
    (note) => note.type === 'reassigned' && areOnePerson(note.by, person, people),
  );
  return handed ? refuse('wrong_state', `${to} has handed it on already; it would go round in a circle`) : null;
}

const isSlackUser = (name: string): boolean => /^[UW][A-Z0-9]{2,20}$/.test(name);
