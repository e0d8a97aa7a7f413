// The request for a decision: in one line and exactly what runs, on what, how risky, how to undo it. After the decision: who and when. Pure.
import type { KnownBlock } from '@slack/types';
import type { Roles } from '../../core/authority/membership.ts';
import { eligible } from '../../core/run/decide-approval.ts';
import type { Approval, RunState } from '../../core/run/state.ts';
import { doneKey, gateKey, isUndo } from '../../core/run/state.ts';
import { mentions, person } from '../identity.ts';
import {
  buttonRow,
  code,
  context,
  joinWithin,
  jsonBlock,
  jsonText,
  type MessageContent,
  oneLine,
  plain,
  section,
  when,
} from '../text.ts';
import { decisionValue } from './decision-value.ts';

/** Characters of a call that are shown; a section takes 3000, escapes included. */
const maxCall = 2700;

/** The message of one approval, open or decided. */
export function approvalMessage(run: RunState, approval: Approval, roles: Roles): MessageContent {
  const { plan, status } = approval;
  const open = status === 'open';
  const verb = verbOf(plan.step);
  const what = open && plan.step === gateKey ? 'start this run at all?' : verb;
  const asked = joinWithin(mentions(eligible(approval), roles), ' ', 900);
  const { summary } = plan;
  const about = `for incident #${run.incident.number}`;
  // New ids make Slack's clients forget the old buttons at once.
  const version = `${approval.id}_${status}_${approval.approvals.length}`;
  const blocks = [
    section(
      [
        `*Approval ${open ? 'needed' : status}: ${what}*${summary === undefined ? '' : `  ${code(summary, 600)}`}`,
        `Run of ${oneLine(run.playbook.name, 100)} ${oneLine(run.playbook.version, 30)} ${about}`,
        ...(open ? [asked] : [outcome(approval)]),
      ].join('\n'),
      `${version}_title`,
    ),
    ...planParts(run, plan),
    ...(open ? [buttons(approval, verb, version)] : []),
    context(smallPrint(approval)),
  ];
  const does = summary === undefined ? '' : `: ${oneLine(summary, 600)}`;
  const text = open
    ? `Approval needed: ${what}${does} ${about} (${plan.risk} risk). ${asked}`
    : `Approval ${status}: ${verb}${does} ${about}. ${outcome(approval)}`;
  return { text, blocks };
}

/** What a request is about: a step, its undoing, or the start of the run. */
export function verbOf(step: string): string {
  if (step === gateKey) return 'start of the run';
  return oneLine(isUndo(step) ? `undo ${doneKey(step)}` : step, 60);
}

/** Exactly what would run, on what, how risky it is and how it is undone. */
export const planParts = (run: RunState, plan: Approval['plan']): KnownBlock[] =>
  plan.step === gateKey ? gateParts(run, plan) : stepParts(plan);

function stepParts(plan: Approval['plan']): KnownBlock[] {
  return [
    section(`*Runs exactly this*\n${callBlock(plan)}`),
    section(`*Risk*  ${plan.risk}${plan.target ? `\n*Target*  ${oneLine(plan.target, 300)}` : ''}\n${undoText(plan)}`),
    ...(plan.undo ? [section(callBlock(plan.undo))] : []),
  ];
}

/** Whether the run may begin: why that is asked, and what would begin. */
function gateParts({ gate }: RunState, plan: Approval['plan']): KnownBlock[] {
  const why = gate ? `*Why this is asked*  ${oneLine(gate.reason, 500)}\n` : '';
  return [
    section(`${why}Nothing of it has started. A yes starts it; steps that need an approval of their own still ask.`),
    section(`*Would start*\n${callBlock(plan)}`),
  ];
}

/** Who decided, when and why. */
function outcome(approval: Approval): string {
  const who = approval.decidedBy ? ` by ${person(approval.decidedBy)}` : '';
  const at = approval.decidedAt ? `  ·  ${when(approval.decidedAt)}` : '';
  const because = approval.reason ? `: ${oneLine(approval.reason, 300)}` : '';
  switch (approval.status) {
    case 'open':
      return `expires ${when(approval.expiresAt)}`;
    case 'granted': {
      const approvers = approval.approvals.map(({ actor }) => person(actor));
      return `*Approved* by ${joinWithin(approvers, ', ', 900)}${at}${because}`;
    }
    case 'denied':
      return `*Denied*${who}${at}${because}`;
    case 'expired':
      return `*Expired*${at}: nobody decided in time, so it does not run`;
    case 'voided':
      return `*Withdrawn*${at}${because}`;
  }
}

type PlannedCall = { readonly uses: string; readonly with: unknown };

/** A call as it will be made. What does not fit is said, so that nobody takes a part for the whole. */
function callBlock(call: PlannedCall): string {
  const shown = `${oneLine(call.uses, 80)}\n${jsonBlock(call.with, maxCall)}`;
  const length = plain(jsonText(call.with), Number.POSITIVE_INFINITY).length;
  return length <= maxCall
    ? shown
    : `${shown}\n*Shortened* to ${maxCall} of ${length} characters; the API shows all of it.`;
}

function undoText({ undo, reversible }: Approval['plan']): string {
  if (undo) return '*Undo*  by this:';
  return reversible
    ? '*Undo*  by its author’s word, without a compensation'
    : '*Undo*  *none: this cannot be undone by Firebreak*';
}

function smallPrint(approval: Approval): string {
  const { approvals, rule, status, planDigest } = approval;
  const names = eligible(approval).map((name) => oneLine(name, 60));
  return [
    ...(status === 'open' ? [outcome(approval)] : []),
    ...(rule.quorum > 1 ? [`${approvals.length} of ${rule.quorum} approvals`] : []),
    `may decide: ${joinWithin(names, ', ', 900)}`,
    `plan ${code(planDigest.slice(0, 19))}`,
  ].join('  ·  ');
}

function buttons(approval: Approval, verb: string, version: string): KnownBlock {
  const value = decisionValue(approval);
  const { reversible, step } = approval.plan;
  const [yes, no] = step === gateKey ? ['Start the run', 'Do not start'] : [`Approve ${verb}`, 'Deny'];
  const confirm = {
    title: 'This cannot be undone',
    text: `There is no way back from “${verb}”. Approve it?`,
    yes: 'Approve',
  };
  const approve = { id: 'approval_approve', label: yes, value };
  return buttonRow(`${version}_buttons`, [
    reversible ? { ...approve, style: 'primary' } : { ...approve, style: 'danger', confirm },
    { id: 'approval_deny', label: no, value },
  ]);
}
