// Foreign text as it is shown in files and terminals: all of it can be seen, none of it acts, and what is ordinary stays as it is.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleText } from '../../src/core/visible-text.ts';

it('lines of every system end as lines', () => {
  expect(visibleText('a\r\nb\rc\u0085d\u2028e\u2029f\ng\th')).toBe('a\nb\nc\nd\ne\nf\ng\th');
});

it.each([
  ['\u001b[2J', '␛[2J'],
  ['\u0000\u0007\u0008\u007f', '␀␇␈␡'],
  ['\u009b31m', '⟨U+009B⟩31m'],
  ['\u202egnp.exe', '⟨U+202E⟩gnp.exe'],
  ['pay\u200bpal', 'pay⟨U+200B⟩pal'],
  ['pay\u200dpal', 'pay⟨U+200D⟩pal'],
  ['\ufeffa', '⟨U+FEFF⟩a'],
  ['a\u{e0041}b', 'a⟨U+E0041⟩b'],
  ['\ud800', '⟨U+D800⟩'],
])('what cannot be seen is shown: %j', (text, shown) => expect(visibleText(text)).toBe(shown));

it('writing of any language, and emoji of several parts, stay as they are', () => {
  for (const text of ['Überlastung – 99,9 %', 'می\u200cخواهم', '👩\u200d🚒 ❤️', '数据库', 'שלום', 'नमस्\u200dते'])
    expect(visibleText(text)).toBe(text);
});

it('no text at all leaves anything that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visibleText(text);
      expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(shown.isWellFormed()).toBe(true);
      expect(visibleText(shown)).toBe(shown);
    }),
  );
});
