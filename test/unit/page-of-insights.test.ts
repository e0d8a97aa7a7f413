// The words of insights, of redactions, of names and of a new token on the page.
import { describe, expect, it } from 'vitest';
import type { ApiTimelineEvent } from '../../src/contract/timeline.ts';
import { keyWords, readInsightSearch, spanOf, toldEstimate } from '../../src/web/model/insights.ts';
import { named } from '../../src/web/model/names.ts';
import { endsAt, givableRights, nameFault } from '../../src/web/model/new-token.ts';
import { redactedBySeq, sealText } from '../../src/web/model/redacted.ts';

const now = Date.parse('2026-11-26T13:03:20.000Z');

describe('the time that an address of insights asks for', () => {
  it('is ninety days where it says nothing, from the start of a day, so that the same question is asked all day', () => {
    expect(spanOf({}, now)).toEqual({ since: '2026-08-28T00:00:00.000Z', until: undefined });
    expect(spanOf({ range: '7d' }, now)).toEqual({ since: '2026-11-19T00:00:00.000Z', until: undefined });
    expect(spanOf({ range: 'all' }, now)).toEqual({ since: undefined, until: undefined });
  });

  it('is whole days where it names them, the last one included', () => {
    expect(spanOf({ range: '7d', since: '2026-01-30', until: '2026-01-31' }, now)).toEqual({
      since: '2026-01-30T00:00:00.000Z',
      until: '2026-02-01T00:00:00.000Z',
    });
  });

  it('leaves out what is no range, no day, no grouping', () => {
    const nothing = { range: undefined, since: undefined, until: undefined, by: undefined, service: undefined };
    const odd = { range: 'constructor', since: '2026-02-30', until: 'soon', by: 'person', service: ' ' };
    expect(readInsightSearch(odd)).toEqual(nothing);
    const good = { range: '30d', by: 'playbook', service: 'checkout' };
    expect(readInsightSearch(good)).toEqual({ ...nothing, ...good });
  });
});

describe('a figure', () => {
  it('is told with its interval and of how many it is made', () => {
    expect(toldEstimate({ n: 14, value: 192_000, low: 120_000, high: 400_000 }, 'time')).toEqual({
      value: '3 m 12 s',
      between: '2 m – 6 m 40 s',
      n: 14,
    });
    expect(toldEstimate({ n: 3, value: 0.666, low: null, high: null }, 'share')).toEqual({
      value: '67 %',
      between: null,
      n: 3,
    });
    expect(toldEstimate({ n: 0, value: null, low: null, high: null }, 'time')).toBeNull();
  });

  it('stands under a key in words', () => {
    expect([keyWords('all', 'service'), keyWords('1', 'severity'), keyWords('1', 'service')]).toEqual([
      'All incidents',
      'SEV1',
      '1',
    ]);
  });
});

describe('a redacted entry', () => {
  const event = (seq: number, by: string, type = 'record.redacted'): ApiTimelineEvent => ({
    streamId: 'system',
    seq: 1,
    type,
    at: '2026-11-26T13:00:00.000Z',
    actor: { kind: 'user', id: by },
    cause: 'req_1',
    data: { streamId: 'inc_1', seq, reason: 'a token' },
    prevHash: '',
    hash: '',
  });

  it('has who took something out last, and is counted once in the seal', () => {
    const by = redactedBySeq([event(4, 'ana'), event(4, 'ben'), event(9, 'ana', 'switch.engaged')]);
    expect([...by]).toEqual([[4, { by: 'ben', at: '2026-11-26T13:00:00.000Z', reason: 'a token' }]]);
    expect(sealText(139, [{ seq: 4 }, { seq: 4 }, { seq: null }])).toBe('139 events verified, 1 redacted');
    expect(sealText(1, [])).toBe('1 event verified');
  });
});

describe('a name', () => {
  const names = new Map([
    ['U0BEN', 'Ben'],
    ['local:ana', 'Ana'],
  ]);
  const name = (text: string) => named(text, (id) => names.get(id));

  it('stands in the place of an id that is known, and of no other word', () => {
    expect(name('U0BEN leads')).toBe('Ben leads');
    expect(name('invited: U0BEN, U0EVE; <@U0BEN> and <@U0EVE|eve>')).toBe('invited: Ben, U0EVE; @Ben and <@U0EVE|eve>');
    expect(name('by local:ana: done')).toBe('by Ana: done');
    expect(name('XU0BEN UNITED U0BENS')).toBe('XU0BEN UNITED U0BENS');
  });
});

describe('a new token', () => {
  it('has a name that can stand in a record, an end, and no right that its maker does not hold', () => {
    expect(['ci', 'a-1_b', 'CI', '', '-a', 'a'.repeat(64)].map((text) => nameFault(text) === null)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(endsAt('7', now)).toBe('2026-12-03T13:03:20.000Z');
    const rights = { view: true, start: true, order: false, bypass: true } as Parameters<
      typeof givableRights
    >[0]['rights'];
    expect(givableRights({ rights })).toEqual(['view', 'start']);
  });
});
