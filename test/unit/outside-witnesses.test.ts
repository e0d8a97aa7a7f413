// Checkpoints on their way to witnesses outside: each is told every one, in order, and what failed is told again.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { checkpointRef, type SealedCheckpoint, witnessedIn } from '../../src/core/timeline/checkpoint.ts';
import { createOutsideWitnesses } from '../../src/store/ledger/outside-witnesses.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-witness-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const silent = pino({ level: 'silent' });
const sealed = (number: number): SealedCheckpoint => ({
  body: { schema: 'firebreak/checkpoint/v1', number, at: '2026-03-01T00:00:00.000Z', previous: null, heads: [] },
  signature: 'c2ln',
  keyId: 'feed',
});

/** A server that answers as it is told, and notes what it was asked. */
function server() {
  const asked: { method: string; url: string; token: string | null; number: number }[] = [];
  const state = { status: 200 };
  const request: typeof fetch = async (url, init = {}) => {
    const { body } = JSON.parse(String(init.body)) as SealedCheckpoint;
    const token = new Headers(init.headers).get('authorization');
    asked.push({ method: init.method ?? '', url: String(url), token, number: body.number });
    return new Response('', { status: state.status });
  };
  return { asked, state, request };
}

describe('outside witnesses', () => {
  it('keep a file that verifies: one whole checkpoint a line', async () => {
    const path = join(folder, 'away/checkpoints.jsonl');
    const outside = createOutsideWitnesses([{ type: 'file', path }], { log: silent });
    for (const number of [1, 2]) outside.note(sealed(number));
    await outside.flush();
    expect(witnessedIn(readFileSync(path, 'utf8'))).toEqual([checkpointRef(sealed(1)), checkpointRef(sealed(2))]);
    expect(outside.behind()).toEqual([]);
  });

  it('are posted to with a token, or put to as objects with the number in their name', async () => {
    const { asked, request } = server();
    const outside = createOutsideWitnesses(
      [
        { type: 'http', url: 'https://w.example.org/in', token: 'a-token' },
        { type: 'object', url: 'https://o.example.org/bucket/{number}.json', token: null },
      ],
      { log: silent, request },
    );
    outside.note(sealed(7));
    await outside.flush();
    expect(asked).toEqual([
      { method: 'POST', url: 'https://w.example.org/in', token: 'Bearer a-token', number: 7 },
      { method: 'PUT', url: 'https://o.example.org/bucket/7.json', token: null, number: 7 },
    ]);
  });

  it('that were away are told everything later, in order, and hold nobody else up', async () => {
    const { asked, state, request } = server();
    const path = join(folder, 'beside.jsonl');
    const places = [
      { type: 'http' as const, url: 'https://w.example.org/in', token: null },
      { type: 'file' as const, path },
    ];
    const outside = createOutsideWitnesses(places, { log: silent, request });
    state.status = 503;
    for (const number of [1, 2]) {
      outside.note(sealed(number));
      await outside.flush();
    }
    expect(outside.behind()).toEqual(['http w.example.org']);
    expect(witnessedIn(readFileSync(path, 'utf8'))).toHaveLength(2);
    state.status = 200;
    asked.length = 0;
    await outside.flush();
    expect(asked.map(({ number }) => number)).toEqual([1, 2]);
    expect(outside.behind()).toEqual([]);
  });

  it('are named in firebreak.yaml, with faults by their place', () => {
    const read = (witness: unknown) =>
      readConfigFile(JSON.stringify({ record: { witness } }), 'f.yaml', { W_TOKEN: 'a-long-token' });
    const good = read([{ type: 'http', url: 'https://w.example.org', token: { env: 'W_TOKEN' } }, { type: 'log' }]);
    expect(good.ok && good.value.record.witness).toEqual([
      { type: 'http', url: 'https://w.example.org', token: 'a-long-token' },
      { type: 'log' },
    ]);
    expect(good.ok && good.value.knownSecrets.map(({ value }) => value)).toContain('a-long-token');
    expect(read([{ type: 'object', url: 'https://o.example.org/one.json' }])).toMatchObject({
      ok: false,
      error: [expect.stringMatching(/record\.witness\.0\.url: must have \{number\} in it/)],
    });
    expect(read([{ type: 'http', url: 'ftp://x' }])).toMatchObject({
      ok: false,
      error: [expect.stringMatching(/http or https/)],
    });
  });
});

describe('what a witness keeps', () => {
  it('is read line by line or as one array, whole or as references, and anything else is refused', () => {
    const ref = { number: 3, digest: 'sha256:00' };
    expect(witnessedIn(`${JSON.stringify(sealed(1))}\n${JSON.stringify(ref)}\n`)).toEqual([
      checkpointRef(sealed(1)),
      ref,
    ]);
    expect(witnessedIn(JSON.stringify([ref]))).toEqual([ref]);
    for (const text of ['{"number":3}', 'not json', '[1]']) expect(witnessedIn(text)).toBe(null);
  });
});
