// Foreign text at the edge: how bodies are made JSON text of, whatever senders wrap them in, and what is refused.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../src/http/ingest/decode-body.ts';
import { isFromBrowser } from '../../src/http/ingest/from-browser.ts';
import { retriedStatus } from '../../src/http/ingest/retried-status.ts';

const text = '{"a":"ü=1&b%20+"}';
const form = 'application/x-www-form-urlencoded';
const utf16be = (of: string) => Buffer.from(of, 'utf16le').swap16();

async function decoded(raw: Buffer, type?: string, encoding?: string): Promise<string> {
  const read = await decodeBody(raw, { 'content-type': type, 'content-encoding': encoding }, 100_000);
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
