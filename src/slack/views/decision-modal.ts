// The forms in which people decide: which request, and then exactly what runs, who else is needed, and why. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { type Approval, gateKey, type RunState } from '../../core/run/state.ts';
import { code, context, oneLine, section, when } from '../text.ts';
import { quorumOf, riskOf, summaryOf, taskOf } from './approval-words.ts';
import { choiceField, formOf, shownForm, textField } from './form.ts';
import { shownPlan } from './plan-parts.ts';

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

/** The form for one decision, with all of the plan. What even a form has no room for can be denied there, and not approved. */
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
  const isGate = plan.step === gateKey;
  const { title, submit } = wordsFor(decision, isGate);
  const about = `${oneLine(run.playbook.name, 100)} ${oneLine(run.playbook.version, 30)} for incident #${run.incident.number}`;
  const { blocks, isWhole } = shownPlan(run, plan);
  const asks = [
    section(
      [
        `*${taskOf(plan)}?*${isGate ? '' : `  ${summaryOf(plan)}`}`.trimEnd(),
        `${riskOf(plan)}  ·  until ${when(approval.expiresAt)}`,
        decision === 'deny' ? 'One no is enough.' : quorumOf(approval),
      ].join('\n'),
    ),
    ...blocks,
    ...(isWhole ? [] : [section(`*There is more of it than Slack takes.* ${elsewhere(approval)}`)]),
    context(`${about}  ·  plan ${code(planDigest)}`),
  ];
  if (!isWhole && decision === 'approve') return shownForm(title, asks);
  const reason = textField({
    id: reasonField,
    label: 'Reason',
    hint: 'Stands in the timeline for everybody.',
    isOptional: true,
    isLong: true,
  });
  return formOf({
    name: decisionForm,
    title,
    submit,
    origin: { channelId, approvalId: approval.id, planDigest, decision },
    // Whoever says no need not read it all first.
    blocks: decision === 'deny' ? [...asks.slice(0, 1), reason, ...asks.slice(1)] : [...asks, reason],
  });
}

const elsewhere = ({ id }: Approval) =>
  `Look at all of it, and approve it, with ${code(`firebreak approve ${id}`)} or on the page.`;

const wordsFor = (decision: YesOrNo, isGate: boolean) =>
  decision === 'approve'
    ? { title: isGate ? 'Start the run?' : 'Approve exactly this?', submit: isGate ? 'Start it' : 'Approve' }
    : { title: isGate ? 'Do not start the run?' : 'Deny this?', submit: isGate ? 'Do not start' : 'Deny' };

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
    label: `${taskOf(plan)} – ${plan.playbook.name}`,
  }));
  return formOf({
    name: chooseApprovalForm,
    title: decision === 'approve' ? 'Approve what?' : 'Deny what?',
    submit: 'Show the plan',
    origin: { channelId, decision },
    blocks: [choiceField({ id: approvalField, label: 'Waits for a decision', choices, isFolded: true })],
  });
}
