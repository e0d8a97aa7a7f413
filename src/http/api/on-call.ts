// Who is on call and what people are called, over /api/v1. Hands on; who it is stands in the configuration, or with a provider.
import { ok } from '../../core/result.ts';
import type { OnCall } from '../../ports/on-call.ts';
import type { AuthenticateDeps } from '../session/authenticate.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** What it needs. */
export type OnCallRouteDeps = { readonly onCall: Pick<OnCall, 'states'> } & Pick<AuthenticateDeps, 'people'>;

/** Adds the routes. */
export function addOnCall(serve: ServeRoutes, { onCall, people }: OnCallRouteDeps): void {
  serve.read('GET /on-call', async () => {
    const states = await onCall.states();
    const items = states.map(({ name, from, who, until, trouble }) => ({ name, from, who: [...who], until, trouble }));
    return ok({ items, cursor: null });
  });
  serve.read('GET /people', async () => ok({ items: namedIn(people), cursor: null }));
}

/** People by every id under which they act. */
const namedIn = (people: OnCallRouteDeps['people']) =>
  Object.entries(people).flatMap(([name, { slack, subject, local }]) =>
    [slack, subject && `oidc:${subject}`, local && `local:${local}`].flatMap((id) => (id ? [{ id, name }] : [])),
  );
