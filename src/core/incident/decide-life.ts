// The rules for what people say and do around an incident: messages of its channel, updates for others, mitigation; and what is due of it
// by itself: a lead who is missing, an update that is owed, a channel that nobody needs any more.
import { systemActor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { addMs, elapsedMs } from '../time.ts';
import type { KeepMessage, RecordCommand } from './command.ts';
import { type IncidentDraft, refuse } from './draft.ts';
import { textDigest } from './evolve-life.ts';
import { keptKey, leadRole } from './state.ts';
import { archiveDueAt, leadDueAt, updateDueAt } from './wake-at.ts';

/** Messages of one incident in its timeline, at the utmost: its state knows them all. */
const maxKept = 500;
/** Characters of a message that are kept. */
const maxKeptChars = 4000;
/** The longest time for which no update is asked for: a day. */
const maxSnoozeMs = 24 * 3_600_000;

const bounded = (text: string): string => {
  const whole = text.toWellFormed();
  return whole.length <= maxKeptChars ? whole : `${whole.slice(0, maxKeptChars - 1).toWellFormed()}…`;
};

/** Puts a message into the timeline, once however often that is asked for. */
export function keepMessage(draft: IncidentDraft, command: KeepMessage): Refusal | null {
  const { channelId, ts, saidAt, author, permalink, files, how } = command;
  const { kept = {} } = draft.state;
  if (Object.hasOwn(kept, keptKey(command))) return null;
  if (Object.keys(kept).length >= maxKept)
    return refuse('wrong_state', `its timeline has ${maxKept} messages of the channel already; write a note instead`);
  const text = bounded(command.text);
  draft.record({
    type: 'chat.kept',
    data: { channelId, ts, saidAt, author, text, permalink, files: [...files], how },
  });
  return null;
}

/** Records what became of a message in Slack, if it is one that was kept. What comes late or again changes nothing. */
export function recordChat(
  draft: IncidentDraft,
  command: Extract<RecordCommand, { type: 'record_chat_edit' | 'record_chat_deletion' }>,
): void {
  const { channelId, ts } = command;
  const key = keptKey(command);
  const { kept = {} } = draft.state;
  const message = Object.hasOwn(kept, key) ? kept[key] : undefined;
  if (message === undefined || message.deleted) return;
  if (command.type === 'record_chat_deletion') {
    draft.record({ type: 'chat.deleted', data: { channelId, ts } }, systemActor);
    return;
  }
  const { editedAt, by } = command;
  const text = bounded(command.text);
  // Slack writes its time stamps with the same number of digits, so that they sort as texts.
  if (editedAt <= (message.editedAt ?? '') || textDigest(text) === message.digest) return;
  const data = { channelId, ts, editedAt, text };
  draft.record({ type: 'chat.edited', data: by === null ? data : { ...data, by } }, systemActor);
}

/** Asks for the next update later. */
export function snoozeUpdates(draft: IncidentDraft, forMs: number): Refusal | null {
  const { state, context } = draft;
  if (state.status !== 'open') return refuse('wrong_state', `the incident is ${state.status}: no update is asked for`);
  if (forMs <= 0 || forMs > maxSnoozeMs) return refuse('invalid', 'updates can be put off for a day at most');
  draft.record({ type: 'update.snoozed', data: { until: addMs(context.at, forMs) } });
  return null;
}

/** Says that it does no more harm. */
export function mitigate(draft: IncidentDraft, reason: string | undefined): Refusal | null {
  const { status, mitigatedAt } = draft.state;
  if (status !== 'open') return refuse('wrong_state', `the incident is ${status} already`);
  if (mitigatedAt !== undefined) return refuse('wrong_state', 'the incident is mitigated already');
  draft.record({ type: 'incident.mitigated', data: reason === undefined ? {} : { reason } });
  return null;
}

/** Records what is due of an open incident: once for each time that nobody led, and for each update that is owed. */
export function remindWhatIsDue(draft: IncidentDraft): void {
  const { at, rules } = draft.context;
  const { openedAt } = draft.state;
  if (isDue(leadDueAt(draft.state, rules), at))
    draft.record({ type: 'role.vacant', data: { role: leadRole, since: openedAt } }, systemActor);
  if (isDue(updateDueAt(draft.state, rules), at))
    draft.record({ type: 'update.due', data: { since: draft.state.update?.at ?? openedAt } }, systemActor);
}

/** Gives up the channel of an incident that has been closed for long enough. */
export function retireChannel(draft: IncidentDraft): void {
  const { state, context } = draft;
  if (state.channel === null || !isDue(archiveDueAt(state, context.rules), context.at)) return;
  draft.record({ type: 'channel.retired', data: { channelId: state.channel.id } }, systemActor);
}

const isDue = (due: string | null, at: string): boolean => due !== null && elapsedMs(due, at) >= 0;
