// Says in the fallback channel why an incident is told there. Pure.
import type { RunState } from '../../core/run/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { type MessageContent, oneLine, section } from '../text.ts';
import { drillMark } from './incident-card.ts';

/** Slack's codes for a channel that cannot be used, in words. */
const reasons: { readonly [code: string]: string } = {
  is_archived: 'it was archived',
  is_inactive: 'it was archived',
  channel_not_found: 'it is gone, or Firebreak was removed from it',
  not_in_channel: 'Firebreak was removed from it',
  missing_scope: 'the app lacks a scope for it',
  restricted_action: 'posting in it is restricted',
  restricted_action_read_only_channel: 'posting in it is restricted',
};

/** The message. `runs`: those of the incident, oldest first. `code`: what Slack says of the incident's own channel; null: none could be made. */
export function movedMessage(
  { number, title, channel }: Pick<IncidentRow, 'number' | 'title' | 'channel'>,
  runs: readonly RunState[],
  code: string | null,
): MessageContent {
  const of = `#${number} ${oneLine(title, 200)}`;
  const why =
    code === null || channel === null
      ? 'no channel could be made for it'
      : `Slack takes no messages in <#${channel.id}>: ${reasons[code] ?? oneLine(code, 60)}`;
  const text = `${drillMark(runs)}◐ *${of}* goes on here: ${why}.`;
  return { text, blocks: [section(text)] };
}
