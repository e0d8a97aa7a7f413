// What the pages of evidence, postmortems and action items are made of: tables, charts, whence, drafts of sections, who reviews, whose items.
import { describe, expect, it } from 'vitest';
import type { ApiActionItem } from '../../src/contract/action-item.ts';
import type { ApiEvidence } from '../../src/contract/evidence.ts';
import type { ApiPostmortem } from '../../src/contract/postmortem.ts';
import {
  addedItem,
  byDue,
  changedItem,
  isOwnedBy,
  itemLine,
  nothingSaid,
  queryOf,
  readItemSearch,
  saidOf,
} from '../../src/web/model/action-items.ts';
import { chartColumns, chartWords } from '../../src/web/model/chart.ts';
import { csvTable } from '../../src/web/model/csv.ts';
import { evidenceOf, whence } from '../../src/web/model/evidence.ts';
import { counts, editLines, isTouched, lastEditor, paragraphsOf, whyNoReview } from '../../src/web/model/postmortem.ts';
import { draftFault, draftOf, parseRefs, withNewPoint, writtenOf } from '../../src/web/model/section-draft.ts';
import { itemState, states } from '../../src/web/model/states.ts';

const at = '2026-11-26T13:00:00.000Z';
const ana = { kind: 'user', id: 'U0ANA', name: 'Ana' } as const;
const ben = { kind: 'user', id: 'U0BEN', name: 'Ben' } as const;

describe('evidence on the page', () => {
  it('a table keeps commas, quotes and lines within quotes, whatever a cell begins with', () => {
    expect(csvTable('a,b\r\n"x, ""y""\nz",=1+1\n', 10)).toEqual({
      rows: [
        ['a', 'b'],
        ['x, "y"\nz', '=1+1'],
      ],
      more: false,
    });
  });

  it('a table ends where its bound is and says that there is more; a quote that is never closed ends with the text', () => {
    expect(csvTable('1\n2\n3\n', 2)).toEqual({ rows: [['1'], ['2']], more: true });
    expect(csvTable('a\n"open', 5)).toEqual({ rows: [['a'], ['open']], more: false });
    expect(csvTable('', 5)).toEqual({ rows: [], more: false });
  });

  it('series of different instants share one time, with holes where one has no value', () => {
    const points = { a: [[1, 5] as const, [3, 7] as const], b: [[2, null] as const, [3, 1] as const] };
    const series = [
      { name: 'a', points: points.a },
      { name: 'b', points: points.b },
    ];
    const columns = chartColumns(JSON.stringify({ chart: 'series/v1', title: 'up', series }));
    expect(columns).toMatchObject({
      seconds: [1, 2, 3],
      values: [
        [5, null, 7],
        [null, null, 1],
      ],
      omitted: 0,
    });
    expect(columns && chartWords(columns)).toBe(
      'a: from 5 to 7, lowest 5, highest 7; b: from 1 to 1, lowest 1, highest 1',
    );
  });

  it('what is no chart is none, whatever it is called', () => {
    for (const text of ['', '[]', '{"chart":"series/v2","series":[]}', '{"chart":"series/v1"}'])
      expect(chartColumns(text)).toBeNull();
  });

  it('evidence of a run and of a moment is told from the rest, with what took it', () => {
    const piece = (said: Partial<ApiEvidence>): ApiEvidence => ({
      name: 'a',
      type: null,
      preview: 'text',
      bytes: 1,
      cutBytes: 0,
      digest: 'sha256:0',
      capturedAt: at,
      capturedBy: { type: 'opening', of: 'query' },
      seq: 1,
      redacted: false,
      ...said,
    });
    const byStep = piece({ capturedBy: { type: 'step', runId: 'run_1', step: 'look', attempt: 2 } });
    const later = piece({ capturedAt: '2026-11-26T14:00:00.000Z' });
    expect(evidenceOf([byStep, later], { runId: 'run_1' })).toEqual([byStep]);
    expect(evidenceOf([byStep, later], { at: '2026-11-26T13:30:00Z' })).toEqual([byStep]);
    expect([byStep, later].map(whence)).toEqual(['from step look, try 2', 'at opening']);
  });
});

const sections: ApiPostmortem['sections'] = {
  summary: 'It broke.',
  impact: { who: 'buyers', what: 'buy', measured: '' },
  story: [{ text: 'An alert came.', refs: [{ stream: 'inc_1', seq: 3, redacted: true }], phase: 'detection', at }],
  factors: [{ id: 'f1', type: 'change', text: 'No canary.', refs: [] }],
  surprise: '',
  helped: [],
  notHelped: [],
  followUps: '',
  custom: { legal: 'none', other: 'kept' },
};
const where = { stream: 'inc_1', sections };

describe('a section while it is edited', () => {
  it.each(['summary', 'surprise', 'followUps', 'impact', 'story', 'factors', 'helped', 'notHelped'] as const)(
    '%s is sent as it stood where nothing was changed, with its references and ids',
    (key) => {
      const plain = JSON.parse(
        JSON.stringify({ [key]: sections[key] }, (name, value: unknown) =>
          name === 'at' || name === 'redacted' ? undefined : value,
        ),
      );
      expect(JSON.parse(JSON.stringify(writtenOf(key, draftOf(key, sections), where)))).toEqual(plain);
    },
  );

  it('a section of the house keeps the other ones', () => {
    expect(writtenOf('legal', { type: 'text', text: 'two' }, where)).toEqual({
      custom: { legal: 'two', other: 'kept' },
    });
  });

  it('a new point has a key of its own and the kind of the one before; it must say something, and refer to numbers', () => {
    const draft = draftOf('factors', sections);
    if (draft.type !== 'points') throw new Error('factors are points');
    const more = withNewPoint(draft);
    if (more.type !== 'points') throw new Error('factors are points');
    expect(more.points.map(({ key, kind, id }) => [key, kind, id])).toEqual([
      [0, 'change', 'f1'],
      [1, 'change', undefined],
    ]);
    expect(draftFault(more)).toMatch(/says nothing/);
    const odd = { ...more, points: more.points.map((point) => ({ ...point, text: 'x', refs: 'twelve' })) };
    expect(draftFault(odd)).toMatch(/Entries are numbers/);
  });

  it('references are typed as one likes', () => {
    expect(parseRefs(' #3, 12;3 ')).toEqual([3, 12]);
    expect([parseRefs(''), parseRefs('0'), parseRefs('3-5')]).toEqual([[], null, null]);
  });
});

describe('who writes and who reviews', () => {
  const edits = {
    summary: { version: 4, by: ben, at },
    impact: { version: 2, by: ana, at },
  };
  it('whoever wrote last does not review, by the same person on any surface', () => {
    expect(lastEditor({ edits })).toEqual(ben);
    expect(whyNoReview({ edits, status: 'in_review' }, ben)).toMatch(/You wrote last/);
    expect(whyNoReview({ edits, status: 'in_review' }, ana)).toBeNull();
    const [one, two] = [{ ...ben, person: 'ben' }, { kind: 'api', id: 'token:ben', person: 'ben' } as const];
    expect(whyNoReview({ edits: { summary: { version: 1, by: one, at } }, status: 'in_review' }, two)).not.toBeNull();
  });

  it('a review of an earlier version does not count, and edits in between are told by person', () => {
    expect([counts({ version: 4 }, { version: 4 }), counts({ version: 3 }, { version: 4 })]).toEqual([true, false]);
    const since = [
      { section: 'summary', version: 4, by: 'Ben', at },
      { section: 'legal', version: 5, by: 'Ben', at },
    ];
    const told = { version: 5, since, yours: null };
    expect(editLines(told, [{ key: 'summary', title: 'Summary', prompt: '' }])).toEqual([
      'Ben edited Summary and legal',
    ]);
    expect([isTouched(told, 'summary'), isTouched(told, 'impact')]).toEqual([true, false]);
  });

  it('paragraphs are parted by empty lines', () => {
    expect(paragraphsOf(' a\nb\n \n\n c ')).toEqual(['a\nb', 'c']);
  });
});

describe('action items on the page', () => {
  const item = (said: Partial<ApiActionItem>): ApiActionItem => ({
    id: '7-1',
    text: 'x',
    owner: null,
    due: null,
    factor: null,
    verify: null,
    status: 'open',
    reason: null,
    link: null,
    overdue: false,
    addedBy: ana,
    addedAt: at,
    endedAt: null,
    incident: { id: 'inc_7', number: 7, title: 'a fault' },
    ...said,
  });

  it('are mine by id, name or mention, and nobody’s are not', () => {
    const me = { kind: 'user', id: 'local:ana', name: 'Ana' } as const;
    expect(['ana', 'Ana', '@ana', 'local:ana'].every((owner) => isOwnedBy({ owner }, me))).toBe(true);
    expect([null, 'ben', 'anabel'].some((owner) => isOwnedBy({ owner }, me))).toBe(false);
  });

  it('are sent with what was typed, and when changed with what was touched, emptied fields as nothing', () => {
    expect(addedItem({ ...nothingSaid, text: ' rotate the keys ', due: 'friday' })).toEqual({
      ...{ text: 'rotate the keys', due: 'friday' },
      ...{ owner: undefined, factor: undefined, verify: undefined },
    });
    const one = item({ owner: 'ana', due: '2026-12-01' });
    expect(changedItem(one, saidOf(one))).toEqual({});
    expect(changedItem(one, { ...saidOf(one), owner: ' ', due: '2026-12-08' })).toEqual({
      owner: null,
      due: '2026-12-08',
    });
  });

  it('stand by the day they are due, those without one after them, those that ended last', () => {
    const items = [
      item({ id: '7-10' }),
      item({ id: '7-2' }),
      item({ id: '7-3', due: '2026-12-01' }),
      item({ id: '7-4', due: '2026-01-01', status: 'done' }),
    ];
    expect(items.toSorted(byDue).map(({ id }) => id)).toEqual(['7-3', '7-2', '7-10', '7-4']);
  });

  it('have one state each, and an address that is unknown shows what is to be done', () => {
    expect(itemState(item({ overdue: true }))).toBe(states.overdue);
    expect(itemState(item({ status: 'done' }))).toBe(states.done);
    expect(itemLine(item({ owner: 'ana' }))).toBe('7-1 · ana · no day');
    expect([readItemSearch({ show: 'mine' }), readItemSearch({ show: 'x' })]).toEqual([
      { show: 'mine' },
      { show: undefined },
    ]);
    expect([queryOf('overdue'), queryOf('mine'), queryOf('all')]).toEqual([
      { overdue: 'true' },
      { status: 'open' },
      {},
    ]);
  });
});
