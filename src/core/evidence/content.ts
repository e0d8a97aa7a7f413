// What a piece of evidence is, by its bytes: its type, its bounds, how it may be shown. What somebody calls it counts only where the bytes
// bear it out. Pure; stores nothing.
import { z } from 'zod';
import { err, ok, type Result } from '../result.ts';
import { Chart, chartType } from './chart.ts';

/** What people may declare of evidence. */
export const EvidenceKind = z.enum(['text', 'json', 'csv', 'chart', 'png', 'jpeg'], {
  error: 'must be text, json, csv, chart, png or jpeg',
});
export type EvidenceKind = z.infer<typeof EvidenceKind>;

/** How a surface may show evidence; `download`: not at all. */
export type EvidencePreview = 'text' | 'json' | 'csv' | 'chart' | 'image' | 'download';

/** Largest piece of evidence, in bytes. */
export const maxItemBytes = 4 * 1_048_576;
/** Evidence of one run, and of one incident without its runs, in bytes. */
export const maxRunBytes = 4 * maxItemBytes;

/** Evidence as it is to be stored. `cutBytes`: how much was left out of it. */
export type EvidenceContent = {
  readonly content: Buffer;
  /** Media type, without parameters. */
  readonly type: string;
  readonly cutBytes: number;
};

// No Buffer here: the page’s worker loads this file where there is none.
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff);
const textTypes: { readonly [K in EvidenceKind]?: string } = { csv: 'text/csv', text: 'text/plain' };
/** A JSON text longer than this is not parsed to see whether it is one, in bytes. */
const maxParsed = maxItemBytes;

/** The media type of bytes. `declared`: what they are called; heard only where it cannot be wrong, such as CSV of text. */
export function typeOf(content: Buffer, declared: EvidenceKind | null = null): string {
  if (content.subarray(0, png.length).equals(png)) return 'image/png';
  if (content.subarray(0, jpeg.length).equals(jpeg)) return 'image/jpeg';
  const text = textOf(content);
  if (text === null) return 'application/octet-stream';
  const asText = declared === null ? undefined : textTypes[declared];
  if (asText !== undefined) return asText;
  const json = content.length <= maxParsed && /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  if (json === undefined) return 'text/plain';
  return declared === 'chart' && Chart.safeParse(json).success ? chartType : 'application/json';
}

/** Text of bytes that are UTF-8 without control characters that no text has; null: they are no text. */
function textOf(content: Buffer): string | null {
  if (content.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isText = (type: string) => type.startsWith('text/') || type === 'application/json' || type === chartType;

/**
 * Evidence within its bounds. A text that is too long is cut at a whole character, and says so at its end; nothing else can be cut and stay
 * what it is, so it is refused. The error says why in a sentence.
 * @param room how many bytes there may be
 * @param lost bytes that were left out before
 */
export function boundedEvidence(
  content: Buffer,
  {
    declared,
    room,
    lost = 0,
  }: { readonly declared: EvidenceKind | null; readonly room: number; readonly lost?: number },
): Result<EvidenceContent, string> {
  const max = Math.min(room, maxItemBytes);
  if (max < 1024) return err('there is no room left for more evidence');
  const kept = content.length + lost > max ? wholeCharacters(content.subarray(0, max)) : content;
  const type = typeOf(kept, declared);
  const cutBytes = content.length + lost - kept.length;
  if (cutBytes === 0) return ok({ content: kept, type, cutBytes });
  if (!isText(typeOf(kept, 'text')))
    return err(`it has ${content.length + lost} bytes, more than ${max}, and is no text that could be cut`);
  const marked = Buffer.concat([kept, Buffer.from(`\n[${cutBytes} bytes cut]`)]);
  // Half a document of JSON is text.
  return ok({ content: marked, type: declared === 'csv' ? 'text/csv' : 'text/plain', cutBytes });
}

/** Bytes without the beginning of a character at their end. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

const previews: { readonly [type: string]: EvidencePreview } = {
  'text/plain': 'text',
  'text/csv': 'csv',
  'application/json': 'json',
  [chartType]: 'chart',
  'image/png': 'image',
  'image/jpeg': 'image',
};

/** How evidence of a stored type may be shown. */
export const previewOf = (type: string): EvidencePreview =>
  (Object.hasOwn(previews, type) ? previews[type] : null) ?? 'download';

/**
 * The media type under which content may be shown in a browser; null: it is only a download. The bytes are looked at once more: a row that
 * calls HTML an image shows nothing.
 */
export function inlineType(content: Buffer, stored: string): string | null {
  const preview = previewOf(stored);
  if (preview === 'download') return null;
  const seen = previewOf(typeOf(content));
  if (preview === 'image') return seen === 'image' ? typeOf(content) : null;
  if (seen === 'image' || seen === 'download') return null;
  return stored === 'application/json' || stored === chartType ? 'application/json' : 'text/plain; charset=utf-8';
}

/** Bytes of a captured value: text as it is, `data:` URLs of images decoded, everything else as JSON that people can read. */
export function bytesOf(value: unknown): Buffer {
  if (typeof value !== 'string') return Buffer.from(JSON.stringify(value, null, 2) ?? 'null');
  const [, base64] = /^data:image\/(?:png|jpeg);base64,([A-Za-z0-9+/]*={0,2})$/.exec(value) ?? [];
  return base64 === undefined ? Buffer.from(value) : Buffer.from(base64, 'base64');
}

/** True for bytes of which a part may be replaced by another text. */
export const isTextual = (content: Buffer): boolean => textOf(content) !== null;
