// What a person asks of the app in channels: clicks, commands, shortcuts, the Home tab; and what they see of it at once. Views are in
// person-views, messages in person-messages.
import type { Tried } from './deliver.ts';
import type { Message, SlackObject } from './entities.ts';
import type { Outgoing } from './outgoing.ts';
import type { Payloads } from './payloads.ts';
import { channelOf, messageOf, typed } from './person-messages.ts';
import { reply } from './response-url.ts';
import type { Delivered, PersonActions, Seen } from './types.ts';
import { chosen, elementsOf } from './view-values.ts';
import { slackbot, type Workspace } from './workspace.ts';

/** What people act through. */
export type PersonDeps = {
  readonly workspace: Workspace;
  readonly outgoing: Outgoing;
  readonly payloads: Payloads;
  readonly command: string;
};

/** What came of a try, for the caller. The inner `noRetry` concerns events only. */
export const delivered = ({ outcome, status, body, tookMs }: Tried & { tookMs: number }, seen: Seen): Delivered => ({
  outcome,
  status,
  body,
  tookMs,
  seen,
});

/** The mark that Slack puts where an app did not answer well. */
export const errorSeen = ({ outcome }: Tried): Seen =>
  outcome === 'acknowledged'
    ? { kind: 'nothing' }
    : {
        kind: 'error',
        text: outcome === 'timeout' ? 'The app took too long to respond.' : 'The app could not be reached.',
      };

/** The action of an element that was used, now or on a screen that was not up to date. */
function actionOf(
  workspace: Workspace,
  message: Message | undefined,
  actionId: string,
  value: string | readonly string[] | undefined,
): SlackObject {
  const action_ts = workspace.nextTs();
  for (const blocks of [message?.blocks ?? [], ...(message?.earlierBlocks ?? []).toReversed()])
    for (const block of blocks)
      for (const element of elementsOf(block)) {
        if (element.action_id !== actionId) continue;
        if (element.type === 'button' && value !== undefined && element.value !== value) continue;
        const { type, text, value: own, style } = element;
        const button = { text, ...(own === undefined ? {} : { value: own }), ...(style ? { style } : {}) };
        const used = type === 'button' ? button : chosen(element, value ?? null);
        return { type, block_id: block.block_id, action_id: actionId, ...used, action_ts };
      }
  const text = { type: 'plain_text', text: actionId, emoji: true };
  return { type: 'button', block_id: 'gone', action_id: actionId, text, ...(value ? { value } : {}), action_ts };
}

/** What people ask of the app in channels. */
export function createPerson({ workspace, outgoing, payloads, command }: PersonDeps) {
  const person: Pick<PersonActions, 'click' | 'command' | 'shortcut' | 'openHome'> = {
    async click({ user, channel: channelId, ts, actionId, value }) {
      const channel = channelOf(workspace, user, channelId);
      const message = channel.messages.find((candidate) => candidate.ts === ts);
      const action = actionOf(workspace, message, actionId, value);
      const tried = await outgoing.send('interactive', payloads.blockActions(user, channel, ts, message, action));
      return delivered(tried, errorSeen(tried));
    },
    async command({ user, channel: channelId, text }) {
      const channel = channelOf(workspace, user, channelId);
      const tried = await outgoing.send(
        'slash_commands',
        payloads.command(user, channel, command, typed(workspace, text)),
      );
      const note = (error: string): Seen => {
        const said = `${command} failed with the error "${error}"`;
        workspace.post(channel, { user: slackbot, text: said, onlyFor: user });
        return { kind: 'error', text: said };
      };
      if (tried.outcome !== 'acknowledged')
        return delivered(tried, note(tried.outcome === 'timeout' ? 'operation_timeout' : 'dispatch_failed'));
      if (tried.body === null) return delivered(tried, { kind: 'nothing' });
      const body = typeof tried.body === 'string' ? { text: tried.body } : tried.body;
      const answer = reply(workspace, { channel: channelId, user, ts: null }, body);
      if (!answer.ok) return delivered(tried, note(answer.error));
      if (!answer.message) return delivered(tried, { kind: 'nothing' });
      const { text: said, onlyFor, ts } = answer.message;
      return delivered(tried, { kind: 'message', text: said, ephemeral: onlyFor !== undefined, ts });
    },
    async shortcut({ user, callbackId, on }) {
      const channel = on && channelOf(workspace, user, on.channel);
      const target = on && channel ? { channel, message: messageOf(channel, on.ts) } : null;
      const tried = await outgoing.send('interactive', payloads.shortcut(user, callbackId, target));
      return delivered(tried, errorSeen(tried));
    },
    openHome(user) {
      const { channel } = workspace.directChannel([workspace.bot.userId, user]);
      const view = [...workspace.views.values()].find((entry) => entry.user === user && entry.view.type === 'home');
      workspace.changes.emit('happened', { type: 'home_opened', user, channel, ...(view ? { view } : {}) });
    },
  };
  return person;
}
