// Passkeys over the API: what is known of one, what a browser is asked, and what it answers.
import { z } from 'zod';
import { ApiActor } from './actor.ts';

/** A passkey. What proves it is with its owner. */
export const ApiPasskey = z.object({
  id: z.string().describe('Its credential id, base64url'),
  name: z.string(),
  owner: ApiActor,
  algorithm: z.enum(['ES256', 'Ed25519']),
  rpId: z.string().describe('The host that it is bound to'),
  provenBy: z.enum(['local', 'oidc', 'slack']).describe('How its owner was proven'),
  registeredAt: z.string(),
  status: z.enum(['counts', 'waits', 'revoked']).describe('`waits`: until somebody else has confirmed it'),
  countsSince: z.string().nullable(),
  revoked: z.object({ by: ApiActor, at: z.string(), reason: z.string().nullable() }).nullable(),
});
export type ApiPasskey = z.infer<typeof ApiPasskey>;

/** What a browser is asked to sign, or to make a passkey with. */
export const ApiPasskeyChallenge = z.object({
  nonce: z.string().describe('Comes back with the answer'),
  challenge: z.string().describe('Base64url'),
  rpId: z.string(),
  origin: z.string().describe('The address that the page must be open under'),
  expiresAt: z.string().describe('It may be answered once, until then'),
  credentials: z.array(z.string()).describe('Ids of the passkeys that whoever asks has'),
});
export type ApiPasskeyChallenge = z.infer<typeof ApiPasskeyChallenge>;

/** The same for making one. `user`: what it is called in the authenticator. */
export const ApiNewPasskeyChallenge = ApiPasskeyChallenge.extend({ user: z.string() });
export type ApiNewPasskeyChallenge = z.infer<typeof ApiNewPasskeyChallenge>;

const base64Url = (maxChars: number) =>
  z
    .string()
    .max(maxChars)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding');

/** What the authenticator answers when somebody approves with a passkey, every part base64url. */
export const ApiAssertion = z.strictObject({
  nonce: base64Url(100),
  credentialId: base64Url(1400),
  authenticatorData: base64Url(2000),
  clientDataJSON: base64Url(4000),
  signature: base64Url(600),
});
export type ApiAssertion = z.infer<typeof ApiAssertion>;

/** What it answers when one is made. */
export const ApiMadePasskey = z.strictObject({
  name: z.string().trim().min(1).max(60).describe('What you call it'),
  nonce: base64Url(100),
  credentialId: base64Url(1400),
  attestationObject: base64Url(20_000),
  clientDataJSON: base64Url(4000),
});
export type ApiMadePasskey = z.infer<typeof ApiMadePasskey>;
