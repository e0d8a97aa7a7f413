// A reaction: the one of the settings puts a message of an incident's channel into its timeline. Others mean nothing. Holds no rule.
import { z } from 'zod';
import { systemPrincipal } from '../../../core/authority/principal.ts';
import { slackPrincipal } from '../../identity.ts';
import { incidentHere } from '../incident-here.ts';
import { isKept, keepMessage, ownMessage } from '../keep-message.ts';
import { lacking } from '../lacking.ts';
import { defineEvent } from '../surface.ts';
import { refused } from '../words.ts';

const Reaction = z.looseObject({
  user: z.string(),
  reaction: z.string(),
  item: z.looseObject({ type: z.literal('message'), channel: z.string(), ts: z.string() }),
});

/** What Slack writes behind a name for the colour of a hand. */
const skinTone = /::skin-tone-\d$/;

/** What is to be done about it. */
export const reactionAdded = defineEvent({
  name: 'reaction_added',
  about: 'put a message into the timeline of the incident',
  async hear({ event, cause, isOwn }, context) {
    const reaction = Reaction.safeParse(event).data;
    if (!reaction || reaction.reaction.replace(skinTone, '') !== context.timelineReaction || isOwn(reaction)) return;
    const { user, item } = reaction;
    const { channel: channelId, ts } = item;
    const before = await context.readsFor(systemPrincipal).incidentByChannel(channelId);
    // A second reaction says nothing new, and nobody is told so.
    if (!before || isKept(before, { channelId, ts })) return;
    const tell = (text: string) => context.tellOne({ channelId, user }, text);
    const { name } = await context.channelMessages.author(user);
    const caller = { principal: slackPrincipal({ id: user, name: name ?? undefined }, context.people), cause };
    const incident = await incidentHere({ caller, channelId }, context);
    if (!incident) return;
    const refusal = await lacking({ name: 'reaction_added', right: 'respond' }, caller, context);
    if (refusal) return tell(refused(refusal));
    const message = await context.channelMessages.find(channelId, ts);
    if (!message) return tell('Not done: that message cannot be read.');
    if (isOwn(message)) return tell(ownMessage);
    await tell(await keepMessage({ caller, incident, channelId, message, how: 'reaction' }, context));
  },
});
