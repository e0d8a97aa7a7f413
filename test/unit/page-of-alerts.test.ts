// What the pages of alerts make of the API's answers: the calendar of what is quiet, the form that makes it so, what explain says.
import { describe, expect, it } from 'vitest';
import type { ApiSilence, ApiWindow } from '../../src/contract/mute.ts';
import { Alert } from '../../src/core/alert/alert.ts';
import { systemPrincipal } from '../../src/core/authority/principal.ts';
import { readAlertSearch } from '../../src/web/model/alert-search.ts';
import { calendarOf, midnights } from '../../src/web/model/calendar.ts';
import { readableBody } from '../../src/web/model/delivery-text.ts';
import { explainedState, pastedJson, sentenceKind, sentencesOf } from '../../src/web/model/explain.ts';
import { groupState, waitsForText } from '../../src/web/model/holds.ts';
import { emptyMute, fieldInstant, fieldText, muteFault, whereOf } from '../../src/web/model/mute-form.ts';
import { partsOfSentence } from '../../src/web/model/sentence.ts';
import { alertStory } from '../support/engine/alert-story.ts';

const silence = (startsAt: string, endsAt: string): ApiSilence => ({
  id: startsAt,
  name: null,
  sets: [{ service: 'shop' }],
  startsAt,
  endsAt,
  owner: 'ana',
  reason: 'it moves',
  from: 'person',
  state: 'active',
  made: null,
  held: null,
  forgotten: null,
});

describe('the calendar of what is quiet', () => {
  const at = (iso: string) => Date.parse(iso);

  it('begins its days at midnight in the time zone that was chosen', () => {
    const days = midnights(at('2026-03-10T23:30:00Z'), 'Europe/Berlin', 1).map((ms) => new Date(ms).toISOString());
    expect(days).toEqual(['2026-03-10T23:00:00.000Z', '2026-03-11T23:00:00.000Z']);
  });

  it('draws the day on which the clock goes forward an hour shorter', () => {
    const edges = midnights(at('2026-03-28T12:00:00Z'), 'Europe/Berlin', 3);
    expect(edges.slice(1).map((ms, day) => (ms - (edges[day] ?? 0)) / 3_600_000)).toEqual([24, 23, 24]);
  });

  it('cuts what goes beyond it, leaves out what is outside, and says what holds now', () => {
    const nowMs = at('2026-05-01T12:00:00Z');
    const silences = [
      silence('2026-04-01T00:00:00Z', '2026-05-01T18:00:00Z'),
      silence('2026-05-02T00:00:00Z', '2026-06-01T00:00:00Z'),
      silence('2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z'),
    ];
    const { rows, days, now } = calendarOf({ silences, windows: [] }, { nowMs, zone: 'UTC', days: 2 });
    expect(rows.map(({ bars }) => bars.map(({ from, to, isNow }) => [from, to, isNow]))).toEqual([
      [[0, 0.375, true]],
      [[0.5, 1, false]],
      [],
    ]);
    expect([days.map(({ weekday }) => weekday), now]).toEqual([['Fri', 'Sat'], 0.25]);
  });

  it('draws of a window that comes again this time and the next', () => {
    const window: ApiWindow = {
      id: 'nightly',
      name: 'nightly',
      where: null,
      mode: 'quiet',
      owner: 'ana',
      reason: 'backups',
      from: 'file',
      made: null,
      now: { startsAt: '2026-05-01T11:00:00Z', endsAt: '2026-05-01T13:00:00Z' },
      next: { startsAt: '2026-05-02T11:00:00Z', endsAt: '2026-05-02T13:00:00Z' },
      endsAt: null,
    };
    const nowMs = at('2026-05-01T12:00:00Z');
    const { rows } = calendarOf({ silences: [], windows: [window] }, { nowMs, zone: 'UTC', days: 7 });
    expect(rows[0]?.bars.map(({ isNow }) => isNow)).toEqual([true, false]);
  });
});

describe('the form that keeps alerts quiet', () => {
  const nowMs = Date.parse('2026-05-01T12:00:00Z');
  const form = { ...emptyMute('2026-05-01T15:00', 'service="shop"'), reason: 'it moves' };

  it('takes what a field shows as the time in the chosen zone', () => {
    expect(fieldText(nowMs, 'Europe/Berlin')).toBe('2026-05-01T14:00');
    expect(fieldInstant('2026-05-01T14:00', 'Europe/Berlin')).toBe('2026-05-01T12:00:00.000Z');
    expect(fieldInstant('', 'UTC')).toBeNull();
  });

  it.each([
    ['names no alert', { match: ' \n' }, /^Say first which alerts/],
    ['has no end', { endsAt: '' }, /^Say when it ends/],
    ['ends before it begins', { startsAt: '2026-05-01T16:00' }, /^It must end after/],
    ['is over already', { endsAt: '2026-05-01T11:00' }, /^It must end after/],
    ['has no reason', { reason: ' ' }, /^Say why/],
    ['is a window without a name', { kind: 'window' as const, name: 'Move it' }, /^Give the window a name/],
  ])('says what is missing where it %s', (_what, change, fault) => {
    expect(muteFault({ ...form, ...change }, 'UTC', nowMs)).toMatch(fault);
  });

  it('gives each line of matchers as one, and nothing where nothing is named', () => {
    expect(muteFault(form, 'UTC', nowMs)).toBeNull();
    expect(whereOf({ match: 'a="1"\n\n b="2" ', service: ' ', source: 'grafana' })).toEqual({
      match: ['a="1"', 'b="2"'],
      source: 'grafana',
    });
    expect(whereOf({ match: '', service: '', source: '' })).toBeNull();
  });
});

describe('what explain says', () => {
  it('is read for what counts and what does not, as the rules themselves say it', async () => {
    const story = alertStory(`
silences:
  - { name: quiet, sets: [{ match: 'host="db-9"' }], startsAt: "2026-01-01T00:00:00Z", endsAt: "2027-01-01T00:00:00Z", owner: ana, reason: it moves }
  - { name: other, sets: [{ match: 'host="db-1"' }], startsAt: "2026-01-01T00:00:00Z", endsAt: "2027-01-01T00:00:00Z", owner: ana, reason: it moves }
groups: [{ name: databases, where: { match: 'role="db"' } }, { name: all }]
routes: [{ name: shop, where: { service: shop } }]
`);
    const alert = Alert.parse({
      ...{ source: 'alertmanager', integration: 'am', fingerprint: 'f1', status: 'firing', title: 'Disk' },
      ...{ severity: 'warning', labels: { host: 'db-9' } },
    });
    const answer = await story.engine.operations.explainAlert({ principal: systemPrincipal, alert });
    if (!answer.ok) throw new Error(answer.error.message);
    const stages = answer.value.stages.map((one) => ({ ...one, because: [...one.because] }));
    const kinds = (stage: string) => {
      const found = stages.find((one) => one.stage === stage);
      return found ? sentencesOf(found).map(({ kind }) => kind) : [];
    };
    expect(kinds('suppress')).toEqual(['counts', 'differs']);
    expect(kinds('group').slice(0, 2)).toEqual(['differs', 'counts']);
    expect(kinds('route')).toEqual(['differs']);
    expect(explainedState({ alert, stages }).word).toBe('Held back');
  });

  it('keeps the depth of a route and takes an unknown sentence as a remark', () => {
    const [route] = sentencesOf({ because: ['    the route a matches: it asks for nothing'] });
    expect(route).toMatchObject({ depth: 2, kind: 'counts' });
    expect(sentenceKind('something new')).toBe('remark');
    expect(sentenceKind('the group a could not be evaluated, so it does not take it: no such key')).toBe('unclear');
  });

  it('shows the instants in a sentence apart from its words', () => {
    expect(partsOfSentence('held until 2026-05-01T12:00:00.000Z: why')).toEqual([
      { text: 'held until ', isInstant: false },
      { text: '2026-05-01T12:00:00.000Z', isInstant: true },
      { text: ': why', isInstant: false },
    ]);
  });

  it('is asked only for one JSON object', () => {
    expect(pastedJson('{"a":1}')).toEqual({ json: { a: 1 } });
    expect([pastedJson(''), pastedJson('[1]'), pastedJson('{')].every((read) => 'fault' in read)).toBe(true);
  });
});

describe('a group', () => {
  const hold = {
    by: 'silence' as const,
    name: 'sil_1',
    owner: 'ana',
    reason: 'it moves',
    until: '2026-05-02T00:00:00Z',
  };
  const held = {
    ...{ fingerprint: 'f1', title: 'Disk', severity: 'warning', status: 'firing' as const },
    ...{ since: '2026-05-01T00:00:00Z', lastAt: '2026-05-01T00:00:00Z', count: 1, told: false, hold },
  };

  it('says first what holds it, whose that is and why', () => {
    expect(groupState({ held: [held], incident: 'inc_1' }).word).toBe('Silenced');
    expect(groupState({ held: [], incident: 'inc_1' }).word).toBe('Told');
    expect(waitsForText(hold)).toBe('The silence sil_1 of ana: it moves');
  });
});

describe('what a delivery said', () => {
  it('is JSON with lines where it is JSON, and the text itself where it is not or was cut', () => {
    expect(readableBody({ body: '{"a":1}', bodyBytes: 7 })).toEqual({
      text: '{\n  "a": 1\n}',
      isJson: true,
      isWhole: true,
    });
    expect(readableBody({ body: '{"a":', bodyBytes: 900 })).toEqual({ text: '{"a":', isJson: false, isWhole: false });
    expect(readableBody({ body: 'é', bodyBytes: 2 }).isWhole).toBe(true);
  });
});

it('an address of alerts gives what it knows, and nothing else', () => {
  expect(readAlertSearch({ only: 'held', at: 'never', status: 'lost', fingerprint: 7, silence: '' })).toEqual({
    ...{ only: 'held', at: undefined, status: undefined, fingerprint: '7', silence: '' },
  });
});
