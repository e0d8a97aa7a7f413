// /hooks/:source[/:integration[/:state]]: hands what senders send to ingest, and answers with what became of it. Holds no rule.
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { err, ok, type Result } from '../../core/result.ts';
import type { HandshakeAnswer, Source } from '../../spi/source.ts';
import { peerOf } from '../admission/connections.ts';
import { askAgain, bodyFaults, maxDeliveryBytes } from '../admission/edge.ts';
import type { BodyFault } from '../admission/read-body.ts';
import { problem } from '../problem.ts';
import { isEncoded } from './decode-body.ts';
import { deliveryDoc, handshakeDoc } from './hook-docs.ts';
import { type Admitted, createIngest, type Ingest, type IngestDeps, type IngestRefusal, methodsOf } from './ingest.ts';
import { retriedStatus } from './retried-status.ts';
import { traceRequests } from './trace-requests.ts';

type Refusal = Exclude<IngestRefusal['outcome'], 'not_stored' | 'over_limit'>;

/** The status of every refusal; what is to be sent again has one that its sender retries. */
const statusOf: { readonly [outcome in Refusal]: number } = {
  unreadable: 400,
  not_configured: 401,
  unauthorized: 401,
  token_in_url: 401,
  from_browser: 403,
  unknown_source: 404,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_media_type: 415,
  unsupported_encoding: 415,
  unmappable: 422,
  internal: 500,
};

/** So much of a body that is not taken is let pass, in bytes. */
const maxPassedBytes = 64 * 1_048_576;
/** Seconds after which a sender may try again when its delivery could not be stored. */
const retryAfter = 10;

type Params = { source: string; integration?: string; state?: string };
type Body = Result<Buffer, BodyFault> | undefined;
type Request = FastifyRequest<{ Params: Params; Body: Body }>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose delivery it is; set before its body is read. */
    admitted: Admitted | null;
  }
}

/** Adds the routes. Bodies come as raw bytes, because that is what signatures cover. */
export function addWebhooks(app: FastifyInstance, deps: IngestDeps): void {
  const ingest = createIngest(deps, maxDeliveryBytes);
  const refusals = refusalsOf(app, deps);
  const receive = receiver(ingest, refusals);
  // A rate over a series that begins with its first refusal would miss that one.
  for (const source of new Set(deps.integrations.map((one) => one.source)))
    for (const outcome of [...Object.keys(statusOf), 'not_stored', 'over_limit', 'too_busy', 'too_slow'])
      if (outcome !== 'unknown_source') deps.metrics.countDelivery(source, outcome, 0);
  const all = [...deps.sources.values()];
  const asking = new Set<string>(all.flatMap(({ handshake }) => handshake?.methods ?? []));
  const sending = new Set<string>(all.flatMap(methodsOf));

  app.addHook('onClose', () => deps.notes.flush());
  app.register((hooks, _options, done) => {
    hooks.decorateRequest('admitted', null);
    traceRequests(hooks, deps);
    hooks.addHook('onRequest', async (request, reply) => {
      const { source, integration = source } = request.params as Params;
      const known = knownPath(deps.sources, request.params as Params);
      const admitted = known.ok ? await ingest.admit({ source, integration, request: headOf(request) }) : known;
      if (!admitted.ok) {
        deps.metrics.countDelivery(deps.sources.has(source) ? source : 'unknown', admitted.error.outcome);
        return refusals.refuse({ request, reply, result: admitted.error });
      }
      request.admitted = admitted.value;
      if (admitted.value.proven) app.edge.proven(request);
    });
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage): Promise<Body> => {
      const { admitted } = request;
      const { source, integration = source } = request.params as Params;
      const of = { type: admitted?.proven ? 'proven' : 'stranger', name: `${source}/${integration}` } as const;
      // What is compressed becomes as large as any body may be.
      const extraBytes = isEncoded(headOf(request).headers) ? maxDeliveryBytes : 0;
      return app.edge.read(request, payload, { of, maxBytes: maxDeliveryBytes, extraBytes });
    });
    for (const path of ['/hooks/:source', '/hooks/:source/:integration', '/hooks/:source/:integration/:state']) {
      for (const method of new Set([...sending, ...asking]))
        hooks.route<{ Params: Params; Body: Body }>({
          method,
          url: path,
          config: { doc: sending.has(method) ? deliveryDoc : handshakeDoc },
          exposeHeadRoute: false,
          handler: receive,
        });
    }
    done();
  });
}

// Node joins what is sent twice, save for cookies, which no sender proves itself by.
const headOf = ({ method, url, params, headers }: FastifyRequest) => ({
  method,
  url: withState(url, (params as Params).state),
  headers: headers as { readonly [name: string]: string },
});

/** What the path says of a state is a field of the query like any other. */
function withState(url: string, state: string | undefined): string {
  if (state === undefined) return url;
  const [path = '', ...query] = url.split('?');
  return `${path}?${[`state=${encodeURIComponent(state)}`, query.join('?')].filter((part) => part !== '').join('&')}`;
}

/** Few sources are told anything by their path. */
function knownPath(sources: IngestDeps['sources'], { source, state }: Params): Result<void, IngestRefusal> {
  if (state === undefined || sources.get(source)?.wire.states.includes(state)) return ok(undefined);
  return err({ outcome: 'unknown_source', detail: 'nothing may follow the integration in this path' });
}

/** Deals with a request whose head is admitted and whose body is read, or was not. */
function receiver(ingest: Ingest, refusals: Refusals) {
  return async (request: Request, reply: FastifyReply): Promise<FastifyReply> => {
    const { admitted, body } = request;
    if (admitted === null) throw new Error('a delivery came past its admission');
    if (body?.ok === false) return refusals.notRead({ request, reply, source: admitted.source, fault: body.error });
    const raw = body?.value ?? Buffer.alloc(0);
    const result = await ingest.take(admitted, { ...headOf(request), raw });
    if (!admitted.proven && (result.outcome === 'accepted' || result.outcome === 'duplicate'))
      request.server.edge.proven(request);
    switch (result.outcome) {
      case 'accepted':
      case 'duplicate':
        request.delivery = { receipt: result.receipt, isNew: result.outcome === 'accepted' };
        return reply
          .code(202)
          .type('application/json')
          .send(`{"receipt":"${result.receipt}","status":"${result.outcome}"}`);
      case 'handshake':
        return answerHandshake(reply, result.answer);
      default:
        return refusals.refuse({ request, reply, result });
    }
  };
}

type Refusing = { readonly request: FastifyRequest; readonly reply: FastifyReply };
type Refusals = ReturnType<typeof refusalsOf>;

/** The answers to what is refused, each with its trace. */
function refusalsOf(app: FastifyInstance, deps: IngestDeps) {
  const configured = new Set(deps.integrations.map(({ source, name }) => JSON.stringify([source, name])));
  const trace = (request: FastifyRequest, outcome: string, reason: string) => {
    const { source, integration = source } = request.params as Params;
    app.edge.refused(request, {
      at: deps.sources.has(source) ? source : 'unknown',
      about: integration,
      outcome,
      reason,
    });
  };
  /** Of what is not kept: a person finds it under its integration. */
  const note = (request: FastifyRequest, outcome: string, reason: string) => {
    const { source, integration = source } = request.params as Params;
    // Names that senders make up are no place to keep anything under.
    const name = configured.has(JSON.stringify([source, integration])) ? integration : '';
    const of = deps.sources.has(source) ? source : 'unknown';
    deps.notes.refused({ source: of, integration: name, outcome, reason, peer: peerOf(request.ip) });
  };
  return {
    async refuse({ request, reply, result }: Refusing & { readonly result: IngestRefusal }): Promise<FastifyReply> {
      const { outcome, detail } = result;
      trace(request, outcome, detail);
      if (!('receipt' in result)) note(request, outcome, detail);
      const { source, integration = source } = request.params as Params;
      if (outcome === 'unauthorized') {
        const penalty = await app.edge.wrong(request, `${source}/${integration}`);
        if (penalty !== null) {
          reply.header('retry-after', String(Math.ceil(penalty.retryAfterMs / 1000)));
          return problem(reply, 429, 'too_many_wrong', `${detail}; too many were wrong, wait before the next`);
        }
      }
      if (outcome === 'over_limit') {
        reply.header('retry-after', String(Math.ceil(result.retryAfterMs / 1000)));
        return problem(reply, comeAgain(deps.sources.get(source), 429), outcome, detail);
      }
      if (outcome === 'not_stored') {
        reply.header('retry-after', String(retryAfter));
        return problem(reply, comeAgain(deps.sources.get(source), 503), outcome, detail);
      }
      if (outcome === 'method_not_allowed') reply.header('allow', allowedAt(deps.sources.get(source)));
      if (!('receipt' in result)) return problem(reply, statusOf[outcome], outcome, detail);
      const { receipt, faults } = result;
      return problem(reply, statusOf[outcome], outcome, detail, faults ? { faults, receipt } : { receipt });
    },
    /** Of a body that was not read. */
    notRead({ request, reply, source, fault }: Refusing & { readonly source: Source; readonly fault: BodyFault }) {
      const { status, detail } = bodyFaults[fault];
      const reason = detail(maxDeliveryBytes);
      deps.metrics.countDelivery(source.id, fault);
      trace(request, fault, reason);
      note(request, fault, reason);
      // Else what still comes is let pass, so that the answer is read.
      if (fault === 'too_slow' || Number(request.headers['content-length'] ?? Number.NaN) > maxPassedBytes)
        reply.header('connection', 'close');
      askAgain(reply, fault);
      const code = status === 429 || status === 408 ? comeAgain(source, status) : status;
      return problem(reply, code, fault, reason);
    },
  };
}

const allowedAt = (source: Source | undefined): string => (source ? methodsOf(source) : ['POST']).join(', ');

const comeAgain = (source: Source | undefined, best: 408 | 429 | 503): number =>
  source ? retriedStatus(source, best) : best;

function answerHandshake(reply: FastifyReply, { status, contentType, headers, body }: HandshakeAnswer): FastifyReply {
  return reply
    .code(status)
    .headers(headers ?? {})
    .type(contentType)
    .send(body);
}
