// What comes from Slack before anything looks at it: readable, for us, once; and where answers go.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { sign } from '../../src/sandbox/deliver.ts';
import { createAdmit, createIdentity } from '../../src/slack/inbound/admit.ts';
import { cameOverHttp, createHttpHandler } from '../../src/slack/inbound/http-receiver.ts';
import { isSlackAddress } from '../../src/slack/inbound/slack-address.ts';

const log = pino({ level: 'silent' });
const secret = 'a-signing-secret';
const nowMs = Date.parse('2026-03-01T00:00:00Z');

/** Hands a body to the handler; answers the status, or `bolt` if Bolt was given it. */
function handle(body: string, { type = 'application/json', at = nowMs, by = secret } = {}): number | 'bolt' {
  let outcome: number | 'bolt' = 0;
  const requestListener = () => {
    outcome = 'bolt';
  };
  const response = {
    writeHead(status: number) {
      outcome = status;
      return { end: () => undefined };
    },
  };
  const request = { headers: { 'content-type': type, ...sign(by, Math.floor(at / 1000), body) } };
  createHttpHandler({ requestListener }, { nowMs: () => nowMs, signingSecret: secret, isReady: () => true })(
    request as unknown as IncomingMessage,
    response as unknown as ServerResponse,
    Buffer.from(body),
  );
  return outcome;
}
const form = { type: 'application/x-www-form-urlencoded' };

describe('a request over HTTP', () => {
  it('that is signed and holds an object goes to Bolt', () => {
    expect(handle('{"type":"event_callback"}')).toBe('bolt');
    expect(handle('command=x&text=', form)).toBe('bolt');
    expect(handle('payload=%7B%7D', { type: 'Application/X-WWW-Form-Urlencoded; charset=utf-8' })).toBe('bolt');
    expect(handle('ssl_check=1', { ...form, by: 'nobody' })).toBe('bolt');
  });

  it('that is signed and holds anything else never reaches Bolt', () => {
    for (const body of ['null', '[]', '1', '"text"', '', 'x', '{']) expect(handle(body), body).toBe(400);
    for (const body of ['payload=null', 'payload=[1]', 'payload=x', 'payload={}&payload={}', 'text=a&text=b'])
      expect(handle(body, form), body).toBe(400);
  });

  it('with a wrong signature, an old time or one from the future is refused', () => {
    expect(handle('{}', { by: 'another' })).toBe(401);
    expect(handle('null', { by: 'another' })).toBe(401);
    expect(handle('{}', { at: nowMs - 301_000 })).toBe(401);
    expect(handle('{}', { at: nowMs + 301_000 })).toBe(401);
  });

  it('is told apart by what was signed, however its header is written', () => {
    const came = (stamp: string, body: string) =>
      cameOverHttp({ headers: { 'x-slack-request-timestamp': stamp }, rawBody: Buffer.from(body) } as never).came;
    expect(came('100', 'a')).toBe(came(' 100.0', 'a'));
    expect(came('100', 'a')).not.toBe(came('101', 'a'));
    expect(came('100', 'a')).not.toBe(came('100', 'b'));
  });
});

const ours = { team_id: 'T1', api_app_id: 'A1', trigger_id: '1.1' };

/** Lets bodies come one after the other; answers how many were let through, and what was acknowledged. */
async function come(
  bodies: readonly object[],
  { came = (n: number) => `envelope/${n}`, known = true, isEvent = false, atOnce = false } = {},
) {
  const seen = new Set<string>();
  const told: unknown[] = [];
  let through = 0;
  const admit = createAdmit({
    identity: async () => (known ? { teamId: 'T1', appId: 'A1' } : null),
    used: {
      async use(keys) {
        const fresh = keys.every((key) => !seen.has(key));
        for (const key of keys) seen.add(key);
        return fresh;
      },
    },
    log,
    nowMs: () => nowMs,
  });
  const comes = (body: object, n: number) =>
    admit({
      ...{ body, ...(isEvent ? { event: {} } : { command: body }) },
      context: { came: came(n), acknowledge: async () => told.push('acknowledged') },
      ack: async (text: unknown) => told.push(text),
      next: async () => {
        through += 1;
      },
    } as never);
  if (atOnce) await Promise.all(bodies.map(comes));
  else for (const [n, body] of bodies.entries()) await comes(body, n);
  return { through, told };
}

describe('what Slack tells', () => {
  it('counts once by its trigger and the way it came', async () => {
    expect((await come([ours, ours])).through).toBe(1);
    expect((await come([ours, { ...ours, trigger_id: '1.2' }])).through).toBe(2);
    const same = () => 'signature/abc';
    expect((await come([ours, { ...ours, trigger_id: '1.2' }], { came: same })).through).toBe(1);
  });

  it('may come again if it is an event: the record tells whether what it led to is there', async () => {
    const body = { team_id: 'T1', api_app_id: 'A1', event_id: 'Ev1' };
    expect((await come([body, body], { came: () => 'signature/abc', isEvent: true })).through).toBe(2);
  });

  it('is acknowledged if it is an event that is turned away, so that Slack does not send it again', async () => {
    const body = { team_id: 'T2', api_app_id: 'A1', event_id: 'Ev1' };
    expect(await come([body], { isEvent: true })).toEqual({ through: 0, told: ['acknowledged'] });
  });

  it('counts once when it comes four times at the same moment', async () => {
    const { through, told } = await come([ours, ours, ours, ours], { atOnce: true });
    expect([through, told.length]).toEqual([1, 3]);
  });

  it('is answered politely when it comes again', async () => {
    const { told } = await come([ours, ours]);
    expect(told).toEqual([{ response_type: 'ephemeral', text: expect.stringContaining('came before') }]);
  });

  it('counts only for our own workspace and app, and only when we know them', async () => {
    for (const body of [{ ...ours, team_id: 'T2' }, { ...ours, api_app_id: 'A2' }, { trigger_id: '1.1' }, {}])
      expect((await come([body])).through, JSON.stringify(body)).toBe(0);
    expect((await come([{ team: { id: 'T1' }, api_app_id: 'A1' }])).through).toBe(1);
    expect((await come([ours], { known: false })).through).toBe(0);
  });
});

it('who we are is asked again as long as Slack does not tell, and then no more', async () => {
  let asked = 0;
  const client = {
    auth: {
      async test() {
        asked += 1;
        if (asked === 1) throw new Error('Slack is away');
        return { ok: true, team_id: 'T1', bot_id: 'B1' };
      },
    },
    bots: { info: async () => ({ ok: true, bot: { app_id: 'A1' } }) },
  } as unknown as WebClient;
  const identity = createIdentity(client, null, log);
  expect(await identity()).toBeNull();
  expect(await identity()).toEqual({ teamId: 'T1', appId: 'A1' });
  await identity();
  expect(asked).toBe(2);
  expect(await createIdentity(client, 'xapp-1-A0TOKEN-1-abc', log)()).toMatchObject({ appId: 'A0TOKEN' });
});

it('an answer goes to Slack, or to what stands in its place, and nowhere else', () => {
  for (const url of ['https://hooks.slack.com/commands/T1/2/x', 'https://hooks.slack-gov.com/actions/x'])
    expect(isSlackAddress(url, null), url).toBe(true);
  for (const url of [
    ...[
      'http://hooks.slack.com/x',
      'https://hooks.slack.com.evil.example.com/',
      'https://evil.example.com/hooks.slack.com',
    ],
    ...['https://hooks.slack.com@evil.example.com/', 'https://x:y@hooks.slack.com/', 'https://hooks.slack.com:444/'],
    ...['http://127.0.0.1:5432/', 'javascript:alert(1)', '', undefined, 7],
  ])
    expect(isSlackAddress(url, null), String(url)).toBe(false);
  expect(isSlackAddress('http://127.0.0.1:9000/response/1', 'http://127.0.0.1:9000/api/')).toBe(true);
  expect(isSlackAddress('http://127.0.0.1:9001/response/1', 'http://127.0.0.1:9000/api/')).toBe(false);
});
