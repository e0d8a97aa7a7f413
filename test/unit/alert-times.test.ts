// Times that come again, in time zones and over the changes of the clock, and when each of them begins and ends.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOccurrence, occurrenceAt } from '../../src/core/alert/occurrence.ts';
import { isDuring, TimeInterval } from '../../src/core/alert/time-interval.ts';

const interval = (written: object) => [TimeInterval.parse(written)];
const faultsOf = (written: object) =>
  TimeInterval.safeParse(written).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
const span = (from: string, to: string) => ({ startsAt: `${from}:00.000Z`, endsAt: `${to}:00.000Z` });
/** The occurrences that begin after an instant, in order. */
function following(intervals: readonly TimeInterval[], at: string, count: number) {
  const found = [];
  for (let from = at; found.length < count; ) {
    const next = nextOccurrence(intervals, from);
    if (next?.startsAt == null) break;
    found.push(next);
    from = next.startsAt;
  }
  return found;
}

const sundayNight = interval({
  weekdays: ['sunday'],
  times: [{ start: '02:00', end: '04:00' }],
  location: 'Europe/Berlin',
});

describe('trap 11: weekly 02:00-04:00 Europe/Berlin', () => {
  it('trap 11: lasts one hour on the night on which 02:00 to 03:00 is left out', () => {
    expect(following(sundayNight, '2026-03-20T00:00:00.000Z', 3)).toEqual([
      span('2026-03-22T01:00', '2026-03-22T03:00'),
      span('2026-03-29T01:00', '2026-03-29T02:00'),
      span('2026-04-05T00:00', '2026-04-05T02:00'),
    ]);
  });

  it('trap 11: lasts three hours, without a gap, on the night on which 02:00 to 03:00 comes twice', () => {
    expect(following(sundayNight, '2026-10-16T00:00:00.000Z', 3)).toEqual([
      span('2026-10-18T00:00', '2026-10-18T02:00'),
      span('2026-10-25T00:00', '2026-10-25T03:00'),
      span('2026-11-01T01:00', '2026-11-01T03:00'),
    ]);
  });

  it.each([
    ['2026-03-29T00:59:59.999Z', false],
    ['2026-03-29T01:00:00.000Z', true],
    ['2026-03-29T01:59:59.999Z', true],
    ['2026-03-29T02:00:00.000Z', false],
    ['2026-10-24T23:59:59.999Z', false],
    ['2026-10-25T00:00:00.000Z', true],
    ['2026-10-25T01:30:00.000Z', true],
    ['2026-10-25T02:59:59.999Z', true],
    ['2026-10-25T03:00:00.000Z', false],
  ])('trap 11: at %s it holds: %s', (at, expected) => {
    expect(isDuring(sundayNight, at)).toBe(expected);
    expect(occurrenceAt(sundayNight, at) !== null).toBe(expected);
  });
});

describe('a time interval', () => {
  it('counts days from the end of the month, and knows how long each is', () => {
    const lastThree = interval({ daysOfMonth: ['-3:-1'], location: 'Europe/Berlin' });
    const on = (day: string) => isDuring(lastThree, `${day}T12:00:00.000Z`);
    expect(['2026-02-25', '2026-02-26', '2028-02-26', '2028-02-27', '2026-04-28'].map(on)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
    // March has 31 days although its clocks lose an hour.
    expect(['2026-03-28', '2026-03-29', '2026-03-31'].map(on)).toEqual([false, true, true]);
    const day31 = interval({ daysOfMonth: [31], location: 'Europe/Berlin' });
    expect(following(day31, '2026-02-01T00:00:00.000Z', 2)).toEqual([
      span('2026-03-30T22:00', '2026-03-31T22:00'),
      span('2026-05-30T22:00', '2026-05-31T22:00'),
    ]);
  });

  it('joins what goes on over midnight to one occurrence', () => {
    const night = [
      ...interval({ times: [{ start: '22:00', end: '24:00' }] }),
      ...interval({ times: [{ start: '00:00', end: '06:00' }] }),
    ];
    expect(occurrenceAt(night, '2026-01-01T03:00:00.000Z')).toEqual(span('2025-12-31T22:00', '2026-01-01T06:00'));
    const weekend = interval({ weekdays: ['saturday'] }).concat(interval({ weekdays: ['sunday'] }));
    expect(occurrenceAt(weekend, '2026-11-29T10:00:00.000Z')).toEqual(span('2026-11-28T00:00', '2026-11-30T00:00'));
  });

  it('that holds always has no end, and one that never comes has no beginning', () => {
    expect(occurrenceAt(interval({}), '2026-01-01T03:00:00.000Z')).toEqual({ startsAt: null, endsAt: null });
    expect(nextOccurrence(interval({ years: [2020] }), '2026-01-01T03:00:00.000Z')).toBeNull();
    expect(
      nextOccurrence(interval({ months: ['february'], daysOfMonth: [30] }), '2026-01-01T03:00:00.000Z'),
    ).toBeNull();
    expect(nextOccurrence(interval({ months: ['february'], daysOfMonth: [29] }), '2026-01-01T03:00:00.000Z')).toEqual(
      span('2028-02-29T00:00', '2028-03-01T00:00'),
    );
    expect(occurrenceAt(interval({ years: ['2026:2027'] }), '2026-12-31T03:00:00.000Z')).toEqual(
      span('2026-01-01T00:00', '2028-01-01T00:00'),
    );
  });

  it('is refused where it could never hold, with what would be right', () => {
    expect(faultsOf({ times: [{ start: '22:00', end: '06:00' }] })).toEqual([
      expect.stringMatching(/^times\.0: .*write two/),
    ]);
    expect(faultsOf({ times: [{ start: '9:00', end: '09:30' }] })).toEqual([
      expect.stringMatching(/^times\.0\.start: must be a time of day/),
    ]);
    expect(faultsOf({ weekdays: ['friday:monday'] })).toEqual([expect.stringMatching(/^weekdays\.0: .*two ranges/)]);
    expect(faultsOf({ weekdays: ['fri'] })).toEqual([expect.stringMatching(/^weekdays\.0: must be such as monday/)]);
    expect(faultsOf({ daysOfMonth: [0, '5:1', '-1:5', '1:2:3', 32] })).toHaveLength(5);
    expect(faultsOf({ months: ['13', 'june:may', 'juno'] })).toHaveLength(3);
    expect(faultsOf({ years: ['2027:2026'] })).toHaveLength(1);
    expect(faultsOf({ location: 'Europe/Nowhere' })).toEqual([
      expect.stringMatching(/^location: must be an IANA time zone/),
    ]);
    expect(faultsOf({ days: ['monday'] })).toHaveLength(1);
  });

  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Africa/Casablanca',
  ];
  const minutes = fc
    .integer({ min: 0, max: 1439 })
    .chain((start) => fc.record({ start: fc.constant(start), end: fc.integer({ min: start + 1, max: 1440 }) }));
  const days = fc
    .integer({ min: 0, max: 6 })
    .chain((from) => fc.record({ from: fc.constant(from), to: fc.integer({ min: from, max: 6 }) }));
  const some: fc.Arbitrary<TimeInterval> = fc.record(
    {
      times: fc.array(minutes, { minLength: 1, maxLength: 3 }),
      weekdays: fc.array(days, { minLength: 1, maxLength: 2 }),
      location: fc.constantFrom(...zones),
    },
    { requiredKeys: ['location'] },
  );
  const instants = fc.integer({ min: Date.UTC(2011, 11, 1) / 60_000, max: Date.UTC(2030, 0) / 60_000 });

  it('begins and ends exactly where it begins and ends to hold, in every zone', () => {
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 2 }), instants, (intervals, minute) => {
        const at = new Date(minute * 60_000).toISOString();
        const justBefore = (text: string) => new Date(Date.parse(text) - 1).toISOString();
        const found = occurrenceAt(intervals, at);
        expect(found !== null).toBe(isDuring(intervals, at));
        for (const one of [found, nextOccurrence(intervals, at)]) {
          if (one?.startsAt != null) {
            expect(isDuring(intervals, one.startsAt)).toBe(true);
            expect(isDuring(intervals, justBefore(one.startsAt))).toBe(false);
          }
          if (one?.endsAt != null) {
            expect(isDuring(intervals, one.endsAt)).toBe(false);
            expect(isDuring(intervals, justBefore(one.endsAt))).toBe(true);
          }
        }
      }),
      { seed: 9, numRuns: 120 },
    );
  });
});
