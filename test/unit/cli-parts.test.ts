// Parts of the command line that need no process: fresh samples, what the doctor makes of numbers, text that a terminal must not obey.
import { describe, expect, it } from 'vitest';
import { freshSample } from '../../src/cli/alerts/alert-sample.ts';
import { checkAccess } from '../../src/cli/doctor/access.ts';
import { clockCheck } from '../../src/cli/doctor/database.ts';
import { checkNode } from '../../src/cli/doctor/local.ts';
import { line } from '../../src/cli/session/output.ts';
import { Access } from '../../src/core/authority/access.ts';
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

describe('the doctor on access', () => {
  const slack = { botToken: 'x', signingSecret: 'x', appToken: null, apiUrl: null };
  const nobody = { users: [], groups: [], people: [], tokens: [] };
  const sre = { ...nobody, groups: ['S0SRE'] };
  const found = (access: unknown, given: object = {}) =>
    checkAccess({ slack, file: { access: Access.parse(access), roles: { sre }, people: {}, ...given } })
      .filter(({ status }) => status === 'warn')
      .map((check) => `${check.found} → ${check.advice}`);

  it('says who has each right, and what nobody in Slack can do', () => {
    const [all] = checkAccess({ slack, file: { access: Access.parse({}), roles: { sre }, people: {} } });
    expect(all?.found).toMatch(/^view: everyone · respond: everyone · start: nobody · .* · local:NAME: view, /);
    expect(found({})).toEqual([
      'nobody in Slack has start, order, operate (start playbooks; retry, compensate, cancel, pause, resume and signal runs; halt and release playbooks) → give it in firebreak.yaml: access: { start: ["@sre"], order: ["@sre"], operate: ["@sre"] }',
    ]);
    expect(checkAccess({ slack: null, file: { access: Access.parse({}), roles: {}, people: {} } })).toHaveLength(1);
  });

  it('counts a role or a person only where a Slack user can stand behind it', () => {
    const three = (who: string) => ({ start: [who], order: [who], operate: [who] });
    expect(found(three('@sre'))).toEqual([]);
    expect(found(three('U0ANA'))).toEqual([]);
    expect(found(three('ana'), { people: { ana: { slack: 'U0ANA' } } })).toEqual([]);
    expect(found(three('ana'), { people: { ana: { local: 'owner' } } })).toEqual([
      expect.stringMatching(/^nobody in Slack has start, order, operate/),
    ]);
    expect(found(three('@bots'), { roles: { bots: { ...nobody, tokens: ['ci'] } } })).toHaveLength(1);
  });

  it('warns of names that stand for nobody', () => {
    const all = { start: ['@sre'], order: ['@sre', '@gone', 'carl'], operate: ['@sre', 'local:owner', 'token:ci'] };
    expect(found(all, { roles: { sre, empty: nobody, odd: { ...nobody, people: ['dora'] } } })).toEqual([
      'access: names @gone, a role that is not there → add `gone` to `roles:`',
      'access: names carl, who is nobody → add `carl` to `people:`',
      'the role empty has nobody → give it `groups:`, `users:`, `people:` or `tokens:`',
      'the role odd names dora, who is nobody → add `dora` to `people:`',
    ]);
  });
});

it('makes foreign text inert for a terminal', () => {
  expect(line('a\u001b[2Jb\r\nc\u202ed')).toBe('a [2Jb c d');
  expect(line('x'.repeat(600))).toHaveLength(500);
});
