// The HTTP server: bounds, headers, health, one form of error. Routes with a purpose are added from files of their own.
import type { IncomingMessage, ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Host, Log } from '../ports.ts';
import { problem } from './problem.ts';
import { maxBodyBytes } from './webhooks.ts';

/** What the server itself needs. */
export type ServerOptions = {
  readonly host: Host;
  readonly log: Log;
  /** null: able to accept and store; else why not. */
  readonly ready: () => Promise<string | null>;
  readonly metrics: () => Promise<string>;
  /** Bolt's own handling of Slack's requests, if Slack comes over HTTP. */
  readonly slack: ((request: IncomingMessage, response: ServerResponse) => void) | null;
};

/** A server without its routes; not listening yet. */
export function createServer(options: ServerOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    requestTimeout: 15_000,
    connectionTimeout: 0,
    keepAliveTimeout: 10_000,
    forceCloseConnections: 'idle',
    genReqId: () => options.host.newId('req'),
    routerOptions: { maxParamLength: 200 },
  });
  app.server.headersTimeout = 10_000;
  app.server.maxConnections = 4000;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-request-id': request.id,
    });
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      return problem(
        reply,
        415,
        'unsupported_encoding',
        `content-encoding ${encoding} is not accepted; send the body as it is`,
      );
  });
  app.setNotFoundHandler((request, reply) =>
    problem(reply, 404, 'not_found', `there is nothing at ${request.method} ${request.url.split('?')[0]}`),
  );
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
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const reason = await options.ready();
    return reason === null ? { status: 'ready' } : problem(reply, 503, 'not_ready', reason);
  });
  app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4').send(await options.metrics()));
  const { slack } = options;
  if (slack) {
    app.register(async (routes) => {
      // Bolt reads the body itself, because it checks the signature over the raw bytes.
      routes.removeAllContentTypeParsers();
      routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
      routes.post('/slack/events', (request, reply) => {
        reply.hijack();
        slack(request.raw, reply.raw);
      });
    });
  }
  return app;
}
