// The payloads of interactions and slash commands, as Slack's reference shows them. Builds only; sends nothing.

import type { Channel, Message, SlackObject, View } from './entities.ts';
import type { ResponseTarget, Tickets } from './tickets.ts';
import { initialValues } from './view-values.ts';
import { actorJson, messageJson, viewJson } from './wire.ts';
import type { Workspace } from './workspace.ts';

/** What payloads are made from. */
export type PayloadDeps = {
  readonly workspace: Workspace;
  readonly tickets: Tickets;
  /** Where the workspace is reached, without a slash at the end. */
  readonly base: () => string;
};

/** The channels that were chosen in inputs which ask for a response URL. */
function chosenChannels(view: View) {
  return view.view.blocks.flatMap((block) => {
    const element = block.element as { response_url_enabled?: boolean; action_id?: string } | undefined;
    const value = view.values[block.block_id]?.[element?.action_id ?? ''];
    const channel_id = String(value?.selected_conversation ?? value?.selected_channel ?? '');
    if (element?.response_url_enabled !== true || channel_id === '') return [];
    return [{ block_id: block.block_id, action_id: element.action_id, channel_id }];
  });
}

/** What every payload has, and where the app may answer it. */
function commonParts({ workspace, tickets, base }: PayloadDeps) {
  const { team, bot } = workspace;
  const installed = { team: { id: team.id, domain: team.domain }, enterprise: null, is_enterprise_install: false };
  return {
    common: (user: string) => ({
      user: actorJson(workspace, user),
      api_app_id: bot.appId,
      token: 'legacy',
      ...installed,
    }),
    responseUrl: (target: ResponseTarget) => `${base()}/response/${tickets.newResponse(target)}`,
  };
}

/** Builds payloads; each that needs them gets a fresh trigger and response URL. */
export function createPayloads(deps: PayloadDeps) {
  return { ...channelPayloads(deps), ...viewPayloads(deps) };
}

/** Of what is done in a channel. */
function channelPayloads(deps: PayloadDeps) {
  const { workspace, tickets } = deps;
  const { team, bot } = workspace;
  const { common, responseUrl } = commonParts(deps);
  return {
    /** Of a message; `message` is missing when it is gone. Ephemeral ones do not travel along. */
    blockActions(
      user: string,
      channel: Channel,
      ts: string,
      message: Message | undefined,
      action: SlackObject,
    ): SlackObject {
      const thread = message?.threadTs === undefined ? {} : { thread_ts: message.threadTs };
      const isEphemeral = message?.onlyFor !== undefined;
      const place = { message_ts: ts, channel_id: channel.id, is_ephemeral: isEphemeral };
      const target = { channel: channel.id, user, ts, ...(message?.threadTs ? { threadTs: message.threadTs } : {}) };
      return {
        type: 'block_actions',
        ...common(user),
        container: { type: 'message', ...place, ...thread },
        trigger_id: tickets.newTrigger(user),
        channel: { id: channel.id, name: channel.name },
        ...(message && !isEphemeral ? { message: messageJson(workspace, channel, message, true) } : {}),
        state: { values: initialValues(message?.blocks ?? []) },
        response_url: responseUrl(target),
        actions: [action],
      };
    },
    command(user: string, channel: Channel, command: string, text: string): SlackObject {
      const place = { channel_id: channel.id, channel_name: channel.kind === 'im' ? 'directmessage' : channel.name };
      return {
        token: 'legacy',
        team_id: team.id,
        team_domain: team.domain,
        ...place,
        user_id: user,
        user_name: workspace.users.get(user)?.name ?? '',
        command,
        text,
        api_app_id: bot.appId,
        is_enterprise_install: 'false',
        response_url: responseUrl({ channel: channel.id, user, ts: null }),
        trigger_id: tickets.newTrigger(user),
      };
    },
    shortcut(user: string, callback_id: string, on: { channel: Channel; message: Message } | null): SlackObject {
      const trigger = { callback_id, trigger_id: tickets.newTrigger(user), action_ts: workspace.nextTs() };
      if (on === null) return { type: 'shortcut', ...common(user), ...trigger };
      const { channel, message } = on;
      const target = { channel: channel.id, user, ts: message.ts };
      return {
        type: 'message_action',
        ...common(user),
        ...trigger,
        message_ts: message.ts,
        response_url: responseUrl(target),
        channel: { id: channel.id, name: channel.name },
        message: messageJson(workspace, channel, message),
      };
    },
  };
}

/** Of what is done in a modal or Home tab. */
function viewPayloads(deps: PayloadDeps) {
  const { workspace, tickets } = deps;
  const { common, responseUrl } = commonParts(deps);
  return {
    /** An element was used: no channel, no message, no response URL. */
    viewActions(user: string, view: View, action: SlackObject): SlackObject {
      return {
        type: 'block_actions',
        ...common(user),
        container: { type: 'view', view_id: view.id },
        trigger_id: tickets.newTrigger(user, view.id),
        view: viewJson(workspace, view),
        actions: [action],
      };
    },
    /** Only inputs with `response_url_enabled` yield response URLs. */
    submission(user: string, view: View): SlackObject {
      const urls = chosenChannels(view).map((place) => ({
        ...place,
        response_url: responseUrl({ channel: place.channel_id, user, ts: null }),
      }));
      const trigger_id = tickets.newTrigger(user, view.id);
      const seen = viewJson(workspace, view);
      return { type: 'view_submission', ...common(user), trigger_id, view: seen, response_urls: urls };
    },
    closed(user: string, view: View, isCleared: boolean): SlackObject {
      return { type: 'view_closed', ...common(user), view: viewJson(workspace, view), is_cleared: isCleared };
    },
  };
}

/** The builders of payloads. */
export type Payloads = ReturnType<typeof createPayloads>;
