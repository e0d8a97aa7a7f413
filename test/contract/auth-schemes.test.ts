// What every auth scheme promises, whichever it is: a new one is held to it from the day it stands in the list.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { authSchemes, sources } from '../../src/sources/registry.ts';
import type { AuthScheme, InboundRequest } from '../../src/spi/auth-scheme.ts';
import type { Source } from '../../src/spi/source.ts';
import { integrationOf, schemesOf, sharedSecret } from '../support/given/integration.ts';

const nowMs = Date.parse('2026-03-01T03:04:05Z');
/** Longer than any proof that covers a time is good for. */
const muchLaterMs = nowMs + 24 * 3_600_000;

/** How else a scheme can be set up, besides its sample: each is proved like the sample. */
const variants: { readonly [scheme: string]: readonly JsonObject[] } = {
  hmac: [
    { algorithm: 'sha512', encoding: 'base64', prefix: '', timestampHeader: null, allowUnstamped: true },
    { algorithm: 'sha1', header: 'X-Hub-Signature', prefix: 'sha1=', timestampHeader: null, allowUnstamped: true },
    { timestampHeader: 'X-Timestamp', tolerance: '1m' },
    { timestampHeader: 'X-Timestamp', signed: '{timestamp}:{body}' },
    { timestampHeader: 'X-Timestamp', signed: 'v0:{timestamp}:{body}:end' },
  ],
};

const bodyOf = (source: Source): Buffer => Buffer.from(JSON.stringify(source.sample.body));

function requestOf(source: Source, raw = bodyOf(source)): InboundRequest {
  return { method: 'POST', url: `/hooks/${source.id}`, headers: source.sample.headers, raw };
}

/** A scheme with settings and a secret, as a sender and a receiver that agree have it. */
function agreed(scheme: AuthScheme, source: Source, settings: JsonObject, secret = sharedSecret) {
  const { auth } = integrationOf(source, scheme, { settings, secret });
  if (!auth) throw new Error('the integration has no proof');
  return {
    stamped: scheme.stamped(auth.settings),
    sign(request: InboundRequest, atMs = nowMs): InboundRequest {
      const proof = scheme.sign({ request, settings: auth.settings, nowMs: atMs });
      const headers = { ...request.headers, ...proof };
      const fields = scheme.signQuery?.({ request, settings: auth.settings, nowMs: atMs });
      const url = fields ? `${request.url}?${new URLSearchParams(fields)}` : request.url;
      return { method: request.method, url, raw: request.raw, headers };
    },
    verify: (request: InboundRequest, atMs = nowMs) => scheme.verify({ request, settings: auth.settings, nowMs: atMs }),
  };
}

/** Where a proof stands in a request: headers that its sender does not send anyway, and fields of the query. */
function placesOf(signed: InboundRequest, source: Source) {
  const [path = '', query = ''] = signed.url.split('?');
  const headers = Object.keys(signed.headers)
    .filter((name) => !Object.hasOwn(source.sample.headers, name))
    .map((name) => ({
      name,
      right: signed.headers[name],
      instead: (value: string | undefined) => ({ ...signed, headers: { ...signed.headers, [name]: value } }),
    }));
  const fields = [...new URLSearchParams(query)].map(([name, right]) => ({
    name,
    right,
    instead: (value: string | undefined) => ({
      ...signed,
      url: value === undefined ? path : `${path}?${new URLSearchParams({ [name]: value })}`,
    }),
  }));
  return [...headers, ...fields];
}

it('there are schemes, each under its own id', () => {
  expect(authSchemes.size).toBeGreaterThan(0);
  for (const [id, scheme] of authSchemes) expect(scheme.id).toBe(id);
});

for (const scheme of authSchemes.values()) {
  const source = [...sources.values()].find((one) => schemesOf(one).includes(scheme));
  if (!source) throw new Error(`no source can do ${scheme.id}`);

  describe(scheme.id, () => {
    it('says what it is, and takes the settings of its sample', () => {
      expect(scheme.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(scheme.docs.trim().length).toBeGreaterThan(20);
      expect(scheme.docs).not.toMatch(/^#/m);
      expect(scheme.settings.safeParse(scheme.sample).error).toBeUndefined();
      expect(Object.keys(scheme.settings.shape)).not.toContain('type');
      expect(scheme.settings.safeParse({ ...scheme.sample, 'a setting of nobody': 1 }).success).toBe(false);
    });

    it('takes no secret that stands in the file', () => {
      for (const [key, value] of Object.entries(scheme.sample))
        if (typeof value === 'object' && value !== null)
          expect(scheme.settings.safeParse({ ...scheme.sample, [key]: 'hunter2' }).error?.issues).toMatchObject([
            { path: [key], message: expect.stringContaining('must be { env: NAME }') },
          ]);
    });

    for (const settings of [{}, ...(variants[scheme.id] ?? [])]) {
      describe(`set up as ${JSON.stringify(settings)}`, () => {
        const both = agreed(scheme, source, settings);
        const signed = both.sign(requestOf(source));
        // What proves nothing has nothing to be missing or wrong.
        const proofs = scheme.proves === 'nothing' ? [] : [`proof of the ${scheme.proves}`];

        it('verifies what it signs', () => {
          expect(both.verify(signed)).toEqual({ ok: true, value: undefined });
          for (const name of Object.keys(signed.headers)) expect(name).toBe(name.toLowerCase());
        });

        it('verifies no body but the one that was signed, if it signs bodies', () => {
          for (const at of [0, Math.floor(signed.raw.length / 2), signed.raw.length - 1]) {
            const raw = Buffer.from(signed.raw);
            raw[at] = (raw[at] ?? 0) ^ 1;
            expect(both.verify({ method: 'POST', url: signed.url, headers: signed.headers, raw }).ok).toBe(
              scheme.proves !== 'body',
            );
          }
        });

        it.each(proofs)('%s: says what is missing, and never what would have been right', () => {
          const places = placesOf(signed, source);
          expect(places.length).toBeGreaterThan(0);
          for (const { name, right, instead } of places) {
            for (const value of [undefined, '', 'x', `x${right}`, `${right}xxxx`]) {
              const result = both.verify(instead(value));
              if (result.ok) throw new Error(`${name}: ${value} is taken`);
              expect(result.error).not.toMatch(/\n|undefined/);
              for (const secret of [sharedSecret, ...Object.values(signed.headers)])
                expect(result.error).not.toContain(secret);
              // A sender that left it out is told its name.
              if (value === undefined) expect(result.error.toLowerCase()).toContain(name);
            }
          }
        });

        it.each(proofs)('%s: refuses another secret, and an empty one on both sides', () => {
          expect(agreed(scheme, source, settings, 'another-secret').verify(signed).ok).toBe(false);
          const empty = agreed(scheme, source, settings, '');
          expect(empty.verify(empty.sign(requestOf(source))).ok).toBe(false);
        });

        it('is good for a while only, if and only if it covers a time', () => {
          expect(both.verify(signed, muchLaterMs).ok).toBe(!both.stamped);
          expect(both.verify(both.sign(requestOf(source), muchLaterMs)).ok).toBe(!both.stamped);
        });

        it('takes any bytes at all', () => {
          for (const raw of [Buffer.alloc(0), Buffer.from([0, 255, 128, 10]), Buffer.from('{timestamp}{body}')])
            expect(both.verify(both.sign(requestOf(source, raw))).ok).toBe(true);
        });
      });
    }
  });
}

describe('every source with every scheme that its sender can do', () => {
  const pairs = [...sources.values()].flatMap((source) => schemesOf(source).map((scheme) => [source, scheme] as const));
  it.each(pairs.map(([source, scheme]) => [source.id, scheme.id, source, scheme] as const))(
    '%s with %s: its sample signs and verifies',
    (_source, _scheme, source, scheme) => {
      const both = agreed(scheme, source, {});
      expect(both.verify(both.sign(requestOf(source)))).toEqual({ ok: true, value: undefined });
    },
  );

  const signing = pairs.filter(([, scheme]) => scheme.proves === 'body');
  it.each(signing.map(([source, scheme]) => [source.id, scheme.id, source, scheme] as const))(
    '%s with %s: a flipped byte fails, a late replay fails if and only if a time is signed, one signature of several is enough',
    (_source, _scheme, source, scheme) => {
      const both = agreed(scheme, source, {});
      const signed = both.sign(requestOf(source));
      const { method, url, headers } = signed;
      for (let at = 0; at < signed.raw.length; at += 7) {
        const raw = Buffer.from(signed.raw);
        raw[at] = (raw[at] ?? 0) ^ 1;
        expect(both.verify({ method, url, headers, raw }).ok).toBe(false);
      }
      expect(both.verify(signed, muchLaterMs).ok).toBe(!both.stamped);
      // While a secret is changed.
      const before = agreed(scheme, source, {}, 'the-secret-before').sign(requestOf(source));
      const two = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          value === before.headers[name] ? value : `${before.headers[name]},${value}`,
        ]),
      );
      expect(both.verify({ method, url, headers: two, raw: signed.raw }).ok).toBe(true);
    },
  );
});
