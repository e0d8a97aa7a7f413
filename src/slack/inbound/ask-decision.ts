// Shows somebody the plan that waits and asks for the decision: commands, buttons and forms lead here. Holds no rule.

import type { ModalView } from '@slack/types';
import { actorOf, type Caller, type Principal } from '../../core/authority/principal.ts';
import { runOfApproval } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { whyExcluded } from '../../core/run/excluded.ts';
import { type Approval, findApproval, type RunState } from '../../core/run/state.ts';
import { eligible } from '../../core/run/who-decides.ts';
import { wantsStepUp } from '../../core/step-up/needs-step-up.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { redactedRun } from '../outbound/redacted.ts';
import { oneLine, timed } from '../text.ts';
import { decidedWords } from '../views/approval-words.ts';
import { chooseApprovalModal, decisionModal, type YesOrNo } from '../views/decision-modal.ts';
import { isShort } from '../views/plan-parts.ts';
import type { ButtonClick, InboundContext, Reply } from './surface.ts';

/** Requests that one form offers to choose from. */
const mostAtOnce = 100;

/** Says that a decision did not count. */
export const notCounted = ({ message }: Refusal): string => `Not counted: ${timed(oneLine(message, 500))}.`;

/**
 * Opens the form for a decision; where several wait, the one that asks which.
 * @param asked `approvalId` null: whatever waits in the incident of this channel, outside of one whatever waits anywhere
 */
export async function askDecision(
  asked: {
    readonly decision: YesOrNo;
    readonly approvalId: string | null;
    readonly caller: Caller;
    readonly channelId: string;
    readonly triggerId: string;
    readonly incident: IncidentRow | null;
  },
  context: InboundContext,
): Promise<Reply> {
  const { decision, approvalId, caller, channelId, triggerId, incident } = asked;
  if (approvalId !== null) {
    const form = await decisionFormFor({ approvalId, decision, channelId, principal: caller.principal }, context);
    return form.ok ? context.openForm(triggerId, form.value) : notCounted(form.error);
  }
  const open = await openApprovals(incident, context);
  if (open.length === 0) return 'Nothing waits for approval here.';
  const own = await decidableBy({ principal: caller.principal, decision }, open, context);
  if (!own.ok) return notCounted(own.error);
  const [only, ...others] = own.value;
  if (!only) return 'Nothing waits for approval here.';
  if (others.length > 0)
    return context.openForm(triggerId, chooseApprovalModal({ approvals: own.value, decision, channelId }));
  return askDecision({ ...asked, approvalId: only.id }, context);
}

/** The form for one decision, with the plan as it stands now; a refusal to whoever may not decide it, or comes too late. */
export async function decisionFormFor(
  {
    approvalId,
    decision,
    channelId,
    principal,
  }: {
    readonly approvalId: string;
    readonly decision: YesOrNo;
    readonly channelId: string;
    readonly principal: Principal;
  },
  context: InboundContext,
): Promise<Result<ModalView, Refusal>> {
  const runId = runOfApproval(approvalId);
  const row = runId === null ? null : await context.reads.run(runId);
  const approval = row ? findApproval(row.state, approvalId) : undefined;
  if (!row || !approval) return err({ code: 'not_found', message: `there is no approval ${approvalId}` });
  const may = await decidableBy({ principal, decision }, [{ approval, run: row.state }], context);
  if (!may.ok) return may;
  if (approval.status !== 'open') return err({ code: 'wrong_state', message: closedWords(approval) });
  const run = redactedRun(row.state, context.redact);
  const shown = findApproval(run, approvalId) ?? approval;
  return ok(decisionModal({ run, approval: shown, decision, channelId }));
}

/** Why a request cannot be answered any more. */
export function closedWords({ status, decidedBy, decidedAt, reason }: Approval): string {
  const who = decidedBy ? ` by ${decidedBy.name ?? decidedBy.id}` : '';
  switch (status) {
    case 'granted':
      return `already approved${who} at ${decidedAt}`;
    case 'denied':
      return `already denied${who} at ${decidedAt}`;
    case 'expired':
      return 'this request has expired; retry the step to ask again';
    case 'voided':
      return `this request no longer stands: ${reason ?? 'the run went on without it'}`;
    case 'open':
      return 'this request is open';
  }
}

/** Approves by the button of a message. A plan that a message has no room for is approved from a form that shows all of it. */
export async function approveAtOnce(
  {
    approvalId,
    planDigest,
    click: { caller, channelId, triggerId },
  }: {
    readonly approvalId: string;
    readonly planDigest: string;
    readonly click: Pick<ButtonClick, 'caller' | 'channelId' | 'triggerId'>;
  },
  context: InboundContext,
): Promise<Reply> {
  const decision = 'approve';
  const runId = runOfApproval(approvalId);
  const row = runId === null ? null : await context.reads.run(runId);
  const approval = row ? findApproval(row.state, approvalId) : undefined;
  if (approval?.status === 'open' && !wantsStepUp(approval.rule) && !isShort(approval.plan))
    return askDecision({ decision, approvalId, caller, channelId, triggerId, incident: null }, context);
  const result = await context.operations.decideApproval({ ...caller, approvalId, planDigest, decision });
  return result.ok ? decided(result.value, context) : notCounted(result.error);
}

/** What a decision came to, in words. */
export function decided(
  { run, approval }: { readonly run: RunState; readonly approval: Approval },
  { operations, redact }: Pick<InboundContext, 'operations' | 'redact'>,
): string {
  const shown = redactedRun(run, redact);
  return decidedWords(shown, findApproval(shown, approval.id) ?? approval, operations.killSwitches());
}

type Asking = { readonly approval: Approval; readonly run: Pick<RunState, 'requestedBy' | 'author'> };

async function openApprovals(
  incident: IncidentRow | null,
  { reads }: Pick<InboundContext, 'reads'>,
): Promise<readonly Asking[]> {
  if (incident === null) {
    const page = await reads.approvals({ status: 'open', limit: mostAtOnce, cursor: null });
    return page.items.map(({ approval, requestedBy }) => ({ approval, run: { requestedBy } }));
  }
  const runs = await reads.runsOfIncident(incident.id);
  return runs
    .flatMap(({ state: run }) => Object.values(run.approvals).map((approval) => ({ approval, run })))
    .filter(({ approval }) => approval.status === 'open');
}

/** Those that somebody may decide so; a refusal if there is none. */
async function decidableBy(
  { principal, decision }: { readonly principal: Principal; readonly decision: YesOrNo },
  asking: readonly Asking[],
  { authorised, people }: Pick<InboundContext, 'authorised' | 'people'>,
): Promise<Result<readonly Approval[], Refusal>> {
  const actor = actorOf(principal);
  const answers = await Promise.all(
    asking.map(async ({ approval, run }): Promise<Refusal | null> => {
      const allowed = await authorised(principal, 'approve', { approvers: eligible(approval) });
      if (!allowed.ok) return allowed.error;
      const excluded = decision === 'approve' ? whyExcluded({ run, approval, actor, people }) : null;
      return excluded === null ? null : { code: 'not_allowed', message: excluded };
    }),
  );
  const own = asking.filter((_, i) => answers[i] === null).map(({ approval }) => approval);
  const refusal = answers.find((answer) => answer !== null);
  return own.length === 0 && refusal ? err(refusal) : ok(own);
}
