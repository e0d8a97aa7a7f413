// Somebody came into a channel or left it: where it is the channel of a private incident, that is who may know of it. Holds no rule.
import { z } from 'zod';
import { systemPrincipal } from '../../../core/authority/principal.ts';
import { defineEvent, type EventHandler, type HeardEvent, type ListenerContext } from '../surface.ts';

const Member = z.looseObject({ user: z.string(), channel: z.string() });

const hear =
  (type: 'record_joined' | 'record_left'): EventHandler['hear'] =>
  async ({ event, cause, isOwn }: HeardEvent, { readsFor, operations }: ListenerContext) => {
    const member = Member.safeParse(event).data;
    if (!member || isOwn(member)) return;
    const incident = await readsFor(systemPrincipal).incidentByChannel(member.channel);
    if (incident?.members === undefined) return;
    const command = { type, members: [member.user] };
    const recorded = await operations.record({ principal: systemPrincipal, cause, incidentId: incident.id, command });
    if (!recorded.ok)
      throw new Error(`the members of #${incident.number} could not be recorded: ${recorded.error.message}`);
  };

/** Whoever comes into the channel of a private incident may know of it. */
export const memberJoined = defineEvent({
  name: 'member_joined_channel',
  about: 'whoever comes into the channel of a private incident is a member of it',
  hear: hear('record_joined'),
});

/** Whoever leaves it may not any more. */
export const memberLeft = defineEvent({
  name: 'member_left_channel',
  about: 'whoever leaves the channel of a private incident is a member no more',
  hear: hear('record_left'),
});
