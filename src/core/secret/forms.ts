// The forms in which programs write a secret, and what is left of a text when everything that may stand between its characters is
// taken out. Pure; finds nothing itself.
import { withEntities } from '../html-entities.ts';

/** A secret as some encoding writes it. `id` names the encoding. */
export type SecretForm = { readonly id: string; readonly text: string };

/** The base64 of bytes within the base64 of something longer: their middle, at each of the three alignments. */
function embedded(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last characters also hold bits of the neighbours.
    const whole = (offset + bytes.length) % 3 === 0;
    return text.slice(Math.ceil((offset * 4) / 3), whole ? undefined : -1);
  });
}

const codes = (text: string): string =>
  text.replace(/[\s\S]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Every encoding of a secret that is known by its exact text, the plain one first; each text once. */
export function formsOf(secret: string): readonly SecretForm[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const pairs = hex.match(/../g) ?? [];
  const url = encodeURIComponent(secret);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const all: (readonly [string, string])[] = [
    ['plain', secret],
    ['json', JSON.stringify(secret).slice(1, -1)],
    ['html', withEntities(secret)],
    ['reversed', [...secret].reverse().join('')],
    ['upper', secret.toUpperCase()],
    ['lower', secret.toLowerCase()],
    ['hex', hex],
    ['hex-upper', hex.toUpperCase()],
    ['hex-escaped', pairs.map((pair) => `\\x${pair}`).join('')],
    ['percent', pairs.map((pair) => `%${pair}`).join('')],
    ['unicode-escaped', codes(secret)],
  ];
  for (const [id, text] of [
    ['url', url],
    ['url-plus', url.replaceAll('%20', '+')],
    ['form', form],
    ['form-percent', form.replaceAll('+', '%20')],
    ['url-twice', encodeURIComponent(url)],
  ] as const)
    all.push([id, text], [`${id}-lower`, text.replace(/%../g, (code) => code.toLowerCase())]);
  embedded(bytes).forEach((text, n) => {
    all.push([`base64-${n}`, text], [`base64url-${n}`, text.replaceAll('+', '-').replaceAll('/', '_')]);
  });
  const seen = new Set<string>();
  return all.flatMap(([id, text]) => {
    if (seen.has(text)) return [];
    seen.add(text);
    return [{ id, text }];
  });
}

/**
 * `loose`: case, white space and separators do not count, so that a secret that is split or re-cased is still found. `tight`: only
 * white space does not count; for secrets of which too little would be left otherwise.
 */
export type Looseness = 'loose' | 'tight';

const separators = ` \t\r\n\v\f-_.,:;|\\/+='"\`*%`;
/** What each ASCII character counts as; 0: it does not count. */
const loose = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code < 32 || code === 127 || separators.includes(String.fromCharCode(code))) return 0;
  return code >= 65 && code <= 90 ? code + 32 : code;
});
/** Not seen, or seen as a space: soft hyphen, no-break space, zero-width and line separators, byte order mark. */
const isUnseen = (code: number) =>
  code === 0xa0 ||
  code === 0xad ||
  (code >= 0x2000 && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202f) ||
  code === 0x2060 ||
  code === 0xfeff;

/**
 * How a text is read. `breaks`: `\\n`, `\\r` and `\\t` are the line breaks and tabs that JSON writes so; `letters`: a backslash and a letter,
 * as at the end of a folder's name. Nothing tells which of the two a text means.
 */
export type Reading = 'breaks' | 'letters';

const writtenBreak = /\\[nrt]/;
/** Whether the two readings of a text differ. */
export const isAmbiguous = (text: string): boolean => writtenBreak.test(text);

/** Line breaks and tabs as JSON writes them. */
const isWrittenBreak = (text: string, at: number): boolean => {
  if (text.charCodeAt(at) !== 92) return false;
  const next = text.charCodeAt(at + 1);
  return next === 110 || next === 114 || next === 116;
};

/** The code that a character counts as; 0: it does not count, -1: neither does the next. */
export function counted(text: string, at: number, looseness: Looseness, reading: Reading): number {
  const code = text.charCodeAt(at);
  if (code === 92 && reading === 'breaks' && isWrittenBreak(text, at)) return -1;
  if (code >= 128) return isUnseen(code) ? 0 : code;
  if (looseness === 'tight') return code <= 32 || code === 127 ? 0 : code;
  return loose[code] ?? 0;
}

/** What counts of a text, and for each of its characters where it stands in the text. */
export type Counted = { readonly text: string; readonly at: Uint32Array };

/** Takes out what does not count. */
export function countedText(text: string, looseness: Looseness, reading: Reading): Counted {
  const at = new Uint32Array(text.length);
  const kept = new Uint16Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = counted(text, i, looseness, reading);
    if (code > 0) {
      at[length] = i;
      kept[length++] = code;
    } else if (code < 0) i += 1;
  }
  return { text: Buffer.from(kept.buffer, 0, length * 2).toString('utf16le'), at: at.subarray(0, length) };
}
