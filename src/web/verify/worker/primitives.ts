// What the core takes from the machine it runs on, in a browser: stands in for src/core/primitives.ts there. Scripts, not WebCrypto: a page
// that came over plain HTTP has none, and asking it for a hundred thousand small digests takes longer than making them. Of signatures with
// small-order parts, which only the owner of a key can make, OpenSSL and this library may think differently; of all others the same.
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha256 as digest } from '@noble/hashes/sha2.js';
import type * as core from '../../../core/primitives.ts';

const utf8 = new TextEncoder();
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** As in the core. */
export const sha256: typeof core.sha256 = (input) => {
  let hex = '';
  for (const byte of digest(typeof input === 'string' ? utf8.encode(input) : input)) hex += hexOf[byte];
  return hex;
};

/** Bytes that are made into characters at a time: as arguments of one call, and there may not be any number of them. */
const atOnce = 8190;

/** As in the core. */
export const base64: typeof core.base64 = {
  decode(text) {
    try {
      const characters = atob(text);
      const bytes = new Uint8Array(characters.length);
      for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
      return bytes;
    } catch {
      return new Uint8Array();
    }
  },
  encode(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += atOnce)
      text += btoa(String.fromCharCode(...bytes.subarray(at, at + atOnce)));
    return text;
  },
};

/** As in the core. */
export const isEd25519: typeof core.isEd25519 = ({ key, text, signature }) => {
  try {
    return ed25519.verify(signature, typeof text === 'string' ? utf8.encode(text) : text, key, { zip215: false });
  } catch {
    return false;
  }
};

/** As in the core. Keys that sign with either of two forms of a signature are taken as OpenSSL takes them. */
export const isP256: typeof core.isP256 = ({ key, bytes, signature }) => {
  if (key.length !== 65 || key[0] !== 4) return false;
  try {
    return p256.verify(signature, bytes, key, { format: 'der', lowS: false });
  } catch {
    return false;
  }
};
