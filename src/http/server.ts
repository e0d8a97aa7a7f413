// The HTTP server: bounds, headers, health, one form of error. Routes with a purpose are added from files of their own.

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ApiParts } from '../contract/parts.ts';
import { problemType } from '../contract/problem.ts';
import type { PartState } from '../ports/parts.ts';
import type { Log, Runtime } from '../ports/runtime.ts';
import { addDescription } from './api/openapi.ts';
import { boundInFlight } from './ingest/in-flight.ts';
import { maxBodyBytes } from './ingest/webhooks.ts';
import { problem, problemText } from './problem.ts';
import { methodsAt, watchRoutes } from './routes.ts';
import { tokenInUrl } from './session/authenticate.ts';

/** What the server itself needs. */
export type ServerOptions = {
  readonly runtime: Runtime;
  readonly log: Log;
  /** null: able to accept and store; else why not. */
  readonly ready: () => Promise<string | null>;
  /** How the parts of this process stand. */
  readonly parts: () => readonly PartState[];
  readonly metrics: () => Promise<string>;
  /** Bolt's own handling of Slack's requests, if Slack comes over HTTP. */
  readonly slack: ((request: IncomingMessage, response: ServerResponse) => void) | null;
};

/** A head that takes longer than this, and a whole request that takes longer than that, is cut off. Milliseconds. */
const headersTimeout = 5_000;
const requestTimeout = 15_000;

/** A server without its routes; not listening yet. */
export function createServer(options: ServerOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
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
  const routes = watchRoutes(app);
  app.addHook('onRequest', async (request, reply) => {
    secure(request, reply);
    const path = request.url.split('?')[0] ?? '';
    if (request.is404) {
      const methods = methodsAt(routes, path);
      const allow = methods.join(', ');
      return methods.length === 0
        ? problem(reply, 404, 'not_found', `there is nothing at ${request.method} ${path}`)
        : problem(reply.header('allow', allow), 405, 'method_not_allowed', `${path} takes ${allow}`);
    }
    const named = tokenInUrl(request);
    if (named !== null)
      return problem(
        reply,
        401,
        'token_in_url',
        `the query has \`${named}\`: a token in a URL ends up in logs; send it as \`Authorization: Bearer <token>\``,
      );
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      return problem(
        reply,
        415,
        'unsupported_encoding',
        `content-encoding ${encoding} is not accepted; send the body as it is`,
      );
  });
  boundInFlight(app, { maxRequests: 2000, maxBytes: 128 * maxBodyBytes, maxBodyBytes });
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    switch (status) {
      case 413:
        return problem(reply, 413, 'too_large', `the body is larger than ${maxBodyBytes} bytes`);
      case 415:
        return problem(reply, 415, 'unsupported_media_type', 'send application/json');
      default:
        if (status < 500) return problem(reply, status, 'bad_request', error.message);
        options.log.error({ err: error, request: request.id }, 'a request failed');
        return problem(reply, 500, 'internal', `something went wrong; the log has it under ${request.id}`);
    }
  });
  addHealth(app, options);
  if (options.slack) addSlack(app, options.slack);
  addDescription(app, routes);
  return app;
}

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

function addHealth(app: FastifyInstance, options: ServerOptions): void {
  const tag = 'health';
  const json = (description: string) => ({ description, type: 'application/json' });
  app.get(
    '/healthz',
    { config: { doc: { tag, summary: 'Is the process alive', answers: { 200: json('It is') } } } },
    async () => ({ status: 'alive' }),
  );
  app.get(
    '/readyz',
    { config: { doc: { tag, summary: 'Can deliveries be accepted and stored', answers: { 200: json('They can') } } } },
    async (_request, reply) => {
      const reason = await options.ready();
      return reason === null ? { status: 'ready' } : problem(reply, 503, 'not_ready', reason);
    },
  );
  const standing = { ...json('Each part and how it stands'), schema: ApiParts };
  app.get(
    '/healthz/parts',
    { config: { doc: { tag, summary: 'Which part is away, and since when', answers: { 200: standing } } } },
    async () => ({ parts: options.parts() }),
  );
  app.get(
    '/metrics',
    {
      config: {
        doc: { tag, summary: 'Metrics', answers: { 200: { description: 'Prometheus text', type: 'text/plain' } } },
      },
    },
    async (_request, reply) => reply.type('text/plain; version=0.0.4').send(await options.metrics()),
  );
}

function addSlack(app: FastifyInstance, slack: NonNullable<ServerOptions['slack']>): void {
  const doc = {
    tag: 'slack',
    summary: 'Events, interactions and commands, signed by Slack',
    answers: { 200: { description: 'Acknowledged' }, 401: { description: 'The signature is wrong' } },
  };
  app.register((routes, _options, done) => {
    // Bolt reads the body itself, because it checks the signature over the raw bytes.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _payload, taken) => taken(null));
    routes.post('/slack/events', { config: { doc } }, (request, reply) => {
      reply.hijack();
      slack(request.raw, reply.raw);
    });
    done();
  });
}
