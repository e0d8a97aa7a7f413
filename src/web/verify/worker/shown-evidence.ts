// How a piece of evidence can be shown, by what it is and not by what its name says. Runs nothing of it.
import { visibleText } from '../../../core/visible-text.ts';
import type { ShownEvidence } from '../messages.ts';

/** Characters of a text that are shown; the file that can be saved has all. */
const maxText = 200_000;

/** First bytes of the images that browsers draw and that can hold no script. */
const images: readonly (readonly [mime: string, at: number, first: readonly number[]])[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
];

/** Looks at the bytes. */
export function shownEvidence(bytes: Uint8Array): ShownEvidence {
  const image = images.find(([, at, first]) => first.every((byte, index) => bytes[at + index] === byte));
  if (image) return { type: 'image', mime: image[0] };
  const text = textOf(bytes);
  if (text === null) return { type: 'binary' };
  const json = laidOut(text);
  const whole = visibleText(json ?? text);
  const cut = whole.length > maxText;
  return { type: json === null ? 'text' : 'json', text: cut ? whole.slice(0, maxText).toWellFormed() : whole, cut };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}

/** JSON with its members on lines of their own; null: it is none. */
function laidOut(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}
