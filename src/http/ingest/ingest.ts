// What becomes of a delivery: proved, understood and written down, or why not. Knows no HTTP server and starts nothing itself.
import { createHash } from 'node:crypto';
import { cleanText } from '../../core/json.ts';
import { readJson } from '../../core/read-json.ts';
import type { FieldFault } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { InboundRequest } from '../../spi/auth-scheme.ts';
import type { HandshakeAnswer, Integration, ParsedDelivery, Source } from '../../spi/source.ts';

/** What becomes of a delivery. The word is stable: it is the code of a problem, and the outcome in the metrics. */
export type IngestOutcome =
  /** Stored, now or before. */
  | { readonly outcome: 'accepted' | 'duplicate'; readonly receipt: string }
  /** No delivery, but a question of the sender that its source answers. Nothing is stored. */
  | { readonly outcome: 'handshake'; readonly answer: HandshakeAnswer }
  /** Refused; nothing is stored. */
  | {
      readonly outcome: 'unknown_source' | 'not_configured' | 'unauthorized' | 'method_not_allowed' | 'not_stored';
      readonly detail: string;
    }
  /** Proved, but of no use: kept as dead under `receipt`. */
  | {
      readonly outcome: 'unreadable' | 'unmappable' | 'internal';
      readonly detail: string;
      readonly receipt: string;
      readonly faults: readonly FieldFault[] | null;
    };

/** What ingest needs. */
export type IngestDeps = {
  readonly sources: ReadonlyMap<string, Source>;
  readonly integrations: readonly Integration[];
  readonly deliveries: Pick<DeliveryLedger, 'accept' | 'keepDead'>;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'countDelivery' | 'countDeliveryFault'>;
};

/** A request to `/hooks/<source>/<integration>`. */
type IngestRequest = {
  readonly source: string;
  readonly integration: string;
  readonly request: InboundRequest;
};

/** Headers that prove the sender, or name a person, are never kept. */
const kept = ['content-type', 'user-agent', 'x-request-id'];

/** Makes the function that takes deliveries in. It rejects only for bugs. */
export function createIngest(deps: IngestDeps): (delivery: IngestRequest) => Promise<IngestOutcome> {
  return async (delivery) => {
    const source = deps.sources.get(delivery.source);
    if (!source) {
      const known = [...deps.sources.keys()].join(', ');
      return { outcome: 'unknown_source', detail: `there is no source ${delivery.source}; there are ${known}` };
    }
    const result = await ofSource(deps, source, delivery);
    deps.metrics.countDelivery(source.id, result.outcome);
    return result;
  };
}

async function ofSource(
  deps: IngestDeps,
  source: Source,
  { integration: name, request }: IngestRequest,
): Promise<IngestOutcome> {
  const integration = deps.integrations.find((one) => one.name === name && one.source === source.id);
  if (!integration) {
    const hint = `add \`integrations: { ${name}: { source: ${source.id}, auth: ... } }\` to the configuration`;
    return { outcome: 'not_configured', detail: `no credentials are configured for ${name}; ${hint}` };
  }
  const { handshake } = source;
  const context = { name, settings: integration.settings };
  const asks = handshake?.methods.some((method) => method === request.method) ? handshake : null;
  const early = asks && !asks.needsProof ? await asks.answer(request, context) : null;
  if (early) return { outcome: 'handshake', answer: early };
  const proof = await prove({ source, integration, request, nowMs: deps.runtime.nowMs() });
  if (!proof.ok) return { outcome: 'unauthorized', detail: proof.error };
  const late = asks?.needsProof ? await asks.answer(request, context) : null;
  if (late) return { outcome: 'handshake', answer: late };
  if (request.method !== 'POST')
    return { outcome: 'method_not_allowed', detail: 'this is no handshake of the source; deliveries come with POST' };
  return store({ deps, source, integration, request });
}

type Proving = {
  readonly source: Source;
  readonly integration: Integration;
  readonly request: InboundRequest;
  readonly nowMs: number;
};

/** Whatever there is to prove a request must hold; where there is nothing, nothing is proved. */
async function prove({ source, integration, request, nowMs }: Proving): Promise<Result<void, string>> {
  const { name, settings, auth } = integration;
  if (source.verify) {
    const own = await source.verify(request, { name, settings }, nowMs);
    if (!own.ok) return own;
  }
  if (auth) return auth.scheme.verify({ request, settings: auth.settings, nowMs });
  return source.verify ? ok(undefined) : err(`nothing is configured that could prove who sends to ${name}`);
}

type Storing = Omit<Proving, 'nowMs'> & { readonly deps: IngestDeps };

async function store({ deps, source, integration, request }: Storing): Promise<IngestOutcome> {
  const { headers, raw } = request;
  const { name, settings } = integration;
  const keptHeaders = Object.fromEntries(
    [...kept, ...source.headersRead(settings)].flatMap((key) =>
      headers[key] === undefined ? [] : [[key, headers[key]]],
    ),
  );
  const about = { source: source.id, integration: name, headers: keptHeaders, body: raw };
  const understood = understand({
    source,
    request,
    context: { name, settings },
    receivedAt: new Date(deps.runtime.nowMs()).toISOString(),
    log: deps.log,
  });
  try {
    if (!understood.ok) {
      const { outcome, detail, faults } = understood.error;
      const error = faultText(understood.error);
      const fault = outcome === 'internal' ? ('ours' as const) : ('sender' as const);
      deps.metrics.countDeliveryFault({ source: source.id, fault, outcome: 'dead' });
      const { receipt } = await deps.deliveries.keepDead({ ...about, error, fault });
      return { outcome, detail, receipt, faults: faults?.slice(0, 50) ?? null };
    }
    const { deliveryKey, alerts, truncated } = understood.value;
    if (truncated > 0)
      deps.log.warn({ source: source.id, integration: name, truncated }, 'the sender left alerts out of its group');
    const dedupe =
      deliveryKey === null
        ? { kind: 'hash' as const, value: createHash('sha256').update(raw).digest('base64url') }
        : { kind: 'sender' as const, value: deliveryKey };
    const { receipt, status } = await deps.deliveries.accept({ ...about, alerts, dedupe });
    return { outcome: status, receipt };
  } catch (error) {
    deps.log.error({ err: error }, 'a delivery could not be stored');
    return { outcome: 'not_stored', detail: 'the delivery could not be stored; send it again' };
  }
}

type Understanding = {
  readonly source: Source;
  readonly request: InboundRequest;
  readonly context: Pick<Integration, 'name' | 'settings'>;
  readonly receivedAt: string;
  readonly log: Log;
};
type Useless = {
  readonly outcome: 'unreadable' | 'unmappable' | 'internal';
  readonly detail: string;
  readonly faults: readonly FieldFault[] | null;
};

/** What is wrong with a body, in one text that can be stored. */
export function faultText({ detail, faults }: Useless): string {
  const listed = faults?.map(({ path, message }) => `${path}: ${message}`).join('; ');
  // What a body says may be part of the reason, and PostgreSQL holds no NUL.
  return cleanText(listed === undefined ? detail : `${detail}: ${listed}`).slice(0, 4000);
}

/** What a body says, or why it is of no use. */
export function understand({
  source,
  request,
  context,
  receivedAt,
  log,
}: Understanding): Result<ParsedDelivery, Useless> {
  const { headers, raw } = request;
  const body = readJson(raw);
  if (!body.ok) return err({ outcome: 'unreadable', detail: body.error, faults: null });
  const { json, remarks } = body.value;
  try {
    const parsed = source.parse({ headers, raw, body: json, receivedAt, remarks }, context);
    const detail = `the body is not what ${source.title} sends`;
    return parsed.ok ? parsed : err({ outcome: 'unmappable', detail, faults: parsed.error });
  } catch (error) {
    log.error(
      { err: error, source: source.id, integration: context.name },
      'a source failed on a delivery; it is kept as dead',
    );
    const detail = `the source ${source.id} failed on this delivery: a bug of ours; the delivery is kept`;
    return err({ outcome: 'internal', detail, faults: null });
  }
}
