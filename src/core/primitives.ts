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
  /** Taken as UTF-8. */
  readonly text: string;
  readonly signature: Uint8Array;
};

/** True if the key made the signature on the text; false also for a key or a signature that is none. */
export function isEd25519({ key, text, signature }: Ed25519Claim): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') };
    return verify(null, Buffer.from(text), createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch {
    return false;
  }
}
