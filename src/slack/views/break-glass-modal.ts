// The form in which the glass is broken: exactly what would run, who is bypassed, and why. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Approval, RunState } from '../../core/run/state.ts';
import { ruleNames } from '../../core/run/who-decides.ts';
import { wantsStepUp } from '../../core/step-up/needs-step-up.ts';
import { code, context, joinWithin, section } from '../text.ts';
import { namesShown, quorumOf, riskOf, summaryOf, taskOf } from './approval-words.ts';
import { formOf, shownForm, textField } from './form.ts';
import { shownPlan } from './plan-parts.ts';

/** Name of the form. */
export const breakGlassForm = 'break_glass';
/** What it carries: the plan that was shown is the plan that goes on. */
export const BreakGlassOrigin = z.object({ channelId: z.string(), approvalId: z.string(), planDigest: z.string() });
/** Its field for the reason. */
export const breakReasonField = 'reason';

/** The form. A plan that it has no room for, or that takes a passkey, is not let go on from there. */
export function breakGlassModal({
  run,
  approval,
  channelId,
  publicUrl,
}: {
  readonly run: RunState;
  readonly approval: Approval;
  readonly channelId: string;
  readonly publicUrl: string;
}): ModalView {
  const { plan, planDigest } = approval;
  const { blocks, isWhole } = shownPlan(run, plan);
  const bypassed = joinWithin(namesShown(ruleNames(approval)), ', ', 900);
  const asks = [
    section(
      [
        `*${taskOf(plan)}?*  ${summaryOf(plan)}`.trimEnd(),
        riskOf(plan),
        `You bypass ${bypassed}: they are told, and a review is owed. Still missing: ${quorumOf(approval)}.`,
      ].join('\n'),
    ),
    ...blocks,
    context(`plan ${code(planDigest)}`),
  ];
  // Slack proves nobody by a passkey. Whether the own role of whoever breaks it demands one is asked when it is sent.
  if (wantsStepUp(approval.rule))
    return shownForm('Break the glass?', [
      ...asks,
      section(`*This takes your passkey.* Break the glass on <${publicUrl}/approvals/${approval.id}|its page>.`),
    ]);
  if (!isWhole)
    return shownForm('Break the glass?', [
      ...asks,
      section(`*There is more of it than Slack takes.* Use ${code(`firebreak break-glass ${approval.id}`)}.`),
    ]);
  return formOf({
    name: breakGlassForm,
    title: 'Break the glass?',
    submit: 'Break the glass',
    origin: { channelId, approvalId: approval.id, planDigest },
    blocks: [
      ...asks,
      textField({
        id: breakReasonField,
        label: 'Why can this not wait for them?',
        hint: 'Whoever is bypassed reads it, and so does everybody who reads the timeline.',
        isLong: true,
      }),
    ],
  });
}
