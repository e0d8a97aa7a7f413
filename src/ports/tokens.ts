// Service tokens: how a presented one is recognised, and where they are kept. A token itself is kept nowhere, only its hash.
import type { Principal } from '../core/authority/principal.ts';
import type { Result } from '../core/result.ts';
import type { TokenRecord } from '../core/system/state.ts';

/** A token that proved itself. */
type TokenPrincipal = Extract<Principal, { type: 'token' }>;

/** A token as people see it. */
export type ListedToken = Omit<TokenRecord, 'hash'>;

/** Why a presented token is not accepted. The message never holds it. */
export type TokenRefusal = {
  readonly code: 'unknown' | 'expired' | 'revoked';
  readonly message: string;
};

/** Recognises presented tokens. */
export type Tokens = {
  /**
   * Who presents a token. It is compared by its hash and in constant time, and its expiry by the engine's clock.
   * Rejects only when the database cannot be reached.
   */
  readonly authenticate: (presented: string) => Promise<Result<TokenPrincipal, TokenRefusal>>;
};

/** The tokens as they are kept beside the system stream, those of a name that was given anew included. */
export type TokenStore = {
  readonly byHash: (hash: string) => Promise<TokenRecord | null>;
};
