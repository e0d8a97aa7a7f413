// The request for a decision: a question, what would run in one line, how risky it is, who is asked and until when. After the decision it
// is one line: who and when. Exactly what runs is one click away. Pure.
import type { KnownBlock } from '@slack/types';
import type { Roles } from '../../core/authority/membership.ts';
import { isDrill } from '../../core/run/drill.ts';
import { type Approval, gateKey, type RunState } from '../../core/run/state.ts';
import { wantsStepUp } from '../../core/step-up/needs-step-up.ts';
import { person } from '../identity.ts';
import { type Button, buttonRow, code, context, type MessageContent, oneLine, section, timed, when } from '../text.ts';
import { approvalMenu } from './approval-menu.ts';
import { calledFor, isCounted, outcomeOf, quorumOf, riskOf, summaryOf, taskOf } from './approval-words.ts';
import { decisionValue } from './decision-value.ts';
import { besideLine, isShort } from './plan-parts.ts';

/** The message of one approval, open or decided. */
export function approvalMessage(run: RunState, approval: Approval, roles: Roles): MessageContent {
  const outcome = outcomeOf(approval);
  // New ids make Slack's clients forget the old buttons at once.
  const version = `${approval.id}_${approval.status}_${approval.approvals.length}_${approval.notes?.length ?? 0}`;
  if (outcome !== null) return { text: outcome, blocks: [section(outcome, `${version}_title`)] };
  const { plan } = approval;
  const lines = questionLines(run, approval, calledFor(approval, roles));
  const about = `${oneLine(plan.playbook.name, 100)} ${oneLine(plan.playbook.version, 30)} for incident #${run.incident.number}`;
  return {
    text: `Approval needed: ${lines.join('. ')}. For ${about}.`.replaceAll('*', ''),
    blocks: [
      section(lines.join('\n'), `${version}_title`),
      ...(isShort(plan) ? besideLine(plan) : [section(tooLong)]),
      decisionButtons(approval, version),
      context(`${about}  ·  plan ${code(approval.planDigest.slice(0, 19))}`),
    ],
  };
}

const tooLong = 'The plan is too long for a message: look at all of it, and approve it there.';

/** What policies said, up to so many lines; all of them stand on the page. */
const mostReasons = 3;

/** The question and all that is said of it, by importance. */
function questionLines({ gate, trigger }: RunState, approval: Approval, called: string): readonly string[] {
  const { plan, notes = [], expiresAt, because = [] } = approval;
  const summary = summaryOf(plan);
  const questions = notes.filter((note) => note.type === 'questioned');
  return [
    `${isDrill({ trigger }) ? '[DRILL] ' : ''}*${taskOf(plan)}?*${summary === '' || plan.step === gateKey ? '' : `  ${summary}`}`,
    ...(gate && plan.step === gateKey ? [`Why: ${timed(oneLine(gate.reason, 500))}`] : []),
    `${riskOf(plan)}  ·  asks ${called}  ·  until ${when(expiresAt)}`,
    ...because.slice(0, mostReasons).map((text) => timed(oneLine(text, 300))),
    ...(because.length > mostReasons ? [`and ${because.length - mostReasons} more policies`] : []),
    ...(isCounted(approval) ? [quorumOf(approval)] : []),
    ...questions.slice(-3).map(({ by, question }) => `${person(by)} asks: ${oneLine(question, 300)}`),
  ];
}

/** The buttons of an open request: yes, no, exactly what runs, and the menu with the rest. */
export function decisionButtons(approval: Approval, version: string): KnownBlock {
  const value = decisionValue(approval);
  const { plan } = approval;
  const task = taskOf(plan);
  const isGate = plan.step === gateKey;
  // Slack proves nobody by a passkey: its click is answered with the way to the page.
  const onPage: Button = { id: 'approval_approve', label: 'Approve with a passkey', value, style: 'primary' };
  const approve: Button = { id: 'approval_approve', label: isGate ? 'Start it' : 'Approve', value, style: 'primary' };
  const deny: Button = { id: 'approval_deny', label: isGate ? 'Do not start' : 'Deny', value };
  const review: Button = { id: 'approval_review', label: 'Show exactly what runs', value };
  const yes = wantsStepUp(approval.rule) ? [onPage] : isShort(plan) ? [confirmed(approve, approval)] : [];
  return buttonRow(
    `${version}_buttons`,
    [...yes, { ...deny, about: `${deny.label}: ${task}` }, { ...review, about: `Show exactly what runs: ${task}` }],
    approvalMenu(approval),
  );
}

/** What is risky, or cannot be undone, is asked about once more, with its effect. */
function confirmed(approve: Button, { plan }: Approval): Button {
  const task = taskOf(plan);
  const button = { ...approve, about: `${approve.label}: ${task}` };
  if (plan.reversible && plan.risk !== 'high') return button;
  const summary = plan.summary === undefined ? '' : ` This runs: ${plan.summary}`;
  const undone = plan.reversible ? 'It can be undone.' : 'It cannot be undone.';
  const confirm = {
    title: plan.reversible ? `${task}?` : 'This cannot be undone',
    text: `${plan.reversible ? '' : `${task}? `}${undone}${summary}`,
    yes: approve.label,
  };
  return { ...button, style: plan.reversible ? 'primary' : 'danger', confirm };
}
