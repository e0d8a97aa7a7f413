// Events of the sandbox as they reach an app's URL: signed, in their envelope, again while nobody acknowledges, and disordered.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { sign } from '../../src/sandbox/deliver.ts';
import type { SandboxOptions } from '../../src/sandbox/types.ts';
import { type Given, givenSandbox, tokens } from '../support/given/sandbox.ts';

type Envelope = {
  readonly event_id: string;
  readonly event: { readonly type: string; readonly [name: string]: unknown };
};
type Heard = { readonly headers: IncomingHttpHeaders; readonly raw: string; readonly body: Envelope };

let given: Given;
let server: Server;
let heard: Heard[];
/** The statuses to answer with, then 200. */
let answers: { status: number; headers?: { [name: string]: string } }[];
afterEach(async () => {
  await given.sandbox.close();
  server.closeAllConnections();
  server.close();
});
async function start(options: Partial<SandboxOptions> = {}): Promise<Given> {
  heard = [];
  answers = [];
  server = createServer(async (request, response) => {
    const raw = await text(request);
    heard.push({ headers: request.headers, raw, body: JSON.parse(raw) });
    const { status, headers = {} } = answers.shift() ?? { status: 200 };
    response.writeHead(status, headers).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  given = await givenSandbox(options);
  given.sandbox.setRequestUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return given;
}
/** Waits until so many tries have ended. */
const tries = (count: number) => given.sandbox.waitFor(() => given.sandbox.deliveries.length >= count && heard);
const said = () => heard.map(({ body }) => body.event.text);

describe('an event', () => {
  it('comes signed, in an envelope, for what people say and for what the bot itself says', async () => {
    const { client, sandbox, general } = await start();
    sandbox.postAs('U0ANA', general, 'hello @firebreak & <all>');
    await tries(2);
    expect(heard.map(({ body }) => body.event.type)).toEqual(expect.arrayContaining(['app_mention', 'message']));
    const { headers, raw, body } = heard.find((one) => one.body.event.type === 'message') ?? (heard[0] as Heard);
    expect(headers).toMatchObject(sign(tokens.signingSecret, Number(headers['x-slack-request-timestamp']), raw));
    expect(headers).not.toHaveProperty('x-slack-retry-num');
    expect(body).toMatchObject({
      type: 'event_callback',
      event_id: expect.stringMatching(/^Ev/),
      authorizations: [{ user_id: 'U0FIREBREAK', is_bot: true }],
      event: {
        ...{ user: 'U0ANA', channel: general, channel_type: 'channel' },
        text: 'hello <@U0FIREBREAK> &amp; &lt;all&gt;',
      },
    });
    const { ts = '' } = await client.chat.postMessage({ channel: general, text: 'own' });
    await client.chat.update({ channel: general, ts, text: 'changed' });
    await client.chat.delete({ channel: general, ts });
    await tries(5);
    const events = heard.slice(2).map(({ body: { event } }) => event);
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'message', bot_id: 'B0FIREBREAK', text: 'own' }),
        expect.objectContaining({ subtype: 'message_changed', message: expect.objectContaining({ text: 'changed' }) }),
        expect.objectContaining({ subtype: 'message_deleted', deleted_ts: ts }),
      ]),
    );
    expect(events.find(({ subtype }) => subtype === 'message_changed')).not.toHaveProperty('user');
  });

  it('comes for joining, reacting, archiving and the Home tab, and only where the bot is', async () => {
    const { client, sandbox, general } = await start();
    const foreign = sandbox.workspace.createChannel('public', 'foreign', 'U0ANA').id;
    sandbox.postAs('U0ANA', foreign, 'unheard');
    sandbox.openHome('U0ANA');
    const ts = sandbox.postAs('U0ANA', general, 'react to this');
    sandbox.react('U0BEN', general, ts, 'eyes');
    const { channel } = await client.conversations.create({ name: 'new' });
    await client.conversations.archive({ channel: channel?.id ?? '' });
    await tries(6);
    const of = (type: string) => heard.find(({ body }) => body.event.type === type)?.body.event;
    expect(of('app_home_opened')).toMatchObject({ user: 'U0ANA', tab: 'home' });
    expect(of('reaction_added')).toMatchObject({ user: 'U0BEN', reaction: 'eyes', item: { ts } });
    expect(of('member_joined_channel')).toMatchObject({ user: 'U0FIREBREAK', channel: channel?.id });
    expect(of('channel_archive')).toMatchObject({ channel: channel?.id });
    expect(said()).not.toContain('unheard');
  });

  it('comes only where the app is subscribed to it', async () => {
    const { sandbox, general } = await start({ events: ['message.groups', 'reaction_added'] });
    const ts = sandbox.postAs('U0ANA', general, 'unheard');
    sandbox.react('U0BEN', general, ts, 'eyes');
    await tries(1);
    expect(heard.map(({ body }) => body.event.type)).toEqual(['reaction_added']);
  });

  it('comes again until it is acknowledged, three times at most, and says why', async () => {
    const { sandbox, general } = await start({ eventRetryDelaysMs: [0, 1, 1] });
    answers = [{ status: 500 }, { status: 302 }, { status: 404 }, { status: 500 }];
    sandbox.postAs('U0ANA', general, 'x');
    await tries(4);
    expect(new Set(heard.map(({ body }) => body.event_id)).size).toBe(1);
    expect(heard.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(heard[1]?.headers['x-slack-retry-reason']).toBe('http_error');
    sandbox.postAs('U0ANA', general, 'y');
    await tries(5);
    expect(said()).toEqual(['x', 'x', 'x', 'x', 'y']);
  });

  it('does not come again when the app asks for that', async () => {
    const { sandbox, general } = await start({ eventRetryDelaysMs: [0, 0, 0] });
    answers = [{ status: 500, headers: { 'x-slack-no-retry': '1' } }];
    sandbox.postAs('U0ANA', general, 'x');
    await tries(1);
    // By the time two more have come, a retry at once would have come too.
    sandbox.postAs('U0ANA', general, 'y');
    await tries(2);
    sandbox.postAs('U0ANA', general, 'z');
    await tries(3);
    expect(said()).toEqual(['x', 'y', 'z']);
  });

  it('to an app that is not there comes once it is', async () => {
    const { sandbox, general } = await start({ eventRetryDelaysMs: [0, 0, 0] });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    sandbox.setRequestUrl('http://127.0.0.1:9/');
    sandbox.postAs('U0ANA', general, 'x');
    await sandbox.waitFor(() => sandbox.deliveries.length === 1);
    sandbox.setRequestUrl(url);
    await sandbox.waitFor(() => heard.length === 1);
    expect(heard[0]?.headers['x-slack-retry-reason']).toBe('connection_failed');
  });
});

describe('a fault of events', () => {
  it('duplicate: it comes twice, with one id', async () => {
    const { sandbox, general } = await start();
    sandbox.addFault({ event: 'message', kind: 'duplicate', times: 1 });
    sandbox.postAs('U0ANA', general, 'x');
    await tries(2);
    expect(heard[0]?.body.event_id).toBe(heard[1]?.body.event_id);
  });

  it('reorder: it comes after the next one', async () => {
    const { sandbox, general } = await start();
    sandbox.addFault({ event: '*', kind: 'reorder', times: 1 });
    sandbox.postAs('U0ANA', general, 'first');
    sandbox.postAs('U0ANA', general, 'second');
    await tries(2);
    expect(said()).toEqual(['second', 'first']);
  });

  it('lost_ack: it comes again though the app had it', async () => {
    const { sandbox, general } = await start();
    sandbox.addFault({ event: 'message', kind: 'lost_ack', times: 1 });
    sandbox.postAs('U0ANA', general, 'x');
    await tries(2);
    expect(heard.map(({ headers }) => headers['x-slack-retry-reason'])).toEqual([undefined, 'http_timeout']);
  });
});
