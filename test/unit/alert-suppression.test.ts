// What keeps an alert from people: inhibition, silences, maintenance windows.
import { describe, expect, it } from 'vitest';
import { createInhibitionIndex, InhibitionRule, inhibitedBy } from '../../src/core/alert/inhibition.ts';
import { Silence, silencedBy, silenceInWords, silenceState } from '../../src/core/alert/silence.ts';
import { TimeInterval } from '../../src/core/alert/time-interval.ts';
import {
  MaintenanceWindow,
  nextWindow,
  windowInWords,
  windowOccurrence,
  windowOver,
} from '../../src/core/alert/window.ts';
import { firingAlert } from '../support/given/firing-alert.ts';

const at = '2026-10-25T01:30:00.000Z';
const intervals = {
  sunday: [
    TimeInterval.parse({ weekdays: ['sunday'], times: [{ start: '02:00', end: '04:00' }], location: 'Europe/Berlin' }),
  ],
};

describe('inhibition', () => {
  const rule = (rest: object = {}) =>
    InhibitionRule.parse({
      name: 'down',
      source: { match: 'level="page"' },
      target: { match: 'level="warn"' },
      equal: ['host', 'dc'],
      ...rest,
    });
  const by = (
    alert: ReturnType<typeof firingAlert>,
    firing: readonly ReturnType<typeof firingAlert>[],
    rules = [rule()],
  ) => inhibitedBy(alert, at, { firing, rules, intervals }).by;
  const warn = firingAlert({ level: 'warn', host: 'a' });

  it('mutes a target while a source with equal labels fires, and a missing label equals an empty one', () => {
    const page = firingAlert({ level: 'page', host: 'a', dc: '' }, { title: 'a is down' });
    expect(by(warn, [warn, page])).toEqual({
      rule: 'down',
      by: page.fingerprint,
      because: ['"a is down" fires', 'host is "a" in both', 'dc is "" in both'],
    });
    expect(by(warn, [firingAlert({ level: 'page', host: 'b' })])).toBeNull();
    expect(by(warn, [firingAlert({ level: 'page', host: 'a', dc: 'x' })])).toBeNull();
    expect(by(firingAlert({ level: 'info', host: 'a' }), [page])).toBeNull();
    expect(by(warn, [{ ...page, status: 'resolved' }])).toBeNull();
  });

  it('lets no alert that fits both sides be muted by itself or by another one that does, but by a source alone', () => {
    const both = rule({ source: { match: 'level=~"page|warn"' }, equal: [] });
    const other = firingAlert({ level: 'warn', host: 'b' });
    const page = firingAlert({ level: 'page' });
    expect(by(warn, [warn], [both])).toBeNull();
    expect(by(warn, [warn, other], [both])).toBeNull();
    expect(by(warn, [warn, other, page], [both])?.by).toBe(page.fingerprint);
  });

  it('lets an alert that fits both sides mute one that is a target alone', () => {
    const wide = rule({ source: { match: 'level="page"' }, target: { match: 'level=~".+"' }, equal: [] });
    const page = firingAlert({ level: 'page' });
    expect(by(warn, [page], [wide])?.by).toBe(page.fingerprint);
    expect(by(page, [page], [wide])).toBeNull();
  });

  it('follows alerts that change, resolve or are removed, and costs the same however many fire', () => {
    const index = createInhibitionIndex([rule()], intervals);
    for (let n = 0; n < 20_000; n++) index.put(firingAlert({ level: 'page', host: `h${n}` }));
    const began = process.cpuUsage().user;
    for (let n = 0; n < 2000; n++) index.inhibitedBy(warn, at);
    expect(process.cpuUsage().user - began).toBeLessThan(1_000_000);
    const page = firingAlert({ level: 'page', host: 'a' }, { fingerprint: 'p' });
    const isMute = () => index.inhibitedBy(warn, at).by?.by ?? null;
    const seen = [isMute()];
    for (const change of [
      page,
      { ...page, labels: { ...page.labels, host: 'z' } },
      page,
      { ...page, status: 'resolved' as const },
      page,
    ]) {
      index.put(change);
      seen.push(isMute());
    }
    index.remove('p');
    expect([...seen, isMute(), index.size()]).toEqual([null, 'p', null, 'p', null, 'p', null, 20_000]);
  });

  it('holds only in the times that its sides name', () => {
    const timed = rule({ source: { match: 'level="page"', during: 'sunday' } });
    const page = firingAlert({ level: 'page', host: 'a' });
    const mutes = (when: string) => inhibitedBy(warn, when, { firing: [page], rules: [timed], intervals }).by !== null;
    expect([at, '2026-10-26T01:30:00.000Z'].map(mutes)).toEqual([true, false]);
  });

  it('that cannot be evaluated mutes nothing, and is named', () => {
    const odd = rule({ target: { when: 'alert.labels.gone == "x"' }, equal: [] });
    const page = firingAlert({ level: 'page' });
    expect(inhibitedBy(warn, at, { firing: [page], rules: [odd], intervals })).toEqual({
      by: null,
      unclear: [expect.stringMatching(/^the target of the inhibition down does not hold: .*could not be evaluated/)],
    });
    const index = createInhibitionIndex([rule({ source: { when: 'alert.labels.gone == "x"' } })], intervals);
    expect(index.put(page)).toEqual([expect.stringMatching(/^the source of the inhibition down/)]);
  });
});

const silence = (rest: object = {}) =>
  Silence.parse({
    id: 's1',
    name: 'deploy',
    sets: [{ match: 'app="cart"' }, { service: 'checkout' }],
    startsAt: '2026-10-25T01:00:00Z',
    endsAt: '2026-10-25T04:00:00+02:00',
    owner: 'ana',
    reason: 'moving the database',
    from: 'person',
    ...rest,
  });

describe('a silence', () => {
  it('is pending, then active, then expired, and its end is not in it', () => {
    const states = [
      '2026-10-25T00:59:59.999Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T01:59:59.999Z',
      '2026-10-25T02:00:00.000Z',
    ];
    expect(states.map((when) => silenceState(silence(), when))).toEqual(['pending', 'active', 'active', 'expired']);
  });

  it('holds where one of its sets matches, and of several the one that ends last is named', () => {
    const silences = [silence(), silence({ id: 's2', name: null, endsAt: '2026-10-25T05:00:00Z' })];
    const of = (alert: ReturnType<typeof firingAlert>, when = at) => silencedBy(alert, when, { silences, intervals });
    expect(of(firingAlert({ app: 'cart' })).by).toMatchObject({
      silence: { id: 's2' },
      because: ['the label app is "cart", which fits app="cart"'],
    });
    expect(of(firingAlert({}, { service: 'checkout' })).by?.silence.id).toBe('s2');
    expect(of(firingAlert({ app: 'other' }))).toEqual({ by: null, unclear: [] });
    expect(of(firingAlert({ app: 'cart' }), '2026-10-25T06:00:00.000Z').by).toBeNull();
  });

  it('is refused without an owner, a reason or an end, and where it would silence everything', () => {
    const fault = (rest: object) =>
      Silence.safeParse({ ...silence(), ...rest }).error?.issues.map(({ path }) => path.join('.'));
    expect(fault({ owner: '' })).toEqual(['owner']);
    expect(fault({ reason: undefined })).toEqual(['reason']);
    expect(fault({ endsAt: undefined })).toEqual(['endsAt']);
    expect(fault({ endsAt: '2026-10-25T01:00:00Z' })).toEqual(['endsAt']);
    expect(fault({ sets: [] })).toEqual(['sets']);
    for (const set of [{}, { match: 'app=~".*"' }, { during: 'sunday' }])
      expect(fault({ sets: [set] })).toEqual(['sets.0']);
  });

  it('that cannot be evaluated silences nothing, and is named', () => {
    const silences = [silence({ sets: [{ when: 'alert.labels.gone == "x"' }] })];
    expect(silencedBy(firingAlert(), at, { silences, intervals })).toEqual({
      by: null,
      unclear: [expect.stringMatching(/^the silence deploy does not hold: .*could not be evaluated/)],
    });
  });

  it('trap 12: is explained at an instant with its times, its owner and its reason', () => {
    const found = silencedBy(firingAlert({ app: 'cart' }), at, { silences: [silence()], intervals }).by;
    expect(found && silenceInWords(found.silence)).toBe(
      'the silence deploy of ana holds from 2026-10-25T01:00:00.000Z until 2026-10-25T02:00:00.000Z: moving the database',
    );
  });
});

describe('a maintenance window', () => {
  const told = { name: 'patching', owner: 'ben', reason: 'kernel updates' };
  const window = (rest: object = {}) => MaintenanceWindow.parse({ ...told, during: 'sunday', ...rest });
  const over = (one: MaintenanceWindow, when = at, alert = firingAlert({ dc: 'x' })) =>
    windowOver(alert, when, { windows: [one], intervals });

  it('trap 12: is explained at an instant with its occurrence, its owner and its reason', () => {
    const found = over(window({ where: { match: 'dc="x"' } })).by;
    expect(found?.because).toEqual(['the label dc is "x", which fits dc="x"']);
    expect(found && windowInWords(found)).toBe(
      'the window patching (consolidate) of ben holds from 2026-10-25T00:00:00.000Z until 2026-10-25T03:00:00.000Z: kernel updates',
    );
  });

  it('comes once, by the name of an interval, or by intervals written where it stands', () => {
    const once = MaintenanceWindow.parse({
      ...told,
      startsAt: '2026-10-25T01:00:00Z',
      endsAt: '2026-10-25T02:00:00Z',
      mode: 'quiet',
    });
    expect(over(once).by).toMatchObject({
      window: { mode: 'quiet' },
      occurrence: { startsAt: '2026-10-25T01:00:00.000Z' },
    });
    expect(over(once, '2026-10-25T02:00:00.000Z').by).toBeNull();
    expect(nextWindow(once, '2026-10-24T00:00:00.000Z', intervals)).toMatchObject({
      startsAt: '2026-10-25T01:00:00.000Z',
    });
    expect(nextWindow(once, at, intervals)).toBeNull();
    expect(windowOccurrence(once, at, intervals)?.endsAt).toBe('2026-10-25T02:00:00.000Z');
    const written = { weekdays: ['sunday'], times: [{ start: '01:00', end: '02:00' }] };
    for (const during of [written, [written]])
      expect(over(window({ during })).by?.occurrence).toEqual({
        startsAt: '2026-10-25T01:00:00.000Z',
        endsAt: '2026-10-25T02:00:00.000Z',
      });
    expect(nextWindow(window(), at, intervals)?.startsAt).toBe('2026-11-01T01:00:00.000Z');
  });

  it('covers only what it names, and is passed over and named where that cannot be evaluated', () => {
    expect(over(window({ where: { match: 'dc="y"' } })).by).toBeNull();
    expect(over(window({ where: { when: 'alert.labels.gone == "x"' } }))).toEqual({
      by: null,
      unclear: [expect.stringMatching(/^the window patching does not hold/)],
    });
  });

  it('is refused without times, with two kinds of them, or with intervals that are wrong', () => {
    const fault = (rest: object) =>
      MaintenanceWindow.safeParse({ ...told, ...rest }).error?.issues.map(
        ({ path, message }) => `${path.join('.')}: ${message}`,
      );
    const times = { startsAt: '2026-10-25T01:00:00Z', endsAt: '2026-10-25T02:00:00Z' };
    expect(fault({})).toEqual([': must have either startsAt and endsAt, or during']);
    expect(fault({ ...times, during: 'sunday' })).toEqual([': must have either startsAt and endsAt, or during']);
    expect(fault({ startsAt: times.endsAt, endsAt: times.startsAt })).toEqual(['endsAt: must be later than startsAt']);
    expect(fault({ during: { weekdays: ['so'] } })).toEqual([
      expect.stringMatching(/^during\.weekdays\.0: must be such as/),
    ]);
    expect(fault({ during: [{ weekdays: ['so'] }] })).toEqual([
      expect.stringMatching(/^during\.0\.weekdays\.0: must be such as/),
    ]);
  });
});
