// POST /hooks/:source[/:integration]: proves, understands and writes down a delivery, then answers. Starts nothing itself.
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DeliveryLedger, Host, Integration, Log, Source } from '../ports.ts';
import { readJson } from '../sources/read-json.ts';
import { verifyDelivery } from '../sources/verify.ts';
import { problem } from './problem.ts';

/** What webhooks need. */
export type WebhookDeps = {
  readonly sources: ReadonlyMap<string, Source>;
  readonly integrations: readonly Integration[];
  readonly deliveries: Pick<DeliveryLedger, 'accept' | 'keepDead'>;
  readonly host: Host;
  readonly log: Log;
  /** Called with the receipt of each new delivery once it is durable. */
  readonly accepted: () => void;
  readonly count: (source: string, outcome: string) => void;
};

/** Largest body taken, in bytes. */
export const maxBodyBytes = 1_048_576;
/** Deliveries being written at the same time; more are told to come again. */
const maxInFlight = 2000;
/** Headers that prove the sender, or name a person, are never kept. */
const kept = ['content-type', 'user-agent', 'x-request-id'];

type Params = { source: string; integration?: string };
type Request = FastifyRequest<{ Params: Params; Body: Buffer }>;

/** Adds the routes. Bodies come as raw bytes, because that is what signatures cover. */
export function addWebhooks(app: FastifyInstance, deps: WebhookDeps): void {
  let inFlight = 0;

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
    const verified = verifyDelivery(integration.auth, headers, raw, deps.host.nowMs());
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
      const { receipt } = await deps.deliveries.keepDead({
        ...about,
        error: faults
          ? `${detail}: ${faults.map(({ path, message }) => `${path}: ${message}`).join('; ')}`.slice(0, 4000)
          : detail,
      });
      return problem(reply, status, code, detail, faults ? { faults: faults.slice(0, 50), receipt } : { receipt });
    };
    const body = readJson(raw);
    if (!body.ok) return dead(400, 'unreadable', body.error);
    const parsed = source.parse({ headers, raw, body: body.value }, integration);
    if (!parsed.ok) return dead(422, 'unmappable', `the body is not what ${source.title} sends`, parsed.error);
    const { deliveryKey, alerts, truncated } = parsed.value;
    if (truncated > 0)
      deps.log.warn({ source: id, integration: name, truncated }, 'the sender left alerts out of its group');
    const dedupe =
      deliveryKey === null
        ? { kind: 'hash' as const, value: createHash('sha256').update(raw).digest('base64url') }
        : { kind: 'sender' as const, value: deliveryKey };
    const { receipt, status } = await deps.deliveries.accept({ ...about, alerts, dedupe });
    deps.count(id, status);
    if (status === 'accepted' && alerts.length > 0) deps.accepted();
    return reply.code(202).type('application/json').send(`{"receipt":"${receipt}","status":"${status}"}`);
  }

  async function bounded(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    if (inFlight >= maxInFlight)
      return problem(
        reply.header('retry-after', '5'),
        429,
        'too_busy',
        'too many deliveries at once; send it again in 5 seconds',
      );
    inFlight += 1;
    try {
      return await receive(request, reply);
    } catch (error) {
      deps.log.error({ err: error }, 'a delivery could not be stored');
      return problem(
        reply.header('retry-after', '10'),
        503,
        'not_stored',
        'the delivery could not be stored; send it again',
      );
    } finally {
      inFlight -= 1;
    }
  }

  app.register(async (hooks) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser(
      /^application\/(?:[\w.+-]+\+)?json\b|^text\/plain\b/,
      { parseAs: 'buffer' },
      (_request, body, done) => done(null, body),
    );
    hooks.post<{ Params: Params; Body: Buffer }>('/hooks/:source', { bodyLimit: maxBodyBytes }, bounded);
    hooks.post<{ Params: Params; Body: Buffer }>('/hooks/:source/:integration', { bodyLimit: maxBodyBytes }, bounded);
  });
}
