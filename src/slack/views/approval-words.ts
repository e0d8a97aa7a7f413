// What a request for approval is about, how it stands and what came of it, each in a line. Pure.
import type { Roles } from '../../core/authority/membership.ts';
import {
  type Approval,
  doneKey,
  gateKey,
  isUndo,
  itemOf,
  nodeOf,
  type RunState,
  stepOf,
} from '../../core/run/state.ts';
import { eligible, stillMissing } from '../../core/run/who-decides.ts';
import { elapsedMs } from '../../core/time.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import { isUserId, mentions, person, userMention } from '../identity.ts';
import { code, joinWithin, lasting, oneLine, timed } from '../text.ts';
import { haltsOf } from './wait-lines.ts';

/** Characters of the one line that says what runs. */
export const maxSummary = 600;

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
const lower = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

/** What would be done, as people call it: "Restart checkout-api". */
export function taskOf({ step, name, target, playbook }: Approval['plan']): string {
  if (step === gateKey) return `Start ${oneLine(playbook.name, 100)}`;
  const item = itemOf(doneKey(step));
  const which = item === null ? '' : ` (item ${item + 1})`;
  const id = stepOf(step).replace(/[-_]+/g, ' ');
  const on = name === undefined && target !== null ? ` ${target}` : '';
  const task = oneLine(`${(name ?? id).replace(/[\s?!.]+$/, '')}${on}${which}`, 120);
  return isUndo(step) ? `Undo ${lower(task)}` : capital(task);
}

/** What runs, in one line; empty: its action does not describe itself. */
export const summaryOf = ({ summary }: Approval['plan']): string =>
  summary === undefined ? '' : code(summary, maxSummary);

/** How risky it is, on what it acts, whether and how it is undone. */
export function riskOf({ step, risk, target, name, reversible, undoSummary }: Approval['plan']): string {
  if (step === gateKey) return 'Nothing of it has started; steps that need an approval of their own still ask.';
  const on = target !== null && name !== undefined ? ` on ${oneLine(target, 200)}` : '';
  const by = undoSummary === undefined ? '' : ` (${code(undoSummary, 200)})`;
  return `${risk} risk${on}, ${reversible ? `can be undone${by}` : '*cannot be undone*'}`;
}

/** Whether a request says more than who is asked: how far it is. */
export const isCounted = ({ rule }: Approval): boolean =>
  rule.quorum > 1 || rule.thresholds !== undefined || rule.gates !== undefined;

/** Who has said yes so far, and who is still needed. */
export function quorumOf(approval: Approval): string {
  const given = approval.approvals.map(({ actor }) => `${person(actor)} ✓`);
  const needed = stillMissing(approval, { called: shownName }).map((text) => text.slice(0, 900));
  return joinWithin([...given, ...needed], '  ·  ', 1900);
}

/** The names that may decide now, as text. */
export const namesAsked = (approval: Approval): readonly string[] => namesShown(eligible(approval));

const shownName = (name: string): string => (isUserId(name) ? userMention(name) : oneLine(name, 60));

/** Names of a rule, as text. */
export const namesShown = (names: readonly string[]): readonly string[] => names.map(shownName);

/** Mentions of those who may decide now. */
export const calledFor = (approval: Approval, roles: Roles): string =>
  joinWithin(mentions(eligible(approval), roles), ' ', 900);

/** What came of a request, in one line; null: it is open. */
export function outcomeOf(approval: Approval): string | null {
  const { status, plan, approvals, rule, requestedAt, decidedAt, decidedBy, reason } = approval;
  const task = taskOf(plan);
  const after = decidedAt === null ? '' : `  ·  after ${lasting(elapsedMs(requestedAt, decidedAt))}`;
  const because = reason === null ? '' : `: ${timed(oneLine(reason, 300))}`;
  switch (status) {
    case 'open':
      return null;
    case 'granted': {
      const broken = approval.notes?.find((note) => note.type === 'bypassed');
      if (broken) return `⚠ *${person(broken.by)} broke the glass*: ${task}${after}: ${oneLine(broken.reason, 300)}`;
      const by = joinWithin(
        approvals.map(({ actor }) => person(actor)),
        ', ',
        900,
      );
      return `✓ *${by} approved*: ${task}${after}`;
    }
    case 'denied':
      return `✕ *${decidedBy === null ? 'Somebody' : person(decidedBy)} denied*: ${task}${after}${because}`;
    case 'expired':
      return `○ *Expired*: ${task}. Nobody answered within ${lasting(rule.expiresInMs)}, so it does not run.`;
    case 'voided':
      return `○ *Withdrawn*: ${task}${because}`;
  }
}

/** What a decision came to and what happens next, for whoever made it. */
export function decidedWords(run: RunState, approval: Approval, switches: readonly KillSwitch[]): string {
  const task = `*${taskOf(approval.plan)}*`;
  switch (approval.status) {
    case 'open':
      return `Your approval counts. Still needed: ${quorumOf(approval)}.`;
    case 'granted':
      return `Approved. ${afterYes(run, approval, switches)}`;
    case 'denied':
      return `Denied. ${task} does not run${afterNo(run)}`;
    case 'expired':
      return 'Not counted: the request has expired.';
    case 'voided':
      return 'Not counted: the request no longer stands.';
  }
}

function afterYes(run: RunState, { step, plan }: Approval, switches: readonly KillSwitch[]): string {
  const task = taskOf(plan);
  if (haltsOf(run.playbook.name, switches).length > 0) return `*${task}* starts once the halt is released.`;
  if (run.paused) return `*${task}* starts once the run is resumed.`;
  if (step === gateKey) return 'The run starts.';
  const { status } = nodeOf(run, step);
  if (status === 'running') return `*${task}* is running…`;
  return status === 'ready' ? `*${task}* starts now…` : 'The run goes on.';
}

function afterNo({ status, nodes }: RunState): string {
  if (status === 'compensating') return '; what the run did is being undone.';
  if (status !== 'running') return ', and the run ends here.';
  const waits = Object.values(nodes).some((node) => node.status === 'failed' && node.escalated);
  return waits ? '; the run waits for a decision.' : '; the run goes on without it.';
}
