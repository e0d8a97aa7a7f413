// The passkeys that people approve with: what is kept of one, the facts about them, and how these lead to it. Pure.
import { z } from 'zod';
import type { Actor } from '../actor.ts';
import { eventSchema } from '../event-schema.ts';

/** Base64url without padding, as browsers write what authenticators say. */
export const base64Url = (maxChars: number) =>
  z
    .string()
    .max(maxChars)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding');

/**
 * A public key. `ES256`: base64 of the point on P-256, uncompressed (65 bytes); `Ed25519`: base64 of the 32 bytes. Both are what WebAuthn
 * calls -7 and -8.
 */
export const PasskeyKey = z.object({ algorithm: z.enum(['ES256', 'Ed25519']), key: z.string().max(100) });
export type PasskeyKey = z.infer<typeof PasskeyKey>;

/** What proved who registers: the local user of this machine, or the provider of a sign-in. */
export const ProvenBy = z.enum(['local', 'oidc', 'slack']);
export type ProvenBy = z.infer<typeof ProvenBy>;

/** Facts about passkeys. Whose a passkey is, is the author of its `passkey.registered`. */
export const passkeyEvents = [
  eventSchema('passkey.registered', {
    credentialId: z.string(),
    /** What its owner calls it. */
    name: z.string(),
    publicKey: PasskeyKey,
    /** The host that it is bound to. */
    rpId: z.string(),
    provenBy: ProvenBy,
    /** True: it counts only once somebody else has confirmed it. */
    waits: z.literal(true).optional(),
  }),
  eventSchema('passkey.confirmed', { credentialId: z.string() }),
  eventSchema('passkey.revoked', { credentialId: z.string(), reason: z.string().optional() }),
] as const;

const PasskeyEvent = z.discriminatedUnion('type', passkeyEvents);
/** A fact about passkeys. */
export type PasskeyEvent = z.infer<typeof PasskeyEvent>;

const types: ReadonlySet<string> = new Set(passkeyEvents.map((schema) => schema.shape.type.value));

/** True for a fact about passkeys. */
export const isPasskeyEvent = <E extends { readonly type: string }>(event: E): event is Extract<E, PasskeyEvent> =>
  types.has(event.type);

/** One passkey. The private key never leaves the authenticator. */
export type Passkey = {
  readonly credentialId: string;
  readonly name: string;
  readonly owner: Actor;
  readonly publicKey: PasskeyKey;
  readonly rpId: string;
  readonly provenBy: ProvenBy;
  readonly registeredAt: string;
  /** Since when it counts; null: it waits for somebody else to confirm it. */
  readonly countsSince: string | null;
  readonly revoked: { readonly by: Actor; readonly at: string; readonly reason: string | null } | null;
};

/** Passkeys by their credential ids. */
export type Passkeys = { readonly [credentialId: string]: Passkey };

/** The passkey of an id, which is foreign text. */
export const passkeyOf = (passkeys: Passkeys, credentialId: string): Passkey | undefined =>
  Object.hasOwn(passkeys, credentialId) ? passkeys[credentialId] : undefined;

/** Why a passkey does not count at an instant; null: it does. */
export function notCounting({ countsSince, revoked }: Pick<Passkey, 'countsSince' | 'revoked'>, at: string) {
  if (revoked !== null && revoked.at <= at) return 'revoked';
  return countsSince === null || countsSince > at ? 'waits' : null;
}

/** Folds one fact. Total. */
export function evolvePasskeys(
  passkeys: Passkeys,
  { type, data, at, actor }: PasskeyEvent & { readonly at: string; readonly actor: Actor },
): Passkeys {
  const known = passkeyOf(passkeys, data.credentialId);
  const withIt = (passkey: Passkey): Passkeys => ({ ...passkeys, [passkey.credentialId]: passkey });
  switch (type) {
    case 'passkey.registered': {
      const { credentialId, name, publicKey, rpId, provenBy, waits } = data;
      const countsSince = waits === true ? null : at;
      const of = { credentialId, name, owner: actor, publicKey, rpId, provenBy };
      return withIt({ ...of, registeredAt: at, countsSince, revoked: null });
    }
    case 'passkey.confirmed':
      return known && known.countsSince === null ? withIt({ ...known, countsSince: at }) : passkeys;
    case 'passkey.revoked':
      return known ? withIt({ ...known, revoked: { by: actor, at, reason: data.reason ?? null } }) : passkeys;
  }
}
