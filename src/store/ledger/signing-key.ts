// The key that checkpoints and bundles are signed with: from the settings, or a file of the data directory made once.
import { generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { readPrivateKey, readPublicKey, signerOf } from '../../core/timeline/key-text.ts';
import type { Signer } from '../../core/timeline/signature.ts';
import type { SnapshotKey } from './snapshot-digest.ts';

/** Where the key comes from: `signingKey` is its text, if the settings give one. */
export type KeyPlace = { readonly signingKey: string | null; readonly dataDir: string };

/** The key cannot be had. The message says what to do. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

const fileOf = ({ dataDir }: KeyPlace) => join(dataDir, 'signing-key.pem');

/**
 * The signer. Without a key in the settings it is that of the data directory, which is made if there is none; of several
 * processes that make one at the same time all get the same.
 * @throws SigningKeyError if the key can be neither read nor made
 */
export function openSigner(place: KeyPlace): Signer {
  const text = place.signingKey ?? readKept(fileOf(place)) ?? create(fileOf(place), place.dataDir);
  return signerFrom(text, place);
}

/**
 * The public key that belongs to it, base64 of its DER; null if there is no key. Makes none.
 * @throws SigningKeyError if there is one that cannot be read
 */
export function ownPublicKey(place: KeyPlace): string | null {
  const text = place.signingKey ?? readKept(fileOf(place));
  return text === null ? null : signerFrom(text, place).publicKey;
}

/**
 * The key for digests of snapshots, derived from the signing key (HKDF, RFC 5869): processes that share that one share this one,
 * and it is never written anywhere.
 * @throws SigningKeyError if the signing key can be neither read nor made
 */
export function openSnapshotKey(place: KeyPlace): SnapshotKey {
  return derivedFrom(place.signingKey ?? readKept(fileOf(place)) ?? create(fileOf(place), place.dataDir), place);
}

/** The same, of a signing key that is there; null if there is none, or it cannot be used. Makes none. */
export function ownSnapshotKey(place: KeyPlace): SnapshotKey | null {
  try {
    const text = place.signingKey ?? readKept(fileOf(place));
    return text === null ? null : derivedFrom(text, place);
  } catch (error) {
    if (error instanceof SigningKeyError) return null;
    throw error;
  }
}

/** The key for the tags of masked secrets, derived likewise; null if there is no usable signing key. Makes none. */
export function ownMaskKey(place: KeyPlace): Buffer | null {
  return ownSnapshotKey(place) && derivedKey(place.signingKey ?? readKept(fileOf(place)) ?? '', 'firebreak/mask/v1');
}

function derivedFrom(text: string, place: KeyPlace): SnapshotKey {
  const { keyId } = signerFrom(text, place);
  return { id: keyId, secret: derivedKey(text, 'firebreak/snapshot/v1') };
}

function derivedKey(text: string, purpose: string): Buffer {
  const secret = readPrivateKey(text)?.export({ type: 'pkcs8', format: 'der' }) ?? '';
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}

/**
 * A public key that a person names: the path of a file, PEM, or base64 of its DER. A private key's file gives its public key.
 * @throws SigningKeyError if it is none of these
 */
export function publicKeyFrom(given: string): string {
  const key = readPublicKey(given) ?? readPublicKey(readIfThere(given) ?? '');
  if (key === null)
    throw new SigningKeyError(
      `${given.slice(0, 100)} is no Ed25519 public key; give a file with one (PEM), or its base64 as a bundle has it`,
    );
  return key;
}

function signerFrom(text: string, place: KeyPlace): Signer {
  const key = readPrivateKey(text);
  if (key) return signerOf(key);
  throw new SigningKeyError(
    `${place.signingKey === null ? fileOf(place) : 'FIREBREAK_SIGNING_KEY'} is no Ed25519 private key; restore it from a backup, or make a new one: openssl genpkey -algorithm ed25519`,
  );
}

/** A key that others may read proves nothing. */
function readKept(file: string): string | null {
  const text = readIfThere(file);
  if (text !== null && statSync(file).mode & 0o077)
    throw new SigningKeyError(
      `${file} may be read by others; run \`chmod 600 ${file}\`, and make a new one if they did`,
    );
  return text;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENAMETOOLONG', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw new SigningKeyError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Written aside, then linked into place: it is there whole or not at all, and never twice. */
function create(file: string, dataDir: string): string {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    const handle = openSync(draft, 'wx', 0o600);
    try {
      writeSync(handle, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new SigningKeyError(
        `the key that seals the record cannot be kept in ${dataDir} (${(error as Error).message}); make it writable, or set FIREBREAK_SIGNING_KEY or FIREBREAK_SIGNING_KEY_FILE`,
      );
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8');
}
