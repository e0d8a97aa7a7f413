// What the core takes from the machine is the same on Node and in a browser.
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as nodes from '../../src/core/primitives.ts';
import * as browsers from '../../src/web/verify/worker/primitives.ts';

const text = fc.string({ unit: 'binary', maxLength: 300 });

it('digests of any text and any bytes are the same', () => {
  fc.assert(fc.property(text, (given) => browsers.sha256(given) === nodes.sha256(given)));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (given) => browsers.sha256(given) === nodes.sha256(given)));
  for (const half of ['\ud83d', 'a\udd25b', '\ud83d\ud83d\udd25'])
    expect(browsers.sha256(half)).toBe(nodes.sha256(half));
});

it('digests of texts are the same at the ends of blocks, at the end of the buffer that they share, and one after the other', () => {
  const lengths = [0, 54, 55, 56, 63, 64, 65, 119, 120, 5460, 5461, 5462, 20_000];
  for (const length of [...lengths, ...lengths.toReversed()])
    for (const letter of ['a', '–'])
      expect(browsers.sha256(letter.repeat(length))).toBe(nodes.sha256(letter.repeat(length)));
});

it('bytes become the same base64 and come back, also those of a large file', () => {
  const both = (bytes: Uint8Array) => {
    const written = nodes.base64.encode(bytes);
    expect(browsers.base64.encode(bytes) === written).toBe(true);
    expect(Buffer.compare(browsers.base64.decode(written), bytes)).toBe(0);
    expect(Buffer.compare(nodes.base64.decode(written), bytes)).toBe(0);
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), both));
  both(Uint8Array.from({ length: 100_003 }, (_, n) => (n * 31) % 256));
});

it('what is no base64 in its own form comes back otherwise, on both', () => {
  for (const { base64 } of [nodes, browsers])
    for (const other of ['%%%', 'AAA', 'AAEC//4B==', 'AB==', 'QUJD\n', ' QUJD', 'QUJ', 'QQ', 'AA-_'])
      expect([other, base64.encode(base64.decode(other)) === other]).toEqual([other, false]);
});

it('a signature counts for its key and its text alone, on both', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(12));
  const said = 'schön 🔥';
  const signature = new Uint8Array(sign(null, Buffer.from(said), privateKey));
  const other = new Uint8Array(
    generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(12),
  );
  const flipped = signature.with(5, (signature[5] ?? 0) ^ 1);
  /** The same S, written as S + L: one signature would have two forms (RFC 8032, section 5.1.7). */
  const malleable = plusOrder(signature);
  for (const { isEd25519 } of [nodes, browsers]) {
    expect(isEd25519({ key, text: said, signature })).toBe(true);
    expect(isEd25519({ key, text: `${said} `, signature })).toBe(false);
    expect(isEd25519({ key: other, text: said, signature })).toBe(false);
    expect(isEd25519({ key, text: said, signature: flipped })).toBe(false);
    expect(isEd25519({ key, text: said, signature: malleable })).toBe(false);
    expect(isEd25519({ key, text: said, signature: signature.subarray(1) })).toBe(false);
    expect(isEd25519({ key: key.subarray(1), text: said, signature })).toBe(false);
    expect(isEd25519({ key: new Uint8Array(32).fill(255), text: said, signature })).toBe(false);
  }
});

function plusOrder(signature: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  let s = signature.slice(32).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) + order;
  const moved = signature.slice();
  for (let at = 32; at < 64; at++, s /= 256n) moved[at] = Number(s % 256n);
  return moved;
}
