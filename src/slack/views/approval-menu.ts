// What people can do about a request besides deciding it, as the menu of its message; and what its forms ask. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { runOfApproval } from '../../core/ids.ts';
import type { Approval } from '../../core/run/state.ts';
import { eligible, ruleNames } from '../../core/run/who-decides.ts';
import { code, joinWithin, type Menu, section } from '../text.ts';
import { summaryOf, taskOf } from './approval-words.ts';
import { formOf, textField } from './form.ts';

/** What the menu offers. */
export const ApprovalMove = z.enum(['question', 'reassign', 'refresh', 'remind']);
export type ApprovalMove = z.infer<typeof ApprovalMove>;

const labels: { readonly [M in ApprovalMove]: string } = {
  question: 'Ask for more information…',
  reassign: 'Ask somebody else…',
  refresh: 'Refresh the plan',
  remind: 'Remind',
};

/** The menu. Its values are short, for Slack takes 75 characters: which move, and which request. */
export const approvalMenu = ({ id }: Approval): Menu => ({
  id: 'approval_more',
  options: ApprovalMove.options.map((move) => ({ label: labels[move], value: `${move}|${id}` })),
});

const Value = z.tuple([ApprovalMove, z.string().refine((id) => runOfApproval(id) !== null)]);

/** Reads what came back with a choice; null if no menu of ours has it. */
export function readMove(value: unknown): { readonly move: ApprovalMove; readonly approvalId: string } | null {
  const read = Value.safeParse(typeof value === 'string' ? value.slice(0, 100).split('|') : value);
  return read.success ? { move: read.data[0], approvalId: read.data[1] } : null;
}

/** Name of the form that asks a question about a request. */
export const questionForm = 'question_approval';
/** Its field. */
export const questionField = 'question';
/** Name of the form that hands a request on. */
export const reassignForm = 'reassign_approval';
/** Its field for whoever is asked instead. */
export const toField = 'to';
/** Its field for the reason. */
export const whyField = 'reason';
/** For how long a hand-over lasts. */
export const untilField = 'until';
/** What both carry. */
export const AttendOrigin = z.object({ channelId: z.string(), approvalId: z.string() });

type Asked = { readonly approval: Approval; readonly channelId: string };

const what = ({ plan }: Approval) => section(`*${taskOf(plan)}?*  ${summaryOf(plan)}`.trim());

/** The form for a question. */
export const questionModal = ({ approval, channelId }: Asked): ModalView =>
  formOf({
    name: questionForm,
    title: 'Ask for more information',
    submit: 'Ask',
    origin: { channelId, approvalId: approval.id },
    blocks: [
      what(approval),
      textField({
        id: questionField,
        label: 'What do you want to know?',
        hint: 'Whoever started the run and whoever leads the incident are called. The request stays open.',
        isLong: true,
      }),
    ],
  });

/** The form that hands on. */
export function reassignModal({ approval, channelId }: Asked): ModalView {
  const names = ruleNames(approval).map((name) => code(name, 60));
  const now = eligible(approval).map((name) => code(name, 60));
  return formOf({
    name: reassignForm,
    title: 'Ask somebody else',
    submit: 'Ask them instead',
    origin: { channelId, approvalId: approval.id },
    blocks: [
      what(approval),
      section(
        `Asked now: ${joinWithin(now, ', ', 900)}. The playbook lets these decide, and nobody else: ${joinWithin(names, ', ', 900)}.`,
      ),
      textField({
        id: toField,
        label: 'Who?',
        hint: 'A role such as @sre-lead, or a person who belongs to one of them: a user id or a name under `people:`.',
      }),
      textField({
        id: untilField,
        label: 'For how long?',
        hint: 'A duration such as 30m or 2h; those of the playbook are asked again then. Empty: until it is decided.',
        isOptional: true,
      }),
      textField({ id: whyField, label: 'Reason', isOptional: true, isLong: true }),
    ],
  });
}
