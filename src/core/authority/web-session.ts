// Somebody who signed in for the page: what is kept of the session, until when it counts, and who that is. Pure.
import type { Revocation } from '../system/state.ts';
import { type People, personOf } from './membership.ts';
import type { Principal } from './principal.ts';

/** Who a provider says that somebody is. `slack`: the workspace, and the subject is a Slack user id. */
export type SignedIn = {
  readonly provider: 'slack' | 'oidc';
  readonly subject: string;
  /** For people to read; nothing is decided by it. */
  readonly name: string | null;
  /** In lower case, and only where the provider has verified it; else null. */
  readonly email: string | null;
};

/** A session, without the secret that proves it. */
export type WebSession = SignedIn & {
  /** Names the session; proves nothing. */
  readonly id: string;
  readonly createdAt: string;
  /** When it was last used, to the minute. */
  readonly seenAt: string;
  readonly expiresAt: string;
  readonly revoked: Revocation | null;
};

/** What ends a session at an instant; null: it counts. `idle`: it was not used for that long. */
export function sessionEnd(
  { revoked, expiresAt, seenAt }: Pick<WebSession, 'revoked' | 'expiresAt' | 'seenAt'>,
  { at, idleMs }: { readonly at: string; readonly idleMs: number },
): 'revoked' | 'expired' | 'idle' | null {
  if (revoked !== null) return 'revoked';
  const now = Date.parse(at);
  if (Date.parse(expiresAt) <= now) return 'expired';
  return Date.parse(seenAt) + idleMs <= now ? 'idle' : null;
}

/**
 * Who that is. A Slack user is the same one as in a signed click. The subject of any other provider is never taken for a Slack user, and
 * is linked to a person by itself or by a verified address; nobody by a name.
 */
export function principalOf(
  { provider, subject, name, email }: SignedIn,
  people: People,
): Extract<Principal, { type: 'person' }> {
  const slack = provider === 'slack';
  const byEmail = email === null ? null : personOf({ email }, people);
  const person = slack ? personOf({ slack: subject }, people) : (personOf({ subject }, people) ?? byEmail);
  return { type: 'person', id: slack ? subject : `oidc:${subject}`, name, person, via: 'web', proof: 'session' };
}
