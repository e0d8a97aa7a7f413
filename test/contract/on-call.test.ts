// Providers that know who is on call, against local stand-ins: what is asked, what is understood, and what counts while one does not answer.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { reachableBy } from '../../src/actions/http/allow-list.ts';
import { createOnCall, type OnCallEntry } from '../../src/actions/on-call/on-call.ts';
import { opsgenie } from '../../src/actions/on-call/opsgenie.ts';
import { pagerduty } from '../../src/actions/on-call/pagerduty.ts';
import { onCallProviders } from '../../src/actions/on-call/registry.ts';
import { ActionSettings } from '../../src/actions/registry.ts';
import { Rotation } from '../../src/core/on-call/rotation.ts';

const people = { ana: { email: 'Ana@example.com' }, ben: { email: 'ben@example.com' } };
const rotation = Rotation.parse({ people: ['ben'], timezone: 'UTC', start: '2026-01-05T09:00' });

let server: Server;
let asked: IncomingMessage[];
let answer: (response: ServerResponse) => void;
let nowMs = Date.parse('2026-02-01T00:00:00Z');
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** The on-call of one schedule at a stand-in. */
async function given(id: string, fallback: OnCallEntry['rotation'] = null) {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request);
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = onCallProviders.get(id);
  if (!provider) throw new Error(`there is no provider ${id}`);
  const schedule = { provider, schedule: 'P1/..', token: 'the-token', url };
  const settings = ActionSettings.parse({ http: { allow: ['127.0.0.1'] } });
  const onCall = createOnCall([{ name: 'db', rotation: fallback, schedule }], {
    ...{ people, allow: reachableBy(settings), runtime: { nowMs: () => nowMs }, log: { warn: () => undefined } },
    timeoutMs: 300,
  });
  return { onCall, state: async () => (await onCall.states())[0] };
}
const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const anaByPagerduty = json({ oncalls: [{ user: { summary: 'Ana', email: 'ana@example.com' }, escalation_level: 1 }] });

describe('a schedule', () => {
  it('of PagerDuty is asked for with its token, and its people are ours by their e-mail addresses', async () => {
    answer = anaByPagerduty;
    const { onCall } = await given(pagerduty.id);
    expect(await onCall.now()).toEqual({ db: ['ana'] });
    expect(asked[0]?.url).toBe('/oncalls?schedule_ids%5B%5D=P1%2F..&include%5B%5D=users&earliest=true');
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Token token=the-token' });
  });

  it('of Opsgenie is asked for with its key, and its people are ours by their e-mail addresses', async () => {
    answer = json({ data: { onCallRecipients: ['ben@example.com'] }, took: 0.1 });
    const { onCall } = await given(opsgenie.id);
    expect(await onCall.now()).toEqual({ db: ['ben'] });
    expect(asked[0]?.url).toBe('/v2/schedules/P1%2F../on-calls?scheduleIdentifierType=name&flat=true');
    expect(asked[0]?.headers).toMatchObject({ authorization: 'GenieKey the-token' });
  });

  it('is asked once a minute, however many want to know', async () => {
    answer = anaByPagerduty;
    const { onCall } = await given(pagerduty.id);
    await Promise.all([onCall.now(), onCall.now(), onCall.now()]);
    await onCall.now();
    expect(asked).toHaveLength(1);
    nowMs += 11 * 60_000;
    await onCall.now();
    expect(asked).toHaveLength(2);
  });

  it('says who of it is nobody here', async () => {
    answer = json({ oncalls: [{ user: { summary: 'Zoe', email: 'zoe@example.com' } }] });
    const { state } = await given(pagerduty.id);
    expect(await state()).toMatchObject({
      who: [],
      trouble: expect.stringContaining('zoe@example.com is nobody under people:'),
    });
  });
});

describe('while a provider does not answer', () => {
  it('its last word counts for a day, and that it does is said', async () => {
    answer = anaByPagerduty;
    const { state } = await given(pagerduty.id, rotation);
    expect(await state()).toMatchObject({ who: ['ana'], trouble: null });
    answer = json({}, 500);
    nowMs += 30 * 60_000;
    expect(await state()).toMatchObject({
      who: ['ana'],
      trouble: 'pagerduty answered 500; what it said 30m ago counts',
    });
    nowMs += 24 * 3_600_000;
    expect(await state()).toMatchObject({
      who: ['ben'],
      trouble: 'pagerduty answered 500; the rotation of the file counts',
    });
  });

  it('it is asked once a minute too: nobody waits for it again and again', async () => {
    answer = json({}, 503);
    const { state } = await given(pagerduty.id, rotation);
    await state();
    await state();
    expect(asked).toHaveLength(1);
    nowMs += 61_000;
    await state();
    expect(asked).toHaveLength(2);
  });

  it('or answers something else, or nothing in time, the rotation of the file counts, else nobody', async () => {
    answer = json({ something: 'else' });
    const { state } = await given(pagerduty.id, rotation);
    expect(await state()).toMatchObject({
      who: ['ben'],
      trouble: 'pagerduty answered what it does not document; the rotation of the file counts',
    });
    server.close();
    answer = () => undefined;
    const { state: alone } = await given(opsgenie.id);
    expect(await alone()).toMatchObject({
      who: [],
      trouble: 'opsgenie did not answer within 300ms; nobody is on call',
    });
  });
});
