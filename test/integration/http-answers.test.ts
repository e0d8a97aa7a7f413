// How answers of real servers reach a playbook: packed, marked, in other charsets and under other names of JSON. Real sockets.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { actionsResolving, contextOf } from '../support/given/called-action.ts';

type Answer = readonly [headers: { readonly [name: string]: string }, body: Buffer, status?: number];
const json = Buffer.from('{"a":"é"}');
const type = (value: string) => ({ 'content-type': value });
const answers: { readonly [path: string]: Answer } = {
  upper: [type('APPLICATION/JSON; Charset="UTF-8"'), json],
  suffix: [type('application/vnd.api+json; version=1'), json],
  problem: [type('application/problem+json'), json],
  texttype: [type('text/json'), json],
  untyped: [{}, json],
  bom: [type('application/json'), Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json])],
  utf16le: [type('application/json; charset=utf-16'), Buffer.from('\ufeff{"a":"é"}', 'utf16le')],
  utf16plain: [type('application/json'), Buffer.from('{"a":"é"}', 'utf16le')],
  utf16be: [type('application/json'), Buffer.from('\ufeff{"a":"é"}', 'utf16le').swap16()],
  latin1: [type('application/json; charset=ISO-8859-1'), Buffer.from('{"a":"é"}', 'latin1')],
  gzip: [{ ...type('application/json'), 'content-encoding': 'GZIP' }, gzipSync(json)],
  xgzip: [{ ...type('application/json'), 'content-encoding': 'x-gzip' }, gzipSync(json)],
  deflate: [{ ...type('application/json'), 'content-encoding': 'deflate' }, deflateSync(json)],
  rawdeflate: [{ ...type('application/json'), 'content-encoding': 'deflate' }, deflateRawSync(json)],
  brotli: [{ ...type('application/json'), 'content-encoding': 'br' }, brotliCompressSync(json)],
  twice: [{ ...type('application/json'), 'content-encoding': 'gzip, br' }, brotliCompressSync(gzipSync(json))],
  ids: [type('application/json'), Buffer.from('{"id":7361924857362910001,"n":7}')],
  text: [type('text/plain; charset=latin1'), Buffer.from('é', 'latin1')],
  xml: [type('text/xml'), Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', 'latin1')],
  odd: [type('text/plain; charset=klingon'), Buffer.from('é')],
  astext: [type('text/plain'), json],
  word: [{}, Buffer.from('true')],
  bomb: [{ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000_000, 'x'))],
  broken: [{ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(3000, 'x')).subarray(0, 25)],
  zstd: [{ 'content-encoding': 'zstd' }, Buffer.from('(/')],
  quota: [type('application/problem+json'), Buffer.from('{"detail":"quota of the region is used up"}'), 422],
};

let server: Server;
let base = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    const [headers, body, status = 200] = answers[request.url?.slice(1) ?? ''] ?? [{}, Buffer.alloc(0), 404];
    response.writeHead(status, headers).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => void server.close());

const http = actionsResolving({ http: { allow: ['127.0.0.1'], maxResponseBytes: 4096 } }, async () => ['127.0.0.1']);
async function output(path: string): Promise<JsonObject> {
  const result = await http.get('http.request')?.run({ url: `${base}/${path}` }, contextOf());
  if (result?.outcome !== 'succeeded') throw new Error(JSON.stringify(result));
  return result.output as JsonObject;
}

const readable =
  'upper suffix problem texttype untyped bom utf16le utf16plain utf16be latin1 gzip xgzip deflate rawdeflate brotli twice';
it.each(readable.split(' '))('the JSON of an answer can be used, however it comes: %s', async (path) => {
  expect(await output(path)).toMatchObject({ body: { a: 'é' }, truncated: false });
});

it('an id of 64 bits in an answer keeps its digits, and other numbers stay numbers', async () => {
  expect(await output('ids')).toMatchObject({ body: { id: '7361924857362910001', n: 7 } });
});

it('a text is decoded by the charset that it names, itself or in its header, and an unknown one is read as UTF-8', async () => {
  expect(await output('text')).toMatchObject({ body: 'é' });
  expect((await output('xml'))['body']).toMatch(/<a>é<\/a>$/);
  expect(await output('odd')).toMatchObject({ body: 'é' });
});

it('JSON under the name of a text stays the text that its server says it is, and a bare word is no JSON', async () => {
  expect(await output('astext')).toMatchObject({ body: '{"a":"é"}' });
  expect(await output('word')).toMatchObject({ body: 'true' });
});

it('what comes out of a packed body is bounded like any other', async () => {
  expect(await output('bomb')).toMatchObject({ body: 'x'.repeat(4096), truncated: true });
});

it('a packed body that is broken or of another kind fails no request that took effect, and is not taken for a whole one', async () => {
  expect(await output('broken')).toMatchObject({ truncated: true });
  expect(await output('zstd')).toMatchObject({ body: '[packed as zstd, which cannot be read]', truncated: true });
});

it('an answer that is no success is kept, and its first words stand in the message', async () => {
  const result = await http.get('http.request')?.run({ url: `${base}/quota` }, contextOf());
  expect(result).toMatchObject({
    outcome: 'failed',
    error: {
      code: 'http_422',
      message: expect.stringMatching(/^GET \S+ answered 422: .*quota of the region is used up/),
      output: { status: 422, body: { detail: 'quota of the region is used up' } },
    },
  });
});
