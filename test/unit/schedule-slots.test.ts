// The slots of schedules over both clock changes, held against times that were written down, and against node-cron's own matcher.
import fc from 'fast-check';
import { createTask } from 'node-cron';
import { describe, expect, it } from 'vitest';
import { readCron } from '../../src/core/schedule/cron.ts';
import { nextSlots, slotsBetween } from '../../src/core/schedule/slots.ts';

function cronIn(text: string, zone: string) {
  const cron = readCron(text);
  if (!cron.ok) throw new Error(cron.error);
  return { cron: cron.value, zone };
}

const next = (text: string, zone: string, after: string, count = 3) =>
  nextSlots(cronIn(text, zone), Date.parse(after), count).map((ms) => new Date(ms).toISOString());

describe('The next slots of a schedule', () => {
  it('are at the same time of day before and after clocks are put forward and back', () => {
    expect(next('0 9 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z')).toEqual([
      '2026-03-28T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ]);
    expect(next('0 9 * * *', 'America/New_York', '2026-10-31T00:00:00Z')).toEqual([
      '2026-10-31T13:00:00.000Z',
      '2026-11-01T14:00:00.000Z',
      '2026-11-02T14:00:00.000Z',
    ]);
  });

  it.each([
    ['Europe/Berlin', '2026-03-28T00:00:00Z', ['2026-03-28T01:30:00.000Z', '2026-03-30T00:30:00.000Z']],
    ['America/New_York', '2026-03-07T00:00:00Z', ['2026-03-07T07:30:00.000Z', '2026-03-09T06:30:00.000Z']],
  ])('leave out the day on which %s skips that time of day', (zone, after, expected) => {
    expect(next('30 2 * * *', zone, after, 2)).toEqual(expected);
  });

  it.each([
    ['Europe/Berlin', '30 2 * * *', '2026-10-24T12:00:00Z', ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']],
    [
      'America/New_York',
      '30 1 * * *',
      '2026-10-31T12:00:00Z',
      ['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z'],
    ],
  ])('take a time of day that %s has twice once, the first time', (zone, text, after, expected) => {
    expect(next(text, zone, after, 2)).toEqual(expected);
  });

  it('of every hour rest in the repeated hour, and lose none in the skipped one', () => {
    expect(next('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30:00Z')).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-10-25T02:00:00.000Z',
      '2026-10-25T03:00:00.000Z',
    ]);
    expect(next('0 * * * *', 'America/New_York', '2026-03-08T05:30:00Z')).toEqual([
      '2026-03-08T06:00:00.000Z',
      '2026-03-08T07:00:00.000Z',
      '2026-03-08T08:00:00.000Z',
    ]);
  });

  it('need the day of the month and the day of the week, both of them', () => {
    expect(next('0 3 13 * 5', 'UTC', '2026-01-01T00:00:00Z', 2)).toEqual([
      '2026-02-13T03:00:00.000Z',
      '2026-03-13T03:00:00.000Z',
    ]);
  });

  it('are found decades ahead', () => {
    expect(next('0 0 29 2 1', 'UTC', '2026-01-01T00:00:00Z', 2)).toEqual([
      '2044-02-29T00:00:00.000Z',
      '2072-02-29T00:00:00.000Z',
    ]);
  });
});

describe('The slots between two instants', () => {
  it('are the newest ones, and how many were before them', () => {
    const of = cronIn('*/10 * * * *', 'Europe/Berlin');
    const [from, to] = [Date.parse('2026-10-24T00:00:00Z'), Date.parse('2026-10-26T00:00:00Z')];
    const { newest, earlier } = slotsBetween(of, from, to, 2);
    expect(newest.map((ms) => new Date(ms).toISOString())).toEqual([
      '2026-10-25T23:50:00.000Z',
      '2026-10-26T00:00:00.000Z',
    ]);
    // Two days of 144, without the hour that came twice.
    expect(earlier?.count).toBe(2 * 144 - 6 - 2);
    expect(new Date(earlier?.firstMs ?? 0).toISOString()).toBe('2026-10-24T00:10:00.000Z');
    expect(new Date(earlier?.lastMs ?? 0).toISOString()).toBe('2026-10-25T23:40:00.000Z');
  });

  it('are none where the clock has gone back', () => {
    const of = cronIn('* * * * *', 'UTC');
    expect(slotsBetween(of, Date.parse('2026-10-24T00:00:00Z'), Date.parse('2026-10-23T00:00:00Z'), 5)).toEqual({
      newest: [],
      earlier: null,
    });
  });

  it('of twenty years are counted in a moment', () => {
    const of = cronIn('* * * * *', 'UTC');
    const { newest, earlier } = slotsBetween(of, Date.UTC(2026, 0), Date.UTC(2046, 0), 1);
    expect(newest).toEqual([Date.UTC(2046, 0)]);
    expect(earlier?.count).toBe((Date.UTC(2046, 0) - Date.UTC(2026, 0)) / 60_000 - 1);
  });
});

const pick = (...values: readonly string[]) => fc.constantFrom(...values);
const expressions = fc
  .tuple(
    pick('0', '30', '*/15', '7,52', '58-2'),
    pick('*', '0', '2', '1-3', '22-1', '*/6'),
    pick('*', '1', 'L', 'L-3', '15W', 'LW', '1-7', '28,29,30'),
    pick('*', '3', '10,11', '2', '*/3'),
    pick('*', '1', '1-5', '5L', '0L', '1#2', '7', 'sun', '6#4'),
  )
  .map((fields) => fields.join(' '))
  .filter((text) => readCron(text).ok);

describe('Slots and the matcher of node-cron', () => {
  it('agree on every instant that is no repeated hour', () => {
    const zones = pick('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const starts = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }).map((ms) => ms - (ms % 60_000));
    fc.assert(
      fc.property(expressions, zones, starts, (text, zone, from) => {
        const task = createTask(text, () => {}, { timezone: zone });
        const to = from + 36 * 3_600_000;
        const { newest } = slotsBetween(cronIn(text, zone), from, to, 10_000);
        for (const slot of newest) expect(task.match(new Date(slot))).toBe(true);
        const slots = new Set(newest);
        const wall = (ms: number) => new Date(ms).toLocaleString('en', { timeZone: zone });
        const told = new Set(newest.map(wall));
        for (let at = from + 900_000; at <= to; at += 900_000)
          if (task.match(new Date(at)) && !slots.has(at) && !told.has(wall(at)))
            // The first time of a day that has it twice may lie before the start.
            expect(wall(at)).toBe(wall(at - (zone === 'Australia/Lord_Howe' ? 1_800_000 : 3_600_000)));
      }),
      { numRuns: 60 },
    );
  });
});
