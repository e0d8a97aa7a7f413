// Posts that call people to a request: a reminder, a hand-over, a question, a direct message. An edit calls nobody, so each is a message of
// its own; once the request is decided it says so, without buttons. Pure.
import type { Roles } from '../../core/authority/membership.ts';
import type { ApprovalNote } from '../../core/run/approval-note.ts';
import { isDrill } from '../../core/run/drill.ts';
import type { Approval, RunState } from '../../core/run/state.ts';
import { isUserId, mentions, named, userMention } from '../identity.ts';
import { joinWithin, type MessageContent, oneLine, section, when } from '../text.ts';
import { decisionButtons } from './approval-message.ts';
import { calledFor, namesShown, outcomeOf, summaryOf, taskOf } from './approval-words.ts';

type Note<T extends ApprovalNote['type']> = Extract<ApprovalNote, { type: T }>;

/** A request that calls: what it says while it is open, with the buttons to answer; afterwards what came of it. */
function calling(approval: Approval, id: string, said: string): MessageContent {
  const outcome = outcomeOf(approval);
  if (outcome !== null) return { text: outcome, blocks: [section(outcome, `${id}_over`)] };
  const { plan, expiresAt } = approval;
  const about = `*${taskOf(plan)}?*  ${summaryOf(plan)}`.trim();
  const text = `${said}\n${about}  ·  until ${when(expiresAt)}`;
  return { text: text.replaceAll('*', ''), blocks: [section(text, id), decisionButtons(approval, id)] };
}

/** The post for a reminder that somebody asked for. */
export const reminderMessage = (approval: Approval, { by, at }: Note<'reminded'>, roles: Roles): MessageContent =>
  calling(approval, `reminder_${approval.id}_${at}`, `${calledFor(approval, roles)} ${named(by)} asks once more:`);

/** The post that calls those to whom a request was handed on, or came back; once it is handed on again it calls nobody. */
export function reassignedMessage(
  approval: Approval,
  { by, at, reason }: Note<'reassigned'>,
  roles: Roles,
): MessageContent {
  const { plan, notes = [], assignedUntil } = approval;
  const id = `reassigned_${approval.id}_${at}`;
  const isCurrent = notes.filter(({ type }) => type === 'reassigned').at(-1)?.at === at;
  if (!isCurrent && outcomeOf(approval) === null) {
    const text = `No longer asked here: *${taskOf(plan)}* was handed on since.`;
    return { text: text.replaceAll('*', ''), blocks: [section(text, `${id}_on`)] };
  }
  const called = calledFor(approval, roles);
  const because = reason === null ? '' : ` (${oneLine(reason, 300)})`;
  const end = assignedUntil === undefined ? '' : `, until ${when(assignedUntil)}; then those of the playbook again`;
  const said =
    by.kind === 'system'
      ? `${called} This waits for you again${because}:`
      : `${called} ${named(by)} asks you instead${because}${end}:`;
  return calling(approval, id, said);
}

/** The post that calls those who may decide in the place of a group in which nobody may. */
export const fallbackMessage = (
  approval: Approval,
  { at, to, empty }: Note<'fell_back'>,
  roles: Roles,
): MessageContent =>
  calling(
    approval,
    `fallback_${approval.id}_${at}`,
    `${joinWithin(mentions(to, roles), ' ', 900)} Too few of ${joinWithin(namesShown(empty), ', ', 300)} may decide this, so you are asked:`,
  );

/** The post that tells everybody who was bypassed, once: an edit calls nobody. */
export function bypassedMessage(
  { incident }: Pick<RunState, 'incident'>,
  { plan }: Approval,
  { note: { by, reason, names, missing }, roles }: { readonly note: Note<'bypassed'>; readonly roles: Roles },
): MessageContent {
  const called = joinWithin(mentions(names, roles), ' ', 900);
  const lacked =
    missing.length === 0
      ? ''
      : `\nStill missing was: ${joinWithin(
          missing.map((one) => oneLine(one, 300)),
          ', ',
          600,
        )}.`;
  const text = `⚠ *Glass broken* ${called}\n${named(by)} let *${taskOf(plan)}* go on without you, in incident #${incident.number}: ${oneLine(reason, 1000)}${lacked}\nA review is an action item of the incident.`;
  return { text: text.replaceAll('*', ''), blocks: [section(text)] };
}

/** The question somebody asked about a request, for whoever started the run and whoever leads the incident. */
export function questionMessage(
  { requestedBy }: Pick<RunState, 'requestedBy'>,
  { plan }: Approval,
  { note: { by, question }, lead }: { readonly note: Note<'questioned'>; readonly lead: string | null },
): MessageContent {
  const asked = [
    ...(requestedBy.kind === 'user' && isUserId(requestedBy.id) ? [requestedBy.id] : []),
    ...(lead !== null && isUserId(lead) ? [lead] : []),
  ].filter((id) => id !== by.id);
  const called = [...new Set(asked)].map(userMention).join(' ');
  const text = `${called} ${named(by)} asks about *${taskOf(plan)}*: ${oneLine(question, 1000)}`.trim();
  return { text: text.replaceAll('*', ''), blocks: [section(text)] };
}

/** The direct message to one who has not answered when half of the time is over. */
export const directMessage = (
  { incident, trigger }: Pick<RunState, 'incident' | 'trigger'>,
  approval: Approval,
  channelId: string | null,
): MessageContent =>
  calling(
    approval,
    `direct_${approval.id}`,
    `${isDrill({ trigger }) ? '[DRILL] ' : ''}Half of its time is over, and this waits for you${channelId === null ? '' : ` in <#${channelId}>`} (incident #${incident.number}):`,
  );
