// Ed25519 keys as text, and signers made of them. Needs Node; what only verifies does not need it (signature.ts). Keeps no key.
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { keyIdOf, type Signer } from './signature.ts';

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
