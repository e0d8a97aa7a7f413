// /hooks/:source[/:integration]: hands what senders send to ingest, and answers with what became of it. Holds no rule.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problemType } from '../../contract/problem.ts';
import type { HandshakeAnswer } from '../../spi/source.ts';
import { problem } from '../problem.ts';
import type { RouteDoc } from '../routes.ts';
import { createIngest, type IngestDeps, type IngestOutcome } from './ingest.ts';

/** Largest body taken, in bytes. */
export const maxBodyBytes = 1_048_576;

/** The status of every outcome; a handshake has the one that its source answers. */
const statusOf = {
  accepted: 202,
  duplicate: 202,
  unreadable: 400,
  not_configured: 401,
  unauthorized: 401,
  unknown_source: 404,
  method_not_allowed: 405,
  unmappable: 422,
  internal: 500,
  not_stored: 503,
} as const satisfies { readonly [outcome in Exclude<IngestOutcome['outcome'], 'handshake'>]: number };

/** Seconds after which a sender may try again. */
const retryAfter = 10;

type Params = { source: string; integration?: string };
type Request = FastifyRequest<{ Params: Params; Body: Buffer }>;

/** Adds the routes. Bodies come as raw bytes, because that is what signatures cover. */
export function addWebhooks(app: FastifyInstance, deps: IngestDeps): void {
  const ingest = createIngest(deps);
  async function receive(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    const { source, integration = source } = request.params;
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    // Node joins what is sent twice, save for cookies, which no sender proves itself by.
    const headers = request.headers as { [name: string]: string };
    const { method, url } = request;
    return answer(reply, await ingest({ source, integration, request: { method, url, headers, raw } }));
  }
  const methods = [...deps.sources.values()].flatMap(({ handshake }) => handshake?.methods ?? []);

  app.register((hooks, _options, done) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser(
      /^application\/(?:[\w.+-]+\+)?json\b|^text\/plain\b/,
      { parseAs: 'buffer' },
      (_request, body, taken) => taken(null, body),
    );
    for (const path of ['/hooks/:source', '/hooks/:source/:integration']) {
      hooks.post<{ Params: Params; Body: Buffer }>(path, { config: { doc: delivery } }, receive);
      for (const method of new Set(methods.filter((one) => one !== 'POST')))
        hooks.route<{ Params: Params; Body: Buffer }>({
          method,
          url: path,
          config: { doc: handshake },
          exposeHeadRoute: false,
          handler: receive,
        });
    }
    done();
  });
}

function answer(reply: FastifyReply, result: IngestOutcome): FastifyReply {
  switch (result.outcome) {
    case 'accepted':
    case 'duplicate':
      return reply
        .code(statusOf[result.outcome])
        .type('application/json')
        .send(`{"receipt":"${result.receipt}","status":"${result.outcome}"}`);
    case 'handshake':
      return answerHandshake(reply, result.answer);
    case 'unreadable':
    case 'unmappable':
    case 'internal': {
      const { outcome, detail, receipt, faults } = result;
      return problem(reply, statusOf[outcome], outcome, detail, faults ? { faults, receipt } : { receipt });
    }
    case 'unknown_source':
    case 'not_configured':
    case 'unauthorized':
    case 'method_not_allowed':
    case 'not_stored':
      if (result.outcome === 'not_stored') reply.header('retry-after', String(retryAfter));
      if (result.outcome === 'method_not_allowed') reply.header('allow', 'POST');
      return problem(reply, statusOf[result.outcome], result.outcome, result.detail);
  }
}

function answerHandshake(reply: FastifyReply, { status, contentType, headers, body }: HandshakeAnswer): FastifyReply {
  return reply
    .code(status)
    .headers(headers ?? {})
    .type(contentType)
    .send(body);
}

const refused = (description: string) => ({ description, type: problemType });
const delivery: RouteDoc = {
  tag: 'hooks',
  summary: 'Take a delivery of a monitoring source; answered once it is durable',
  body: z.unknown().describe('Whatever the source sends'),
  answers: {
    202: {
      description: 'Stored, now or before',
      type: 'application/json',
      schema: z.object({ receipt: z.string(), status: z.enum(['accepted', 'duplicate']) }),
    },
    400: refused('Not JSON; kept under `receipt`'),
    401: refused('The sender did not prove itself'),
    404: refused('No such source'),
    413: refused('Larger than 1 MiB'),
    415: refused('Neither JSON nor plain text, or encoded'),
    422: refused('Not what the source sends; kept under `receipt`'),
    429: refused('Too much at once; try again after `Retry-After` seconds'),
    503: refused('It could not be stored; send it again after `Retry-After` seconds'),
  },
};
const handshake: RouteDoc = {
  tag: 'hooks',
  summary: 'Answer a sender that asks whether it may send; nothing is stored',
  answers: {
    200: { description: 'What the source answers' },
    401: refused('The sender did not prove itself'),
    404: refused('No such source'),
    405: refused('The source is not asked this way'),
  },
};
