// What a postmortem tells: clocks, drafts with references, what would have made it shorter, and how it reads in every form.
import { describe, expect, it } from 'vitest';
import type { Actor, StoredEvent } from '../../src/core/events.ts';
import { toConfluence } from '../../src/core/postmortem/confluence.ts';
import type { DocumentOptions } from '../../src/core/postmortem/document.ts';
import { documentTime, lasted } from '../../src/core/postmortem/document-time.ts';
import { toHtml } from '../../src/core/postmortem/html.ts';
import { toMarkdown } from '../../src/core/postmortem/markdown.ts';
import { type Postmortem, toPostmortem } from '../../src/core/postmortem/model.ts';
import { toNotion } from '../../src/core/postmortem/notion.ts';
import { covered, joined, without } from '../../src/core/postmortem/spans.ts';
import { tombstone } from '../../src/core/redaction/redact-data.ts';
import { addMs } from '../../src/core/time.ts';
import { incidentStream, opened } from '../support/given/incident-stream.ts';

const events = incidentStream('checkout');
const of = (stream: readonly StoredEvent[], options?: DocumentOptions): Postmortem => {
  const postmortem = toPostmortem(stream, options);
  if (!postmortem) throw new Error('there is no postmortem');
  return postmortem;
};
const p = of(events);
const ana: Actor = { kind: 'user', id: 'U0ANA', name: 'Ana' };

/** The stream with more events after it. */
const and = (...more: readonly Partial<StoredEvent>[]) => [
  ...events,
  ...more.map((event, index) => ({
    ...(events.at(-1) as StoredEvent),
    actor: ana,
    seq: events.length + 1 + index,
    at: addMs(opened, 400_000 + index * 1000),
    ...event,
  })),
];
const edited = (sections: { [name: string]: unknown }, version = 1) => ({
  type: 'postmortem.edited',
  data: { version, sections } as StoredEvent['data'],
});

describe('the clocks of a postmortem', () => {
  it('begin with the start that the alert itself tells, and know nothing that nobody said', () => {
    const { clocks } = p.document;
    expect(clocks.began).toMatchObject({ at: addMs(opened, -240_000), how: 'the start that the alert itself tells' });
    expect(clocks).toMatchObject({
      detected: { at: opened },
      firstAction: { at: addMs(opened, 60_000) },
      told: { at: null },
      mitigated: { at: null },
      over: { at: addMs(opened, 360_000) },
      closed: { at: null },
    });
  });

  it('tell the end of an incident from its close', () => {
    const closed = of(and({ type: 'incident.closed', data: { reason: 'nothing is left' } }));
    expect(closed.incident).toMatchObject({ resolvedAt: addMs(opened, 360_000), closedAt: addMs(opened, 400_000) });
    expect(toMarkdown(closed)).toContain('| Closed | 1 Mar 00:05:40 UTC |');
    expect(toMarkdown(closed)).toContain('| Over | 1 Mar 00:05:00 UTC |');
  });

  it('do not believe a start that lies in the future or a month ago', () => {
    const [first, received, ...rest] = events as [StoredEvent, StoredEvent, ...StoredEvent[]];
    for (const startsAt of [addMs(opened, 60_000), addMs(opened, -40 * 86_400_000), 'yesterday']) {
      const alert = { ...(received.data['alert'] as object), startsAt };
      const told = of([first, { ...received, data: { ...received.data, alert } }, ...rest]);
      expect(told.document.clocks.began.at).toBe(opened);
    }
  });
});

describe('the draft of a postmortem', () => {
  it('tells the story by phase, with references to entries that are there', () => {
    const { story } = p.document.sections;
    expect([...new Set(story.map(({ phase }) => phase))]).toEqual(['detection', 'diagnosis', 'action', 'recovery']);
    const seqs = new Set(events.map(({ seq }) => seq));
    for (const { refs } of story) {
      expect(refs.length).toBeGreaterThan(0);
      for (const { stream, seq } of refs) expect([stream, seqs.has(seq)]).toEqual(['inc_1', true]);
    }
    expect(story.map(({ text }) => text)).toContain(
      'ana approved “shell.run” after 1 m; @sre had been asked.'.replace('shell.run', '$ /bin/true'),
    );
    // Its first reference is its time: what was decided stands when it was decided.
    const decided = story.find(({ text }) => text.includes(' approved '))?.refs[0]?.seq;
    expect(events.find(({ seq }) => seq === decided)?.type).toBe('approval.granted');
  });

  it('lists what did not help: what failed, and what was undone', () => {
    expect(p.document.sections.notHelped.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^test: “.*” failed: /),
      expect.stringMatching(/^test: act was undone /),
    ]);
    expect(p.document.sections.helped).toEqual([]);
  });

  it('gives way to people’s words, section by section', () => {
    const told = of(and(edited({ summary: 'Cards were refused.' }), edited({ custom: { legal: 'none' } }, 2)));
    expect(told.document.sections).toMatchObject({ summary: 'Cards were refused.', custom: { legal: 'none' } });
    expect(told.document.sections.story).toEqual(p.document.sections.story);
    expect(told.document.state).toMatchObject({ version: 2, sections: { summary: { by: ana } } });
    expect(toMarkdown(told)).toContain('## Summary\n\nCards were refused.\n\n## Impact');
  });

  it('asks what nobody has written, as the template says, in the template’s order', () => {
    const template = {
      sections: [
        { key: 'legal', title: 'Duties to report', prompt: 'Whom must we tell?' },
        { key: 'surprise', title: 'Surprise', prompt: 'What was not so?' },
      ],
    };
    const markdown = toMarkdown(of(events, { template }));
    expect(markdown).toContain('## Duties to report\n\n> **Not written yet.** Whom must we tell?\n\n## Surprise');
    expect(markdown).not.toContain('## Summary');
  });
});

describe('what would have made it shorter', () => {
  it('is computed of the ledger, with its method', () => {
    expect(p.document.counterfactuals.map(({ id, shorterMs, wouldBeMs }) => [id, shorterMs, wouldBeMs])).toEqual([
      ['detection', 240_000, 360_000],
      ['approval', 60_000, 540_000],
      ['first_action', 60_000, 540_000],
      ['retries', 12_000, 588_000],
    ]);
    const approval = p.document.counterfactuals.find(({ id }) => id === 'approval');
    expect(approval?.text).toBe('Had the approval come at once: 1 m shorter (9 m instead of 10 m).');
    expect(approval?.method).toMatch(/^The time in which a request that was granted waited/);
  });

  it('is not computed of an incident that is not over', () => {
    expect(of(events.slice(0, -1)).document.counterfactuals).toEqual([]);
  });

  it('measures time without counting it twice', () => {
    const spans = [
      { from: 5, to: 8 },
      { from: 0, to: 6 },
      { from: 10, to: 12 },
    ];
    expect(joined(spans)).toEqual([
      { from: 0, to: 8 },
      { from: 10, to: 12 },
    ]);
    expect(
      without(spans, [
        { from: 2, to: 3 },
        { from: 7, to: 11 },
      ]),
    ).toEqual([
      ...[
        { from: 0, to: 2 },
        { from: 3, to: 7 },
        { from: 11, to: 12 },
      ],
    ]);
    expect(covered(spans)).toBe(10);
  });
});

describe('a document for people', () => {
  const forms = (told: Postmortem) => [
    toMarkdown(told),
    toHtml(told),
    toConfluence(told),
    JSON.stringify(toNotion(told)),
  ];

  it('has names and no ids of people or runs, times as people write them and short digests', () => {
    const said = of(
      and(
        { type: 'role.assigned', data: { role: 'lead', user: 'U0ANA' } },
        { type: 'note.added', data: { text: 'ask <@U0ANA> and <@U0NOBODY1> of run_00000000000000000000000000' } },
      ),
    );
    for (const text of forms(said)) {
      expect(text).not.toMatch(/\bU0[A-Z]+\b|run_0000/);
      expect(text).not.toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d/);
      expect(text).not.toMatch(/[0-9a-f]{40}/);
    }
    expect(toMarkdown(said)).toContain('ana led it from here on.');
    expect(toMarkdown(said)).toContain('1 Mar 00:00');
  });

  it('shows times in the time zone of the settings, with its name there', () => {
    expect(documentTime('Europe/Berlin').minute('2026-11-26T13:03:20.000Z')).toBe('26 Nov 14:03 CET');
    expect(documentTime('Europe/Berlin').minute('2026-07-26T13:03:20.000Z')).toBe('26 Jul 15:03 CEST');
    expect(documentTime('America/New_York').second('2026-11-26T13:03:20.000Z')).toBe('26 Nov 08:03:20 EST');
    expect(documentTime('Nowhere/Else').minute('2026-11-26T13:03:20.000Z')).toBe('26 Nov 13:03 UTC');
    expect([850, 12_000, 220_000, 7_800_000, 273_600_000].map(lasted)).toEqual([
      '850 ms',
      '12 s',
      '3 m 40 s',
      '2 h 10 m',
      '3 d 4 h',
    ]);
  });

  it('says of a step that only looked that there is nothing to undo, and paints nothing red that did not go wrong', () => {
    const html = toHtml(p);
    const row = /<tr class="(\w+)"><td[^>]* data-label="Step">look<\/td><td[^>]* data-label="State">([^<]+)/.exec(html);
    expect(row?.slice(1)).toEqual(['neutral', 'nothing to undo']);
    expect(html).not.toMatch(/class="bad"[^>]*>(?:(?!<\/tr>).)*irreversible/);
  });

  it('breaks no short word and no digest of a table, and anything that is longer than paper is wide', () => {
    const html = toHtml(p);
    expect(html).toMatch(/<td class="n" data-label="Digest"><code>|<td class="n" data-label="Plan"><code>/);
    expect(html).toMatch(/<td class="[nw]" data-label="Outcome">/);
    const long = of(and(edited({ impact: { who: 'x'.repeat(400), what: 'y', measured: 'z' } })));
    expect(toHtml(long)).toContain(`<td>${'x'.repeat(400)}</td>`);
  });

  it('says in words what triggered it', () => {
    expect(p.triggers).toEqual(['The alert “checkout” of alertmanager started test 1.0.0 for x checkout.']);
  });

  it('shows an entry that was redacted as redacted, and what refers to it goes on to lead there', () => {
    const note = events.find(({ type }) => type === 'note.added') as StoredEvent;
    const redacted = events.map((event) => (event === note ? { ...event, data: { text: tombstone } } : event));
    const told = of([
      ...redacted,
      ...and(edited({ helped: [{ text: 'the note', refs: [{ stream: 'inc_1', seq: note.seq }] }] })).slice(-1),
    ]);
    const html = toHtml(told);
    expect(html).toContain(`<a href="#e${note.seq}">${note.seq}</a> (redacted)`);
    expect(html).toMatch(new RegExp(`id="e${note.seq}">.*\\[redacted\\]`));
  });

  it('keeps the messages of the channel, as they read at the end', () => {
    const message = { channelId: 'C1', ts: '1.0' };
    const kept = {
      ...message,
      saidAt: opened,
      author: { id: 'U0KIM', name: 'Kim' },
      text: 'the pool is full',
      permalink: null,
      files: [],
      how: 'reaction',
    };
    const told = of(
      and(
        { type: 'chat.kept', data: kept },
        { type: 'chat.edited', data: { ...message, editedAt: '2.0', text: 'the pool of db-1 is full' } },
      ),
    );
    expect(told.chat).toMatchObject([{ who: 'Kim', text: 'the pool of db-1 is full' }]);
    expect(told.document.sections.story.map(({ text }) => text)).toContain(
      'Kim in the channel: “the pool of db-1 is full”',
    );
  });

  it('lists action items with the factor that they address', () => {
    const told = of(
      and(edited({ factors: [{ id: 'f1', type: 'capacity', text: 'the pool was small', refs: [] }] }), {
        type: 'action_item.added',
        data: {
          id: '7-1',
          text: 'a larger pool',
          owner: 'U0ANA',
          due: '2026-04-01',
          factor: 'f1',
          verify: 'load test',
        },
      }),
    );
    expect(toMarkdown(told)).toContain(
      '| `7-1` | a larger pool | ana | 1 Apr 2026 | the pool was small | load test | open |',
    );
  });

  it('stays within what Notion takes in one request', () => {
    const { children } = toNotion(of(and(edited({ summary: 'x'.repeat(19_000) }))));
    for (const lot of children) expect(lot.length).toBeLessThanOrEqual(100);
    const texts = JSON.stringify(children).match(/"content":"((?:[^"\\]|\\.)*)"/g) ?? [];
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(2000 + '"content":""'.length);
  });

  it('is well-formed in Confluence’s storage format', () => {
    const open: string[] = [];
    for (const [tag, close, name = '', self] of toConfluence(of(and(edited({ summary: '<b>&"\u0001' })))).matchAll(
      /<(\/?)([\w:-]+)[^>]*?(\/?)>/g,
    ))
      if (close) expect([tag, open.pop()]).toEqual([tag, name]);
      else if (!self) open.push(name);
    expect(open).toEqual([]);
  });
});
