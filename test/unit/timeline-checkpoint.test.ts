// Checkpoints: whatever is done to their list is found, and the first bad place is named.
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkEvents, verifyChain } from '../../src/core/timeline/chain.ts';
import {
  type CheckpointRef,
  checkpointRef,
  type SealedCheckpoint,
  type StoredCheckpoint,
  seal,
  verifyCheckpoints,
} from '../../src/core/timeline/checkpoint.ts';
import { readPrivateKey, readPublicKey, signerOf } from '../../src/core/timeline/key-text.ts';
import { isSignedBy, keyIdOf, type Signer } from '../../src/core/timeline/signature.ts';

const key = generateKeyPairSync('ed25519');
const signer = signerOf(key.privateKey);
const stranger = signerOf(generateKeyPairSync('ed25519').privateKey);
const trusted = (keyId: string) => (keyId === signer.keyId ? signer.publicKey : null);

const atOf = (number: number) => new Date(Date.UTC(2026, 2, 1, 0, number)).toISOString();
const stored = ({ body, signature, keyId }: SealedCheckpoint): StoredCheckpoint => ({
  ...{ number: body.number, at: body.at, body: structuredClone(body), signature, keyId },
});
/** Checkpoints of one stream that grows by one event each time. */
function made(
  count: number,
  by: Signer = signer,
): { readonly all: StoredCheckpoint[]; readonly last: CheckpointRef | null } {
  const all: StoredCheckpoint[] = [];
  let last: CheckpointRef | null = null;
  for (let number = 1; number <= count; number++) {
    const sealed = seal(last, atOf(number), [{ streamId: 'inc_1', version: number, hash: `hash-${number}` }], by);
    last = checkpointRef(sealed);
    all.push(stored(sealed));
  }
  return { all, last };
}

describe('checkpoints', () => {
  it('verify as they were made, and say where each stream stood every time', async () => {
    const { all, last } = made(3);
    const check = await verifyCheckpoints(all, trusted, last ? [last] : []);
    expect(check).toMatchObject({ outcome: 'ok', last });
    expect(check.outcome === 'ok' && check.heads.get('inc_1')?.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(await verifyCheckpoints([], trusted, [])).toMatchObject({ outcome: 'ok', last: null });
  });

  type Tampering = (all: StoredCheckpoint[], i: number) => number;
  const put = (all: StoredCheckpoint[], i: number, by: Partial<StoredCheckpoint>) => {
    const found = all[i];
    if (found) all[i] = { ...found, ...by };
    return i + 1;
  };
  const bodyOf = (all: StoredCheckpoint[], i: number) => all[i]?.body as SealedCheckpoint['body'];
  const tampering: { readonly [name: string]: Tampering } = {
    'an edited head': (all, i) => put(all, i, { body: { ...bodyOf(all, i), heads: [] } }),
    'an edited time': (all, i) => put(all, i, { at: '2020-01-01T00:00:00.000Z' }),
    'a body that is none': (all, i) => put(all, i, { body: null }),
    'a member more': (all, i) => put(all, i, { body: { ...bodyOf(all, i), more: 1 } }),
    'an edited signature': (all, i) => put(all, i, { signature: 'AAAA' }),
    'the same signature in other characters': (all, i) => put(all, i, { signature: `${all[i]?.signature}=` }),
    'another key': (all, i) => put(all, i, { keyId: stranger.keyId }),
    'another number': (all, i) => put(all, i, { number: 77 }),
    'a deleted one': (all, i) => {
      all.splice(i, 1);
      return Math.min(i + 2, all.length + 1);
    },
    'one that stands there twice': (all, i) => {
      const found = all[i];
      if (found) all.splice(i, 0, found);
      return i + 1;
    },
    'one that a stranger signed': (all, i) => put(all, i, made(all.length, stranger).all[i] ?? {}),
    'all made anew with other contents': (all, i) => {
      let last = i === 0 ? null : checkpointRef(all[i - 1] as unknown as SealedCheckpoint);
      for (let j = i; j < all.length; j++) {
        const forged = seal(last, atOf(j + 1), [{ streamId: 'inc_1', version: 1, hash: 'forged' }], signer);
        last = checkpointRef(forged);
        all[j] = stored(forged);
      }
      return all.length;
    },
  };
  for (const [name, tamper] of Object.entries(tampering)) {
    it(`are found with ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(), async (count, n) => {
          const { all, last } = made(count);
          const seq = tamper(all, n % count);
          const check = await verifyCheckpoints(all, trusted, last ? [last] : []);
          expect(check.outcome).toBe('bad');
          if (check.outcome === 'bad' && !name.startsWith('one that stands') && name !== 'another number')
            expect(check.place).toMatchObject({ streamId: '(checkpoints)', seq });
        }),
        { numRuns: 30 },
      );
    });
  }

  it('show a database that went back in time, once one of them is remembered', async () => {
    const { all, last } = made(4);
    expect(await verifyCheckpoints(all.slice(0, 2), trusted, [])).toMatchObject({ outcome: 'ok' });
    expect(await verifyCheckpoints(all.slice(0, 2), trusted, last ? [last] : [])).toMatchObject({
      outcome: 'bad',
      place: { seq: 3 },
    });
  });

  it('contradict a rewritten stream, the older ones also after a newer one sealed it', async () => {
    const events = (cause: string) =>
      linkEvents(
        'inc_1',
        null,
        [1, 2, 3].map((n) => ({
          type: 'note.added',
          at: atOf(n),
          actor: { kind: 'system', id: 'x' },
          cause,
          data: {},
        })),
      );
    const [genuine, forged] = [events('c'), events('forged')];
    const head = { version: 3, hash: forged[2]?.hash ?? '' };
    const marks = [
      { version: 2, hash: genuine[1]?.hash ?? '', by: 'checkpoint 1' },
      { ...head, by: 'checkpoint 2' },
    ];
    expect(await verifyChain('inc_1', forged, head, marks.slice(1))).toMatchObject({ outcome: 'ok' });
    expect(await verifyChain('inc_1', forged, head, marks)).toMatchObject({
      outcome: 'bad',
      place: { seq: 2, problem: expect.stringContaining('checkpoint 1 records') },
    });
  });
});

describe('keys', () => {
  it('are read from PEM, from PEM on one line, and from base64 of DER', () => {
    const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const der = key.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    for (const text of [pem, pem.replaceAll('\n', '\\n'), der, ` ${der}\n`]) {
      const read = readPrivateKey(text);
      expect(read && signerOf(read).keyId).toBe(signer.keyId);
    }
    const publicPem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const text of [publicPem, signer.publicKey, pem]) expect(readPublicKey(text)).toBe(signer.publicKey);
  });

  it('of another kind, or none, are refused', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const text of ['', 'x', '-----BEGIN PRIVATE KEY-----', other, signer.publicKey])
      expect(readPrivateKey(text)).toBeNull();
    for (const text of ['', 'x', '-----BEGIN PUBLIC KEY-----', other]) expect(readPublicKey(text)).toBeNull();
  });

  it('sign text so that nothing in it, and no other key, passes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const signature = signer.sign(text);
        expect(isSignedBy(signer.publicKey, text, signature)).toBe(true);
        expect(isSignedBy(signer.publicKey, other, signature)).toBe(other === text);
        expect(isSignedBy(stranger.publicKey, text, signature)).toBe(false);
        expect(isSignedBy(other, text, signature)).toBe(false);
        expect(isSignedBy(signer.publicKey, text, other)).toBe(false);
      }),
    );
    expect(keyIdOf(signer.publicKey)).toBe(signer.keyId);
  });
});
