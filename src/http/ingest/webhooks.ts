// POST /hooks/:source[/:integration]: proves, understands and writes down a delivery, then answers. Starts nothing itself.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problemType } from '../../contract/problem.ts';
import { cleanText } from '../../core/json.ts';
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import { readJson } from '../../sources/read-json.ts';
import { verifyDelivery } from '../../sources/verify.ts';
import type { Integration, Source } from '../../spi/source.ts';
import { problem } from '../problem.ts';
import type { RouteDoc } from '../routes.ts';

/** What webhooks need. */
export type WebhookDeps = {
  readonly sources: ReadonlyMap<string, Source>;
  readonly integrations: readonly Integration[];
  readonly deliveries: Pick<DeliveryLedger, 'accept' | 'keepDead'>;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Called with the receipt of each new delivery once it is durable. */
  readonly accepted: () => void;
  readonly count: (source: string, outcome: string) => void;
};

/** Largest body taken, in bytes. */
export const maxBodyBytes = 1_048_576;
/** Headers that prove the sender, or name a person, are never kept. */
const kept = ['content-type', 'user-agent', 'x-request-id'];

type Params = { source: string; integration?: string };
type Request = FastifyRequest<{ Params: Params; Body: Buffer }>;

/** Adds the routes. Bodies come as raw bytes, because that is what signatures cover. */
export function addWebhooks(app: FastifyInstance, deps: WebhookDeps): void {
  async function receive(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    const { source: id, integration: name = id } = request.params;
    const source = deps.sources.get(id);
    if (!source)
      return problem(
        reply,
        404,
        'unknown_source',
        `there is no source ${id}; there are ${[...deps.sources.keys()].join(', ')}`,
      );
    const integration = deps.integrations.find((candidate) => candidate.name === name && candidate.source === id);
    if (!integration) {
      deps.count(id, 'unauthorized');
      const hint = `add \`integrations: { ${name}: { source: ${id}, auth: ... } }\` to the configuration`;
      return problem(reply, 401, 'not_configured', `no credentials are configured for ${name}; ${hint}`);
    }
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const headers = request.headers as { [name: string]: string };
    const verified = verifyDelivery(integration.auth, headers, raw, deps.runtime.nowMs());
    if (!verified.ok) {
      deps.count(id, 'unauthorized');
      return problem(reply, 401, 'unauthorized', verified.error);
    }
    const about = {
      source: id,
      integration: name,
      headers: Object.fromEntries(kept.flatMap((key) => (headers[key] ? [[key, headers[key]]] : []))),
      body: raw,
    };
    const dead = async (
      status: number,
      code: string,
      detail: string,
      faults?: readonly { path: string; message: string }[],
    ) => {
      deps.count(id, code);
      const listed = faults?.map(({ path, message }) => `${path}: ${message}`).join('; ');
      // What a body says may be part of the reason, and PostgreSQL holds no NUL.
      const error = cleanText(listed === undefined ? detail : `${detail}: ${listed}`).slice(0, 4000);
      const kept = await stored(reply, () => deps.deliveries.keepDead({ ...about, error }));
      if (kept === null) return reply;
      const { receipt } = kept;
      return problem(reply, status, code, detail, faults ? { faults: faults.slice(0, 50), receipt } : { receipt });
    };
    const body = readJson(raw);
    if (!body.ok) return dead(400, 'unreadable', body.error);
    let parsed: ReturnType<Source['parse']>;
    try {
      parsed = source.parse({ headers, raw, body: body.value }, integration);
    } catch (error) {
      deps.log.error(
        { err: error, source: id, integration: name },
        'a source failed on a delivery; it is kept as dead',
      );
      return dead(500, 'internal', `the source ${id} failed on this delivery: a bug of ours; the delivery is kept`);
    }
    if (!parsed.ok) return dead(422, 'unmappable', `the body is not what ${source.title} sends`, parsed.error);
    const { deliveryKey, alerts, truncated } = parsed.value;
    if (truncated > 0)
      deps.log.warn({ source: id, integration: name, truncated }, 'the sender left alerts out of its group');
    const dedupe =
      deliveryKey === null
        ? { kind: 'hash' as const, value: createHash('sha256').update(raw).digest('base64url') }
        : { kind: 'sender' as const, value: deliveryKey };
    const accepted = await stored(reply, () => deps.deliveries.accept({ ...about, alerts, dedupe }));
    if (accepted === null) return reply;
    const { receipt, status } = accepted;
    deps.count(id, status);
    if (status === 'accepted' && alerts.length > 0) deps.accepted();
    return reply.code(202).type('application/json').send(`{"receipt":"${receipt}","status":"${status}"}`);
  }

  /** What the ledger answers; null if it cannot be written, which the sender is told. */
  async function stored<T>(reply: FastifyReply, write: () => Promise<T>): Promise<T | null> {
    try {
      return await write();
    } catch (error) {
      deps.log.error({ err: error }, 'a delivery could not be stored');
      problem(reply.header('retry-after', '10'), 503, 'not_stored', 'the delivery could not be stored; send it again');
      return null;
    }
  }

  app.register(async (hooks) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser(
      /^application\/(?:[\w.+-]+\+)?json\b|^text\/plain\b/,
      { parseAs: 'buffer' },
      (_request, body, done) => done(null, body),
    );
    for (const path of ['/hooks/:source', '/hooks/:source/:integration'])
      hooks.post<{ Params: Params; Body: Buffer }>(path, { config: { doc: described } }, receive);
  });
}

const refused = (description: string) => ({ description, type: problemType });
const described: RouteDoc = {
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
