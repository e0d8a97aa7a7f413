// The sandbox's people and the unmodified Bolt app, over both of Slack's transports: commands, clicks, and what answers them.
import { once } from 'node:events';
import type { BlockAction, ButtonAction, SlashCommand } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { SandboxOptions } from '../../src/sandbox/types.ts';
import { clientOf, type Given, givenApp, givenSandbox, tokens } from '../support/given/sandbox.ts';

let given: Given;
let stop: () => Promise<void>;
afterEach(async () => stop());
const start = async (transport: 'http' | 'socket', options: Partial<SandboxOptions> = {}) => {
  given = await givenSandbox(options);
  const started = await givenApp(given, transport);
  stop = started.stop;
  return { ...given, app: started.app };
};
const button = (value: string, action_id = 'go') => ({
  type: 'actions',
  block_id: `b_${value}`,
  elements: [{ type: 'button', action_id, value, text: { type: 'plain_text', text: 'Go' } }],
});
const blocks = (...list: object[]) => list as KnownBlock[];
const reply = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

for (const transport of ['http', 'socket'] as const)
  describe(`over ${transport === 'http' ? 'HTTP' : 'Socket Mode'}`, () => {
    it('a command arrives with its mentions, and its answer is seen by who typed it', async () => {
      const { app, sandbox, general } = await start(transport);
      const heard: SlashCommand[] = [];
      app.command('/firebreak', async ({ ack, command, respond }) => {
        heard.push(command);
        await ack(`heard ${command.text}`);
        await respond({ text: 'for all', response_type: 'in_channel' });
      });
      const told = await sandbox.command({ user: 'U0ANA', channel: general, text: 'role @ben #incidents' });
      const text = `role <@U0BEN> <#${sandbox.channel('incidents')?.id}|incidents>`;
      expect(heard[0]).toMatchObject({ command: '/firebreak', text, user_name: 'ana', channel_name: 'general' });
      expect(told).toMatchObject({
        outcome: 'acknowledged',
        status: 200,
        seen: { kind: 'message', text: `heard ${text}`, ephemeral: true },
      });
      await sandbox.waitFor(() => sandbox.messages(general).find((message) => message.text === 'for all'));
      expect(sandbox.messages(general, 'U0BEN').map((message) => message.text)).toEqual(['for all']);
    });

    it('a click arrives with its message, and a second one from an old screen too', async () => {
      const { app, client, sandbox, general } = await start(transport);
      const heard: BlockAction<ButtonAction>[] = [];
      app.action<BlockAction<ButtonAction>>('go', async ({ ack, body }) => {
        heard.push(body);
        await ack();
      });
      const card = { channel: general, text: 'card' };
      const { ts = '' } = await client.chat.postMessage({ ...card, blocks: blocks(button('one'), button('two')) });
      const click = { user: 'U0ANA', channel: general, ts, actionId: 'go' };
      expect(await sandbox.click({ ...click, value: 'two' })).toMatchObject({ outcome: 'acknowledged' });
      await client.chat.update({ ...card, ts });
      await sandbox.click(click);
      expect(heard[0]).toMatchObject({
        user: { id: 'U0ANA', username: 'ana' },
        container: { type: 'message', message_ts: ts, channel_id: general, is_ephemeral: false },
        message: { ts, text: 'card', bot_id: 'B0FIREBREAK' },
        channel: { id: general, name: 'general' },
        actions: [{ type: 'button', action_id: 'go', block_id: 'b_two', value: 'two' }],
      });
      expect(heard[1]?.message).not.toHaveProperty('blocks');
      expect(heard[1]?.actions[0]).toMatchObject({ block_id: 'b_one', value: 'one' });
    });

    it('what the app does not answer in time is an error mark, or a note of Slackbot', async () => {
      const { app, sandbox, general } = await start(transport, { ackWithinMs: 100 });
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const late = async ({ ack }: { ack: () => Promise<void> }) => {
        await held;
        await ack();
      };
      app.command('/firebreak', late);
      app.action('go', late);
      const note = '/firebreak failed with the error "operation_timeout"';
      expect(await sandbox.command({ user: 'U0ANA', channel: general, text: '' })).toMatchObject({
        outcome: 'timeout',
        seen: { kind: 'error', text: note },
      });
      expect(sandbox.messages(general, 'U0ANA').at(-1)).toMatchObject({ user: 'USLACKBOT', text: note });
      const clicked = await sandbox.click({ user: 'U0ANA', channel: general, ts: '1.000001', actionId: 'go' });
      expect(clicked).toMatchObject({ outcome: 'timeout', seen: { kind: 'error' } });
      release();
    });
  });

describe('an interaction', () => {
  it('of an ephemeral message does not bring the message', async () => {
    const { app, client, sandbox, general } = await start('http');
    const heard: BlockAction[] = [];
    app.action<BlockAction>('go', async ({ ack, body }) => {
      heard.push(body);
      await ack();
    });
    const { message_ts: ts = '' } = await client.chat.postEphemeral({
      ...{ channel: general, user: 'U0ANA', text: 'x', blocks: blocks(button('one')) },
    });
    await sandbox.click({ user: 'U0ANA', channel: general, ts, actionId: 'go' });
    expect(heard[0]).toMatchObject({ container: { is_ephemeral: true }, actions: [{ value: 'one' }] });
    expect(heard[0]).not.toHaveProperty('message');
  });

  it('with a select brings the option, and there is no choosing what is not offered', async () => {
    const { app, client, sandbox, general } = await start('http');
    const heard: unknown[] = [];
    app.action('pick', async ({ ack, action }) => {
      heard.push(action);
      await ack();
    });
    const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
    const select = { type: 'static_select', action_id: 'pick', options: [option('a'), option('b')] };
    const list = blocks({ type: 'section', text: { type: 'mrkdwn', text: 'x' }, accessory: select });
    const { ts = '' } = await client.chat.postMessage({ channel: general, text: 'x', blocks: list });
    const click = { user: 'U0ANA', channel: general, ts, actionId: 'pick' };
    await sandbox.click({ ...click, value: 'b' });
    expect(heard).toMatchObject([{ type: 'static_select', selected_option: option('b') }]);
    await expect(sandbox.click({ ...click, value: 'c' })).rejects.toThrow('pick offers no option "c"');
  });

  it('with an app that is not there fails', async () => {
    const { sandbox, general } = await start('http');
    sandbox.setRequestUrl('http://127.0.0.1:9/slack/events');
    const told = await sandbox.command({ user: 'U0ANA', channel: general, text: '' });
    const text = '/firebreak failed with the error "dispatch_failed"';
    expect(told).toMatchObject({ outcome: 'failed', status: null, seen: { kind: 'error', text } });
  });

  it('shortcuts, global and of a message, arrive', async () => {
    const { app, client, sandbox, general } = await start('http');
    const heard: unknown[] = [];
    app.shortcut('declare', async ({ ack, shortcut }) => {
      heard.push(shortcut);
      await ack();
    });
    const { ts = '' } = await client.chat.postMessage({ channel: general, text: 'this' });
    await sandbox.shortcut({ user: 'U0ANA', callbackId: 'declare' });
    await sandbox.shortcut({ user: 'U0ANA', callbackId: 'declare', on: { channel: general, ts } });
    expect(heard).toMatchObject([
      { type: 'shortcut', trigger_id: expect.any(String) },
      { type: 'message_action', message: { text: 'this' }, channel: { id: general } },
    ]);
  });
});

describe('a response URL', () => {
  /** A click's response URL, and the message that was clicked. */
  const clicked = async (options: Partial<SandboxOptions> = {}) => {
    const started = await start('http', options);
    const { app, client, sandbox, general } = started;
    app.action('go', async ({ ack }) => ack());
    const { ts = '' } = await client.chat.postMessage({ channel: general, text: 'x', blocks: blocks(button('one')) });
    await sandbox.click({ user: 'U0ANA', channel: general, ts, actionId: 'go' });
    const { payload } = sandbox.deliveries.find(({ kind }) => kind === 'interactive') ?? {};
    return { ...started, ts, url: String(payload?.response_url) };
  };

  it('serves five times', async () => {
    const { url, sandbox, general } = await clicked();
    for (let i = 1; i <= 5; i++) expect((await reply(url, { text: `${i}` })).status).toBe(200);
    const sixth = await reply(url, { text: '6' });
    expect([sixth.status, await sixth.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
    const own = sandbox.messages(general, 'U0ANA').filter(({ onlyFor }) => onlyFor === 'U0ANA');
    expect(own.map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('serves for thirty minutes', async () => {
    const { url, pass } = await clicked();
    pass(30 * 60_000);
    expect((await reply(url, { text: 'in time' })).status).toBe(200);
    pass(1);
    expect(await (await reply(url, { text: 'late' })).json()).toEqual({ ok: false, error: 'expired_url' });
  });

  it('replaces and deletes the message that was clicked', async () => {
    const { url, sandbox, general, ts } = await clicked();
    await reply(url, { text: 'decided', replace_original: true });
    const replaced = sandbox.messages(general).find((message) => message.ts === ts);
    expect(replaced).toMatchObject({ text: 'decided' });
    expect(replaced).not.toHaveProperty('blocks');
    await reply(url, { delete_original: true });
    expect(sandbox.messages(general).some((message) => message.ts === ts)).toBe(false);
  });

  it('refuses nothing to say, wrong blocks, and an address that was never given', async () => {
    const { url } = await clicked();
    expect(await (await reply(url, {})).json()).toEqual({ ok: false, error: 'no_text' });
    const wrong = await reply(url, { text: 'x', blocks: [{ type: 'section' }] });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: 'invalid_blocks' }]);
    expect((await reply(`${url}x`, { text: 'x' })).status).toBe(404);
  });
});

describe('the request URL', () => {
  it('is verified by an app that holds the secret only', async () => {
    const { sandbox } = await start('http');
    expect(await sandbox.verifyRequestUrl()).toBe(true);
  });
  it('is not verified by an app with another secret', async () => {
    const { sandbox } = await start('http', { signingSecret: 'another-secret' });
    expect(await sandbox.verifyRequestUrl()).toBe(false);
  });
});

describe('Socket Mode', () => {
  it('comes back after a disconnect, and nothing goes over HTTP meanwhile', async () => {
    const { app, sandbox, general } = await start('socket');
    app.command('/firebreak', async ({ ack }) => ack());
    sandbox.setRequestUrl('http://127.0.0.1:9/slack/events');
    expect(sandbox.socketCount()).toBe(1);
    sandbox.disconnectSockets();
    await sandbox.waitFor(() => sandbox.socketCount() === 0);
    expect((await sandbox.command({ user: 'U0ANA', channel: general, text: '' })).outcome).toBe('failed');
    expect(sandbox.deliveries.at(-1)?.via).toBe('none');
    await sandbox.waitFor(() => sandbox.socketCount() === 1);
    expect((await sandbox.command({ user: 'U0ANA', channel: general, text: '' })).outcome).toBe('acknowledged');
    expect(sandbox.deliveries.at(-1)?.via).toBe('socket');
  });

  it('wants a ticket, which is good once', async () => {
    const { sandbox } = await start('http');
    const { url = '' } = await clientOf(sandbox, tokens.appToken).apps.connections.open({});
    const attempt = async (address: string) => {
      const socket = new WebSocket(address);
      const [data] = await once(socket, 'message').catch(() => [null]);
      socket.terminate();
      return data === null ? null : JSON.parse(String(data));
    };
    expect(await attempt(url.replace(/ticket=\w+/, 'ticket=guess'))).toBeNull();
    expect(await attempt(url)).toMatchObject({ type: 'hello', num_connections: 1 });
    expect(await attempt(url)).toBeNull();
  });
});
