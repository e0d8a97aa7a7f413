// Puts a message of an incident's channel into its timeline: the shortcut and the reaction lead here. Holds no rule.
import type { Caller } from '../../core/authority/principal.ts';
import type { KeepMessage } from '../../core/incident/command.ts';
import { keptKey } from '../../core/incident/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { ChannelMessage } from './channel-messages.ts';
import type { InboundContext } from './surface.ts';
import { refused } from './words.ts';

/** True for a message that stands in the incident's timeline. */
export const isKept = ({ kept = {} }: Pick<IncidentRow, 'kept'>, place: { channelId: string; ts: string }): boolean =>
  Object.hasOwn(kept, keptKey(place));

/** Keeps it; answers what to tell whoever asked. */
export async function keepMessage(
  {
    caller,
    incident,
    channelId,
    message,
    how,
  }: {
    readonly caller: Caller;
    readonly incident: Pick<IncidentRow, 'id' | 'number' | 'kept'>;
    readonly channelId: string;
    readonly message: ChannelMessage;
    readonly how: KeepMessage['how'];
  },
  { operations, channelMessages }: Pick<InboundContext, 'operations' | 'channelMessages'>,
): Promise<string> {
  const there = `That message is in the timeline of #${incident.number}.`;
  if (isKept(incident, { channelId, ts: message.ts })) return there;
  const said = await channelMessages.said(channelId, message);
  const kept = await operations.keepMessage({ ...caller, incidentId: incident.id, message: { ...said, how } });
  return kept.ok ? there : refused(kept.error);
}

/** Said of what Firebreak wrote itself. */
export const ownMessage = 'What Firebreak writes is in the timeline already.';
/** Said where no incident has that channel. */
export const noIncidentHere = 'This works in the channel of an incident, and in its thread of the announce channel.';
