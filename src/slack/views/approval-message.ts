// The request for a decision: exactly what runs, on what, how risky, how to undo it. After the decision: who and when. Pure.
import type { KnownBlock } from '@slack/types';
import type { Approval, RunState } from '../../core/run/state.ts';
import { isUndo, stepOf } from '../../core/run/state.ts';
import { mention, person } from '../identity.ts';
import type { Roles } from '../settings.ts';
import { code, codeBlock, context, cut, type Message, oneLine, section, when } from '../text.ts';

/** What stands in a decision button: which approval, and the plan that was shown beside it. */
export const decisionValue = (approval: Approval): string => `${approval.id}|${approval.planDigest}`;

function outcome(approval: Approval): string {
  const who = approval.decidedBy ? person(approval.decidedBy) : '';
  const at = approval.decidedAt ? when(approval.decidedAt) : '';
  const because = approval.reason ? `: ${oneLine(approval.reason, 300)}` : '';
  switch (approval.status) {
    case 'open':
      return `expires ${when(approval.expiresAt)}`;
    case 'granted':
      return `*Approved* by ${approval.approvals.map(({ actor }) => person(actor)).join(', ')}  ·  ${at}`;
    case 'denied':
      return `*Denied* by ${who}  ·  ${at}${because}`;
    case 'expired':
      return `*Expired* ${at}: nobody decided in time, so it does not run`;
    case 'voided':
      return `*Withdrawn* ${at}${because}`;
  }
}

/** The message of one approval, open or decided. */
export function approvalMessage(run: RunState, approval: Approval, roles: Roles): Message {
  const { plan, rule, status } = approval;
  const verb = isUndo(plan.step) ? `undo ${stepOf(plan.step)}` : plan.step;
  const names = approval.escalated ? [...rule.from, ...rule.escalate] : rule.from;
  const undo = plan.undo
    ? `*Undo*\n${codeBlock(`${plan.undo.uses} ${JSON.stringify(plan.undo.with, null, 1)}`, 700)}`
    : `*Undo*  ${plan.reversible ? 'by its author’s word, without a compensation' : '*none: this cannot be undone by Firebreak*'}`;
  const have = rule.quorum > 1 ? `  ·  ${approval.approvals.length} of ${rule.quorum} approvals` : '';
  const open = status === 'open';
  const version = `${approval.id}_${status}_${approval.approvals.length}`;
  const blocks: KnownBlock[] = [
    section(
      `*Approval ${open ? 'needed' : status}: ${oneLine(verb, 100)}*\nRun of ${oneLine(run.playbook.name, 100)} ${oneLine(run.playbook.version, 30)} for incident #${run.incident.number}${open ? `\n${names.map((name) => mention(name, roles)).join(' ')}` : ''}`,
      `${version}_title`,
    ),
    section(`*Runs exactly this*\n${codeBlock(`${plan.uses} ${JSON.stringify(plan.with, null, 1)}`, 1500)}`),
    section(`*Risk*  ${plan.risk}${plan.target ? `\n*Target*  ${oneLine(plan.target, 200)}` : ''}\n${undo}`),
    ...(open ? [buttons(approval, verb, version)] : []),
    context(
      `${outcome(approval)}${have}  ·  may decide: ${names.map((name) => oneLine(name, 60)).join(', ')}  ·  plan ${code(approval.planDigest.slice(0, 19))}`,
    ),
  ];
  const what = open
    ? `Approval needed: ${oneLine(verb, 100)} for incident #${run.incident.number} (${plan.risk} risk). ${names.map((name) => mention(name, roles)).join(' ')}`
    : `Approval ${status}: ${oneLine(verb, 100)} for incident #${run.incident.number}.`;
  return { text: what, blocks };
}

function buttons(approval: Approval, verb: string, version: string): KnownBlock {
  const value = decisionValue(approval);
  const text = (label: string) => ({ type: 'plain_text' as const, text: cut(label, 75) });
  return {
    type: 'actions',
    block_id: `${version}_buttons`,
    elements: [
      { type: 'button', action_id: 'approval_approve', style: 'primary', text: text(`Approve ${verb}`), value },
      { type: 'button', action_id: 'approval_deny', text: text('Deny'), value },
    ],
  };
}
