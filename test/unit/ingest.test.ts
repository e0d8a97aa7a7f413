// What ingest makes of requests that today's sources never cause: handshakes, proofs of a source's own, schemes that do not fit.

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatId } from '../../src/core/ids.ts';
import { err, ok } from '../../src/core/result.ts';
import { addWebhooks } from '../../src/http/ingest/webhooks.ts';
import { createServer } from '../../src/http/server.ts';
import { noTracing } from '../../src/ports/tracing.ts';
import { defineSource, type SourceDefinition } from '../../src/sources/source.ts';
import type { Handshake, Integration, Source } from '../../src/spi/source.ts';
import { integrationOf, readEntry } from '../support/given/integration.ts';
import { noMetrics } from '../support/given/metrics.ts';

const log = pino({ level: 'silent' });
let n = 0;
const runtime = {
  nowMs: () => 1_772_323_200_000,
  monotonicMs: () => 0,
  random: () => 0.5,
  newId: (prefix: Parameters<typeof formatId>[0]) => formatId(prefix, n++, Buffer.alloc(10)),
};

const Settings = z.strictObject({ region: z.string().default('eu') });
type Special = Partial<SourceDefinition<z.ZodType, typeof Settings>>;

/** A source that takes anything and finds no alert in it, with something special. */
const sourceWith = (special: Special): Source =>
  defineSource({
    id: 'special',
    title: 'Special',
    docs: { setUp: '', security: '', test: '', retries: '' },
    retriesOn: [],
    sample: { headers: {}, body: {}, resolved: null },
    body: z.unknown(),
    settings: Settings,
    read: () => ok({ alerts: [], deliveryKey: null, truncated: 0 }),
    ...special,
  });

/** The routes for one source; what was stored and counted is listed. */
function serve(source: Source, integration: Integration) {
  const stored: string[] = [];
  const counted: string[] = [];
  const noted: string[] = [];
  const kept: { readonly [name: string]: string }[] = [];
  const app = createServer({
    runtime,
    log,
    ready: async () => null,
    metrics: noMetrics,
    parts: () => [],
    slack: null,
    countRefused: () => undefined,
    metricsArePublic: true,
  });
  addWebhooks(app, {
    sources: new Map([[source.id, source]]),
    integrations: [integration],
    deliveries: {
      async accept({ body, headers }) {
        stored.push(body.toString());
        kept.push(headers);
        return { receipt: 'dlv_1', status: 'accepted' };
      },
      keepDead: async () => ({ receipt: 'dlv_dead' }),
    },
    runtime,
    log,
    metrics: {
      countDelivery: (_, outcome, times = 1) => void (times > 0 && counted.push(outcome)),
      countDeliveryFault: () => undefined,
    },
    tracing: noTracing,
    notes: { refused: ({ reason }) => void noted.push(reason), faulty: () => undefined, flush: async () => undefined },
  });
  const send = (method: 'POST' | 'GET' | 'OPTIONS' | 'PUT', query = '', headers: Record<string, string> = {}) =>
    app.inject({ method, url: `/hooks/special/mine${query}`, headers, ...(method === 'POST' ? { payload: {} } : {}) });
  return { app, send, stored, counted, noted, kept };
}

const openTo = (source: Source): Integration => integrationOf(source);
const closedBy = (source: Source, type = 'bearer'): Integration => {
  const { integration, faults } = readEntry(
    { source: 'special', auth: { type, token: { env: 'T' } } },
    { more: [source] },
  );
  if (!integration) throw new Error(faults.join());
  return integration;
};
const proved = { authorization: 'Bearer a-secret-that-both-sides-know' };

const challenge = (needsProof: boolean, methods: Handshake['methods']): Handshake => ({
  methods,
  needsProof,
  async answer({ url }) {
    const text = new URL(url, 'http://localhost').searchParams.get('challenge');
    return text === null
      ? null
      : { status: 200, contentType: 'text/plain', body: text, headers: { 'x-allowed': 'yes' } };
  },
});

describe('a handshake', () => {
  it('is answered as the source says, and nothing is stored', async () => {
    const source = sourceWith({ handshake: challenge(true, ['POST', 'GET']) });
    const { send, stored, counted } = serve(source, closedBy(source));
    for (const method of ['POST', 'GET'] as const) {
      const answer = await send(method, '?challenge=abc', proved);
      expect(answer).toMatchObject({ statusCode: 200, body: 'abc' });
      expect(answer.headers).toMatchObject({
        'content-type': expect.stringContaining('text/plain'),
        'x-allowed': 'yes',
      });
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
    expect(stored).toEqual([]);
    expect(counted).toEqual(['handshake', 'handshake']);
  });

  it('is answered to nobody who did not prove himself, unless it comes before any proof', async () => {
    const late = sourceWith({ handshake: challenge(true, ['GET']) });
    expect(await serve(late, closedBy(late)).send('GET', '?challenge=abc')).toMatchObject({ statusCode: 401 });
    const early = sourceWith({ handshake: challenge(false, ['GET']) });
    expect(await serve(early, closedBy(early)).send('GET', '?challenge=abc')).toMatchObject({ body: 'abc' });
  });

  it('is no way past the proof for anything else', async () => {
    const source = sourceWith({ handshake: challenge(false, ['POST']) });
    const { send, stored } = serve(source, closedBy(source));
    expect(await send('POST')).toMatchObject({ statusCode: 401 });
    expect(stored).toEqual([]);
    expect(await send('POST', '', proved)).toMatchObject({ statusCode: 202 });
    expect(stored).toEqual(['{}']);
  });

  it('that is none, and a method of no source, are told what is taken', async () => {
    const source = sourceWith({ handshake: challenge(false, ['OPTIONS']) });
    const { send, stored } = serve(source, openTo(source));
    const none = await send('OPTIONS');
    expect(none.headers.allow).toBe('POST');
    expect(none.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect((await send('PUT')).headers.allow).toBe('OPTIONS, POST');
    const plain = sourceWith({});
    expect((await serve(plain, openTo(plain)).send('GET')).headers.allow).toBe('POST');
    expect(stored).toEqual([]);
  });
});

describe('a source that verifies by itself', () => {
  const byRegion = (region: string): Special => ({
    verify: async (_request, { settings }) =>
      (settings as { region: string }).region === region ? ok(undefined) : err('the certificate is of another region'),
  });

  it('needs no auth, and its refusal is the answer', async () => {
    for (const [region, status] of [
      ['eu', 202],
      ['us', 401],
    ] as const) {
      const source = sourceWith(byRegion(region));
      const { integration, faults } = readEntry({ source: 'special' }, { more: [source] });
      if (!integration) throw new Error(faults.join());
      expect(integration.auth).toBeNull();
      const answer = await serve(source, integration).send('POST');
      expect(answer.statusCode).toBe(status);
      if (status === 401) expect(answer.json()).toMatchObject({ detail: 'the certificate is of another region' });
    }
  });

  it('with an auth needs both', async () => {
    const right = sourceWith(byRegion('eu'));
    const { send } = serve(right, closedBy(right));
    expect((await send('POST')).statusCode).toBe(401);
    expect((await send('POST', '', proved)).statusCode).toBe(202);
    const wrong = sourceWith(byRegion('us'));
    expect((await serve(wrong, closedBy(wrong)).send('POST', '', proved)).statusCode).toBe(401);
  });
});

it('an integration with nothing to prove it by lets nobody in', async () => {
  const source = sourceWith({});
  const answer = await serve(source, { name: 'mine', source: 'special', auth: null, settings: {} }).send('POST');
  expect(answer.json()).toMatchObject({ status: 401, code: 'unauthorized' });
});

describe('a source whose sender can do one scheme', () => {
  const source = sourceWith({ schemes: { hmac: { header: 'X-Special', prefix: 'v1=', timestampHeader: 'X-Time' } } });
  const read = (auth: { [key: string]: string | { env: string } }) =>
    readEntry({ source: 'special', auth }, { more: [source] });

  it('gives the settings that need not be written, and they can be', () => {
    const secret = { env: 'T' };
    const written = read({ type: 'hmac', secret }).integration?.auth?.settings;
    expect(written).toMatchObject({ header: 'X-Special', prefix: 'v1=' });
    const other = read({ type: 'hmac', secret, header: 'X-Other' }).integration?.auth?.settings;
    expect(other).toMatchObject({ header: 'X-Other', prefix: 'v1=' });
  });

  it('refuses another scheme by name', () => {
    expect(read({ type: 'bearer', token: { env: 'T' } }).faults).toEqual([
      'integrations.mine.auth.type: the source special cannot do bearer; it can do hmac',
    ]);
  });
});

describe('a sender that can set nothing but a URL', () => {
  const inQuery = (source: Source) => closedBy(source, 'query');
  const token = 'a-secret-that-both-sides-know';

  it('proves itself by the query, and its token is kept nowhere', async () => {
    const source = sourceWith({ wire: { methods: ['GET'], forms: 'fields' }, queryRead: () => ['team', 'token'] });
    const { send, stored, kept } = serve(source, inQuery(source));
    expect(await send('POST', `?token=${token}&team=shop`)).toMatchObject({ statusCode: 202 });
    expect(await send('GET', `?token=${token}&team=shop&n=1`)).toMatchObject({ statusCode: 202 });
    expect(stored).toEqual(['{}', '{"n":"1","team":"shop"}']);
    expect(kept.map((headers) => headers[':query'])).toEqual(['team=shop', 'team=shop']);
    expect(JSON.stringify([stored, kept])).not.toContain(token);
  });

  it('is refused with a wrong token, none, or the same twice, and no answer and no note repeats what it sent', async () => {
    const source = sourceWith({});
    const { send, stored, noted } = serve(source, inQuery(source));
    for (const query of ['?token=very-wrong', '', `?token=${token}&token=${token}`]) {
      const answer = await send('POST', query);
      expect(answer).toMatchObject({ statusCode: 401 });
      expect(answer.body).not.toMatch(/very-wrong|a-secret-that/);
    }
    expect(noted).toHaveLength(3);
    expect(noted.join()).not.toMatch(/very-wrong|a-secret-that/);
    expect(stored).toEqual([]);
  });

  it('is told so where its integration takes no token there, although its proof is right', async () => {
    const source = sourceWith({});
    const { send, stored } = serve(source, closedBy(source));
    const answer = await send('POST', '?access_token=x', proved);
    expect(answer.json()).toMatchObject({
      status: 401,
      code: 'token_in_url',
      detail: expect.stringMatching(/type: query/),
    });
    expect(stored).toEqual([]);
  });
});

describe('a method', () => {
  it('is taken where the source says that its sender uses it, and refused elsewhere', async () => {
    const source = sourceWith({ wire: { methods: ['PUT', 'GET'], forms: 'fields' } });
    const { send, stored } = serve(source, openTo(source));
    expect(await send('PUT', '', { 'content-type': 'application/json' })).toMatchObject({ statusCode: 400 });
    expect(await send('GET', '?a=1')).toMatchObject({ statusCode: 202 });
    expect(stored).toEqual(['{"a":"1"}']);
    const posts = sourceWith({ handshake: challenge(false, ['GET']) });
    expect(await serve(posts, openTo(posts)).send('GET', '?a=1')).toMatchObject({ statusCode: 405 });
  });

  it('that a web page can use says so, and is refused where nothing is asked for', async () => {
    const source = sourceWith({ wire: { methods: ['GET'], forms: 'fields' } });
    const { send, stored } = serve(source, openTo(source));
    for (const headers of [{ 'sec-fetch-dest': 'image' }, { 'user-agent': 'Mozilla/5.0 (old)' }])
      expect(await send('GET', '?a=1', headers)).toMatchObject({ statusCode: 403 });
    expect(stored).toEqual([]);
  });
});
