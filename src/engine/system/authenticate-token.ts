// Recognises presented tokens by their hashes. Knows no request and no header; never repeats what was presented.
import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../core/json.ts';
import { err, ok } from '../../core/result.ts';
import { bootstrapToken } from '../../core/system/decide.ts';
import { deadSince } from '../../core/system/state.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { TokenRefusal, TokenStore, Tokens } from '../../ports/tokens.ts';

/** What recognising tokens needs. */
export type TokensParts = {
  readonly store: TokenStore;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  /** SHA-256 of the token that the environment gives, hex; null: it gives none. */
  readonly bootstrapHash: string | null;
};

const refuse = (code: TokenRefusal['code'], message: string) => err<TokenRefusal>({ code, message });
const unknown = refuse('unknown', 'the token is not known');

/** Recognises tokens. */
export function createTokens({ store, runtime, bootstrapHash }: TokensParts): Tokens {
  return {
    async authenticate(presented) {
      // Hashes are looked up and compared, never tokens: how long that takes says nothing about any token.
      const hash = sha256(presented);
      if (bootstrapHash !== null && isEqual(hash, bootstrapHash))
        return ok({ type: 'token', name: bootstrapToken, rights: [], owner: null, via: 'api' });
      const token = await store.byHash(hash);
      if (!token || !isEqual(hash, token.hash)) return unknown;
      const { name, rights, owner, expiresAt, revoked } = token;
      switch (deadSince(token, new Date(runtime.nowMs()).toISOString())) {
        case 'revoked':
          return refuse('revoked', `the token ${name} was revoked at ${revoked?.at}`);
        case 'expired':
          return refuse('expired', `the token ${name} expired at ${expiresAt}`);
        case null:
          return ok({ type: 'token', name, rights, owner, via: 'api' });
      }
    },
  };
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
