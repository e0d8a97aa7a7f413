// Foreign text in Slack: it shows as it is, does nothing, and fits.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  code,
  codeBlock,
  cut,
  fitted,
  joinWithin,
  jsonText,
  oneLine,
  plain,
  plainParts,
  section,
  sectionsOf,
  timed,
  visible,
  when,
} from '../../src/slack/text.ts';
import { choiceField } from '../../src/slack/views/form.ts';
import { hostile } from '../support/given/slack-states.ts';

const max = fc.integer({ min: 1, max: 500 });

describe('foreign text', () => {
  it('brings no mention, link or channel to life', () => {
    expect(plain('<!channel> <@U1> <https://evil.test|here> a & b')).toBe(
      '&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.test|here&gt; a &amp; b',
    );
    fc.assert(
      fc.property(hostile, max, (text, room) => {
        expect(plain(text, room)).not.toMatch(/[<>]/);
      }),
    );
  });

  it('fits, is well formed and ends in no half of an escape', () => {
    fc.assert(
      fc.property(hostile, max, (text, room) => {
        for (const shown of [plain(text, room), oneLine(text, room), cut(text, room)])
          expect(shown.length).toBeLessThanOrEqual(room);
        expect(plain(text, room).isWellFormed()).toBe(true);
        expect(plain(text, room)).not.toMatch(/&(?!(?:amp|lt|gt);)/);
      }),
    );
    expect(plain('aaaa&', 7)).toBe('aaaa…');
    expect(cut('ab😀', 3)).toBe('ab…');
  });

  it('loses what cannot be seen, and no letter of any script', () => {
    expect(visible('a\u202eb\u200bc\u0000d\u{e0041}e')).toBe('a b c d e');
    expect(visible('Ärger עברית 日本語 नमस्ते')).toBe('Ärger עברית 日本語 नमस्ते');
  });

  it('stays in one line and in its own code', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(oneLine(text)).not.toMatch(/[\n\r`]/);
        expect(code(text)).toMatch(/^`[^`\n]+`$/);
        expect(codeBlock(text).slice(3, -3)).not.toContain('```');
      }),
    );
  });

  it('ends every piece of code that it begins, and keeps the rest of its marks', () => {
    expect(plain('look:\n```\nkubectl get pods')).toBe("look:\n'''\nkubectl get pods");
    expect(plain('```a``` then ```b')).toBe("```a``` then '''b");
    expect(plain('it`s `ok`\n`both` here')).toBe("it`s `ok'\n`both` here");
    expect(plain('```one ` tick```')).toBe('```one ` tick```');
    expect(plain(`\`\`\`${'x'.repeat(50)}\`\`\``, 20)).toMatch(/^'''x+…$/);
    expect(codeBlock('echo `date')).toBe('```\necho `date\n```');
  });

  it('of ours that is too long is cut in no mark, no escape and no code', () => {
    const textOf = (said: string) => {
      const block = section(said);
      return block.type === 'section' ? (block.text?.text ?? '') : '';
    };
    expect(textOf(`${'x'.repeat(2995)}<@U0ANA> and more`)).toBe(`${'x'.repeat(2995)}…`);
    expect(textOf(`\`\`\`${'y'.repeat(3000)}\`\`\``)).toBe(`'''${'y'.repeat(2996)}…`);
    expect(textOf(`${'x'.repeat(2996)}&amp; more`)).toBe(`${'x'.repeat(2996)}…`);
  });

  it('is the same JSON after it was made visible', () => {
    const value = fc.dictionary(hostile, fc.oneof(hostile, fc.integer(), fc.boolean()), { maxKeys: 5 });
    fc.assert(
      fc.property(value, (given) => {
        const text = jsonText(given);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(given)));
        expect(text).toBe(visible(text));
        expect(text).not.toContain('```');
      }),
    );
  });
});

describe('a text that is too long for one message', () => {
  it('goes on in more of them, none of which is too long, broken in no character and no escape', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 100, max: 500 }), (text, max) => {
        const parts = plainParts(text.repeat(3), { max, most: 1e6 });
        // Each part ends the code that it begins, so a mark may stand as text in it.
        const bare = (shown: string) => shown.replace(/\s/g, '').replaceAll('`', "'");
        expect(bare(parts.join(''))).toBe(bare(plain(text.repeat(3), 1e9)));
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(max);
          expect(part.isWellFormed()).toBe(true);
          expect(part).not.toMatch(/&[a-z]{0,4}$/);
        }
      }),
    );
  });

  it('breaks at line ends, and says how much is left out after the last message', () => {
    const lines = Array.from({ length: 400 }, (_, i) => `line ${i} of a log`);
    const parts = plainParts(lines.join('\n'), { max: 1000, most: 3 });
    expect(parts).toHaveLength(3);
    expect(parts[0]).toMatch(/^line 0 of a log\n.*of a log$/s);
    expect(parts[2]).toMatch(/… \[\d+ more characters left out\]$/);
  });
});

it('a message of more blocks than Slack takes says how many are left out', () => {
  const blocks = fitted(Array.from({ length: 60 }, (_, i) => section(`block ${i}`)));
  expect(blocks).toHaveLength(50);
  expect(JSON.stringify(blocks.at(-1))).toContain('… and 11 more parts');
});

it('a choice of more than Slack takes says so, and few that are all to be seen are ten at most', () => {
  const choices = Array.from({ length: 230 }, (_, i) => ({ value: `v${i}`, label: `choice ${i}` }));
  for (const [isFolded, most] of [
    [true, 100],
    [false, 10],
  ] as const) {
    const field = choiceField({ id: 'x', label: 'X', choices, isFolded });
    expect(field.hint?.text).toBe(`The first ${most} of 230.`);
    expect('options' in field.element && field.element.options).toHaveLength(most);
  }
});

describe('many parts', () => {
  it('are joined as far as they fit, and the rest is counted', () => {
    expect(joinWithin(['a', 'b', 'c'], ', ', 100)).toBe('a, b, c');
    expect(joinWithin(['a', 'b', 'c'], ', ', 100, 2)).toBe('a, b, … and 1 more');
    expect(joinWithin(['a'.repeat(30), 'b'.repeat(30), 'c'], ' ', 50)).toBe(`${'a'.repeat(30)} … and 2 more`);
    expect(joinWithin([], ' ', 50)).toBe('');
  });

  it('never take more room than there is', () => {
    const parts = fc.array(fc.string({ maxLength: 40 }), { maxLength: 50 });
    const room = fc.integer({ min: 20, max: 300 });
    fc.assert(
      fc.property(parts, room, (all, width) => {
        expect(joinWithin(all, ' ', width).length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('go into as many sections as they need, none lost', () => {
    const lines = fc.array(fc.string({ minLength: 1, maxLength: 400, unit: 'grapheme-ascii' }), { maxLength: 60 });
    fc.assert(
      fc.property(lines, (all) => {
        const texts = sectionsOf(all).map((block) => (block.type === 'section' ? (block.text?.text ?? '') : ''));
        expect(texts.flatMap((text) => text.split('\n'))).toEqual(all);
        for (const text of texts) expect(text.length).toBeLessThanOrEqual(3000);
      }),
    );
  });
});

it('an instant is shown in the time zone of its reader, with UTC where that cannot be', () => {
  expect(when('2026-03-01T10:00:00.000Z')).toBe('<!date^1772359200^{date_short_pretty} {time}|2026-03-01 10:00 UTC>');
});

it('so are the instants in a sentence, but for those in code, those that are none, and a heap of them', () => {
  const at = '2026-03-01T10:00:00.000Z';
  expect(timed(`it holds until ${at}: \`${at}\`, 2026-13-41T99:99Z`)).toBe(
    `it holds until ${when(at)}: \`${at}\`, 2026-13-41T99:99Z`,
  );
  expect(timed(`${at} `.repeat(100)).length).toBeLessThan(100 * 25 + 600);
});
