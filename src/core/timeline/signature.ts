// Ed25519 signatures on parts of the record: what a signer is, how keys are named, how signatures are checked. Keeps no key. Pure: runs
// in the browser too.
import { sha256 } from '../json.ts';
import { base64, isEd25519 } from '../primitives.ts';

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
  return sha256(base64.decode(publicKey)).slice(0, 16);
}

/** Base64 can be written in more than one way; only its own form is taken, so that not one character can be changed. */
export const isBase64 = (text: string): boolean => base64.encode(base64.decode(text)) === text;

/** SPKI DER of an Ed25519 key has one form only: these bytes, then the 32 of the key (RFC 8410, section 4). */
const derHead = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const keyBytes = 32;

/** True if the key made the signature on the text; false also for a key or a signature that is none. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  if (!isBase64(publicKey) || !isBase64(signature)) return false;
  const der = base64.decode(publicKey);
  if (der.length !== derHead.length + keyBytes || derHead.some((byte, at) => der[at] !== byte)) return false;
  return isEd25519({ key: der.subarray(derHead.length), text, signature: base64.decode(signature) });
}
