// Sessions of people who signed in: how a presented one is recognised, and where they are kept. What proves one is kept nowhere, only its hash.
import type { Actor } from '../core/actor.ts';
import type { SignedIn, WebSession } from '../core/authority/web-session.ts';
import type { Result } from '../core/result.ts';
import type { Revocation } from '../core/system/state.ts';

/** Why a presented session does not count (any more). The message never holds it. */
export type SessionRefusal = {
  readonly code: 'unknown' | 'expired' | 'idle' | 'revoked';
  readonly message: string;
};

/** Begins, recognises and ends sessions. Each rejects only when the database cannot be reached. */
export type Sessions = {
  /** `secret` proves the session and is in this answer only. It is always a new one: nothing that was known before the sign-in proves it. */
  readonly begin: (who: SignedIn) => Promise<{ readonly secret: string; readonly session: WebSession }>;
  /** Notes, once a minute at most, that the session is used. */
  readonly recognise: (secret: string) => Promise<Result<WebSession, SessionRefusal>>;
  /** Ends the session that a secret proves, if there is one. */
  readonly end: (secret: string, by: Actor, reason: string) => Promise<void>;
};

/** The sessions as they are kept. A row that was written or changed by hand is not there. */
export type SessionStore = {
  readonly add: (session: WebSession, hash: string) => Promise<void>;
  readonly byHash: (hash: string) => Promise<WebSession | null>;
  readonly seen: (id: string, at: string) => Promise<void>;
  /** The session as it is now; one that was revoked before stays as it was. null: there is none. */
  readonly revoke: (id: string, revocation: Revocation) => Promise<WebSession | null>;
  /** Those that end after an instant, the newest first; no more than a thousand. */
  readonly since: (at: string) => Promise<readonly WebSession[]>;
};
