// Bundles for tests: the stream in which nearly everything happens, with evidence of every sort, as long as one asks for; and every way in
// which a bundle may be broken, with what must be said of it.
import { generateKeyPairSync } from 'node:crypto';
import type { StoredEvent } from '../../../src/core/events.ts';
import { sha256 } from '../../../src/core/json.ts';
import { type Bundle, toBundle } from '../../../src/core/timeline/bundle.ts';
import { contentHash, linkEvents, type Unlinked } from '../../../src/core/timeline/chain.ts';
import { signerOf } from '../../../src/core/timeline/key-text.ts';
import { incidentStream } from './incident-stream.ts';

/** Who signs them. */
export const signer = signerOf(generateKeyPairSync('ed25519').privateKey);

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Evidence of every sort; null: it was left out. */
const evidence: readonly (readonly [name: string, content: Buffer | null])[] = [
  ['status.json', Buffer.from('{"state":"up","of":[1,2,{"n":null}]}')],
  [
    'app.log',
    Buffer.from('14:03:20 connection refused\n14:03:21 <script>alert(1)</script> \u202egnp.exe\n'.repeat(40)),
  ],
  ['screen.png', Buffer.from(png, 'base64')],
  ['core.bin', Buffer.from([0, 1, 2, 255, 254, 0])],
  ['heap.dump', null],
];

const artifacts = evidence.map(([name, content]) => ({
  name,
  digest: `sha256:${content === null ? '77'.repeat(32) : sha256(content)}`,
  bytes: content?.length ?? 1_000_000_000,
  content: content?.toString('base64') ?? null,
}));
const refs = artifacts.map(({ name, digest, bytes }) => ({ name, digest, bytes }));

/** Notes and repeats as they come in a long incident, between its begin and its end. */
function filler(count: number, { at, actor }: Unlinked): Unlinked[] {
  const from = Date.parse(at);
  return Array.from({ length: Math.max(0, count) }, (_, n) => {
    const told = { at: new Date(from + n).toISOString(), actor, cause: `dlv_${n}` };
    if (n % 4 !== 0)
      return {
        ...told,
        type: 'alert.repeated',
        data: { fingerprint: `am/pool-${n % 50}`, count: n, receipt: `dlv_${n}` },
      };
    const text = `Looked at pool ${n % 50}: ${n} connections of 4000 are taken, the oldest waits since ${n % 600} s, nobody is at work on it – ask Büşra`;
    return { ...told, type: 'note.added', data: { text } };
  });
}

/** A bundle of so many events at least. */
export function bundleOf(count = 0, title = 'checkout-api is slow'): Bundle {
  const stream = incidentStream(title);
  const given = stream.map(({ type, at, actor, cause, data }): Unlinked => {
    if (type !== 'step.succeeded') return { type, at, actor, cause, data };
    return { type, at, actor, cause, data: { ...data, artifacts: data['step'] === 'act' ? refs : [] } };
  });
  const [opening] = given;
  if (!opening) throw new Error('the stream is empty');
  const middle = filler(count - given.length, opening);
  const events: StoredEvent[] = linkEvents('inc_1', null, [opening, ...middle, ...given.slice(1)]);
  const last = events.at(-1);
  const head = { version: last?.seq ?? 0, hash: last?.hash ?? '' };
  const checkpoint = {
    number: 4,
    by: 'checkpoint 4 of 2026-03-01T00:00:00.000Z',
    version: 3,
    hash: events[2]?.hash ?? '',
  };
  return toBundle({ streamId: 'inc_1', head, checkpoint, artifacts, events }, signer);
}

/** The same with one note taken out, and the redaction that vouches for it. */
export function redactedBundle(): Bundle {
  const { signature: _, events, ...rest } = bundleOf();
  const note = events[3];
  if (note?.type !== 'note.added') throw new Error('entry 4 is no note');
  const redacted = { ...note, data: { ...note.data, text: '[redacted]' } };
  const data = {
    streamId: 'inc_1',
    seq: note.seq,
    hash: note.hash,
    now: contentHash(redacted),
    paths: ['/text'],
    reason: 'it held a password',
  };
  const actor = { kind: 'user' as const, id: 'U0ANA', name: 'Ana' };
  const at = '2026-03-02T00:00:00.000Z';
  const redactions = linkEvents('system', null, [{ type: 'record.redacted', at, actor, cause: 'req_1', data }]);
  return toBundle({ ...rest, events: events.map((event) => (event === note ? redacted : event)), redactions }, signer);
}

/** A bundle made anew from a redacted one, signed by whoever holds the key: what the signature cannot find must be found elsewhere. */
function resigned(change: (bundle: Bundle) => void): string {
  const bundle = structuredClone(redactedBundle());
  change(bundle);
  const { signature: _, ...rest } = bundle;
  return JSON.stringify(toBundle(rest, signer));
}

/** A file and what must be said of it; null: it is whole. */
export type BundleCase = {
  readonly name: string;
  readonly file: string | Uint8Array;
  readonly bad: { readonly seq: number; readonly type: string | null; readonly problem: RegExp } | null;
};

/** Good files and bad ones. */
export function bundleCases(): readonly BundleCase[] {
  const whole = JSON.stringify(bundleOf());
  const bytes = (text: string) => new TextEncoder().encode(text);
  const changed = (change: (bundle: Bundle) => void) => {
    const bundle = JSON.parse(whole) as Bundle;
    change(bundle);
    return JSON.stringify(bundle);
  };
  const edit = (index: number, edited: Partial<StoredEvent>) =>
    changed(({ events }) => Object.assign(events[index] ?? {}, edited));
  const content = (index: number, to: string | null) =>
    changed(({ artifacts: all }) => Object.assign(all[index] ?? {}, { content: to }));
  const signed = (index: number, name: 'value' | 'publicKey' | 'keyId') =>
    changed(({ signature }) => {
      const text = signature[name];
      signature[name] = `${text.slice(0, index)}${text[index] === 'A' ? 'B' : 'A'}${text.slice(index + 1)}`;
    });
  /** The very key that signed it, written with another head, and named for that. */
  const inOtherForm = changed(({ signature }) => {
    const der = Buffer.from(signature.publicKey, 'base64');
    der[1] = 0x2b;
    signature.publicKey = der.toString('base64');
    signature.keyId = sha256(der).slice(0, 16);
  });
  const of = (seq: number, type: string | null, problem: RegExp) => ({ seq, type, problem });
  const asWhole = (problem: RegExp) => of(0, null, problem);
  const evidenceOfAct = bundleOf().events.find(
    ({ data }) => data['artifacts'] === refs || JSON.stringify(data).includes('app.log'),
  );
  const at = evidenceOfAct?.seq ?? 0;
  return [
    { name: 'as it was exported', file: whole, bad: null },
    { name: 'as bytes', file: bytes(whole), bad: null },
    { name: 'laid out in another way', file: JSON.stringify(JSON.parse(whole), null, 3), bad: null },
    { name: 'with a lone surrogate in a text', file: JSON.stringify(bundleOf(0, 'half \ud83d of a pair')), bad: null },
    { name: 'with a text beyond ASCII', file: bytes(JSON.stringify(bundleOf(0, 'Ünïcödé 🔥 \u202e'))), bad: null },
    {
      name: 'with an edited text',
      file: changed(({ events }) => Object.assign(events[3]?.data ?? {}, { text: 'x' })),
      bad: of(4, 'note.added', /was edited: its content/),
    },
    { name: 'with another type', file: edit(3, { type: 'note.removed' }), bad: of(4, 'note.removed', /was edited/) },
    {
      name: 'with another instant',
      file: edit(0, { at: '2020-01-01T00:00:00.000Z' }),
      bad: of(1, 'incident.opened', /was edited/),
    },
    {
      name: 'with an event of another stream',
      file: edit(1, { streamId: 'inc_2' }),
      bad: of(2, 'alert.received', /belongs to inc_2/),
    },
    {
      name: 'without an event',
      file: changed(({ events }) => events.splice(1, 1)),
      bad: of(3, 'alert.repeated', /event 2 is missing/),
    },
    {
      name: 'without its last event',
      file: changed(({ events }) => events.pop()),
      bad: { seq: bundleOf().events.length, type: null, problem: /its tail was cut off/ },
    },
    {
      name: 'with another checkpoint',
      file: changed(({ checkpoint }) => Object.assign(checkpoint ?? {}, { hash: '00' })),
      bad: of(3, 'alert.repeated', /history was rewritten/),
    },
    { name: 'with edited evidence', file: content(1, 'AAAA'), bad: of(at, 'step.succeeded', /app\.log was edited/) },
    {
      name: 'with evidence in another base64',
      file: content(3, 'AAEC//4B'),
      bad: of(at, 'step.succeeded', /core\.bin was edited/),
    },
    {
      name: 'with evidence that is no base64',
      file: content(0, '%%%'),
      bad: of(at, 'step.succeeded', /status\.json was edited/),
    },
    {
      name: 'without a piece of evidence',
      file: changed(({ artifacts: all }) => all.splice(2, 1)),
      bad: of(at, 'step.succeeded', /screen\.png .* is missing/),
    },
    { name: 'with an entry that was redacted', file: JSON.stringify(redactedBundle()), bad: null },
    {
      name: 'with a redacted entry and no redaction of it',
      file: resigned((bundle) => {
        delete bundle.redactions;
      }),
      bad: of(4, 'note.added', /was edited: its content does not match its hash/),
    },
    {
      name: 'with a redacted entry that was edited once more',
      file: resigned(({ events }) => Object.assign(events[3]?.data ?? {}, { text: 'all is well' })),
      bad: of(4, 'note.added', /its content is not what its redaction records/),
    },
    {
      name: 'with a forged redaction',
      file: resigned(({ redactions }) =>
        Object.assign(redactions?.[0]?.data ?? {}, { reason: 'none of your business' }),
      ),
      bad: of(1, 'record.redacted', /a redaction was edited, or is none/),
    },
    {
      name: 'with a redaction that names other content than stands there',
      file: resigned((bundle) => {
        const [given] = bundle.redactions ?? [];
        if (!given) throw new Error('there is no redaction');
        bundle.redactions = linkEvents('system', null, [{ ...given, data: { ...given.data, now: '00'.repeat(32) } }]);
      }),
      bad: of(4, 'note.added', /its content is not what its redaction records/),
    },
    { name: 'with evidence taken out', file: content(0, null), bad: asWhole(/its signature does not match/) },
    { name: 'with another signature', file: signed(10, 'value'), bad: asWhole(/its signature does not match/) },
    { name: 'with another key', file: signed(40, 'publicKey'), bad: asWhole(/its signature does not match/) },
    { name: 'with a key of another form', file: inOtherForm, bad: asWhole(/its signature does not match/) },
    { name: 'with another name of the key', file: signed(3, 'keyId'), bad: asWhole(/its signature does not match/) },
    {
      name: 'with a member more',
      file: changed((bundle) => Object.assign(bundle, { more: 1 })),
      bad: asWhole(/it is no bundle/),
    },
    {
      name: 'of another version',
      file: whole.replace('bundle/v1', 'bundle/v2'),
      bad: asWhole(/a bundle of another version, firebreak\/bundle\/v2/),
    },
    { name: 'cut in the middle', file: whole.slice(0, whole.length >> 1), bad: asWhole(/it is not JSON/) },
    { name: 'with a byte order mark', file: bytes(`\ufeff${whole}`), bad: asWhole(/it is not JSON/) },
    {
      name: 'in Latin-1',
      file: Buffer.from(whole.replace('slow', 'schön'), 'latin1'),
      bad: asWhole(/no text in UTF-8/),
    },
    { name: 'that is nothing', file: '', bad: asWhole(/it is not JSON/) },
    { name: 'that is other JSON', file: '{"incident":{"number":7}}', bad: asWhole(/it is no bundle/) },
  ];
}
