// The HTTP server: bounds, headers, health, one form of error. Routes with a purpose are added from files of their own.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ApiParts } from '../contract/parts.ts';
import { problemType } from '../contract/problem.ts';
import type { PartState } from '../ports/parts.ts';
import type { Log, Runtime } from '../ports/runtime.ts';
import { addEdge, answerBodyRefused, BodyRefusedError, maxDeliveryBytes, maxOrderBytes } from './admission/edge.ts';
import { addDescription } from './api/openapi.ts';
import { callerIdOf, echoCallerIds } from './caller-request-id.ts';
import { sendPage, textOf } from './html-page.ts';
import { problem, problemText } from './problem.ts';
import { methodsAt, watchRoutes } from './routes.ts';
import { tokenInUrl } from './session/authenticate.ts';
import { type Guard, guarded } from './session/guard.ts';
import { wantsPage } from './session/origin.ts';

/** What the server itself needs. */
export type ServerOptions = {
  readonly runtime: Runtime;
  readonly log: Log;
  /** null: able to accept and store; else why not. */
  readonly ready: () => Promise<string | null>;
  /** How the parts of this process stand. */
  readonly parts: () => readonly PartState[];
  /** All metrics, in the format that `Accept` asks for. */
  readonly metrics: (accept: string | undefined) => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Bolt's own handling of Slack's requests, if Slack comes over HTTP. */
  readonly slack: ((request: IncomingMessage, response: ServerResponse, raw: Buffer) => void) | null;
  /** Counts what was refused, by where and by why. */
  readonly countRefused: (at: string, outcome: string) => void;
  /** Measures what was answered; `route` as it is registered. Absent: nothing is measured. */
  readonly observeRequest?: (request: { readonly route: string; readonly status: number; readonly ms: number }) => void;
  /** True: `/metrics` is for everybody who reaches the port. */
  readonly metricsArePublic: boolean;
  /** Where people sign in, as a URL; absent: nowhere. */
  readonly signInAt?: string | undefined;
};

/**
 * A head that takes longer than this, and a whole request that takes longer than that, is cut off. Milliseconds. The second is for
 * what nobody else ends: bodies have deadlines of their own, which do not count the time that they wait for us.
 */
const headersTimeout = 5_000;
const requestTimeout = 120_000;

/** A server without its routes; not listening yet. `guard`: who may see what tells about this Firebreak; null: everybody. */
export function createServer(options: ServerOptions, guard: Guard | null = null): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: maxDeliveryBytes,
    requestTimeout,
    connectionTimeout: 0,
    keepAliveTimeout: 10_000,
    forceCloseConnections: 'idle',
    genReqId: () => options.runtime.newId('req'),
    routerOptions: { maxParamLength: 200 },
    // Node looks for slow senders every 30 s only, unless told otherwise.
    http: { headersTimeout, connectionsCheckingInterval: 1_000 },
    frameworkErrors: (error, request, reply) => {
      secure(request, reply);
      problem(reply, error.statusCode ?? 400, 'bad_request', error.message);
    },
    clientErrorHandler,
  });
  app.server.maxConnections = 4000;
  app.decorate('signInAt', options.signInAt ?? null);
  app.register(cookie);
  echoCallerIds(app);
  const routes = watchRoutes(app);
  addEdge(app, { log: options.log, nowMs: options.runtime.nowMs, count: options.countRefused });
  app.addHook('onRequest', async (request, reply) => {
    secure(request, reply);
    if (hostsOf(request) > 1)
      return problem(reply, 400, 'bad_request', 'the request names two hosts; send the header Host once');
    const path = request.url.split('?')[0] ?? '';
    if (request.is404) {
      const methods = methodsAt(routes, path);
      const allow = methods.join(', ');
      if (methods.length === 0 && wantsPage(request) && !/^\/(api|hooks|slack)\//.test(path))
        return sendPage(reply, 404, { title: 'There is no such page', body: nothingThere(path) });
      return methods.length === 0
        ? problem(reply, 404, 'not_found', `there is nothing at ${request.method} ${path}`)
        : problem(reply.header('allow', allow), 405, 'method_not_allowed', `${path} takes ${allow}`);
    }
    // A sender that can do nothing else may: its integration says so, and the routes of /hooks ask it.
    const named = path.startsWith('/hooks/') ? null : tokenInUrl(request);
    if (named !== null)
      return problem(
        reply,
        401,
        'token_in_url',
        `the query has \`${named}\`: a token in a URL ends up in logs; send it as \`Authorization: Bearer <token>\``,
      );
  });
  app.addHook('onResponse', async (request, reply) => {
    const { url: route } = request.routeOptions;
    if (route === undefined || String(reply.getHeader('content-type')).startsWith('text/event-stream')) return;
    options.observeRequest?.({ route, status: reply.statusCode, ms: reply.elapsedTime });
  });
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (error instanceof BodyRefusedError) {
      const about = request.routeOptions.url ?? '';
      app.edge.refused(request, { at: 'server', about, outcome: error.fault, reason: error.message });
      return answerBodyRefused(reply, error);
    }
    const status = error.statusCode ?? 500;
    switch (status) {
      case 415:
        return problem(reply, 415, 'unsupported_media_type', 'send application/json');
      default:
        if (status < 500) return problem(reply, status, 'bad_request', error.message);
        options.log.error({ err: error, request: request.id, correlationId: callerIdOf(request) }, 'a request failed');
        return problem(reply, 500, 'internal', `something went wrong; the log has it under ${request.id}`);
    }
  });
  addHealth(app);
  const guards = guard === null ? [] : [guarded(guard)];
  addReadiness(app, options);
  addStanding(app, options, guards);
  addMetrics(app, options, options.metricsArePublic ? [] : guards);
  if (options.slack) addSlack(app, options.slack);
  addDescription(app, routes, guards);
  return app;
}

/** Links are seen from the path that was asked for, because a proxy may serve all of it below another. */
const nothingThere = (path: string) => {
  const up = '../'.repeat(Math.max(0, path.split('/').length - 2)) || './';
  return `<p>Nothing stands at <code>${textOf(path.slice(0, 200))}</code>: the link may be cut, or of another Firebreak.</p><p><a class="go" href="${up}">To what happens now</a></p>`;
};

/** Headers of every answer. What is meant for browsers states a wider policy of its own. */
function secure(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-request-id': request.id,
  });
}

/** Answers what is no HTTP, too large a head, or too slow: there is no request yet, only a connection. */
function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'headers_too_large', 'the head of the request is larger than 16 KiB']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'too_slow', 'the request did not arrive in time']
        : [400, 'bad_request', 'this is no HTTP request that can be read'];
  const body = problemText(Number(status), String(code), String(detail));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[Number(status)]}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** How often a request names its host: programs that look at another one of them than we do would be fooled. */
function hostsOf({ raw }: FastifyRequest): number {
  return (raw.rawHeaders ?? []).filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
}

const health = 'health';
const json = (description: string) => ({ description, type: 'application/json' });

function addHealth(app: FastifyInstance): void {
  app.get(
    '/healthz',
    { config: { doc: { tag: health, summary: 'Is the process alive', answers: { 200: json('It is') } } } },
    async () => ({ status: 'alive' }),
  );
}

/** Its errors may name addresses of the inner network, so it follows the token. */
function addStanding(
  app: FastifyInstance,
  options: Pick<ServerOptions, 'parts'>,
  onRequest: ReturnType<typeof guarded>[],
): void {
  const standing = { ...json('Each part and how it stands'), schema: ApiParts };
  const doc = { tag: health, summary: 'Which part is away, and since when', answers: { 200: standing } };
  app.get('/healthz/parts', { onRequest, config: { doc } }, async () => ({ parts: options.parts() }));
}

function addReadiness(app: FastifyInstance, options: Pick<ServerOptions, 'ready'>): void {
  const doc = { tag: health, summary: 'Can deliveries be accepted and stored', answers: { 200: json('They can') } };
  app.get('/readyz', { config: { doc } }, async (_request, reply) => {
    const reason = await options.ready();
    return reason === null ? { status: 'ready' } : problem(reply, 503, 'not_ready', reason);
  });
}

function addMetrics(
  app: FastifyInstance,
  options: Pick<ServerOptions, 'metrics'>,
  onRequest: ReturnType<typeof guarded>[],
): void {
  const answers = {
    200: { description: 'Prometheus text, or OpenMetrics where `Accept` asks for it', type: 'text/plain' },
  };
  const doc = { tag: health, summary: 'Metrics', answers };
  app.get('/metrics', { onRequest, config: { doc } }, async ({ headers }, reply) => {
    const { contentType, text } = await options.metrics(headers.accept);
    return reply.type(contentType).header('vary', 'accept').send(text);
  });
}

function addSlack(app: FastifyInstance, slack: NonNullable<ServerOptions['slack']>): void {
  const doc = {
    tag: 'slack',
    summary: 'Events, interactions and commands, signed by Slack',
    answers: { 200: { description: 'Acknowledged' }, 401: { description: 'The signature is wrong' } },
  };
  app.register((routes, _options, done) => {
    // The signature covers the raw bytes.
    routes.removeAllContentTypeParsers();
    const of = { type: 'stranger', name: 'slack' } as const;
    routes.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
      const read = await app.edge.read(request, payload, { of, maxBytes: maxOrderBytes });
      if (!read.ok) throw new BodyRefusedError(read.error, maxOrderBytes);
      return read.value;
    });
    routes.post('/slack/events', { config: { doc } }, (request, reply) => {
      reply.hijack();
      slack(request.raw, reply.raw, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
    done();
  });
}
