// Foreign text in which everything can be seen and nothing acts: for files, terminals and pages. Pure.

/** Line ends of every system: CR LF, CR, and those of Unicode. */
const lineEnds = /\r\n?|[\u0085\u2028\u2029]/g;
/**
 * What cannot be seen, or changes how the rest is seen: control characters of both sets, marks of direction, spaces without width, soft
 * hyphens, annotation marks, tags and lone halves of characters. The joiners U+200C and U+200D belong to the writing of many languages and to emoji.
 */
const unseen =
  /[^\P{Cc}\n\t]|[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]|\u034f|\p{Cs}|(?<![^\u0000-\u00ff])[\u200c\u200d]|[\u200c\u200d](?![^\u0000-\u00ff])/gu;

/** A character that cannot be seen, as one that can: Unicode has pictures of the first control characters, `␛` for ESC. */
function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** Text that shows what it holds; its lines end with `\n`. */
export const visibleText = (text: string): string => text.replace(lineEnds, '\n').replace(unseen, picture);
