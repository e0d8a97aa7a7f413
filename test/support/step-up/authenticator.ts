// An authenticator in software: makes passkeys and signs challenges as a browser and a security key would together, with every way in which
// what it says can be wrong.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import type { Assertion } from '../../../src/core/step-up/assertion.ts';

const base64Url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

/** What can be said that is not so. */
type Lies = {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  /** User present and user verified by default. */
  readonly flags?: number;
  readonly crossOrigin?: boolean;
  /** Instead of one more than before. */
  readonly count?: number;
};

/** CBOR (RFC 8949) of what is needed here: whole numbers, texts, bytes, maps. */
function cbor(value: number | string | Uint8Array | ReadonlyMap<number | string, unknown>): Buffer {
  const head = (major: number, size: number) =>
    size < 24
      ? Buffer.from([(major << 5) | size])
      : size < 256
        ? Buffer.from([(major << 5) | 24, size])
        : Buffer.from([(major << 5) | 25, size >> 8, size & 255]);
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([key, one]) => [cbor(key), cbor(one as Parameters<typeof cbor>[0])]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

const newPair = (algorithm: 'ES256' | 'Ed25519') =>
  algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');

/** The same pair for the same seed, on Ed25519, whose signatures have no chance in them. */
function pairOf(seed: string): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), sha256(seed)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** A passkey in software, for one site; `seed`: the same one each time. */
export class Authenticator {
  readonly credentialId: string;
  readonly publicKey: { readonly algorithm: 'ES256' | 'Ed25519'; readonly key: string };
  readonly #private: KeyObject;
  readonly site: { readonly rpId: string; readonly origin: string };
  #count: number;

  constructor(
    site: { readonly rpId: string; readonly origin: string },
    {
      seed = null,
      algorithm = seed === null ? 'ES256' : 'Ed25519',
      counts = true,
    }: { seed?: string | null; algorithm?: 'ES256' | 'Ed25519'; counts?: boolean } = {},
  ) {
    this.site = site;
    this.credentialId = base64Url(seed === null ? randomBytes(20) : sha256(`id of ${seed}`).subarray(0, 20));
    const pair = seed === null ? newPair(algorithm) : pairOf(seed);
    const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
    const point = algorithm === 'ES256' ? [Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')] : [];
    const key = algorithm === 'ES256' ? Buffer.concat(point) : Buffer.from(x, 'base64url');
    this.publicKey = { algorithm, key: key.toString('base64') };
    this.#private = pair.privateKey;
    this.#count = counts ? 1 : 0;
  }

  #said({ challenge, type }: { challenge: string; type: string }, lies: Lies): string {
    const { origin = this.site.origin, crossOrigin = false } = lies;
    return JSON.stringify({
      type: lies.type ?? type,
      challenge: lies.challenge ?? challenge,
      origin,
      crossOrigin,
    });
  }

  #head({ rpId = this.site.rpId, flags = 0x05, count = this.#count }: Lies, added = 0): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(count);
    return Buffer.concat([sha256(rpId), Buffer.of(flags | added), counter]);
  }

  /** What a browser answers when it is made. */
  made(challenge: string, lies: Lies = {}) {
    const key = Buffer.from(this.publicKey.key, 'base64');
    const cose =
      this.publicKey.algorithm === 'ES256'
        ? new Map<number, number | Uint8Array>([
            [1, 2],
            [3, -7],
            [-1, 1],
            [-2, key.subarray(1, 33)],
            [-3, key.subarray(33)],
          ])
        : new Map<number, number | Uint8Array>([
            [1, 1],
            [3, -8],
            [-1, 6],
            [-2, key],
          ]);
    const id = Buffer.from(this.credentialId, 'base64url');
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.of(0, id.length), id, cbor(cose)]);
    const authData = Buffer.concat([this.#head(lies, 0x40), attested]);
    const object = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    return {
      credentialId: this.credentialId,
      attestationObject: base64Url(cbor(object)),
      clientDataJSON: base64Url(this.#said({ challenge, type: 'webauthn.create' }, lies)),
    };
  }

  /** What it answers when it is asked to sign a challenge. */
  signs({ challenge, nonce }: { readonly challenge: string; readonly nonce: string }, lies: Lies = {}): Assertion {
    if (this.#count > 0) this.#count += 1;
    const data = this.#head(lies);
    const client = this.#said({ challenge, type: 'webauthn.get' }, lies);
    const signed = Buffer.concat([data, sha256(client)]);
    const signature = sign(this.publicKey.algorithm === 'ES256' ? 'sha256' : null, signed, this.#private);
    return {
      nonce,
      credentialId: this.credentialId,
      authenticatorData: base64Url(data),
      clientDataJSON: base64Url(client),
      signature: base64Url(signature),
    };
  }
}
