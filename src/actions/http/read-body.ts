// The body of an answer as a playbook can use it: unpacked within a bound, decoded by its charset, and JSON as JSON. Total: what
// cannot be read is said in the body and fails nothing, because the request itself took effect.
import { type Duplex, pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { Json } from '../../core/json.ts';
import { parseLossless } from '../../core/lossless-json.ts';

/** What was read. `truncated`: there was more than the bound, or it ended too early. */
export type AnswerBody = { readonly body: Json; readonly truncated: boolean };

/** A media type without its parameters, and its charset; null: it names none. */
type MediaType = { readonly essence: string; readonly charset: string | null };

/**
 * Reads a body. What is read, and what comes out of a packed one, ends at `maxBytes`.
 * @param headers names in lower case
 */
export async function readBody(
  stream: Readable,
  headers: { readonly [name: string]: string },
  maxBytes: number,
): Promise<AnswerBody> {
  const codings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
  const packed = codings.map((coding) => coding.trim()).filter((coding) => coding !== '' && coding !== 'identity');
  const unknown = packed.find((coding) => !(coding in unpackers));
  if (unknown !== undefined) {
    stream.on('error', () => undefined).destroy();
    return { body: `[packed as ${unknown.slice(0, 40)}, which cannot be read]`, truncated: true };
  }
  const { bytes, truncated } = await bounded(unpacked(stream, packed), maxBytes);
  return { body: bodyOf(bytes, mediaTypeOf(headers['content-type']), truncated), truncated };
}

type Bytes = AsyncIterable<Uint8Array>;

/** Puts bytes through a stream that unpacks; whichever end breaks or is left alone ends the other. */
function through(source: Bytes, unpack: Duplex): Bytes {
  pipeline(Readable.from(source), unpack, () => undefined);
  return unpack;
}

/** `deflate` is zlib by the standard, and bare deflate by many a server: the first byte tells. */
async function* inflated(source: Bytes): Bytes {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const isZlib = ((first.value[0] ?? 0) & 0x0f) === 8;
  const whole = async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  yield* through(whole(), isZlib ? createInflate() : createInflateRaw());
}

const unpackers: { readonly [coding: string]: (source: Bytes) => Bytes } = {
  gzip: (source) => through(source, createGunzip()),
  'x-gzip': (source) => through(source, createGunzip()),
  deflate: inflated,
  br: (source) => through(source, createBrotliDecompress()),
};

const unpacked = (source: Bytes, packed: readonly string[]): Bytes =>
  packed.reduceRight((bytes, coding) => unpackers[coding]?.(bytes) ?? bytes, source);

/** Bytes up to the bound. A packed body that is broken gives what came out of it before. */
async function bounded(source: Bytes, maxBytes: number): Promise<{ bytes: Buffer; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of source) {
      chunks.push(chunk.subarray(0, maxBytes - size));
      size += chunk.length;
      if (size > maxBytes) break;
    }
  } catch (error) {
    if (!isBrokenPacking(error)) throw error;
    return { bytes: Buffer.concat(chunks), truncated: true };
  }
  return { bytes: Buffer.concat(chunks), truncated: size > maxBytes };
}

/** Errors of zlib and brotli say that the body is broken; any other, that the connection is. */
const isBrokenPacking = (error: unknown) =>
  error instanceof Error && 'code' in error && /^(?:Z_|ERR__ERROR_)/.test(String(error.code));

function mediaTypeOf(header: string | undefined): MediaType {
  const [essence = '', ...parameters] = (header ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(text)?.[1]).find(Boolean);
  return { essence: essence.trim(), charset: charset ?? null };
}

const isJson = (essence: string) => /^(?:application|text)\/(?:[\w.-]*\+)?(?:x-)?json$|\+json$/.test(essence);

/** Text of bytes, by the mark at their beginning, the charset that is named, or the pattern of zeros that UTF-16 JSON has. */
function decode(bytes: Buffer, { essence, charset }: MediaType, truncated: boolean): string {
  const [a, b] = bytes;
  const marked = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : null;
  const utf8 = a === 0xef && b === 0xbb && bytes[2] === 0xbf ? 'utf-8' : null;
  const zeros = isJson(essence) && bytes.length > 1 ? (a === 0 ? 'utf-16be' : b === 0 ? 'utf-16le' : null) : null;
  const declared = /^<\?xml\s[^>]*encoding\s*=\s*["']([\w.:-]+)/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1];
  for (const label of [marked, utf8, charset, zeros, declared, 'utf-8']) {
    if (!label) continue;
    try {
      // With `stream`, half a character at the cut is left out.
      return new TextDecoder(label).decode(bytes, { stream: truncated });
    } catch {
      // A charset that nobody knows; the next is tried.
    }
  }
  return bytes.toString('utf8');
}

/** Deeper JSON is kept as text: whatever walks it later does so step by step. */
const maxDepth = 64;
const isShallow = (value: unknown, left: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every((v) => isShallow(v, left - 1)));

const signatures: { readonly [essence: string]: Buffer } = {
  'image/png': Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  'image/jpeg': Buffer.from([0xff, 0xd8, 0xff]),
};

/** An image as a `data:` URL, so that it can be captured; null: the bytes are none, whatever the type says. */
function imageOf(bytes: Buffer, { essence }: MediaType, truncated: boolean): string | null {
  const signature = Object.hasOwn(signatures, essence) ? signatures[essence] : undefined;
  if (!signature || truncated || !bytes.subarray(0, signature.length).equals(signature)) return null;
  return `data:${essence};base64,${bytes.toString('base64')}`;
}

function bodyOf(bytes: Buffer, type: MediaType, truncated: boolean): Json {
  const image = imageOf(bytes, type, truncated);
  if (image !== null) return image;
  const text = decode(bytes, type, truncated);
  // Where no type is given the body itself is looked at (RFC 9110, 8.3); a bare word or number is no JSON then.
  const saysJson = isJson(type.essence) || (type.essence === '' && /^\s*[[{]/.test(text));
  if (truncated || !saysJson) return text;
  try {
    const body = parseLossless(text);
    return isShallow(body, maxDepth) ? (body as Json) : text;
  } catch {
    return text;
  }
}
