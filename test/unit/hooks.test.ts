// The routes of webhooks: identity before the body, each signed message once, no browsers where nothing is proved, traces of refusals.

import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { formatId } from '../../src/core/ids.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { addWebhooks } from '../../src/http/ingest/webhooks.ts';
import { createServer } from '../../src/http/server.ts';
import type { Acceptance, NewDelivery } from '../../src/ports/intake.ts';
import { noTracing } from '../../src/ports/tracing.ts';
import { sources } from '../../src/sources/registry.ts';
import type { Integration, Source } from '../../src/spi/source.ts';
import { readEntry, sharedSecret } from '../support/given/integration.ts';
import { noMetrics } from '../support/given/metrics.ts';

let n = 0;
let passedMs = 0;
const nowMs = 1_772_323_200_000;
const runtime = {
  nowMs: () => nowMs,
  random: () => 0.5,
  monotonicMs: () => passedMs,
  newId: (prefix: Parameters<typeof formatId>[0]) => formatId(prefix, n++, Buffer.alloc(10)),
};

const integrationWith = (
  auth: { [key: string]: string | boolean | { env: string } },
  source = 'generic',
): Integration => {
  const { integration, faults } = readEntry({ source, auth });
  if (!integration) throw new Error(faults.join());
  return integration;
};

/** A server with one integration; what it stored, said and counted. */
function serve(integration: Integration, accept?: (delivery: NewDelivery) => Promise<Acceptance>) {
  const stored: NewDelivery[] = [];
  const dead: string[] = [];
  const said: Record<string, unknown>[] = [];
  const counted: string[] = [];
  const noted: unknown[] = [];
  const faulty: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(JSON.parse(line)) });
  const app = createServer({
    ...{
      runtime,
      log,
      ready: async () => null,
      metrics: noMetrics,
      parts: () => [],
      slack: null,
      metricsArePublic: true,
    },
    countRefused: (at, outcome) => void counted.push(`${at} ${outcome}`),
  });
  addWebhooks(app, {
    ...{ sources, runtime, log, integrations: [integration] },
    deliveries: {
      async accept(delivery) {
        if (accept) return accept(delivery);
        stored.push(delivery);
        return { receipt: 'dlv_1', status: 'accepted' };
      },
      async keepDead({ body }) {
        dead.push(body.toString());
        return { receipt: 'dlv_dead' };
      },
    },
    metrics: {
      countDelivery: (source, outcome, times = 1) => void (times > 0 && counted.push(`${source}: ${outcome}`)),
      countDeliveryFault: () => undefined,
    },
    tracing: noTracing,
    notes: {
      refused: (one) => void noted.push(one),
      faulty: ({ kind, faults }) => void faulty.push(...faults.map(({ path }) => `${kind} ${path}`)),
      flush: async () => undefined,
    },
  });
  const send = (
    headers: Record<string, string>,
    payload: string | Buffer = '{"id":"a","title":"t"}',
    peer = '192.0.2.7',
  ) =>
    app.inject({
      ...{ method: 'POST', url: `/hooks/${integration.source}/mine`, payload, remoteAddress: peer },
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { app, send, stored, dead, said, counted, noted, faulty };
}
const bearer = { type: 'bearer', token: { env: 'T' } };
const right = { authorization: `Bearer ${sharedSecret}` };

describe('a sender', () => {
  it('is known before its body is read, where its head proves it', async () => {
    const { app } = serve(integrationWith(bearer));
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    // The body never ends: only the head can have been looked at.
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{')) });
    const headers = { authorization: 'Bearer wrong', 'content-type': 'application/json' };
    const answer = await fetch(`${url}/hooks/generic/mine`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(401);
    app.server.closeAllConnections();
    await app.close();
  });

  it('that is wrong too often is told to wait, and a right one beside it is not', async () => {
    const { send } = serve(integrationWith(bearer));
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await send({ authorization: 'Bearer wrong' })).statusCode);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await send(right)).statusCode).toBe(202);
    const late = await send({ authorization: 'Bearer wrong' });
    expect(late.headers['retry-after']).toBe('4');
    expect((await send({ authorization: 'Bearer wrong' }, '{}', '192.0.2.8')).statusCode).toBe(401);
  });

  it('with a token in a header of its own is taken, and with another is not', async () => {
    const { send } = serve(integrationWith({ type: 'header', header: 'X-API-KEY', token: { env: 'T' } }));
    expect((await send({ 'x-api-key': sharedSecret })).statusCode).toBe(202);
    expect((await send({ 'x-api-key': 'wrong' })).statusCode).toBe(401);
    expect((await send({})).json()).toMatchObject({ detail: expect.stringContaining('X-API-KEY') });
  });

  it('that proves nothing may be no web page', async () => {
    const { send, stored } = serve(integrationWith({ type: 'none' }));
    for (const headers of [{ origin: 'https://evil.example.com' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await send({ 'content-type': 'text/plain', ...headers })).statusCode).toBe(403);
    expect(stored).toEqual([]);
    expect((await send({ 'content-type': 'text/plain' })).statusCode).toBe(202);
  });

  it('is answered, when its delivery cannot be stored, with a status after which it sends again', async () => {
    const full = async (): Promise<never> => {
      throw new Error('the database is away');
    };
    const answer = await serve(integrationWith(bearer), full).send(right);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '10' } });
  });
});

describe('more than there is room for', () => {
  it('is told when to come again before anything of it is stored, and is taken when it does', async () => {
    const stored: NewDelivery[] = [];
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { send } = serve(integrationWith(bearer), async (delivery) => {
      await opened;
      stored.push(delivery);
      return { receipt: 'dlv_1', status: 'accepted' };
    });
    const bodies = Array.from({ length: 1020 }, (_, i) =>
      JSON.stringify({ id: `${i}`, title: 't', sample: 'x'.repeat(i < 5 ? 1_000_000 : 0) }),
    );
    const sent = bodies.map(async (body) => ({ body, answer: await send(right, body) }));
    const { answer } = await Promise.race(sent);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    expect(answer.json()).toMatchObject({ code: 'too_busy' });
    expect(stored).toEqual([]);
    open();
    const refused = (await Promise.all(sent)).filter((one) => one.answer.statusCode !== 202);
    for (const one of refused) expect(one.answer.headers['retry-after']).toBe('5');
    expect(stored).toHaveLength(bodies.length - refused.length);
    for (const { body } of refused) expect((await send(right, body)).statusCode).toBe(202);
    expect(stored).toHaveLength(bodies.length);
  });
});

describe('a limit', () => {
  const limited = (auth: { [key: string]: string | { env: string } }, source: string): Integration => {
    const { integration, faults } = readEntry({ source, auth, limit: { perMinute: 6, burst: 2 } });
    if (!integration) throw new Error(faults.join());
    return integration;
  };

  it('lets as many come as it says, then says when to come again, and nothing is stored', async () => {
    const { send, stored, counted, noted } = serve(limited(bearer, 'generic'));
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await send(right, `{"id":"${i}","title":"t"}`)).statusCode);
    const late = await send(right, '{"id":"late","title":"t"}');
    expect([...statuses, late.statusCode]).toEqual([202, 202, 503, 503]);
    expect(late).toMatchObject({ headers: { 'retry-after': '10' } });
    expect(stored).toHaveLength(2);
    expect(counted).toEqual(expect.arrayContaining(['generic: over_limit']));
    expect(noted).toMatchObject([{ outcome: 'over_limit' }, { outcome: 'over_limit' }]);
    passedMs += 10_000;
    expect((await send(right, '{"id":"late","title":"t"}')).statusCode).toBe(202);
  });

  it('answers with a status after which its sender comes again', async () => {
    // One that comes again after any 5xx, and one that does after 429.
    for (const [source, status] of [
      ['healthchecks', 503],
      ['elastic-kibana', 429],
    ] as const) {
      const { send } = serve(limited(source === 'healthchecks' ? { type: 'none' } : bearer, source));
      for (let i = 0; i < 2; i++) expect((await send(right)).statusCode).toBeLessThan(429);
      expect((await send(right)).statusCode).toBe(status);
    }
  });

  it('is used up by nobody but its sender', async () => {
    const { send } = serve(limited(bearer, 'generic'));
    for (let i = 0; i < 5; i++) await send({ authorization: 'Bearer wrong' });
    expect((await send(right)).statusCode).toBe(202);
  });

  it('that is wrong is refused with what would be right', () => {
    const faults = (limit: JsonObject | number) => readEntry({ source: 'generic', auth: bearer, limit }).faults;
    expect(faults({ perMinute: 0 })).toEqual(['integrations.mine.limit.perMinute: must be 1 at least']);
    expect(faults(5)).toEqual(['integrations.mine.limit: must be { perMinute: N, burst: M }']);
    expect(faults({ perMinute: 5, bursts: 1 })[0]).toMatch(/bursts: is no setting of limit.*burst/);
  });
});

describe('a signature', () => {
  const stamped = { type: 'hmac', secret: { env: 'T' }, timestampHeader: 'X-Time' };
  const sign = ({ auth }: Integration, raw: string, atMs = nowMs) =>
    auth?.scheme.sign({
      request: { method: 'POST', url: '', headers: {}, raw: Buffer.from(raw) },
      settings: auth.settings,
      nowMs: atMs,
    }) ?? {};

  it('is handed to the ledger so that it counts once, for longer than it is good', async () => {
    const integration = integrationWith(stamped);
    const { send, stored } = serve(integration);
    const raw = '{"id":"a","title":"t"}';
    for (const atMs of [nowMs, nowMs, nowMs - 1000]) await send({ ...sign(integration, raw, atMs) }, raw);
    const keys = stored.map(({ once }) => once?.key);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(Date.parse(stored[0]?.once?.until ?? '')).toBe(nowMs + 600_000);
    const { 'x-signature': own = '', ...time } = sign(integration, raw);
    // A second signature beside it, or space, makes no other proof.
    await send({ ...time, 'x-signature': `00, ${own}` }, raw);
    expect(stored.at(-1)?.once?.key).toBe(keys[0]);
  });

  it('without a time is a fault of the configuration unless it is allowed, and then counts once a day', async () => {
    const { faults } = readEntry({ source: 'generic', auth: { type: 'hmac', secret: { env: 'T' } } });
    expect(faults).toEqual([expect.stringMatching(/auth.allowUnstamped: .*timestampHeader.*allowUnstamped: true/)]);
    const integration = integrationWith({ type: 'hmac', secret: { env: 'T' }, allowUnstamped: true });
    const { send, stored } = serve(integration);
    await send({ ...sign(integration, '{"id":"a","title":"t"}') }, '{"id":"a","title":"t"}');
    expect(Date.parse(stored[0]?.once?.until ?? '')).toBe(nowMs + 24 * 3_600_000);
  });

  it('is over the bytes as they came, however they are encoded', async () => {
    const integration = integrationWith(stamped);
    const { send, stored } = serve(integration);
    const raw = gzipSync('{"id":"a","title":"t"}');
    const proof = integration.auth?.scheme.sign({
      request: { method: 'POST', url: '', headers: {}, raw },
      ...{ settings: integration.auth.settings, nowMs },
    });
    expect((await send({ ...proof, 'content-encoding': 'gzip' }, raw)).statusCode).toBe(202);
    expect(stored[0]?.body.toString()).toBe('{"id":"a","title":"t"}');
  });
});

describe('what is refused', () => {
  it('is said, without a secret, and counted, and kept where the sender proved itself', async () => {
    const { send, said, counted, dead } = serve(integrationWith(bearer));
    await send({ authorization: 'Bearer very-wrong' });
    await send({ ...right, 'content-type': 'application/xml' }, '<a/>');
    await send(right, 'x'.repeat(9_000_000));
    await send(right, 'no json');
    await send({ ...right, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(9_000_000, 32)));
    const outcomes = ['unauthorized', 'unsupported_media_type', 'too_large', 'unreadable', 'too_large'];
    expect(said.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(said[0]).toMatchObject({ at: 'generic', about: 'mine', peer: '192.0.2.7', reason: expect.any(String) });
    for (const outcome of outcomes) expect(counted).toContain(`generic: ${outcome}`);
    expect(JSON.stringify(said)).not.toMatch(/very-wrong|a-secret-that/);
    expect(dead).toEqual(['<a/>', 'no json']);
  });

  it('is noted where a person finds it: by integration, without what was sent; fields that are wrong by their names', async () => {
    const { app, send, noted, faulty } = serve(integrationWith(bearer));
    await send({ authorization: 'Bearer very-wrong' });
    await app.inject({
      method: 'POST',
      url: '/hooks/generic/somebody-s-guess',
      payload: {},
      remoteAddress: '192.0.2.9',
    });
    await app.inject({ method: 'POST', url: '/hooks/no-such-source', payload: {}, remoteAddress: '192.0.2.9' });
    const reason = 'the bearer token is wrong';
    expect(noted).toEqual([
      { source: 'generic', integration: 'mine', outcome: 'unauthorized', reason, peer: '192.0.2.7' },
      expect.objectContaining({ source: 'generic', integration: '', outcome: 'not_configured' }),
      expect.objectContaining({ source: 'unknown', integration: '', outcome: 'unknown_source' }),
    ]);
    expect(JSON.stringify(noted)).not.toContain('very-wrong');
    await send(right, '{"title":"no identity"}');
    await send(right, 'no json');
    await send(right, '{"id":"a","title":"t","labels":7}');
    expect(faulty).toEqual(['refused fingerprint', 'refused (body)', 'remarked labels']);
    // What was kept as dead has its receipt: it is no refusal at the door.
    expect(noted).toHaveLength(3);
  });

  it('is to be seen in the metrics before it happens first', () => {
    const seen: string[] = [];
    const app = createServer({
      ...{
        runtime,
        log: pino({ level: 'silent' }),
        ready: async () => null,
        metrics: noMetrics,
        parts: () => [],
        slack: null,
      },
      ...{ countRefused: () => undefined, metricsArePublic: true },
    });
    addWebhooks(app, {
      ...{ sources: new Map<string, Source>(sources), runtime, log: pino({ level: 'silent' }) },
      integrations: [integrationWith(bearer)],
      deliveries: {
        accept: async () => ({ receipt: '', status: 'accepted' }),
        keepDead: async () => ({ receipt: '' }),
      },
      metrics: {
        countDelivery: (source, outcome, times) => void seen.push(`${source} ${outcome} ${times}`),
        countDeliveryFault: () => undefined,
      },
      tracing: noTracing,
      notes: { refused: () => undefined, faulty: () => undefined, flush: async () => undefined },
    });
    expect(seen).toContain('generic too_large 0');
    expect(seen).toContain('generic unsupported_media_type 0');
  });
});

describe('the path of a heartbeat', () => {
  it('takes /fail behind the name for a failure, with GET and POST, and nothing else; of other sources nothing at all', async () => {
    const { app, stored } = serve(integrationWith({ type: 'query', token: { env: 'T' } }, 'heartbeat'));
    const call = async (method: 'GET' | 'POST', path: string) =>
      (await app.inject({ method, url: `${path}?token=${sharedSecret}`, remoteAddress: '192.0.2.7' })).statusCode;
    expect(await call('GET', '/hooks/heartbeat/mine')).toBe(202);
    expect(await call('GET', '/hooks/heartbeat/mine/fail')).toBe(202);
    expect(await call('POST', '/hooks/heartbeat/mine/fail')).toBe(202);
    expect(stored.map(({ alerts }) => alerts.map(({ fingerprint, status }) => [fingerprint, status]))).toEqual([
      [],
      [['heartbeat/mine', 'firing']],
      [['heartbeat/mine', 'firing']],
    ]);
    expect(await call('GET', '/hooks/heartbeat/mine/other')).toBe(404);
    expect((await serve(integrationWith(bearer)).send(right)).statusCode).toBe(202);
    const generic = serve(integrationWith(bearer)).app;
    const answer = await generic.inject({
      method: 'POST',
      url: '/hooks/generic/mine/fail',
      headers: right,
      payload: {},
    });
    expect(answer.statusCode).toBe(404);
    expect((await app.inject('/hooks/heartbeat/mine/fail?token=wrong')).statusCode).toBe(401);
  });
});
