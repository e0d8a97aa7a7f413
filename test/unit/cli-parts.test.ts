// Parts of the command line that need no process: fresh samples, what the doctor makes of numbers, text that a terminal must not obey.
import { describe, expect, it } from 'vitest';
import { freshSample } from '../../src/cli/alerts/alert-sample.ts';
import { clockCheck } from '../../src/cli/doctor/database.ts';
import { checkNode } from '../../src/cli/doctor/local.ts';
import { line } from '../../src/cli/session/output.ts';
import { sources } from '../../src/sources/registry.ts';

describe('the sample of a source, sent once more', () => {
  it.each([...sources.values()].map((source) => [source.id, source] as const))(
    '%s: is another alert, of now',
    (_, source) => {
      const context = { name: 'mine', settings: source.settings.parse(source.sample.settings) };
      const now = '2031-05-06T07:08:09.000Z';
      const parse = ({ headers, body }: Pick<ReturnType<typeof freshSample>, 'headers' | 'body'>) => {
        const parsed = source.parse({ headers, raw: Buffer.from(JSON.stringify(body)), body }, context);
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
        return parsed.value;
      };
      const before = parse(source.sample);
      const after = parse(freshSample(source, context, { now, id: '0123456789abcdef' }));
      expect(after.alerts).toHaveLength(before.alerts.length);
      for (const [i, alert] of after.alerts.entries()) {
        expect(alert.fingerprint).not.toBe(before.alerts[i]?.fingerprint);
        if (before.alerts[i]?.startsAt) expect(alert.startsAt).toBe(now);
        expect(alert.labels).toEqual(before.alerts[i]?.labels);
      }
      if (before.deliveryKey !== null) expect(after.deliveryKey).not.toBe(before.deliveryKey);
    },
  );
});

describe('the doctor', () => {
  it.each([
    ['20.18.9', 'fail'],
    ['18.20.0', 'fail'],
    ['20.19.0', 'ok'],
    ['24.0.1', 'ok'],
  ])('takes Node %s for %s', (version, status) => expect(checkNode(version)).toMatchObject({ status }));

  it.each([
    [0, 'ok', 'ahead of'],
    [-1999, 'ok', 'behind'],
    [2000, 'warn', 'ahead of'],
    [-60_000, 'fail', 'behind'],
  ])('takes a clock %d ms off for %s', (ms, status, word) => {
    expect(clockCheck(ms)).toMatchObject({ status, found: expect.stringContaining(word) });
    expect(clockCheck(ms).advice === null).toBe(status === 'ok');
  });
});

it('makes foreign text inert for a terminal', () => {
  expect(line('a\u001b[2Jb\r\nc\u202ed')).toBe('a [2Jb c d');
  expect(line('x'.repeat(600))).toHaveLength(500);
});
