// /api/v1: what people and programs read and order. Makes the principal of a request from its head, before its body is read.
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { apiPrefix } from '../../contract/routes.ts';
import { nameOf, type Principal } from '../../core/authority/principal.ts';
import { readJson } from '../../core/read-json.ts';
import { BodyRefusedError, maxOrderBytes } from '../admission/edge.ts';
import { problem } from '../problem.ts';
import { type AuthenticateDeps, authenticate } from '../session/authenticate.ts';
import { turnAway } from '../session/guard.ts';
import { type AccessRouteDeps, addAccess } from './access.ts';
import { type AlertRouteDeps, addAlerts } from './alerts.ts';
import type { ChangeFeed } from './change-feed.ts';
import { addDeliveries, type DeliveryRouteDeps } from './deliveries.ts';
import { addDigests, type DigestRouteDeps } from './digests.ts';
import { addEvidence, type EvidenceRouteDeps } from './evidence.ts';
import { addFollowUp, type FollowUpRouteDeps } from './follow-up.ts';
import { addFrames, type FrameRouteDeps } from './frames.ts';
import { addIncidentOrders } from './incident-orders.ts';
import { addInsights, type InsightRouteDeps } from './insights.ts';
import { addMutes } from './mutes.ts';
import { addOnCall, type OnCallRouteDeps } from './on-call.ts';
import type { OrderDeps } from './order-once.ts';
import { addOrders } from './orders.ts';
import { addPasskeys } from './passkeys.ts';
import { addPlaybookVersions, type PlaybookVersionDeps } from './playbook-versions.ts';
import { addReads, type ReadDeps } from './reads.ts';
import { addRecord, type RecordRouteDeps } from './record.ts';
import { addRegister, type RegisterRouteDeps } from './register.ts';
import { addRules, type RuleRouteDeps } from './rules.ts';
import { addSchedules } from './schedules.ts';
import { type ServeDeps, serveRoutes } from './serve-routes.ts';
import { addSessions } from './sessions.ts';
import { addSlo, type SloRouteDeps } from './slo.ts';
import { addStream } from './stream.ts';
import { addTokens } from './tokens.ts';
import { addTrust } from './trust.ts';

/** What the API needs. */
export type ApiDeps = ReadDeps &
  FrameRouteDeps &
  InsightRouteDeps &
  OrderDeps &
  DeliveryRouteDeps &
  AlertRouteDeps &
  OnCallRouteDeps &
  DigestRouteDeps &
  EvidenceRouteDeps &
  RecordRouteDeps &
  FollowUpRouteDeps &
  RegisterRouteDeps &
  PlaybookVersionDeps &
  AccessRouteDeps &
  SloRouteDeps &
  RuleRouteDeps &
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
        if (!allowed.ok) return turnAway(request, reply, allowed.error);
        request.principal = allowed.value;
        api.edge.proven(request);
        const encoding = request.headers['content-encoding'];
        if (encoding !== undefined && encoding !== 'identity')
          return problem(
            reply,
            415,
            'unsupported_encoding',
            `content-encoding ${encoding} is not accepted; send the body as it is`,
          );
      });
      api.removeAllContentTypeParsers();
      api.addContentTypeParser('application/json', async (request: FastifyRequest, payload: IncomingMessage) => {
        const of = { type: 'proven', name: `api ${nameOf(request.principal)}` } as const;
        const body = await api.edge.read(request, payload, { of, maxBytes: maxOrderBytes });
        if (!body.ok) throw new BodyRefusedError(body.error, maxOrderBytes);
        if (body.value.length === 0) return undefined;
        const read = readJson(body.value);
        if (!read.ok) throw Object.assign(new Error(read.error), { statusCode: 400 });
        return read.value.json;
      });
      const serve = serveRoutes(api, deps);
      addReads(serve, deps);
      addFrames(serve, deps);
      addInsights(serve, deps);
      addOrders(serve, deps);
      addIncidentOrders(serve, deps);
      addDigests(serve, deps);
      addEvidence(serve, deps);
      addFollowUp(serve, deps);
      addAccess(serve, deps);
      addTokens(serve, deps);
      addSessions(serve, deps);
      addPasskeys(serve, deps);
      addMutes(serve, deps);
      addOnCall(serve, deps);
      addSchedules(serve, deps);
      addRecord(serve, deps);
      addRegister(serve, deps);
      addPlaybookVersions(serve, deps);
      addSlo(serve, deps);
      addRules(serve, deps);
      addTrust(serve, deps);
      addDeliveries(serve, deps);
      addAlerts(serve, deps);
      addStream(api, serve, { feed: deps.feed, counts: async (request) => (await authenticate(request, deps)).ok });
      done();
    },
    { prefix: apiPrefix },
  );
}
