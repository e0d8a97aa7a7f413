// Foreign text at the edge: how bodies are made JSON text of, whatever senders wrap them in, and what is refused.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../src/http/ingest/decode-body.ts';
import { isFromBrowser } from '../../src/http/ingest/from-browser.ts';
import { retriedStatus } from '../../src/http/ingest/retried-status.ts';

const text = '{"a":"ü=1&b%20+"}';
const form = 'application/x-www-form-urlencoded';
const utf16be = (of: string) => Buffer.from(of, 'utf16le').swap16();

type How = Partial<Parameters<typeof decodeBody>[1]['wire']> & { readonly query?: string };
const posted = { forms: 'json', multipart: false, texts: 'none' } as const;

async function decoded(raw: Buffer, type?: string, encoding?: string, { query, ...wire }: How = {}): Promise<string> {
  const headers = { 'content-type': type, 'content-encoding': encoding };
  const how = { headers, maxBytes: 100_000, wire: { ...posted, ...wire }, query: query ?? null };
  const read = await decodeBody(raw, how);
  return read.ok ? read.value.toString() : read.error.outcome;
}

describe('a body is read', () => {
  const plain = Buffer.from(text);
  it.each<[string, Buffer, string | undefined, string | undefined]>([
    ['as application/json', plain, 'application/json', undefined],
    ['in another case, with parameters', plain, 'Application/JSON; Charset="UTF-8"; x=y', undefined],
    ['as a kind of JSON', plain, 'application/vnd.example.v1+json', undefined],
    ['as text/plain', plain, 'text/plain', undefined],
    ['without a type', plain, undefined, undefined],
    ['as any bytes', plain, 'application/octet-stream', undefined],
    ['after a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), plain]), 'application/json', undefined],
    ['in UTF-16 with its mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'application/json', undefined],
    ['in UTF-16 the other way round', utf16be(`\ufeff${text}`), 'application/json', undefined],
    ['in UTF-16 without a mark', Buffer.from(text, 'utf16le'), 'application/json', undefined],
    ['in Latin 1', Buffer.from(text, 'latin1'), 'application/json; charset=iso-8859-1', undefined],
    ['in gzip', gzipSync(plain), 'application/json', 'gzip'],
    ['in GZIP of another case', gzipSync(plain), 'application/json', 'X-GZIP'],
    ['in deflate', deflateSync(plain), 'application/json', 'deflate'],
    ['in bare deflate', deflateRawSync(plain), 'application/json', 'deflate'],
    ['in Brotli', brotliCompressSync(plain), 'application/json', 'br'],
    ['in two layers', gzipSync(deflateSync(plain)), 'application/json', 'deflate, gzip'],
    ['not encoded, and said so', plain, 'application/json', 'identity'],
    ['under the type of a form, as curl -d sends it', plain, form, undefined],
    ['in the field payload', Buffer.from(new URLSearchParams({ payload: text, x: '1' }).toString()), form, undefined],
    ['as a form of one nameless thing', Buffer.from(encodeURIComponent(text)), form, undefined],
  ])('%s', async (_, raw, type, encoding) => expect(await decoded(raw, type, encoding)).toBe(text));
});

describe('a body is refused', () => {
  it.each<[string, Buffer, string | undefined, string | undefined, string]>([
    ['in another language', Buffer.from('<a/>'), 'application/xml', undefined, 'unsupported_media_type'],
    ['as a form without JSON', Buffer.from('a=b'), form, undefined, 'unsupported_media_type'],
    ['as a form with two payloads', Buffer.from('payload=1&payload=2'), form, undefined, 'unsupported_media_type'],
    ['of an unknown character set', Buffer.from('{}'), 'text/json; charset=x-own', undefined, 'unsupported_media_type'],
    ['encoded as nobody knows', Buffer.from('{}'), 'application/json', 'zip', 'unsupported_encoding'],
    ['of a name that objects have', Buffer.from('{}'), 'application/json', 'constructor', 'unsupported_encoding'],
    ['in many layers', Buffer.from('{}'), 'application/json', 'gzip,gzip,gzip', 'unsupported_encoding'],
    ['that is no gzip', Buffer.from('{}'), 'application/json', 'gzip', 'unreadable'],
    ['that bursts', gzipSync(Buffer.alloc(5_000_000, 32)), 'application/json', 'gzip', 'too_large'],
    ['that bursts twice', gzipSync(gzipSync(Buffer.alloc(5_000_000))), 'application/json', 'gzip, gzip', 'too_large'],
  ])('%s', async (_, raw, type, encoding, outcome) => expect(await decoded(raw, type, encoding)).toBe(outcome));
});

describe('where a source says that its sender does so', () => {
  const multipart = (...parts: readonly string[]) =>
    Buffer.from(`${parts.map((part) => `--XX\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--XX--\r\n`);
  const ofParts = 'multipart/form-data; boundary=XX';
  const fields = { forms: 'fields', multipart: true } as const;

  it('a form is the object of its fields, and a name that comes twice has a list', async () => {
    const sent = Buffer.from('Status=Down&Name=A+b&Tags=x&Tags=y&__proto__=z');
    expect(JSON.parse(await decoded(sent, form, undefined, fields))).toEqual(
      JSON.parse('{"Name":"A b","Status":"Down","Tags":["x","y"],"__proto__":"z"}'),
    );
    expect(await decoded(Buffer.from(`data=${encodeURIComponent(text)}`), form, undefined, fields)).toBe(text);
    expect(await decoded(Buffer.from('payload=no+JSON'), form, undefined, fields)).toBe('{"payload":"no JSON"}');
  });

  it('a multipart form is read as a form is, a file in it as its text', async () => {
    expect(await decoded(multipart(`name="data"\r\n\r\n${text}`), ofParts, undefined, fields)).toBe(text);
    const file = `name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello`;
    expect(await decoded(multipart(file, 'name="n"\r\n\r\n1'), ofParts, undefined, fields)).toBe(
      '{"f":"hello","n":"1"}',
    );
    expect(await decoded(Buffer.from('no parts'), ofParts, undefined, fields)).toBe('unreadable');
    expect(await decoded(Buffer.from('x'), 'multipart/form-data', undefined, fields)).toBe('unreadable');
    expect(await decoded(multipart(`name="data"\r\n\r\n${text}`), ofParts)).toBe('unsupported_media_type');
  });

  it('a form of more fields than any sender has is refused before it is built', async () => {
    for (const more of ['a=1&'.repeat(20_000), '&'.repeat(20_000)])
      expect(await decoded(Buffer.from(more), form, undefined, fields)).toBe('unreadable');
    const parts = Buffer.from('--XX\r\n'.repeat(20_000));
    expect(await decoded(parts, ofParts, undefined, fields)).toBe('unreadable');
  });

  it('the query of a GET is read as a form is', async () => {
    expect(await decoded(Buffer.alloc(0), undefined, undefined, { ...fields, query: 'a=1&b=%7B%7D' })).toBe(
      '{"a":"1","b":"{}"}',
    );
    expect(await decoded(Buffer.alloc(0), undefined, undefined, { query: 'a=1' })).toBe('unsupported_media_type');
  });

  it('what is no JSON is one text, what is no text is base64, and nothing is null', async () => {
    const any = { texts: 'any' } as const;
    for (const type of ['text/plain', 'text/xml', 'image/png', undefined]) {
      expect(await decoded(Buffer.from('disk <full>'), type, undefined, any)).toBe('"disk <full>"');
      expect(await decoded(Buffer.from(text), type, undefined, any)).toBe(text);
      expect(await decoded(Buffer.from([0xff, 0xfe, 0xff]), type, undefined, any)).toBe('"//7/"');
      expect(await decoded(Buffer.alloc(0), type, undefined, any)).toBe('null');
    }
    expect(await decoded(Buffer.alloc(0), 'application/json', undefined, any)).toBe('null');
    expect(await decoded(Buffer.from('{"a"'), 'application/json', undefined, any)).toBe('{"a"');
    const plain = { texts: 'text/plain' } as const;
    expect(await decoded(Buffer.from('full'), 'text/plain', undefined, plain)).toBe('"full"');
    expect(await decoded(Buffer.from('<a/>'), 'text/xml', undefined, plain)).toBe('unsupported_media_type');
  });
});

describe('a sender', () => {
  it('is told to come again with a status after which it does', () => {
    expect(retriedStatus({ retriesOn: ['no answer', '5xx'] }, 429)).toBe(503);
    expect(retriedStatus({ retriesOn: ['no answer', 429, '5xx'] }, 429)).toBe(429);
    expect(retriedStatus({ retriesOn: ['4xx'] }, 503)).toBe(429);
    expect(retriedStatus({ retriesOn: [504] }, 429)).toBe(504);
    expect(retriedStatus({ retriesOn: [] }, 429)).toBe(503);
  });

  it('that is a browser is known by what it says, or by what a page may send unasked', () => {
    expect(isFromBrowser({ origin: 'https://evil.example.com' })).toBe(true);
    expect(isFromBrowser({ 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' })).toBe(true);
    expect(isFromBrowser({ 'sec-fetch-mode': 'cors', 'user-agent': 'node' })).toBe(false);
    expect(isFromBrowser({ 'content-type': 'text/plain', 'user-agent': 'Mozilla/5.0' })).toBe(true);
    expect(isFromBrowser({ 'content-type': 'text/plain', 'user-agent': 'curl/8.0' })).toBe(false);
    expect(isFromBrowser({ 'content-type': 'application/json', 'user-agent': 'Mozilla/5.0 (Zabbix)' })).toBe(false);
  });
});
