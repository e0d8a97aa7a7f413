// /api/v1: what people and programs read and order. Authorises by the head of a request, before its body is read.
import type { FastifyInstance } from 'fastify';
import { readJson } from '../../core/read-json.ts';
import { problem } from '../problem.ts';
import { authorize } from '../session/authenticate.ts';
import { commandsOn } from './command-route.ts';
import { addOrders, type OrderDeps } from './commands.ts';
import { addKillSwitches } from './kill-switches.ts';
import { addReads, type ReadDeps } from './reads.ts';
import { addStream, type ChangeFeed } from './stream.ts';

/** What the API needs. */
export type ApiDeps = ReadDeps & OrderDeps & { readonly token: string | null; readonly feed: ChangeFeed };

/** Adds the routes. */
export function addApi(app: FastifyInstance, deps: ApiDeps): void {
  app.register(
    async (api) => {
      api.addHook('onRequest', async (request, reply) => {
        const allowed = authorize(request, deps.token);
        if (allowed.ok) return;
        const { status, code, message } = allowed.error;
        if (status === 401) reply.header('www-authenticate', 'Bearer realm="Firebreak"');
        return problem(reply, status, code, message);
      });
      api.removeAllContentTypeParsers();
      api.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
        if (body.length === 0) return done(null, undefined);
        const read = readJson(body as Buffer);
        return read.ok ? done(null, read.value) : done(Object.assign(new Error(read.error), { statusCode: 400 }));
      });
      addReads(api, deps);
      const add = commandsOn(api, deps.keys);
      addOrders(add, deps);
      addKillSwitches(api, add, deps);
      addStream(api, deps.feed);
    },
    { prefix: '/api/v1' },
  );
}
