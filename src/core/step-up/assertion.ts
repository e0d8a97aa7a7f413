// What an authenticator says when a person approves with a passkey, and whether it says so of exactly this plan: the same rules when it is
// decided, before the step starts, in an audit, and offline in a bundle. Pure: runs in the browser too.
import { z } from 'zod';
import { canonicalJson, sha256 } from '../json.ts';
import { base64, isEd25519, isP256 } from '../primitives.ts';
import { base64Url, PasskeyKey } from './passkey.ts';

/** An assertion as browsers give it (WebAuthn level 2, section 5.2.2), every part base64url. */
export const Assertion = z.strictObject({
  /** The nonce that its challenge was made with. */
  nonce: base64Url(100),
  credentialId: base64Url(1400),
  authenticatorData: base64Url(2000),
  clientDataJSON: base64Url(4000),
  signature: base64Url(600),
});
export type Assertion = z.infer<typeof Assertion>;

/** Where passkeys count: `rpId` is the host people reach this Firebreak under, `origin` the scheme and port with it. */
export type StepUpSite = { readonly rpId: string; readonly origin: string };

/** An assertion as it stands in the record: with everything that it takes to verify it without asking anybody. */
export const StepUp = z.object({ ...Assertion.shape, publicKey: PasskeyKey, rpId: z.string(), origin: z.string() });
export type StepUp = z.infer<typeof StepUp>;

/** What is approved: one request, and exactly what it asks to run. */
export type Asserted = { readonly approvalId: string; readonly planDigest: string };

/** Base64url as base64. */
const bytesOf = (text: string): Uint8Array =>
  base64.decode(
    text
      .replaceAll('-', '+')
      .replaceAll('_', '/')
      .padEnd(Math.ceil(text.length / 4) * 4, '='),
  );

/** Bytes as base64url. */
const base64UrlOf = (bytes: Uint8Array): string =>
  base64.encode(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

const unhex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** What the authenticator signs: made of the request, the digest of its plan and a nonce of the server, base64url. */
export const challengeOf = ({ approvalId, planDigest }: Asserted, nonce: string): string =>
  base64UrlOf(unhex(sha256(canonicalJson({ approvalId, for: 'firebreak/approve/v1', nonce, planDigest }))));

const ClientData = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});

function readClientData(bytes: Uint8Array): z.infer<typeof ClientData> | null {
  try {
    return ClientData.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}

/** WebAuthn, section 6.1: 32 bytes of the site's hash, one of flags, four of the counter. */
const headBytes = 37;
const userPresent = 0x01;
const userVerified = 0x04;

/** How often the authenticator has signed, as it says; 0: it does not count. */
export function signCountOf({ authenticatorData }: Pick<Assertion, 'authenticatorData'>): number {
  const bytes = bytesOf(authenticatorData);
  return bytes.length < headBytes ? 0 : new DataView(bytes.buffer, bytes.byteOffset, headBytes).getUint32(33);
}

/** Where passkeys can count that browsers would let count: a name over TLS, or this machine. */
const isSiteOf = ({ rpId, origin }: StepUpSite): boolean =>
  origin === `https://${rpId}` ||
  origin.startsWith(`https://${rpId}:`) ||
  (rpId === 'localhost' && /^http:\/\/localhost(?::\d+)?$/.test(origin));

/** Why an assertion does not show that the owner of its key approved exactly this; null: it does. */
export function assertionFault(stepUp: StepUp, asserted: Asserted): string | null {
  const { rpId, origin, publicKey, nonce } = stepUp;
  if (!isSiteOf({ rpId, origin })) return 'its site is none that passkeys count for';
  const clientBytes = bytesOf(stepUp.clientDataJSON);
  const client = readClientData(clientBytes);
  if (!client) return 'what the browser says of it cannot be read';
  if (client.type !== 'webauthn.get') return `it is no assertion but ${client.type}`;
  if (client.challenge !== challengeOf(asserted, nonce)) return 'it was made for another request or another plan';
  if (client.origin !== origin || client.crossOrigin === true) return `it was made on another site: ${client.origin}`;
  const data = bytesOf(stepUp.authenticatorData);
  if (data.length < headBytes) return 'what the authenticator says is too short';
  if (hexOf(data.subarray(0, 32)) !== sha256(rpId)) return 'its passkey belongs to another site';
  const flags = data[32] ?? 0;
  if ((flags & userPresent) === 0 || (flags & userVerified) === 0)
    return 'the authenticator did not verify the person: a PIN, a finger or a face is needed';
  const signed = new Uint8Array(data.length + 32);
  signed.set(data);
  signed.set(unhex(sha256(clientBytes)), data.length);
  return isSigned(publicKey, signed, bytesOf(stepUp.signature)) ? null : 'its signature is not of that passkey';
}

function isSigned({ algorithm, key }: PasskeyKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  switch (algorithm) {
    case 'ES256':
      return isP256({ key: base64.decode(key), bytes, signature });
    case 'Ed25519':
      return isEd25519({ key: base64.decode(key), text: bytes, signature });
  }
}
