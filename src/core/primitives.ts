// What the core takes from the machine it runs on: digests, signatures, base64. This file is Node's; the browser's is
// src/web/verify/worker/primitives.ts, which the build of the page puts in its place. Holds no rule of the record.
import { createPublicKey, hash, verify } from 'node:crypto';

/** Lower-case hex SHA-256 of a string (as UTF-8) or bytes. */
export const sha256 = (input: string | Uint8Array): string => hash('sha256', input, 'hex');

/** The bytes of base64, and the base64 of bytes, with padding. What is no base64 is left out: it does not come back as it was. */
export const base64 = {
  decode: (text: string): Uint8Array => Buffer.from(text, 'base64'),
  encode: (bytes: Uint8Array): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
};

/** What an Ed25519 signature is checked with. */
type Ed25519Claim = {
  /** The 32 bytes of the key itself. */
  readonly key: Uint8Array;
  /** Text is taken as UTF-8. */
  readonly text: string | Uint8Array;
  readonly signature: Uint8Array;
};

/** True if the key made the signature on the text; false also for a key or a signature that is none. */
export function isEd25519({ key, text, signature }: Ed25519Claim): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') };
    return verify(
      null,
      typeof text === 'string' ? Buffer.from(text) : text,
      createPublicKey({ key: jwk, format: 'jwk' }),
      signature,
    );
  } catch {
    return false;
  }
}

/** What an ECDSA signature on P-256 with SHA-256 is checked with. */
type P256Claim = {
  /** The point, uncompressed: 4, then 32 bytes of x and 32 of y. */
  readonly key: Uint8Array;
  readonly bytes: Uint8Array;
  /** DER. */
  readonly signature: Uint8Array;
};

/** True if the key made the signature on the bytes; false also for a key or a signature that is none. */
export function isP256({ key, bytes, signature }: P256Claim): boolean {
  if (key.length !== 65 || key[0] !== 4) return false;
  try {
    const [x, y] = [key.subarray(1, 33), key.subarray(33)].map((part) => Buffer.from(part).toString('base64url'));
    const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' };
    return verify('sha256', bytes, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch {
    return false;
  }
}
