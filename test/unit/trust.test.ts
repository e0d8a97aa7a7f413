// The right of playbooks to act without asking: what lowers it by itself, that people alone give it back, and that nobody is spared an approval.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordTrust, TrustEvent, TrustFacts, TrustRecords } from '../../src/core/system/trust.ts';
import { decideTrust, evolveTrust, trustOf } from '../../src/core/system/trust.ts';
import { addMs } from '../../src/core/time.ts';
import { usualTrust } from '../../src/core/trust/settings.ts';
import { start } from '../support/given/given.ts';

const day = 86_400_000;
const on = (days: number) => addMs(start, days * day);

const facts = (given: Partial<TrustFacts> = {}): TrustFacts => ({
  playbook: 'restart',
  settings: usualTrust,
  burned: [],
  lastDrill: null,
  versionSince: start,
  knownSince: start,
  cleanRuns: 0,
  ...given,
});

const fold = (records: TrustRecords, events: readonly TrustEvent[], at: string) =>
  events.reduce((folded, event) => evolveTrust(folded, { ...event, at }), records);

function decided(records: TrustRecords, command: RecordTrust, at: string): readonly TrustEvent[] {
  const events = decideTrust(records, command, { at, playbooks: ['restart'] });
  if (!events.ok) throw new Error(events.error.message);
  return events.value;
}

/** A playbook over time. */
class Trusted {
  records: TrustRecords = {};
  look(days: number, given: Partial<TrustFacts> = {}): readonly string[] {
    const events = decided(this.records, { type: 'record_trust', facts: [facts(given)] }, on(days));
    this.records = fold(this.records, events, on(days));
    return events.map(({ type, data }) => ('because' in data ? `${type} ${data.because}` : type));
  }
  order(days: number, type: 'lower_trust' | 'raise_trust' | 'review_playbook'): string {
    const order = { type, playbook: 'restart', reason: 'we looked', start: 'trusted' as const };
    const ordered = decideTrust(this.records, order, { at: on(days), playbooks: ['restart'] });
    if (!ordered.ok) return ordered.error.code;
    this.records = fold(this.records, ordered.value, on(days));
    return this.level;
  }
  get level() {
    return trustOf(this.records, 'restart', 'trusted').level;
  }
}

const burned = (days: number) => ({ burned: [{ objective: 'success', since: on(days) }] });
const failed = (days: number) => ({ lastDrill: { outcome: 'failed' as const, at: on(days) } });

describe('trust is lowered by itself', () => {
  it('by a used-up error budget and by a failed drill, once each', () => {
    for (const [given, because] of [
      [burned(1), 'budget'],
      [failed(1), 'drill'],
    ] as const) {
      const book = new Trusted();
      expect(book.look(0)).toEqual([]);
      expect(book.look(2, given)).toEqual([`trust.lowered ${because}`]);
      expect(book.look(3, given)).toEqual([]);
      expect(book.level).toBe('supervised');
    }
  });

  it('by an undo whose proof is too old, and by a review that is overdue, where that is asked for', () => {
    const settings = { ...usualTrust, undoProvenWithinMs: 30 * day, reviewEveryMs: 90 * day };
    const book = new Trusted();
    expect(book.look(29, { settings, undoProvenAt: null })).toEqual([]);
    expect(book.look(29, { undoProvenAt: null })).toEqual([]);
    expect(book.look(31, { settings, undoProvenAt: null })).toEqual(['trust.lowered undo']);
    const proven = new Trusted();
    expect(proven.look(40, { settings, undoProvenAt: on(20) })).toEqual([]);
    expect(proven.look(51, { settings, undoProvenAt: on(20) })).toEqual(['trust.lowered undo']);
    // What has nothing to undo has nothing to prove.
    expect(new Trusted().look(60, { settings })).toEqual([]);
    expect(new Trusted().look(91, { settings })).toEqual(['trust.lowered review']);
    const reviewed = new Trusted();
    expect(reviewed.order(60, 'review_playbook')).toBe('trusted');
    expect(reviewed.look(91, { settings })).toEqual([]);
    expect(reviewed.look(151, { settings })).toEqual(['trust.lowered review']);
  });

  it('not by what the settings leave out', () => {
    const settings = { ...usualTrust, lowerOn: [] };
    expect(new Trusted().look(2, { settings, ...burned(1), ...failed(1) })).toEqual([]);
  });
});

describe('trust is given back', () => {
  it('by people alone, and only what is newer than that lowers it again', () => {
    const book = new Trusted();
    book.look(2, burned(1));
    expect(book.look(4)).toEqual([]);
    expect(book.level).toBe('supervised');
    expect(book.order(5, 'raise_trust')).toBe('trusted');
    expect(book.look(6, burned(1))).toEqual([]);
    expect(book.look(8, burned(7))).toEqual(['trust.lowered budget']);
  });

  it('on a proposal after so many clean supervised runs, which is made once and raises nothing', () => {
    const book = new Trusted();
    book.look(2, failed(1));
    expect(book.look(3, { cleanRuns: 19 })).toEqual([]);
    expect(book.look(4, { cleanRuns: 20 })).toEqual(['trust.proposed']);
    expect(book.look(5, { cleanRuns: 30 })).toEqual([]);
    expect(book.level).toBe('supervised');
  });

  it('and people may lower it too; an order that changes nothing is refused', () => {
    const book = new Trusted();
    expect(book.order(1, 'raise_trust')).toBe('wrong_state');
    expect(book.order(1, 'lower_trust')).toBe('supervised');
    expect(book.order(1, 'lower_trust')).toBe('wrong_state');
  });

  it('by nothing that a look finds, whatever it finds', () => {
    const look = fc.record({
      burnt: fc.boolean(),
      drill: fc.constantFrom(null, 'passed', 'failed'),
      cleanRuns: fc.integer({ min: 0, max: 40 }),
      days: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 20 }), (looks) => {
        const book = new Trusted();
        book.order(0, 'lower_trust');
        let days = 1;
        for (const { burnt, drill, cleanRuns, days: passed } of looks) {
          days += passed;
          const lastDrill = drill === null ? null : ({ outcome: drill, at: on(days) } as const);
          book.look(days, { ...(burnt ? burned(days) : {}), lastDrill, cleanRuns });
          expect(book.level).toBe('supervised');
        }
      }),
      { numRuns: 100 },
    );
  });
});

it('a playbook that is to earn trust first is supervised before anything is recorded of it', () => {
  expect(trustOf({}, 'constructor', 'supervised')).toMatchObject({ level: 'supervised', since: null });
  const proposed = decided(
    {},
    { type: 'record_trust', facts: [facts({ settings: { ...usualTrust, start: 'supervised' }, cleanRuns: 20 })] },
    start,
  );
  expect(proposed.map(({ type }) => type)).toEqual(['trust.proposed']);
  expect(trustOf(fold({}, proposed, start), 'restart', 'supervised').level).toBe('supervised');
});
