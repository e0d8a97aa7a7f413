// /api/v1: what people and programs read and order. Makes the principal of a request from its head, before its body is read.
import type { FastifyInstance } from 'fastify';
import { apiPrefix } from '../../contract/routes.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { readJson } from '../../core/read-json.ts';
import { problem } from '../problem.ts';
import { type AuthenticateDeps, authenticate } from '../session/authenticate.ts';
import type { ChangeFeed } from './change-feed.ts';
import { addDeliveries, type DeliveryRouteDeps } from './deliveries.ts';
import { addIncidentOrders } from './incident-orders.ts';
import { addOrders, type OrderDeps } from './orders.ts';
import { addReads, type ReadDeps } from './reads.ts';
import { type ServeDeps, serveRoutes } from './serve-routes.ts';
import { addStream } from './stream.ts';
import { addTokens } from './tokens.ts';

/** What the API needs. */
export type ApiDeps = ReadDeps &
  OrderDeps &
  DeliveryRouteDeps &
  ServeDeps &
  AuthenticateDeps & { readonly feed: ChangeFeed };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set before any handler of the API runs. */
    principal: Principal;
  }
}

/** Adds the routes. */
export function addApi(app: FastifyInstance, deps: ApiDeps): void {
  app.register(
    (api, _options, done) => {
      api.addHook('onRequest', async (request, reply) => {
        const allowed = await authenticate(request, deps);
        if (allowed.ok) {
          request.principal = allowed.value;
          return;
        }
        const { status, code, message } = allowed.error;
        if (status === 401) reply.header('www-authenticate', 'Bearer realm="Firebreak"');
        return problem(reply, status, code, message);
      });
      api.removeAllContentTypeParsers();
      api.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, taken) => {
        if (body.length === 0) return taken(null, undefined);
        const read = readJson(body as Buffer);
        return read.ok
          ? taken(null, read.value.json)
          : taken(Object.assign(new Error(read.error), { statusCode: 400 }));
      });
      const serve = serveRoutes(api, deps);
      addReads(serve, deps);
      addOrders(serve, deps);
      addIncidentOrders(serve, deps);
      addTokens(serve, deps);
      addDeliveries(serve, deps);
      addStream(api, serve, deps.feed);
      done();
    },
    { prefix: apiPrefix },
  );
}
