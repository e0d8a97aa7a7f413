// Facts about people's work on an incident as sentences: part of describe.ts. Plain text: the surface that shows it escapes it.
import { type LifeEvent, lifeEvents } from '../incident/life-events.ts';
import { assertNever } from '../result.ts';

const types: ReadonlySet<string> = new Set(lifeEvents.map((schema) => schema.shape.type.value));

/** True for these facts, by their type alone. */
export const isLifeEvent = <E extends { readonly type: string }>(event: E): event is Extract<E, LifeEvent> =>
  types.has(event.type);

const because = (reason: string | undefined) => (reason ? `: ${reason}` : '');
const attached = (files: readonly unknown[]) => (files.length === 0 ? '' : ` (with ${files.length} file(s))`);

/** What happened, in a sentence. */
export function sentenceOfLife({ type, data }: LifeEvent, who: string): string {
  switch (type) {
    case 'chat.kept':
      return `${data.author.name ?? data.author.id} wrote at ${data.saidAt}: ${data.text}${attached(data.files)}; kept by ${who}`;
    case 'chat.edited':
      return `${data.by ? (data.by.name ?? data.by.id) : 'Somebody'} edited a kept message in Slack; it says now: ${data.text}`;
    case 'chat.deleted':
      return 'A kept message was deleted in Slack; what it said stays here';
    case 'role.assigned':
      return data.from === undefined
        ? `${who} gave the role ${data.role} to ${data.user}`
        : `${who} gave the role ${data.role} to ${data.user}, who takes it over from ${data.from}`;
    case 'members.joined':
      return data.how === 'invited'
        ? `${who} let ${data.members.join(', ')} know of this private incident`
        : `${data.members.join(', ')} came into the channel, and may know of this private incident from here on`;
    case 'members.left':
      return data.how === 'removed'
        ? `${who} took ${data.members.join(', ')} out of this private incident`
        : `${data.members.join(', ')} left the channel, and may know of this private incident no more`;
    case 'role.vacant':
      return `Nobody has had the role ${data.role} since ${data.since}: people are called`;
    case 'update.given':
      return `${who} told people outside: ${data.text}`;
    case 'update.due':
      return `An update for people outside is due: the last word was at ${data.since}`;
    case 'update.snoozed':
      return `${who} put the next update off until ${data.until}`;
    case 'incident.mitigated':
      return `Incident mitigated, says ${who}${because(data.reason)}`;
    case 'channel.retired':
      return 'The Slack channel is archived: nobody needs it any more';
    case 'timeline.exported':
      return `Timeline exported as ${data.format}`;
    default:
      return assertNever(type);
  }
}
