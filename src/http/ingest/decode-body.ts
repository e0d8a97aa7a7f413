// Foreign text as UTF-8 JSON: content encodings, character sets, byte order marks, forms, queries. Bounded; checks no JSON beyond what
// it must. Proofs are checked over the bytes as they came, before.
import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { err, ok, type Result } from '../../core/result.ts';
import type { Wire } from '../../spi/source.ts';
import { ofFields, type ReadForm, readFields, readForm, readMultipart } from './read-form.ts';

/** Why a body cannot be made JSON text of. */
export type DecodeFault = {
  readonly outcome: 'unsupported_media_type' | 'unsupported_encoding' | 'too_large' | 'unreadable';
  readonly detail: string;
};

type Headers = { readonly [name: string]: string | undefined };

/** A request whose body is made JSON of, and how its sender sends. */
type Encoded = {
  readonly headers: Headers;
  readonly maxBytes: number;
  readonly wire: Omit<Wire, 'methods' | 'states'>;
  /** Of a GET, whose query is what it says: without the `?`, and without what proves its sender; null of any other. */
  readonly query: string | null;
};

/** Makes UTF-8 of a body; the bytes as they came where they are that already. */
export async function decodeBody(
  raw: Buffer,
  { headers, maxBytes, wire, query }: Encoded,
): Promise<Result<Buffer, DecodeFault>> {
  if (query !== null) {
    const fields = readFields(query);
    return fromForm(fields === null ? { ok: false, why: 'has too many fields' } : ofFields(fields, wire.forms));
  }
  const media = mediaTypeOf(headers['content-type']);
  const isMultipart = media.type === multipartType && wire.multipart;
  const mayBeText = wire.texts === 'any' || (wire.texts !== 'none' && media.type === wire.texts);
  if (!media.takes && !isMultipart && !mayBeText)
    return fault('unsupported_media_type', `${media.type.slice(0, 80)} is not taken; send application/json`);
  const plain = await decompress(raw, headers['content-encoding'], maxBytes);
  if (!plain.ok) return plain;
  if (isMultipart) return fromForm(await readMultipart(plain.value, headers['content-type'] ?? '', wire.forms));
  if (mayBeText && plain.value.length === 0) return ok(Buffer.from('null'));
  // Under a type of JSON it must be JSON.
  if (mayBeText && !json.test(media.type) && !media.isForm) return ok(asJsonText(plain.value, media.charset));
  const text = toUtf8(plain.value, media.charset);
  if (!text.ok || !media.isForm) return text;
  return fromForm(readForm(text.value, wire.forms));
}

/** JSON as it came; any other text as one JSON text, what is no text as the base64 of its bytes, nothing as null. */
function asJsonText(raw: Buffer, charset: string | undefined): Buffer {
  const text = toUtf8(raw, charset);
  if (!text.ok || !isUtf8(text.value)) return Buffer.from(JSON.stringify(raw.toString('base64')));
  return isJson(text.value) ? text.value : Buffer.from(JSON.stringify(text.value.toString('utf8')));
}

function isJson(raw: Buffer): boolean {
  const text = raw.toString('utf8').trim();
  // What begins like a structure is judged by whoever reads it, within its bounds; only bare words are tried here.
  if (/^[[{]/.test(text)) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function fromForm(form: ReadForm): Result<Buffer, DecodeFault> {
  if (form.ok) return ok(Buffer.from(form.text, 'utf8'));
  return form.why === 'is no form'
    ? fault('unreadable', 'the body is not the multipart form that its content-type says')
    : form.why === 'has too many fields'
      ? fault('unreadable', 'the form has more than 10 000 fields')
      : fault(
          'unsupported_media_type',
          'this form holds no JSON: send application/json, or the JSON in the field `payload` once',
        );
}

const fault = (outcome: DecodeFault['outcome'], detail: string) => err<DecodeFault>({ outcome, detail });

/** How much of a body's memory its decoding may need besides, known from the head. */
export const isEncoded = (headers: Headers): boolean => layersOf(headers['content-encoding']).length > 0;

const formType = 'application/x-www-form-urlencoded';
const multipartType = 'multipart/form-data';
const json = /^(?:application|text)\/(?:[\w.+-]+\+)?(?:x-)?(?:json|javascript)$/;
/** What senders that think nothing of it say of their JSON. */
const careless = new Set(['', 'text/plain', 'application/octet-stream', formType]);

function mediaTypeOf(header: string | undefined) {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim());
  const charset = parameters
    .map((one) => /^charset\s*=\s*"?([^"]*)"?$/i.exec(one)?.[1])
    .find((one) => one !== undefined);
  const lower = type.toLowerCase();
  return { type: lower, charset, takes: json.test(lower) || careless.has(lower), isForm: lower === formType };
}

const decoders: {
  readonly [encoding: string]: (raw: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;
} = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  // Some send the bare stream (RFC 9110, 8.4.1.2): the first byte of the wrapped one is 8 in its low half.
  deflate: (raw, options) => promisify(((raw[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(raw, options),
};

const layersOf = (header: string | undefined): readonly string[] =>
  (header ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'identity');

async function decompress(
  raw: Buffer,
  header: string | undefined,
  maxBytes: number,
): Promise<Result<Buffer, DecodeFault>> {
  const layers = layersOf(header);
  const unknown = layers.find((one) => !Object.hasOwn(decoders, one));
  if (unknown !== undefined || layers.length > 2)
    return fault(
      'unsupported_encoding',
      `content-encoding ${String(header).slice(0, 80)} is not taken; there are ${Object.keys(decoders).join(', ')}`,
    );
  let plain = raw;
  for (const layer of [...layers].reverse()) {
    try {
      plain = (await decoders[layer]?.(plain, { maxOutputLength: maxBytes })) ?? plain;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      return code === 'ERR_BUFFER_TOO_LARGE'
        ? fault('too_large', `the body is larger than ${maxBytes} bytes once it is decoded`)
        : fault('unreadable', `the body is not what its content-encoding ${layer} says`);
    }
  }
  return ok(plain);
}

/** The character set that the first bytes show; JSON begins with an ASCII character (RFC 4627, section 3). */
function shownCharset(raw: Buffer): string | null {
  const [a, b, c] = raw;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (raw.length < 2) return null;
  return a !== 0 && b === 0 ? 'utf-16le' : a === 0 && b !== 0 ? 'utf-16be' : null;
}

function toUtf8(raw: Buffer, charset: string | undefined): Result<Buffer, DecodeFault> {
  const label = shownCharset(raw) ?? (charset || 'utf-8').toLowerCase();
  const isPlain = (label === 'utf-8' || label === 'utf8') && raw[0] !== 0xef;
  if (isPlain) return ok(raw);
  try {
    return ok(Buffer.from(new TextDecoder(label, { fatal: true }).decode(raw), 'utf8'));
  } catch (error) {
    return error instanceof RangeError
      ? fault('unsupported_media_type', `the character set ${label.slice(0, 40)} is not taken; send UTF-8`)
      : fault('unreadable', `the body is not ${label}`);
  }
}
