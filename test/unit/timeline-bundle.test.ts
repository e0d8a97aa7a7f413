// Bundles: one that was exported verifies anywhere; one in which anything was changed does not.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import { type Json, sha256 } from '../../src/core/json.ts';
import { type Bundle, evidenceOf, toBundle, verifyBundle } from '../../src/core/timeline/bundle.ts';
import { linkEvents } from '../../src/core/timeline/chain.ts';
import { signerOf } from '../../src/core/timeline/key-text.ts';

const signer = signerOf(generateKeyPairSync('ed25519').privateKey);
const at = '2026-03-01T00:00:00.000Z';
const actor = { kind: 'user' as const, id: 'U1', name: 'ana' };
const content = Buffer.from('{"state":"up"}');
const digest = `sha256:${sha256(content)}`;
const artifact = { name: 'status.json', digest, bytes: content.length };
const succeeded = {
  ...{ runId: 'run_1', step: 'look', attempt: 1, output: { a: [1, { b: null }] }, durationMs: 5 },
  artifacts: [artifact, { name: 'big.bin', digest: 'sha256:left-out', bytes: 9 }],
};
const events: StoredEvent[] = linkEvents('inc_1', null, [
  { type: 'note.added', at, actor, cause: 'c1', data: { text: 'schön' } },
  { type: 'step.succeeded', at, actor, cause: 'c2', data: succeeded },
  { type: 'step.succeeded', at, actor, cause: 'c3', data: succeeded },
]);
const head = { version: 3, hash: events[2]?.hash ?? '' };
const checkpoint = { number: 4, by: 'checkpoint 4', version: 2, hash: events[1]?.hash ?? '' };
const artifacts = [
  { ...artifact, content: content.toString('base64') },
  { name: 'big.bin', digest: 'sha256:left-out', bytes: 9, content: null },
];
const bundle = toBundle({ streamId: 'inc_1', head, checkpoint, artifacts, events }, signer);
const text = JSON.stringify(bundle);
const ok = { outcome: 'ok', events: 3, keyId: signer.keyId };

/** Every copy in which one member was taken away, added to, or replaced by something else. */
function changes(value: Json): { readonly what: string; readonly value: Json }[] {
  if (value === null || typeof value !== 'object') {
    const others: Json[] = [null, 0, '', 'AAAA', `${value}=`, { x: 1 }];
    if (typeof value === 'number') others.push(value + 1, value + 0.5, String(value));
    if (typeof value === 'string') others.push(`${value} `, value.slice(0, -1), value.toUpperCase());
    return others
      .filter((other) => other !== value)
      .map((other) => ({ what: `= ${JSON.stringify(other)}`, value: other }));
  }
  const entries = Object.entries(value) as [string, Json][];
  const build = (changed: [string, Json][]): Json =>
    Array.isArray(value) ? changed.map(([, item]) => item) : Object.fromEntries(changed);
  return [
    { what: 'with a member more', value: build([...entries, ['more', 1]]) },
    ...entries.flatMap(([key, member]) => [
      { what: `without .${key}`, value: build(entries.filter(([other]) => other !== key)) },
      ...changes(member).map((change) => ({
        what: `.${key} ${change.what}`,
        value: build(entries.map(([other, item]) => [other, other === key ? change.value : item])),
      })),
    ]),
  ];
}

describe('a bundle', () => {
  it('verifies as it was exported, also laid out in another way', async () => {
    expect(await verifyBundle(text)).toEqual({ ...ok, trusted: false });
    expect(await verifyBundle(JSON.stringify(bundle, null, 4), [signer.publicKey])).toEqual({ ...ok, trusted: true });
  });

  it('verifies without a checkpoint', async () => {
    const young = toBundle({ streamId: 'inc_1', head, checkpoint: null, artifacts, events }, signer);
    expect(await verifyBundle(JSON.stringify(young))).toMatchObject(ok);
  });

  it('does not verify once anything in it was changed, whatever it is', async () => {
    const all = changes(JSON.parse(text) as Json);
    expect(all.length).toBeGreaterThan(500);
    const unnoticed: string[] = [];
    for (const { what, value } of all)
      if ((await verifyBundle(JSON.stringify(value))).outcome === 'ok') unnoticed.push(what);
    expect(unnoticed).toEqual([]);
  });

  it('names the event whose evidence was edited or is gone', async () => {
    const place = async (change: (copy: Bundle) => void) => {
      const copy = JSON.parse(text) as Bundle;
      change(copy);
      return verifyBundle(JSON.stringify(copy));
    };
    const event = { streamId: 'inc_1', seq: 2, type: 'step.succeeded', at };
    expect(await place(({ artifacts: [first] }) => Object.assign(first ?? {}, { content: 'AAAA' }))).toMatchObject({
      place: { ...event, problem: expect.stringContaining('status.json was edited') },
    });
    expect(await place((copy) => copy.artifacts.shift())).toMatchObject({
      place: { ...event, problem: expect.stringContaining('is missing') },
    });
  });

  it('is not taken for one when it is something else', async () => {
    for (const other of ['', 'null', '[]', '{}', '{"schema":"firebreak/bundle/v2"}', text.slice(0, -1)])
      expect(await verifyBundle(other)).toMatchObject({ outcome: 'bad', place: { streamId: '(bundle)', seq: 0 } });
  });

  it('lists every piece of evidence once, with the first event that names it', () => {
    expect(evidenceOf(events).map(({ event, artifact: { name } }) => [event.seq, name])).toEqual([
      [2, 'status.json'],
      [2, 'big.bin'],
    ]);
  });
});
