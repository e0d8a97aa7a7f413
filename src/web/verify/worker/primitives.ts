// What the core takes from the machine it runs on, in a browser: stands in for src/core/primitives.ts there. Scripts, not WebCrypto: a page
// that came over plain HTTP has none, and asking it for a hundred thousand small digests takes longer than making them. Of signatures with
// small-order parts, which only the owner of a key can make, OpenSSL and this library may think differently; of all others the same.
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { _SHA256, sha256 as digest } from '@noble/hashes/sha2.js';
import type * as core from '../../../core/primitives.ts';

const utf8 = new TextEncoder();
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes of a text that is hashed in the buffer that all of them share. */
const maxShared = 16_384;
const blockBytes = 64;

/**
 * The library's rounds over one buffer for all texts. A record is a hundred thousand short ones: a hasher, and bytes, of its own for each
 * cost more than the rounds.
 */
class TextHasher extends _SHA256 {
  readonly #bytes = new Uint8Array(maxShared + 2 * blockBytes);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #begin = this.get();

  /** SHA-256 of a text as UTF-8, which may take up three bytes for each of its characters. */
  hex(text: string): string {
    const length = this.#write(text);
    const end = Math.ceil((length + 9) / blockBytes) * blockBytes;
    // As FIPS 180-4 pads: a bit, zeros, and how many bits there were.
    this.#bytes[length] = 0x80;
    this.#bytes.fill(0, length + 1, end);
    this.#view.setUint32(end - 4, length * 8);
    this.set(...this.#begin);
    for (let at = 0; at < end; at += blockBytes) this.process(this.#view, at);
    let hex = '';
    for (const word of this.get())
      hex += `${hexOf[word >>> 24]}${hexOf[(word >>> 16) & 255]}${hexOf[(word >>> 8) & 255]}${hexOf[word & 255]}`;
    return hex;
  }

  #write(text: string): number {
    const bytes = this.#bytes;
    const { length } = text;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return utf8.encodeInto(text, bytes).written;
      bytes[at] = code;
    }
    return length;
  }
}
const texts = new TextHasher();

/** As in the core. */
export const sha256: typeof core.sha256 = (input) => {
  if (typeof input === 'string' && input.length * 3 <= maxShared) return texts.hex(input);
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
