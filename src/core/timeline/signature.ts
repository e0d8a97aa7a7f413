// Ed25519 signatures on parts of the record: what a signer is, and how its signatures are checked. Keeps no key.
import { createPublicKey, verify } from 'node:crypto';
import { sha256 } from '../json.ts';

/** Signs text with a key that stays inside. */
export type Signer = {
  readonly keyId: string;
  /** Base64 of the key's SPKI DER. */
  readonly publicKey: string;
  /** Base64 of the signature on the text as UTF-8. */
  readonly sign: (text: string) => string;
};

/** Names a public key: the first 16 hex digits of the SHA-256 of its DER. A name only, no proof: compare whole keys. */
export function keyIdOf(publicKey: string): string {
  return sha256(Buffer.from(publicKey, 'base64')).slice(0, 16);
}

/** True if the key made the signature on the text; false also for a key or a signature that is none. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
