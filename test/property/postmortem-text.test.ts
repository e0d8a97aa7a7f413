// Postmortems as files: whatever stands in an alert or a note, it is text there, and never becomes part of the document.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cell, toCsv } from '../../src/core/postmortem/csv.ts';
import { escapeHtml, toHtml } from '../../src/core/postmortem/html.ts';
import { escapeMarkdown, toMarkdown } from '../../src/core/postmortem/markdown.ts';
import { type Postmortem, toPostmortem } from '../../src/core/postmortem/model.ts';
import { visibleText } from '../../src/core/visible-text.ts';
import { incidentStream } from '../support/given/incident-stream.ts';

const told = (text: string): Postmortem => {
  const postmortem = toPostmortem(incidentStream(text));
  if (!postmortem) throw new Error('there is no postmortem');
  return postmortem;
};
const plain = told('checkout');

const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='x",
      '</title></style><svg/onload=x>',
    ],
    ...['&lt;b&gt;', '<!--', ']]>', '</td></tr></table>', 'javascript:alert(1)', '\u202egnp.exe', '\u0000\u001b[31m'],
    ...[
      '| a | b |',
      '`code`',
      '```',
      '# title',
      '- item',
      '1. item',
      '---',
      '[x](http://evil)',
      '![x](http://evil/p.png)',
    ],
    ...[
      'https://evil.example.com',
      'www.evil.example',
      'a@evil.example',
      '@channel',
      '<@U1>',
      '$(rm)',
      '\\',
      '\\|',
      '**b**',
      '\n\n# x',
    ],
    ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '|cmd', '%0A', '＝1', ' =1', '"=1', "'=1", 'a","=1', 'a\r\n=1'],
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'<>&"\'`|\\[]()!@=+-#*_~\n\r\t :/;'), maxLength: 30 }),
);
const runs = { numRuns: 150 };

describe('HTML', () => {
  // How a cell may break is one of three words of ours, by how long its column's texts are.
  const tags = (html: string) => html.match(/<[^>]*>/g)?.map((tag) => tag.replace(/^<td class="[nw]"/, '<td'));

  it('has the same elements and attributes whatever the text is', () => {
    const expected = tags(toHtml(plain));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(tags(toHtml(told(text)))).toEqual(expected);
      }),
      runs,
    );
  });

  it('loads nothing, runs nothing, and is complete', () => {
    const html = toHtml(plain);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toMatch(/<\/html>\n$/);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    // It leads to its own entries, and nowhere else.
    const elsewhere = html.replaceAll(/<a href="#e\d+">/g, '').replaceAll('url(#hatch)', '');
    expect(elsewhere).not.toMatch(
      /<(?:script|link|img|iframe|object|embed|form|a|base)\b|\bon\w+=|\b(?:src|href)=|@import|url\(/i,
    );
  });

  it('escapes so that a browser shows the same text', () => {
    const entities: { [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
    fc.assert(
      fc.property(fc.string(), (text) => {
        const shown = escapeHtml(text).replace(/&([^;]+);/g, (_, name: string) => entities[name] ?? '?');
        expect(shown).toBe(visibleText(text));
      }),
    );
  });
});

describe('Markdown', () => {
  /** What makes the document: its lines, how each begins, and the bars that no backslash disarms. */
  const frame = (markdown: string) =>
    markdown
      .split('\n')
      .map((line) => [/^(?:#+ |- |\| ?)?/.exec(line)?.[0], line.match(/(?<!\\)(?:\\\\)*\|/g)?.length ?? 0]);

  it('has the same lines, headings, lists and tables whatever the text is', () => {
    const expected = frame(toMarkdown(plain));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(frame(toMarkdown(told(text)))).toEqual(expected);
      }),
      runs,
    );
  });

  it('holds no live markup of foreign text: no HTML, link, image, code, mention or address', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/[<>\n\r]/);
        expect(escaped).not.toMatch(/(?<!\\)(?:\\\\)*[`*_[\]()!|~#]/);
        expect(escaped).not.toMatch(/@[^\u2060]|[^\\]:\/\/|^:\/\/|www\.|mailto:/i);
      }),
      runs,
    );
  });

  it('keeps plain words as they are', () => {
    expect(escapeMarkdown('checkout-api does not answer, 5 of 7.')).toBe('checkout-api does not answer, 5 of 7.');
  });
});

describe('CSV', () => {
  /** RFC 4180, strictly. */
  const parse = (csv: string): string[][] => {
    expect(csv.endsWith('\r\n')).toBe(true);
    const rows: string[][] = [[]];
    const field = /"((?:[^"]|"")*)"(,|\r\n)/y;
    while (field.lastIndex < csv.length) {
      const match = field.exec(csv);
      if (!match) throw new Error('it is not RFC 4180');
      rows.at(-1)?.push((match[1] ?? '').replaceAll('""', '"'));
      if (match[2] === '\r\n') rows.push([]);
    }
    return rows.slice(0, -1);
  };

  it('has one row of five cells for each event, whatever the text is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const rows = parse(toCsv(told(text)));
        // The first line names the cells; what the story says has no place in the ledger.
        expect(rows.filter(([seq]) => seq !== '')).toHaveLength(plain.timeline.length + 1);
        for (const row of rows) expect(row).toHaveLength(5);
      }),
      runs,
    );
  });

  it('has no cell that a spreadsheet would calculate', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const row of parse(toCsv(told(text))))
          for (const value of row) expect(value).not.toMatch(/^[\s"\ufeff]*[=+\-@|%＝＋－＠]|^[\t\r\n]/);
      }),
      runs,
    );
  });

  it('changes nothing about a cell that is only text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N} ,;"'=+@-]*$/u), (text) => {
        expect(parse(`${cell(text)}\r\n`)).toEqual([[text]]);
      }),
    );
  });
});
