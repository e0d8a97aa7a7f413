// Service tokens over /api/v1. Parses and hands on; the rules are behind Operations.
import type { ApiToken } from '../../contract/token.ts';
import { ok } from '../../core/result.ts';
import type { TokenOperations } from '../../ports/operations.ts';
import type { ListedToken } from '../../ports/tokens.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** What working with tokens needs. */
export type TokenRouteDeps = { readonly operations: TokenOperations };

/** Adds the routes. */
export function addTokens(serve: ServeRoutes, { operations }: TokenRouteDeps): void {
  serve.read('GET /tokens', async ({ principal }) => {
    const tokens = await operations.tokens({ principal });
    return tokens.ok ? ok({ items: tokens.value.map(showToken), cursor: null }) : tokens;
  });
  serve.order('POST /tokens', async ({ body: { name, rights, expiresAt, owner }, principal }, { cause }) => {
    const request = { principal, cause, name, rights, expiresAt };
    const made = await operations.createToken(owner === undefined ? request : { ...request, owner });
    return made.ok ? ok({ token: made.value.token, created: showToken(made.value.created) }) : made;
  });
  serve.order('DELETE /tokens/:name', async ({ params: { name }, body: { reason }, principal }, { cause }) => {
    const request = { principal, cause, name };
    const revoked = await operations.revokeToken(reason === undefined ? request : { ...request, reason });
    return revoked.ok ? ok(showToken(revoked.value)) : revoked;
  });
}

function showToken({ name, rights, expiresAt, owner, createdBy, createdAt, revoked }: ListedToken): ApiToken {
  return { name, rights: [...rights], expiresAt, owner, createdBy, createdAt, revoked };
}
