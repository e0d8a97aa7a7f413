// Bodies as senders send them, and what they must be understood as: the files in test/fixtures/alerts. Holds no case itself.
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { Alert } from '../../src/core/alert/alert.ts';
import type { Result } from '../../src/core/result.ts';
import { decodeBody } from '../../src/http/ingest/decode-body.ts';
import { faultText, understand } from '../../src/http/ingest/understand.ts';
import { sources } from '../../src/sources/registry.ts';
import type { ParsedDelivery, Source } from '../../src/spi/source.ts';
import { type AlertCase, alertCases } from '../support/given/alert-cases.ts';
import { readEntry } from '../support/given/integration.ts';

const receivedAt = '2026-11-26T12:00:00.000Z';
const log = pino({ level: 'silent' });

function sourceOf(id: string): Source {
  const source = sources.get(id);
  if (!source) throw new Error(`test/fixtures/alerts/${id} is of no source`);
  return source;
}

/** Understood as production does: decoded by its headers, and parsed with no headers but those that are kept. */
async function taken(one: AlertCase): Promise<Result<ParsedDelivery, string>> {
  const source = sourceOf(one.source);
  const settings = one.settings ?? source.sample.settings;
  const { integration, faults } = readEntry({ ...settings, source: source.id, auth: { type: 'none' } });
  if (!integration) throw new Error(faults.join('\n'));
  const { wire } = source;
  const asked = one.method === 'GET' ? new URLSearchParams(one.query).toString() : null;
  const decoded = await decodeBody(one.raw, { headers: one.headers, maxBytes: 8 * 1_048_576, wire, query: asked });
  if (!decoded.ok) return { ok: false, error: `${decoded.error.outcome}: ${decoded.error.detail}` };
  const read = source.headersRead(integration.settings).concat('content-type', 'user-agent', 'x-request-id');
  const headers = Object.fromEntries(Object.entries(one.headers).filter(([name]) => read.includes(name)));
  const known = source.queryRead(integration.settings);
  const query = Object.fromEntries(Object.entries(one.query).filter(([name]) => known.includes(name)));
  const result = understand({ source, headers, query, raw: decoded.value, integration, receivedAt, log });
  return result.ok ? result : { ok: false, error: `${result.error.outcome}: ${faultText(result.error)}` };
}

/** What was expected of the alerts without the names of the problems, which are compared apart. */
const withoutPairs = (alerts: readonly { readonly [name: string]: unknown }[]) =>
  alerts.map((alert) => Object.fromEntries(Object.entries(alert).filter(([name]) => name !== 'pair')));

it('there are bodies, and every folder is of a source', () => {
  expect(alertCases.length).toBeGreaterThan(0);
  for (const { source } of alertCases) expect(sourceOf(source).id).toBe(source);
});

for (const id of new Set(alertCases.map(({ source }) => source))) {
  const cases = alertCases.filter(({ source }) => source === id);
  describe(id, () => {
    it.each(cases.map((one) => [one.name, one] as const))('%s: is understood as expected', async (_name, one) => {
      const { expected } = one;
      const result = await taken(one);
      if ('reject' in expected) {
        expect(result).toMatchObject({ ok: false, error: expect.stringContaining(expected.reject) });
        return;
      }
      if (!result.ok) throw new Error(result.error);
      expect(result.value.alerts).toMatchObject(withoutPairs(expected.alerts));
      for (const alert of result.value.alerts) expect(Alert.safeParse(alert).error).toBeUndefined();
      const { alerts: _alerts, pair: _pair, ...about } = expected;
      expect(result.value).toMatchObject(about);
    });

    it('gives every problem one fingerprint in all that is told of it, and no two problems the same', async () => {
      const problems = new Map<string, Set<string>>();
      for (const one of cases) {
        const { expected } = one;
        if ('reject' in expected) continue;
        const result = await taken(one);
        if (!result.ok) throw new Error(`${one.name}: ${result.error}`);
        for (const [i, { pair = expected.pair }] of expected.alerts.entries())
          if (pair !== undefined)
            problems.set(pair, (problems.get(pair) ?? new Set()).add(result.value.alerts[i]?.fingerprint ?? ''));
      }
      for (const [pair, fingerprints] of problems) expect([pair, ...fingerprints]).toHaveLength(2);
      const all = [...problems.values()].flatMap((one) => [...one]);
      expect(new Set(all).size).toBe(all.length);
    });
  });
}
