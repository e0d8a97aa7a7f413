// Where evidence is fetched from: files that are beside the configuration, and Slack's files with a token that goes nowhere else.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { createFetchEvidence } from '../../src/actions/evidence/fetch-evidence.ts';
import { maxItemBytes } from '../../src/core/evidence/content.ts';
import { createFetchFile, mayGetToken } from '../../src/slack/fetch-file.ts';

const root = mkdtempSync(join(tmpdir(), 'firebreak-evidence-'));
const beside = join(root, 'config');
mkdirSync(join(beside, 'data'), { recursive: true });
writeFileSync(join(beside, 'nginx.conf'), 'worker_processes 1;\n');
writeFileSync(join(beside, 'data', 'signing-key.pem'), 'a key');
writeFileSync(join(root, 'elsewhere'), 'not for us');
symlinkSync(join(root, 'elsewhere'), join(beside, 'link'));
writeFileSync(join(beside, 'large.log'), 'begin');
truncateSync(join(beside, 'large.log'), 1024 ** 3);
afterAll(() => rmSync(root, { recursive: true }));

const fetchEvidence = createFetchEvidence({
  ...{ query: undefined, folders: [beside], privatePaths: [join(beside, 'data')], chatFile: () => null },
  log: pino({ level: 'silent' }),
});
const file = (path: string) =>
  fetchEvidence({
    ...{ name: 'x', from: { type: 'file', path }, incident: { id: 'inc_1', number: 1 } },
    signal: new AbortController().signal,
  });

describe('a file as evidence', () => {
  it('is read where it is beside the configuration', async () => {
    expect(await file('nginx.conf')).toMatchObject({ outcome: 'fetched', parts: [{ name: 'x', lostBytes: 0 }] });
  });

  it.each(['../elsewhere', 'link', join(root, 'elsewhere'), '/etc/passwd'])('is not %s', async (path) => {
    expect(await file(path)).toMatchObject({ outcome: 'failed', mayPass: false });
  });

  it("is none of Firebreak's own, and may come later where there is none", async () => {
    expect(await file('data/signing-key.pem')).toMatchObject({ outcome: 'failed', mayPass: false });
    expect(await file('nothing')).toMatchObject({ outcome: 'failed', mayPass: true });
    expect(await file('.')).toMatchObject({ outcome: 'failed', mayPass: false });
  });

  it('of 1 GB is read as far as it is kept, and what is missing is counted', async () => {
    const fetched = await file('large.log');
    if (fetched.outcome !== 'fetched') throw new Error(fetched.reason);
    expect(fetched.parts[0]?.content.length).toBe(maxItemBytes);
    expect(fetched.parts[0]?.lostBytes).toBe(1024 ** 3 - maxItemBytes);
  });
});

describe("Slack's token", () => {
  it.each([
    ['https://files.slack.com/files-pri/T1-F1/x.png', null, true],
    ['https://slack.com/x', null, true],
    ['http://files.slack.com/x', null, false],
    ['https://slack.com.example.com/x', null, false],
    ['https://evil-slack.com/x', null, false],
    ['https://a:b@files.slack.com/x', null, false],
    ['https://files.slack.com/x', 'http://127.0.0.1:4000/api/', false],
    ['http://127.0.0.1:4000/files/F1', 'http://127.0.0.1:4000/api/', true],
    ['http://127.0.0.1:4001/files/F1', 'http://127.0.0.1:4000/api/', false],
    ['no address', null, false],
  ])('for %s with the API at %s: %s', (address, apiUrl, expected) => {
    expect(mayGetToken(address, apiUrl)).toBe(expected);
  });

  /** Fetches a file that Slack describes so, from hosts that answer so. */
  function fetched(file: object, answers: { readonly [address: string]: () => Response }) {
    const sent: { address: string; token: string | null }[] = [];
    const send = async (address: unknown, init?: RequestInit) => {
      sent.push({ address: String(address), token: new Headers(init?.headers).get('authorization') });
      return answers[String(address)]?.() ?? new Response('nobody', { status: 404 });
    };
    const client = { files: { info: async () => ({ ok: true, file: { name: 'x.png', ...file } }) } };
    const fetchFile = createFetchFile({
      client: client as unknown as Parameters<typeof createFetchFile>[0]['client'],
      ...{ botToken: 'xoxb-token', apiUrl: null, fetch: send as typeof fetch },
    });
    return { sent, done: fetchFile('F1', { maxBytes: 8, signal: new AbortController().signal }) };
  }
  const at = 'https://files.slack.com/f';
  const moved = (location: string) => () => new Response(null, { status: 302, headers: { location } });

  it('goes along a redirect within Slack and to nobody else', async () => {
    const within = fetched(
      { url_private: at },
      { [at]: moved('/g'), 'https://files.slack.com/g': () => new Response('ok') },
    );
    expect(await within.done).toMatchObject({ outcome: 'fetched', parts: [{ name: 'x.png' }] });
    const away = fetched({ url_private: at }, { [at]: moved('https://example.com/steal') });
    expect(await away.done).toMatchObject({ outcome: 'failed', mayPass: false });
    expect(away.sent.map(({ address }) => address)).toEqual([at]);
    const offered = fetched({ url_private: 'https://example.com/steal' }, {});
    expect(await offered.done).toMatchObject({ outcome: 'failed' });
    expect(offered.sent).toEqual([]);
  });

  it('fetches no more than is kept', async () => {
    const { done } = fetched({ url_private: at, size: 1_000_000_000 }, { [at]: () => new Response('x'.repeat(100)) });
    expect(await done).toMatchObject({ outcome: 'fetched', parts: [{ lostBytes: 999_999_992 }] });
  });

  it('is told that it may not read a file by a page to sign in, not by an error', async () => {
    const page = () => new Response('<html>', { headers: { 'content-type': 'text/html' } });
    const { done } = fetched({ url_private: at, mimetype: 'image/png' }, { [at]: page });
    expect(await done).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('sign-in page') });
    const external = fetched({ url_private: at, is_external: true }, {});
    expect(await external.done).toMatchObject({ outcome: 'failed', mayPass: false });
  });
});
