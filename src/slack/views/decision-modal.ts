// The forms in which people decide: which request, and then exactly what runs, who else is needed, and why. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { eligible } from '../../core/run/decide-approval.ts';
import { type Approval, gateKey, type RunState } from '../../core/run/state.ts';
import { person } from '../identity.ts';
import { code, context, joinWithin, oneLine, section } from '../text.ts';
import { planParts, verbOf } from './approval-message.ts';
import { choiceField, formOf, maxTitle, textField } from './form.ts';

/** The two ways to decide. */
export const YesOrNo = z.enum(['approve', 'deny']);
export type YesOrNo = z.infer<typeof YesOrNo>;

/** Name of the form that decides. */
export const decisionForm = 'decide_approval';
/** What it carries: the plan that was shown is the plan that is decided on. */
export const DecisionOrigin = z.object({
  channelId: z.string(),
  approvalId: z.string(),
  planDigest: z.string(),
  decision: YesOrNo,
});
/** Its field for the reason. */
export const reasonField = 'reason';

/** Name of the form that asks which request is meant. */
export const chooseApprovalForm = 'choose_approval';
/** What it carries. */
export const ChooseApprovalOrigin = z.object({ channelId: z.string(), decision: YesOrNo });
/** Its field. */
export const approvalField = 'approval';

/** The form for one decision. */
export function decisionModal({
  run,
  approval,
  decision,
  channelId,
}: {
  readonly run: RunState;
  readonly approval: Approval;
  readonly decision: YesOrNo;
  readonly channelId: string;
}): ModalView {
  const { plan, planDigest } = approval;
  const { summary } = plan;
  const isGate = plan.step === gateKey;
  const verb = verbOf(plan.step);
  const yes = isGate ? 'Start the run' : 'Approve';
  const no = isGate ? 'Do not start' : 'Deny';
  const asks =
    decision === 'approve' ? `${yes}${isGate ? '' : ` ${verb}`}?` : `${no}${isGate ? ' the run' : ` ${verb}`}?`;
  const about = `Run of ${oneLine(run.playbook.name, 100)} ${oneLine(run.playbook.version, 30)} for incident #${run.incident.number}`;
  return formOf({
    name: decisionForm,
    title: asks,
    submit: decision === 'approve' ? yes : no,
    origin: { channelId, approvalId: approval.id, planDigest, decision },
    blocks: [
      section(
        [
          // The title repeats it as far as Slack has room.
          ...(asks.length > maxTitle ? [`*${asks}*`] : []),
          ...(summary === undefined ? [] : [code(summary, 600)]),
          about,
        ].join('\n'),
      ),
      ...planParts(run, plan),
      context(
        `${decision === 'deny' ? 'One no is enough' : whoElse(approval)}  ·  plan ${code(planDigest.slice(0, 19))}`,
      ),
      textField({
        id: reasonField,
        label: 'Reason',
        hint: 'Stands in the timeline for everybody.',
        isOptional: true,
        isLong: true,
      }),
    ],
  });
}

/** Who has said yes so far, and who is still needed. */
function whoElse(approval: Approval): string {
  const names = joinWithin(
    eligible(approval).map((name) => oneLine(name, 60)),
    ', ',
    900,
  );
  const { approvals, rule } = approval;
  const given = approvals.map(({ actor }) => `${person(actor)} ✓`);
  const left = rule.quorum - approvals.length;
  const needed = left === 1 ? `one ${given.length > 0 ? 'more ' : ''}from ${names}` : `${left} from ${names}`;
  return [...given, needed].join('  ·  ');
}

/** The form that asks which of several requests is meant. */
export function chooseApprovalModal({
  approvals,
  decision,
  channelId,
}: {
  readonly approvals: readonly Approval[];
  readonly decision: YesOrNo;
  readonly channelId: string;
}): ModalView {
  const choices = approvals.map(({ id, plan }) => ({
    value: id,
    label: `${plan.summary ?? verbOf(plan.step)} – ${plan.playbook.name}`,
  }));
  return formOf({
    name: chooseApprovalForm,
    title: decision === 'approve' ? 'Approve what?' : 'Deny what?',
    submit: 'Show the plan',
    origin: { channelId, decision },
    blocks: [choiceField({ id: approvalField, label: 'Waits for a decision', choices, isFolded: true })],
  });
}

/** What a decision came to, for whoever made it. */
export function decidedWords(approval: Approval): string {
  const verb = verbOf(approval.plan.step);
  const isGate = approval.plan.step === gateKey;
  switch (approval.status) {
    case 'open':
      return `Your approval counts. Still needed: ${whoElse(approval)}.`;
    case 'granted':
      return isGate ? 'Approved. The run starts.' : `Approved. *${verb}* goes on.`;
    case 'denied':
      return isGate ? 'Denied. The run does not start.' : `Denied. *${verb}* does not run.`;
    case 'expired':
      return 'Not counted: the request has expired.';
    case 'voided':
      return 'Not counted: the request no longer stands.';
  }
}
