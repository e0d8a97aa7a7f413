// Ed25519 signatures on parts of the record: keys as text, what a signer is, how its signatures are checked. Keeps no key.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { sha256 } from '../json.ts';

/** Signs text with a key that stays inside. */
export type Signer = {
  readonly keyId: string;
  /** Base64 of the key's SPKI DER. */
  readonly publicKey: string;
  /** Base64 of the signature on the text as UTF-8. */
  readonly sign: (text: string) => string;
};

const derOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64');

/** A private key from PEM (line breaks may be written as `\n`) or from base64 of PKCS #8 DER; null if it is no Ed25519 key. */
export function readPrivateKey(text: string): KeyObject | null {
  const trimmed = text.trim().replaceAll('\\n', '\n');
  try {
    const key = trimmed.startsWith('-----')
      ? createPrivateKey(trimmed)
      : createPrivateKey({ key: Buffer.from(trimmed, 'base64'), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

/** A public key, as base64 of its SPKI DER, from that or from PEM; null if it is no Ed25519 key. */
export function readPublicKey(text: string): string | null {
  const trimmed = text.trim();
  try {
    const key = trimmed.startsWith('-----')
      ? createPublicKey(trimmed)
      : createPublicKey({ key: Buffer.from(trimmed, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? derOf(key) : null;
  } catch {
    return null;
  }
}

/** A signer with the given private key. */
export function signerOf(key: KeyObject): Signer {
  const publicKey = derOf(createPublicKey(key));
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}

/** Names a public key: the first 16 hex digits of the SHA-256 of its DER. A name only, no proof: compare whole keys. */
export function keyIdOf(publicKey: string): string {
  return sha256(Buffer.from(publicKey, 'base64')).slice(0, 16);
}

/** Base64 can be written in more than one way; only its own form is taken, so that not one character can be changed. */
export const isBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text;

/** True if the key made the signature on the text; false also for a key or a signature that is none. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  if (!isBase64(publicKey) || !isBase64(signature)) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
