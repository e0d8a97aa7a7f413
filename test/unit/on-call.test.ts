// Who is on call: by rotations, over both changes of the clock, with overrides; as a source of roles; and what the configuration refuses.
import { describe, expect, it } from 'vitest';
import { onCallChecks } from '../../src/cli/doctor/on-call.ts';
import { readConfigFile } from '../../src/config/file.ts';
import { membershipOf } from '../../src/core/authority/membership.ts';
import { rolesOnCall } from '../../src/core/on-call/on-call-roles.ts';
import { Rotation, shiftAt } from '../../src/core/on-call/rotation.ts';
import { createDirectory } from '../../src/slack/directory.ts';

const rotation = (change: object = {}) =>
  Rotation.parse({ people: ['ana', 'ben', 'cleo'], timezone: 'Europe/Berlin', start: '2026-01-05T09:00', ...change });
const whoAt = (at: string, change: object = {}) => shiftAt(rotation(change), at).who;

describe('a rotation', () => {
  it('hands over at the same time of day, one person after the other, and begins again with the first', () => {
    expect(whoAt('2026-01-05T08:00:00.000Z')).toBe('ana');
    expect(whoAt('2026-01-12T07:59:59.999Z')).toBe('ana');
    expect(whoAt('2026-01-12T08:00:00.000Z')).toBe('ben');
    expect(whoAt('2026-01-19T08:00:00.000Z')).toBe('cleo');
    expect(whoAt('2026-01-26T08:00:00.000Z')).toBe('ana');
    expect(shiftAt(rotation(), '2026-01-06T12:00:00.000Z').until).toBe('2026-01-12T08:00:00.000Z');
  });

  it('has nobody on call before it begins', () => {
    expect(shiftAt(rotation(), '2026-01-05T07:59:59.999Z')).toEqual({ who: null, until: '2026-01-05T08:00:00.000Z' });
    expect(whoAt('2020-01-01T00:00:00.000Z')).toBeNull();
  });

  it('keeps its time of day when the clock goes forward and when it goes back', () => {
    const daily = { period: '1d', start: '2026-03-27T09:00', people: ['ana', 'ben'] };
    // 29 March: one hour less; 08:00 UTC becomes 07:00 UTC.
    expect(whoAt('2026-03-28T07:59:00.000Z', daily)).toBe('ana');
    expect(whoAt('2026-03-28T08:00:00.000Z', daily)).toBe('ben');
    expect(whoAt('2026-03-29T06:59:00.000Z', daily)).toBe('ben');
    expect(whoAt('2026-03-29T07:00:00.000Z', daily)).toBe('ana');
    const autumn = { ...daily, start: '2026-10-24T09:00' };
    // 25 October: one hour more; 07:00 UTC becomes 08:00 UTC.
    expect(whoAt('2026-10-25T07:59:00.000Z', autumn)).toBe('ana');
    expect(whoAt('2026-10-25T08:00:00.000Z', autumn)).toBe('ben');
  });

  it('hands over once at a time that the clock skips, and once at a time that it shows twice', () => {
    const night = { period: '1d', start: '2026-03-27T02:30', people: ['ana', 'ben'] };
    // 02:30 does not exist on 29 March: the hand-over is when the clock jumps to 03:00.
    expect(whoAt('2026-03-29T00:59:59.999Z', night)).toBe('ben');
    expect(whoAt('2026-03-29T01:00:00.000Z', night)).toBe('ana');
    const autumn = { ...night, start: '2026-10-24T02:30' };
    // 02:30 comes twice on 25 October: the first one counts, and the hour after it does not give the shift back.
    expect(whoAt('2026-10-25T00:29:59.999Z', autumn)).toBe('ana');
    expect(whoAt('2026-10-25T00:30:00.000Z', autumn)).toBe('ben');
    expect(whoAt('2026-10-25T01:00:00.000Z', autumn)).toBe('ben');
    expect(whoAt('2026-10-25T01:29:00.000Z', autumn)).toBe('ben');
  });

  it('gives way to overrides, of which the last one counts, and tells until when', () => {
    const change = {
      overrides: [
        { person: 'dora', from: '2026-01-06T09:00', until: '2026-01-08T09:00' },
        { person: 'emil', from: '2026-01-07T09:00', until: '2026-01-07T18:00' },
      ],
    };
    expect(whoAt('2026-01-06T07:59:00.000Z', change)).toBe('ana');
    expect(whoAt('2026-01-06T08:00:00.000Z', change)).toBe('dora');
    expect(whoAt('2026-01-07T12:00:00.000Z', change)).toBe('emil');
    expect(whoAt('2026-01-07T17:00:00.000Z', change)).toBe('dora');
    expect(shiftAt(rotation(change), '2026-01-05T12:00:00.000Z').until).toBe('2026-01-06T08:00:00.000Z');
  });
});

const people = { ana: { slack: 'U0ANA' }, ben: { slack: 'U0BEN' } };
const roles = { sre: { users: ['U0CLEO'], groups: [], people: [], tokens: [], oncall: ['primary'] } };
const principal = (person: string | null, id: string) =>
  ({ type: 'person', id, name: null, person, via: 'slack', proof: 'slack_signature' }) as const;

describe('whoever is on call', () => {
  const now = rolesOnCall(roles, { primary: ['ana'], database: ['U0DORA'] });

  it('belongs to the role of that name, and to roles that name the rotation', () => {
    const belongs = (person: string | null, id: string, name: string) =>
      membershipOf(principal(person, id), name, { people, roles: now }).outcome;
    expect(belongs('ana', 'U0ANA', '@oncall:primary')).toBe('yes');
    expect(belongs('ana', 'U0ANA', '@sre')).toBe('yes');
    expect(belongs('ben', 'U0BEN', '@sre')).toBe('no');
    expect(belongs(null, 'U0CLEO', '@sre')).toBe('yes');
    expect(belongs(null, 'U0DORA', '@oncall:database')).toBe('yes');
    expect(belongs('ana', 'U0ANA', '@oncall:other')).toBe('no');
  });

  it('is asked for at the moment it matters: who decides changes with the shift', async () => {
    let who = ['ana'];
    const directory = createDirectory({ roles, people, onCall: { now: async () => ({ primary: who }) } }, null);
    const ofBen = () => directory.belongsTo(principal('ben', 'U0BEN'), ['@sre', '@oncall:primary']);
    expect(await ofBen()).toEqual([]);
    who = ['ben'];
    expect(await ofBen()).toEqual(['@sre', '@oncall:primary']);
    expect(await directory.members(['@oncall:primary', '@sre'])).toEqual(['U0BEN', 'U0CLEO']);
  });
});

const file = (text: string) => readConfigFile(text, 'f.yaml', { PD: 'a-token-of-pagerduty' });

describe('the section oncall', () => {
  it('holds rotations and schedules of providers, and roles may name them', () => {
    const read = file(`
people: { ana: { slack: U012ABCDEF, email: ana@example.com } }
oncall:
  primary: { rotation: { people: [ana, U0BEN0000], timezone: UTC, start: 2026-01-05T09:00 } }
  database: { pagerduty: { schedule: P1, token: { env: PD } } }
roles: { sre: { oncall: primary }, dba: { oncall: [primary, database] } }
slack: { invite: ["@oncall:primary"] }
access: { start: ["@oncall:primary"] }
`);
    if (!read.ok) throw new Error(read.error.join('\n'));
    expect(
      read.value.oncall.map(({ name, rotation: own, schedule }) => [name, own !== null, schedule?.provider.id]),
    ).toEqual([
      ['primary', true, undefined],
      ['database', false, 'pagerduty'],
    ]);
    expect(read.value.roles['dba']?.oncall).toEqual(['primary', 'database']);
    expect(JSON.stringify(read.value)).not.toContain('a-token-of-pagerduty');
  });

  it.each([
    ['oncall: { a: {} }', 'must have a rotation, or a schedule of pagerduty or opsgenie'],
    [
      'oncall: { a: { rotation: { people: [ana], timezone: UTC, start: 2026-01-05T09:00 } } }',
      'ana is nobody under `people:`',
    ],
    ['oncall: { a: { rotation: { people: [U0BEN0000], timezone: Mars, start: 2026-01-05T09:00 } } }', 'IANA time zone'],
    [
      'oncall: { a: { rotation: { people: [U0BEN0000], timezone: UTC, start: 5.1.2026 } } }',
      'such as 2026-01-05T09:00',
    ],
    [
      'oncall: { a: { rotation: { people: [U0BEN0000], timezone: UTC, start: 2026-01-05T09:00, period: 36h } } }',
      'whole days',
    ],
    ['roles: { sre: { oncall: primary } }', 'there is no primary under `oncall:`'],
  ])('refuses %s, and says what would be right', (text, message) => {
    const read = file(text);
    expect(read.ok ? '' : read.error.join('\n')).toContain(message);
  });
});

it('doctor says of whom a provider tells nothing, and by which entry nobody is on call', () => {
  const state = { name: 'db', from: 'pagerduty', who: ['ana'], until: null, trouble: null };
  const found = (one: object) => onCallChecks([{ ...state, ...one }]).map(({ status, found: said }) => [status, said]);
  expect(found({})).toEqual([['ok', 'db: ana']]);
  expect(found({ who: [] })).toEqual([['warn', 'db: nobody is on call']]);
  expect(found({ trouble: 'pagerduty answered 401; nobody is on call' })).toEqual([
    ['warn', 'db: pagerduty answered 401; nobody is on call'],
  ]);
});
