// What every alert source promises, whichever it is: a new one is held to it from the day it stands in the list.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alert } from '../../src/core/alert/alert.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { readJson } from '../../src/core/read-json.ts';
import { sources } from '../../src/sources/registry.ts';
import type { Source, SourceContext } from '../../src/spi/source.ts';
import { integrationOf, schemesOf } from '../support/given/integration.ts';

const maxAlertBytes = 200_000;

const contextOf = (source: Source): SourceContext => integrationOf(source);

/** A body as it comes over the wire, read as production reads it. */
function deliver(source: Source, text: string) {
  const raw = Buffer.from(text);
  const body = readJson(raw);
  if (!body.ok) return { ok: false as const, error: [{ path: '(body)', message: body.error }] };
  const { json, remarks } = body.value;
  const delivery = { headers: source.sample.headers, raw, body: json, receivedAt: '2026-11-26T12:00:00.000Z', remarks };
  return source.parse(delivery, contextOf(source));
}
const parsed = (source: Source, body: Json) => {
  const result = deliver(source, JSON.stringify(body));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.alerts;
};
const fingerprints = (source: Source, body: Json) =>
  parsed(source, body)
    .map(({ fingerprint }) => fingerprint)
    .sort();

/** A copy in which every object went through `change`, the inner ones first. */
function mapObjects(value: Json, change: (object: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((item: Json) => mapObjects(item, change));
  if (value === null || typeof value !== 'object') return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapObjects(member, change)])));
}
function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: Json) => mapTexts(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, change)]));
}
/** Every copy in which one value, leaf or not, is replaced. */
function replacing(value: Json, by: Json): Json[] {
  if (value === null || typeof value !== 'object') return [by];
  const inner = Object.entries(value).flatMap(([key, member]) =>
    replacing(member as Json, by).map((changed) =>
      Array.isArray(value)
        ? value.map((item, i) => (String(i) === key ? changed : item))
        : { ...value, [key]: changed },
    ),
  );
  return [by, ...inner];
}
const reversed = (object: JsonObject): JsonObject => Object.fromEntries(Object.entries(object).reverse());

/** Whatever came in: alerts that can be stored and shown, or faults that name a field. */
function expectSound(source: Source, text: string): void {
  const result = deliver(source, text);
  if (!result.ok) {
    expect(result.error.length).toBeGreaterThan(0);
    for (const { path, message } of result.error) {
      expect(path).not.toBe('');
      expect(message).not.toBe('');
    }
    return;
  }
  for (const alert of result.value.alerts) {
    expect(Alert.safeParse(alert).error).toBeUndefined();
    const shown = JSON.stringify(alert);
    expect(JSON.parse(shown)).toEqual(alert);
    expect(shown.length).toBeLessThan(maxAlertBytes);
    expect(shown).not.toContain('\\u0000');
    expect(shown.isWellFormed()).toBe(true);
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

it('there are sources, each under its own id', () => {
  expect(sources.size).toBeGreaterThan(0);
  for (const [id, source] of sources) expect(source.id).toBe(id);
});

for (const source of sources.values()) {
  const { body } = source.sample;
  describe(source.id, () => {
    it('has a title, and reads its own sample', () => {
      expect(source.title).toMatch(/^[A-Z]/);
      const alerts = parsed(source, body);
      expect(alerts.length).toBeGreaterThan(0);
      for (const alert of alerts) {
        expect(alert).toMatchObject({ source: source.id, integration: contextOf(source).name, status: 'firing' });
        // Two senders of one kind never share a fingerprint by chance.
        expect(alert.fingerprint).toContain(contextOf(source).name);
        expect(alert.title).not.toMatch(/^Alert without/);
      }
      expectSound(source, JSON.stringify(body));
    });

    it('takes the settings of its sample, and refuses a setting that it does not have', () => {
      const { settings } = source.sample;
      expect(source.settings.safeParse(settings).error).toBeUndefined();
      expect(source.settings.safeParse({ ...settings, 'a setting of nobody': 1 }).success).toBe(false);
      // The configuration itself reads these two.
      expect(Object.keys(source.settings.shape).filter((key) => ['source', 'auth'].includes(key))).toEqual([]);
    });

    it('says how it is set up, secured, tried out, and what it sends again', () => {
      for (const text of Object.values(source.docs)) {
        expect(text.trim().length).toBeGreaterThan(20);
        // The page has the headings; in a program `#` is a comment.
        expect(text.replace(/^```[\s\S]*?^```$/gm, '')).not.toMatch(/^#/m);
      }
      expect(source.docs.setUp).toContain(`source: ${source.id}`);
      expect(source.docs.setUp).toContain(`/hooks/${source.id}`);
    });

    it('can be proved by a scheme that there is, or by itself', () => {
      const able = schemesOf(source);
      if (source.schemes !== null) expect(able.map(({ id }) => id).sort()).toEqual(Object.keys(source.schemes).sort());
      expect(able.length > 0 || source.verify !== null).toBe(true);
      for (const scheme of able) expect(integrationOf(source, scheme).auth).toMatchObject({ scheme });
    });

    it('gives the same fingerprint for the same problem: told again, or with members in another order', () => {
      const first = fingerprints(source, body);
      expect(new Set(first).size).toBe(first.length);
      expect(fingerprints(source, structuredClone(body))).toEqual(first);
      expect(fingerprints(source, mapObjects(body, reversed))).toEqual(first);
    });

    // null: its sender never tells the end.
    const ends = source.sample.resolved === null ? [] : [source.sample.resolved];
    it.each(ends)('tells the end of its sample under the same fingerprint', (resolved) => {
      expect(parsed(source, resolved).map(({ status }) => status)).toEqual(['resolved']);
      expect(fingerprints(source, resolved)).toEqual(fingerprints(source, body));
      expectSound(source, JSON.stringify(resolved));
    });

    it('tolerates members that it does not know, anywhere', () => {
      const more = { ...body, 'a member of tomorrow': { deep: [1, null, 'x'] } };
      expect(fingerprints(source, more)).toEqual(fingerprints(source, body));
      const everywhere = mapObjects(body, (object) => ({ ...object, 'a member of tomorrow': 'x' }));
      expect(parsed(source, everywhere)).toHaveLength(parsed(source, body).length);
    });

    it('takes a name such as __proto__ as a name', () => {
      for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
        const hostile = mapObjects(body, (object) => ({ ...object, 'put-here': { polluted: 1 } }));
        expectSound(source, JSON.stringify(hostile).replaceAll('"put-here"', `"${name}"`));
        expectSound(source, JSON.stringify(hostile).replaceAll('"put-here":{"polluted":1}', `"${name}":"x"`));
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
    });

    it('cleans NUL, halves of characters and control characters out of every text', () => {
      for (const odd of ['\u0000', '\ud800', 'a\udc00b', '\u001b[2J', '\u202e'])
        expectSound(source, JSON.stringify(mapTexts(body, (text) => `${text}${odd}`)));
    });

    it('refuses a body that nests 10 000 deep, wherever it does', () => {
      const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
      for (const text of replacing(body, 'put-here')) {
        const result = deliver(source, JSON.stringify(text).replace('"put-here"', deep));
        expect(result).toMatchObject({
          ok: false,
          error: [{ message: expect.stringMatching(/nests 10\d+ levels deep/) }],
        });
      }
    });

    it('answers anything else in any place with alerts or with faults, and never throws', () => {
      for (const by of [
        null,
        true,
        0,
        -1,
        1e308,
        '',
        ' ',
        'x'.repeat(100_000),
        [],
        {},
        [[]],
        { a: { b: 1 } },
        '2026-13-45',
        'javascript:alert(1)',
      ])
        for (const changed of replacing(body, by)) expectSound(source, JSON.stringify(changed));
    });

    it('answers any JSON at all', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => expectSound(source, JSON.stringify(value))),
        { numRuns: 300 },
      );
    });

    it('refuses what is no JSON', () => {
      for (const text of ['', '{', 'null}', '\ufeff{', '<xml/>', '{"a":01}'])
        expect(deliver(source, text).ok).toBe(false);
    });
  });
}
