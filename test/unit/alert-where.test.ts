// The condition that routes, groups, silences, windows and inhibition share, and the matchers in it.
import { describe, expect, it } from 'vitest';
import { matcherText, parseMatchers } from '../../src/core/alert/matcher.ts';
import { AlertWhere, matchesNothing, matchWhere } from '../../src/core/alert/where.ts';
import { firingAlert } from '../support/given/firing-alert.ts';

const read = (text: string) => {
  const matchers = parseMatchers(text);
  return matchers.ok ? matchers.value.map(({ label, operator, value }) => [label, operator, value]) : matchers.error;
};
const holds = (text: string, value: string) => {
  const matchers = parseMatchers(text);
  if (!matchers.ok) throw new Error(matchers.error);
  return matchers.value.every((matcher) => matcher.holds(value));
};

describe('matchers', () => {
  it.each([
    ['team="payments"', [['team', '=', 'payments']]],
    [' team != payments ', [['team', '!=', 'payments']]],
    [
      '{a="1", b=~"x|y,z",}',
      [
        ['a', '=', '1'],
        ['b', '=~', 'x|y,z'],
      ],
    ],
    ['a="say \\"hi\\"\\n\\d"', [['a', '=', 'say "hi"\n\\d']]],
    ['a=\\', [['a', '=', '\\']]],
    ['a=', [['a', '=', '']]],
    ['"überlast 🔥"=~"ja+"', [['überlast 🔥', '=~', 'ja+']]],
    ['dienst.name="a\\u00e9"', [['dienst.name', '=', 'aé']]],
    ['größe!~groß', [['größe', '!~', 'groß']]],
  ])('reads %s as Alertmanager does', (text, expected) => expect(read(text)).toEqual(expected));

  it.each([
    '',
    '{}',
    'team',
    'a==b"',
    'a="b',
    'a="b\\"',
    'a=b"c',
    '1"a"=b',
    'a=~"("',
    'a=~"(?=x)"',
    'a=~"(a)\\\\1"',
    'a="1",,b="2"',
  ])('refuses %s and says what would be right', (text) =>
    expect(read(text)).toMatch(/write label="value"|is not an RE2 pattern/),
  );

  it('fits a pattern to the whole value, in RE2', () => {
    expect(['prod', 'prod-1', 'a prod'].map((value) => holds('e=~"prod"', value))).toEqual([true, false, false]);
    expect([holds('e=~"(?i)PROD|dev"', 'Prod'), holds('e=~"a.b"', 'a\nb'), holds('e=~"(?s)a.b"', 'a\nb')]).toEqual([
      true,
      false,
      true,
    ]);
    expect([holds('e=~".*"', ''), holds('e=~".+"', ''), holds('e!~".+"', '')]).toEqual([true, false, true]);
  });

  it('takes a time that grows with the value, whatever the pattern, and refuses patterns that repeat without measure', () => {
    expect(holds('e=~"(a+)+b"', 'a'.repeat(8000))).toBe(false);
    expect(read('e=~"((a{1,900}){1,900}){1,900}"')).toMatch(/too long/);
  });

  it('writes a matcher as text that reads back as the same', () => {
    for (const text of ['a="x\\"y\\\\z\\n"', '"dienst.name"!~"a|b"']) {
      const matchers = parseMatchers(text);
      if (!matchers.ok) throw new Error(matchers.error);
      expect(matchers.value.map(matcherText).map(read)).toEqual(matchers.value.map((one) => read(matcherText(one))));
      expect(matchers.value.map(matcherText)).toEqual([text]);
    }
  });
});

const at = '2026-11-26T09:30:00.000Z';
const intervals = { morning: [{ times: [{ start: 8 * 60, end: 10 * 60 }] }] };
const of = (where: unknown, alert = firingAlert({ team: 'payments', env: 'prod' }, { service: 'checkout' })) =>
  matchWhere(AlertWhere.parse(where), alert, at, intervals);

describe('a condition', () => {
  it('holds where all that it names holds, and says for each part why', () => {
    const where = {
      match: ['team="payments"', 'owner=""'],
      severity: ['critical', 'error'],
      source: 'alertmanager',
      integration: 'prom',
      service: 'checkout',
      environment: 'prod',
      during: 'morning',
      when: 'alert.labels.team.startsWith("pay")',
    };
    expect(of(where)).toEqual({
      outcome: 'matches',
      because: [
        'the label team is "payments", which fits team="payments"',
        'the label owner is missing, which fits owner=""',
        'the severity is "critical", which is wanted',
        'the source is "alertmanager", which is wanted',
        'the integration is "prom", which is wanted',
        'the service is "checkout", which is wanted',
        'the environment is "prod", which is wanted',
        `${at} is in morning`,
        '`alert.labels.team.startsWith("pay")` is true',
      ],
    });
    for (const part of [
      { match: 'team!="payments"' },
      { severity: 'info' },
      { source: 'grafana' },
      { integration: 'other' },
      { service: 'cart' },
      { environment: 'dev' },
      { during: 'nowhere' },
      { when: 'alert.severity == "info"' },
    ])
      expect(of({ ...where, ...part }).outcome).toBe('differs');
  });

  it('says what did not match', () => {
    expect(
      of({ match: 'team=~"core|db"', service: ['cart', 'mail'], environment: 'dev' }, firingAlert({ team: 'x' }))
        .because,
    ).toEqual([
      'the label team is "x", which does not fit team=~"core|db"',
      'the alert names no service; wanted is one of cart, mail',
      'the alert names no environment; wanted is dev',
    ]);
  });

  it('takes a missing label for an empty one, also one with the name of something that every object has', () => {
    expect(of({ match: ['constructor=""', '__proto__=""'] }).outcome).toBe('matches');
    expect(of({ match: 'gone=~".*"' }).outcome).toBe('matches');
    expect(of({ match: 'gone!="x"' }).outcome).toBe('matches');
  });

  it('that cannot be evaluated is unclear and never a no, unless another part says no', () => {
    const when = 'alert.labels.nothing == "x"';
    expect(of({ when })).toMatchObject({
      outcome: 'unclear',
      because: [expect.stringMatching(/could not be evaluated: no such key/)],
    });
    expect(of({ when, severity: 'critical' }).outcome).toBe('unclear');
    expect(of({ when, severity: 'info' }).outcome).toBe('differs');
    expect(of({ when: 'alert.title' })).toMatchObject({
      outcome: 'unclear',
      because: [expect.stringMatching(/no true or false/)],
    });
  });

  it('is refused where a part of it could never work', () => {
    const fault = (where: unknown) =>
      AlertWhere.safeParse(where).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    expect(fault({ match: ['a="1"', 'b=~"("'] })).toEqual([
      expect.stringMatching(/^match\.1: .*is not an RE2 pattern/),
    ]);
    expect(fault({ when: 'alert.' })).toEqual([expect.stringMatching(/^when: not a valid CEL expression/)]);
    expect(fault({ when: 'incident.id == "1"' })).toEqual(['when: sees alert only, not incident.id']);
    expect(fault({ severity: [] })).toEqual(['severity: must name one at least; leave it out for all']);
    expect(fault({ severity: 'urgent' })).toHaveLength(1);
    expect(fault({ team: 'x' })).toHaveLength(1);
  });

  it('that asks for nothing is known as such', () => {
    const asksNothing = (where: unknown) => matchesNothing(AlertWhere.parse(where));
    expect([{}, { match: 'a=""' }, { match: 'a=~".*"', during: 'morning' }].map(asksNothing)).toEqual([
      true,
      true,
      true,
    ]);
    expect([{ match: ['a=""', 'b="1"'] }, { severity: 'info' }, { when: 'true' }].map(asksNothing)).toEqual([
      false,
      false,
      false,
    ]);
    expect(of({}).because).toEqual(['it asks for nothing, so every alert matches']);
  });
});
