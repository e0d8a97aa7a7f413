// Turns what happened in the workspace into the events that an app of Slack's is told (Events API). Pure; sends nothing.

import type { Happening, SlackObject } from './entities.ts';
import { channelType, messageJson, viewJson } from './wire.ts';
import type { Workspace } from './workspace.ts';

/** The events of one happening, each with its `type`; none where the bot is not there to hear it. */
export function eventsOf(workspace: Workspace, happening: Happening): readonly SlackObject[] {
  const { bot, team } = workspace;
  const { channel } = happening;
  if (!channel.members.has(bot.userId)) return [];
  const place = { channel: channel.id, channel_type: channelType(channel) };
  switch (happening.type) {
    case 'message': {
      const { message } = happening;
      const said = { ...messageJson(workspace, channel, message, true), event_ts: message.ts };
      const isMention =
        channel.kind !== 'im' && message.user !== bot.userId && message.text.includes(`<@${bot.userId}>`);
      const mention = { ...said, type: 'app_mention', channel: channel.id };
      return [...(isMention ? [mention] : []), { ...said, ...place }];
    }
    case 'message_changed': {
      const ts = workspace.nextTs();
      const message = messageJson(workspace, channel, happening.message, true);
      const previous_message = messageJson(workspace, channel, happening.previous, true);
      const change = { type: 'message', subtype: 'message_changed', hidden: true, ts, event_ts: ts };
      return [{ ...change, ...place, message, previous_message }];
    }
    case 'message_deleted': {
      const ts = workspace.nextTs();
      const previous_message = messageJson(workspace, channel, happening.previous);
      const change = { type: 'message', subtype: 'message_deleted', hidden: true, ts, event_ts: ts };
      return [{ ...change, ...place, deleted_ts: happening.previous.ts, previous_message }];
    }
    case 'left': {
      const kind = { ...place, channel_type: channel.kind === 'public' ? 'C' : 'G', team: team.id };
      return [{ type: 'member_left_channel', user: happening.user, ...kind, event_ts: workspace.nextTs() }];
    }
    case 'joined': {
      const { user, inviter } = happening;
      const kind = { ...place, channel_type: channel.kind === 'public' ? 'C' : 'G', team: team.id };
      const by = inviter === null ? {} : { inviter };
      return [{ type: 'member_joined_channel', user, ...kind, ...by, event_ts: workspace.nextTs() }];
    }
    case 'reaction_added':
    case 'reaction_removed': {
      const { type, message, user, name } = happening;
      const item = { type: 'message', channel: channel.id, ts: message.ts };
      const who = { user, reaction: name, item_user: message.user };
      return [{ type, ...who, item, event_ts: workspace.nextTs() }];
    }
    case 'archived':
      return [{ type: 'channel_archive', channel: channel.id, user: happening.user, event_ts: workspace.nextTs() }];
    case 'home_opened':
      return [
        {
          type: 'app_home_opened',
          user: happening.user,
          channel: channel.id,
          tab: 'home',
          ...(happening.view ? { view: viewJson(workspace, happening.view) } : {}),
          event_ts: workspace.nextTs(),
        },
      ];
  }
}

/** The envelope in which an event travels; its `event_id` stays the same when it comes again. */
export function envelopeOf(workspace: Workspace, event: SlackObject): SlackObject {
  const { team, bot } = workspace;
  const forBot = { user_id: bot.userId, is_bot: true, is_enterprise_install: false };
  return {
    token: 'legacy',
    team_id: team.id,
    api_app_id: bot.appId,
    type: 'event_callback',
    event,
    event_id: workspace.nextId('Ev'),
    event_time: Math.floor(workspace.now() / 1000),
    event_context: workspace.nextId('EC'),
    is_ext_shared_channel: false,
    context_team_id: team.id,
    context_enterprise_id: null,
    authorizations: [{ enterprise_id: null, team_id: team.id, ...forBot }],
  };
}
