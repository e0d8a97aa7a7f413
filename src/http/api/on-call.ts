// Who is on call, over /api/v1. Hands on; who it is stands in the configuration, or with a provider.
import { ok } from '../../core/result.ts';
import type { OnCall } from '../../ports/on-call.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** What it needs. */
export type OnCallRouteDeps = { readonly onCall: Pick<OnCall, 'states'> };

/** Adds the route. */
export function addOnCall(serve: ServeRoutes, { onCall }: OnCallRouteDeps): void {
  serve.read('GET /on-call', async () => {
    const states = await onCall.states();
    const items = states.map(({ name, from, who, until, trouble }) => ({ name, from, who: [...who], until, trouble }));
    return ok({ items, cursor: null });
  });
}
