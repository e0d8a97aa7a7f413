// A stand-in Slack workspace on this machine, over Slack's real protocol: Web API, signed deliveries, Socket Mode. For the
// demo, tests and playbook authors. It imports nothing of the product, and the product does not know it.
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Delivered, deliverHttp, deliverSocket, type PayloadKind } from './deliver.ts';
import { createSandboxServer } from './server.ts';
import type { Fault, Sandbox, SandboxOptions } from './types.ts';
import { createWebApi, type Happening } from './web-api.ts';
import { createWorkspace } from './workspace.ts';

type ResponseUrl = {
  readonly channel: string;
  readonly user: string;
  readonly ts: string | null;
  uses: number;
  readonly bornMs: number;
};

/** Starts the workspace. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const nowMs = options.nowMs ?? Date.now;
  const workspace = createWorkspace(nowMs);
  const triggers = new Map<string, { user: string; bornMs: number; used: boolean }>();
  const responseUrls = new Map<string, ResponseUrl>();
  const sockets: WebSocket[] = [];
  const faults: Fault[] = [];
  const calls: Sandbox['calls'] = [];
  let requestUrl = options.requestUrl ?? null;
  let base = '';
  let turn = 0;

  async function deliver(kind: PayloadKind, payload: Record<string, unknown>): Promise<Delivered> {
    const open = sockets.filter((socket) => socket.readyState === socket.OPEN);
    if (open.length > 0) {
      turn += 1;
      const socket = open[turn % open.length];
      if (socket) return deliverSocket(socket, kind, payload);
    }
    if (requestUrl === null) return { outcome: 'failed', status: null, body: null };
    return deliverHttp(requestUrl, options.signingSecret, nowMs(), kind, payload);
  }

  function happened({ type, channel, message, previous, user }: Happening): void {
    const shown = message && {
      type: 'message',
      user: message.user,
      text: message.text,
      ts: message.ts,
      ...(message.metadata ? { metadata: message.metadata } : {}),
    };
    const event =
      type === 'message_changed'
        ? {
            type: 'message',
            subtype: 'message_changed',
            hidden: true,
            channel: channel.id,
            ts: workspace.nextTs(),
            message: shown,
            previous_message: { ts: previous?.ts, text: previous?.text },
          }
        : type === 'message'
          ? {
              ...shown,
              channel: channel.id,
              channel_type: 'channel',
              event_ts: message?.ts,
              ...(message?.user === workspace.bot.userId ? { bot_id: workspace.bot.botId } : {}),
            }
          : { type, user, channel: channel.id, channel_type: 'C', team: workspace.team.id };
    const { appId, userId } = workspace.bot;
    const envelope = {
      token: 'legacy',
      team_id: workspace.team.id,
      api_app_id: appId,
      type: 'event_callback',
      event_id: workspace.nextId('Ev'),
      event_time: Math.floor(nowMs() / 1000),
    };
    void deliver('events_api', {
      ...envelope,
      event,
      authorizations: [
        {
          team_id: workspace.team.id,
          user_id: userId,
          is_bot: true,
          is_enterprise_install: false,
          enterprise_id: null,
        },
      ],
    });
  }

  const api = createWebApi(workspace, {
    fileUrl: (id) => `${base}/upload/${id}`,
    happened,
    takeTrigger(id) {
      const trigger = triggers.get(id);
      if (!trigger) return 'invalid_trigger_id';
      if (trigger.used) return 'exchanged_trigger_id';
      if (nowMs() - trigger.bornMs > 3000) return 'expired_trigger_id';
      trigger.used = true;
      return { user: trigger.user };
    },
  });

  function newTrigger(user: string): string {
    const id = `${nowMs()}.${workspace.nextId('TR')}`;
    triggers.set(id, { user, bornMs: nowMs(), used: false });
    return id;
  }

  function newResponseUrl(channel: string, user: string, ts: string | null): string {
    const id = workspace.nextId('RU');
    responseUrls.set(id, { channel, user, ts, uses: 0, bornMs: nowMs() });
    return `${base}/response/${id}`;
  }

  /** Slack allows five uses within thirty minutes. */
  function respond(id: string, body: Record<string, unknown>): number {
    const entry = responseUrls.get(id);
    const channel = entry && workspace.channels.get(entry.channel);
    if (!entry || !channel || entry.uses >= 5 || nowMs() - entry.bornMs > 30 * 60_000) return 404;
    entry.uses += 1;
    const index = channel.messages.findIndex(({ ts }) => ts === entry.ts);
    if (body.delete_original === true && index >= 0) channel.messages.splice(index, 1);
    else if (typeof body.text === 'string' || Array.isArray(body.blocks)) {
      const content = { text: String(body.text ?? ''), ...(Array.isArray(body.blocks) ? { blocks: body.blocks } : {}) };
      const original = channel.messages[index];
      if (body.replace_original === true && original) {
        original.text = content.text;
        if (content.blocks) original.blocks = content.blocks;
        else delete original.blocks;
      } else {
        const onlyFor = body.response_type === 'in_channel' ? {} : { onlyFor: entry.user };
        channel.messages.push({ ts: workspace.nextTs(), user: workspace.bot.userId, ...content, ...onlyFor });
      }
    }
    workspace.touch();
    return 200;
  }

  const userOf = (id: string) => ({
    id,
    username: workspace.users.get(id)?.name,
    name: workspace.users.get(id)?.name,
    team_id: workspace.team.id,
  });
  const common = (user: string) => ({
    user: userOf(user),
    api_app_id: workspace.bot.appId,
    token: 'legacy',
    trigger_id: newTrigger(user),
    team: workspace.team,
    enterprise: null,
    is_enterprise_install: false,
  });

  const driver: Omit<Sandbox, 'url' | 'apiUrl' | 'close'> = {
    workspace,
    calls,
    setRequestUrl(url) {
      requestUrl = url;
    },
    channel: (name) =>
      [...workspace.channels.values()].find((channel) => channel.name === name || channel.name.startsWith(name)),
    messages: (channelId, user) =>
      (workspace.channels.get(channelId)?.messages ?? []).filter(
        ({ onlyFor }) => onlyFor === undefined || onlyFor === user,
      ),
    click({ user, channel: channelId, ts, actionId, value }) {
      const channel = workspace.channels.get(channelId);
      const message = channel?.messages.find((candidate) => candidate.ts === ts);
      const blocks = (message?.blocks ?? []) as {
        block_id?: string;
        elements?: { action_id?: string; value?: string }[];
      }[];
      const block = blocks.find(({ elements }) => elements?.some((element) => element.action_id === actionId));
      const element = block?.elements?.find((candidate) => candidate.action_id === actionId);
      const action = {
        type: 'button',
        block_id: block?.block_id ?? 'gone',
        ...element,
        action_id: actionId,
        value: value ?? element?.value,
        action_ts: workspace.nextTs(),
      };
      return deliver('interactive', {
        type: 'block_actions',
        ...common(user),
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: channelId,
          is_ephemeral: message?.onlyFor !== undefined,
        },
        channel: { id: channelId, name: channel?.name },
        ...(message?.onlyFor === undefined
          ? { message: { type: 'message', ts, user: message?.user, text: message?.text, blocks: message?.blocks } }
          : {}),
        state: { values: {} },
        response_url: newResponseUrl(channelId, user, ts),
        actions: [action],
      });
    },
    async command({ user, channel, text }) {
      const { trigger_id } = { trigger_id: newTrigger(user) };
      const answer = await deliver('slash_commands', {
        ...{
          token: 'legacy',
          team_id: workspace.team.id,
          team_domain: workspace.team.domain,
          channel_id: channel,
          channel_name: workspace.channels.get(channel)?.name ?? '',
        },
        ...{
          user_id: user,
          user_name: workspace.users.get(user)?.name ?? '',
          command: options.command ?? '/firebreak',
          text,
          trigger_id,
        },
        response_url: newResponseUrl(channel, user, null),
        ...{ api_app_id: workspace.bot.appId, is_enterprise_install: 'false' },
      });
      if (answer.outcome !== 'acknowledged') {
        workspace.channels.get(channel)?.messages.push({
          ts: workspace.nextTs(),
          user,
          text: `${options.command ?? '/firebreak'} failed with the error "${answer.outcome === 'timeout' ? 'operation_timeout' : 'dispatch_failed'}"`,
          onlyFor: user,
        });
        workspace.touch();
      }
      return answer;
    },
    async submit({ user, viewId, values }) {
      const entry = workspace.views.get(viewId);
      const state = Object.fromEntries(
        Object.entries(values).map(([block, inputs]) => [
          block,
          Object.fromEntries(
            Object.entries(inputs).map(([action, value]) => [
              action,
              { type: 'plain_text_input', value: value === '' ? null : value },
            ]),
          ),
        ]),
      );
      const view = {
        ...entry?.view,
        id: viewId,
        team_id: workspace.team.id,
        hash: entry?.hash,
        state: { values: state },
        root_view_id: viewId,
        previous_view_id: null,
        app_id: workspace.bot.appId,
        bot_id: workspace.bot.botId,
      };
      const answer = await deliver('interactive', {
        type: 'view_submission',
        ...common(user),
        view,
        response_urls: [],
      });
      const body = answer.body as { response_action?: string; view?: Record<string, unknown> } | null;
      if (answer.outcome === 'acknowledged' && body?.response_action === 'update' && entry && body.view)
        entry.view = body.view;
      else if (answer.outcome === 'acknowledged' && body?.response_action !== 'errors') workspace.views.delete(viewId);
      workspace.touch();
      return answer;
    },
    openViews: (user) => [...workspace.views.values()].filter((view) => view.user === user),
    postAs(user, channelId, text) {
      const channel = workspace.channels.get(channelId);
      if (!channel) return;
      const message = { ts: workspace.nextTs(), user, text };
      channel.messages.push(message);
      happened({ type: 'message', channel, message });
      workspace.touch();
    },
    waitFor(look, withinMs = 15_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          workspace.changes.off('changed', check);
          reject(new Error(`the workspace did not come to the expected state within ${withinMs} ms`));
        }, withinMs);
        const check = () => {
          const found = look();
          if (found === undefined || found === null || found === false) return;
          clearTimeout(timer);
          workspace.changes.off('changed', check);
          resolve(found);
        };
        workspace.changes.on('changed', check);
        check();
      });
    },
    addFault(fault) {
      faults.push(fault);
    },
    disconnectSockets() {
      for (const socket of sockets) {
        socket.send(
          JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'sandbox' } }),
        );
        socket.close();
      }
    },
  };

  const takeFault = (method: string): Fault['kind'] | null => {
    const fault = faults.find(
      (candidate) => candidate.times > 0 && (candidate.method === method || candidate.method === '*'),
    );
    if (!fault) return null;
    fault.times -= 1;
    return fault.kind;
  };
  const server: Server = createSandboxServer({
    api,
    options,
    calls,
    nowMs,
    workspace,
    driver,
    respond,
    takeFault,
    socketUrl: () => `${base.replace('http', 'ws')}/link`,
  });
  const hub = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (!request.url?.startsWith('/link')) return socket.destroy();
    hub.handleUpgrade(request, socket, head, (ws) => {
      sockets.push(ws);
      ws.on('close', () => sockets.splice(sockets.indexOf(ws), 1));
      ws.send(
        JSON.stringify({
          type: 'hello',
          connection_info: { app_id: workspace.bot.appId },
          num_connections: sockets.length,
          debug_info: { host: 'sandbox', approximate_connection_time: 3600 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    ...driver,
    url: `${base}/`,
    apiUrl: `${base}/api/`,
    async close() {
      for (const socket of sockets) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
