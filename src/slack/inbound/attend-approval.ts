// What people do about a request without deciding it: the menu of its message and two forms lead here. Holds no rule.
import type { Caller } from '../../core/authority/principal.ts';
import { runOfApproval } from '../../core/ids.ts';
import { resourceOfRun } from '../../core/run/resource-of-run.ts';
import { findApproval } from '../../core/run/state.ts';
import { namesToDecide } from '../../core/run/who-decides.ts';
import { redactedRun } from '../outbound/redacted.ts';
import { questionModal, reassignModal } from '../views/approval-menu.ts';
import { namesAsked } from '../views/approval-words.ts';
import { closedWords } from './ask-decision.ts';
import type { InboundContext, Reply } from './surface.ts';
import { refused } from './words.ts';

type Asked = {
  readonly approvalId: string;
  readonly caller: Caller;
  readonly channelId: string;
  readonly triggerId: string;
};

/** Refreshes the plan, or has people reminded; answers what came of it. */
export async function attendAtOnce(
  { approvalId, caller, move }: Asked & { readonly move: 'refresh' | 'remind' },
  { operations }: InboundContext,
): Promise<Reply> {
  const result = await operations.attendApproval({ ...caller, approvalId, order: move });
  if (!result.ok) return refused(result.error);
  const { approval } = result.value;
  if (move === 'remind') return `Called once more: ${namesAsked(approval).join(', ')}.`;
  return approval.id === approvalId
    ? 'The plan is the same: the request stands.'
    : 'The plan has changed: that request is withdrawn, and a new one asks about what would run now.';
}

/** Opens the form for a question or for handing on; a refusal to whoever may not, or comes too late. */
export async function openAttendForm(
  { approvalId, caller, channelId, triggerId, move }: Asked & { readonly move: 'question' | 'reassign' },
  context: InboundContext,
): Promise<Reply> {
  const runId = runOfApproval(approvalId);
  const row = runId === null ? null : await context.reads.run(runId);
  const shown = row ? findApproval(redactedRun(row.state, context.redact), approvalId) : undefined;
  if (!row || !shown) return `Not done: there is no approval ${approvalId}.`;
  const may = await context.authorised(caller.principal, 'attend', {
    ...resourceOfRun(row.state, context.catalog.byName(row.state.playbook.name)),
    approvers: namesToDecide(shown),
  });
  if (!may.ok) return refused(may.error);
  if (shown.status !== 'open') return refused({ code: 'wrong_state', message: closedWords(shown) });
  const view = (move === 'question' ? questionModal : reassignModal)({ approval: shown, channelId });
  return context.openForm(triggerId, view);
}
