// Facts about what is learned from an incident as sentences: part of describe.ts. Plain text: the surface that shows it escapes it.
import { type ActionItemEvent, isActionItemEvent } from '../action-item/events.ts';
import type { PostmortemEvent } from '../postmortem/events.ts';
import { isPostmortemEvent } from '../postmortem/events.ts';
import { assertNever } from '../result.ts';

/** A fact of a postmortem or of an action item. */
export type FollowUpEvent = PostmortemEvent | ActionItemEvent;

/** True for these facts, by their type alone. */
export const isFollowUpEvent = <E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { type: FollowUpEvent['type'] }> => isPostmortemEvent(event) || isActionItemEvent(event);

const because = (reason: string | undefined) => (reason ? `: ${reason}` : '');
const statuses = { draft: 'a draft', in_review: 'in review', reviewed: 'reviewed' } as const;
const sections: { readonly [name: string]: string | undefined } = {
  notHelped: 'what did not help',
  followUps: 'follow-ups',
};

/** What happened, in a sentence. */
export function sentenceOfFollowUp(event: FollowUpEvent, who: string): string {
  return isPostmortemEvent(event) ? ofPostmortem(event, who) : ofItem(event, who);
}

function ofPostmortem({ type, data }: PostmortemEvent, who: string): string {
  switch (type) {
    case 'postmortem.edited': {
      const what = Object.keys(data.sections).map((name) => sections[name] ?? name);
      return data.adopted
        ? `${who} took the draft of the ledger into the postmortem (${what.join(', ')}; version ${data.version})`
        : `${who} edited the postmortem (${what.join(', ')}; version ${data.version})`;
    }
    case 'postmortem.status_changed': {
      const asked = data.reviewers?.length ? `, and asked ${data.reviewers.join(', ')} to review it` : '';
      return `${who} set the postmortem to ${statuses[data.to]}${asked}${because(data.reason)}`;
    }
    case 'postmortem.review_given':
      return data.verdict === 'approves'
        ? `${who} approved version ${data.version} of the postmortem${because(data.comment)}`
        : `${who} wants changes of the postmortem${because(data.comment)}`;
    default:
      return assertNever(type);
  }
}

function ofItem({ type, data }: ActionItemEvent, who: string): string {
  switch (type) {
    case 'action_item.added': {
      const owner = data.owner === undefined ? '' : ` for ${data.owner}`;
      const due = data.due === undefined ? '' : `, due ${data.due}`;
      return `${who} added action item ${data.id}${owner}${due}: ${data.text}`;
    }
    case 'action_item.changed': {
      const { id, ...changes } = data;
      const what = Object.keys(changes).join(', ');
      return data.link
        ? `${who} linked action item ${id} to ${data.link.key}`
        : `${who} changed action item ${id} (${what})`;
    }
    case 'action_item.ended':
      return `${who} ${data.outcome === 'done' ? 'marked' : 'dropped'} action item ${data.id}${data.outcome === 'done' ? ' done' : ''}${because(data.reason)}`;
    case 'action_item.reopened':
      return `${who} opened action item ${data.id} again${because(data.reason)}`;
    case 'action_item.removed':
      return `${who} removed action item ${data.id}${because(data.reason)}`;
    default:
      return assertNever(type);
  }
}
