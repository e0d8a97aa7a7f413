// Sessions of people who signed in, over /api/v1. Parses and hands on; the rules are behind Operations.
import type { ApiSession } from '../../contract/session.ts';
import { actorOf } from '../../core/authority/principal.ts';
import { principalOf, type WebSession } from '../../core/authority/web-session.ts';
import { ok } from '../../core/result.ts';
import type { SessionOperations } from '../../ports/operations.ts';
import type { AuthenticateDeps } from '../session/authenticate.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** What working with sessions needs. */
export type SessionRouteDeps = { readonly operations: SessionOperations } & Pick<AuthenticateDeps, 'people'>;

/** Adds the routes. */
export function addSessions(serve: ServeRoutes, { operations, people }: SessionRouteDeps): void {
  const show = (session: WebSession): ApiSession => {
    const { id, provider, createdAt, seenAt, expiresAt, revoked } = session;
    return { id, who: actorOf(principalOf(session, people)), provider, createdAt, seenAt, expiresAt, revoked };
  };
  serve.read('GET /sessions', async ({ principal }) => {
    const sessions = await operations.sessions({ principal });
    return sessions.ok ? ok({ items: sessions.value.map(show), cursor: null }) : sessions;
  });
  serve.order('DELETE /sessions/:id', async ({ params: { id }, body: { reason }, principal }, { cause }) => {
    const request = { principal, cause, id };
    const revoked = await operations.revokeSession(reason === undefined ? request : { ...request, reason });
    return revoked.ok ? ok(show(revoked.value)) : revoked;
  });
}
