// What becomes of a delivery: proved, understood and written down, or why not. Knows no HTTP server and starts nothing itself.
import { createHash } from 'node:crypto';
import type { FieldFault } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { AcceptDelivery, DeliveryLedger, NewDelivery } from '../../ports/intake.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { Tracing } from '../../ports/tracing.ts';
import type { InboundRequest } from '../../spi/auth-scheme.ts';
import { type HandshakeAnswer, type Integration, isOpen, type Source } from '../../spi/source.ts';
import { createSenderRates, type SenderRates } from '../admission/sender-rates.ts';
import { tokenNamed } from '../session/authenticate.ts';
import { type NoteTaker, remarkedField } from './delivery-notes.ts';
import { isFromBrowser } from './from-browser.ts';
import { faultText, fieldsOf, readRequest } from './understand.ts';

/** What becomes of a delivery. The word is stable: it is the code of a problem, and the outcome in the metrics. */
type IngestOutcome =
  /** Stored, now or before. */
  | { readonly outcome: 'accepted' | 'duplicate'; readonly receipt: string }
  /** No delivery, but a question of the sender that its source answers. Nothing is stored. */
  | { readonly outcome: 'handshake'; readonly answer: HandshakeAnswer }
  /** Refused; nothing is stored. */
  | {
      readonly outcome:
        | 'unknown_source'
        | 'not_configured'
        | 'unauthorized'
        | 'token_in_url'
        | 'from_browser'
        | 'method_not_allowed'
        | 'not_stored'
        | 'too_large';
      readonly detail: string;
    }
  /** Proved, but more than its integration may send; nothing is stored. */
  | { readonly outcome: 'over_limit'; readonly detail: string; readonly retryAfterMs: number }
  /** Proved, but of no use: kept as dead under `receipt`. */
  | {
      readonly outcome: 'unreadable' | 'unmappable' | 'unsupported_media_type' | 'unsupported_encoding' | 'internal';
      readonly detail: string;
      readonly receipt: string;
      readonly faults: readonly FieldFault[] | null;
    };

/** What becomes of a delivery that is not taken. */
export type IngestRefusal = Exclude<IngestOutcome, { readonly outcome: 'handshake' | 'accepted' | 'duplicate' }>;

/** What ingest needs. */
export type IngestDeps = {
  readonly sources: ReadonlyMap<string, Source>;
  readonly integrations: readonly Integration[];
  readonly deliveries: Pick<DeliveryLedger, 'keepDead'> & { readonly accept: AcceptDelivery };
  readonly runtime: Runtime;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'countDelivery' | 'countDeliveryFault'>;
  readonly tracing: Tracing;
  readonly notes: Pick<NoteTaker, 'refused' | 'faulty' | 'flush'>;
};

/** A request to `/hooks/<source>/<integration>`, before its body is read. */
type IngestRequest = {
  readonly source: string;
  readonly integration: string;
  readonly request: Omit<InboundRequest, 'raw'>;
};

/** Whose request it is. `proven`: the head proved it; else only the body can, if anything. */
export type Admitted = {
  readonly source: Source;
  readonly integration: Integration;
  readonly proven: boolean;
  /** It counts already towards the limit of its integration. */
  readonly counted?: boolean;
};

/** Takes deliveries in, in two steps: before the body is read, and after. Each rejects only for bugs. */
export type Ingest = {
  /** Looks at the head: who sends to what, and whether that is proved, as far as the head tells. */
  readonly admit: (delivery: IngestRequest) => Promise<Result<Admitted, IngestRefusal>>;
  readonly take: (admitted: Admitted, request: InboundRequest) => Promise<IngestOutcome>;
};

/** Remarks of one delivery that are counted by their field. */
const maxNoted = 100;

/** Makes it. Bodies are decoded to `maxBytes` at most. */
export function createIngest(deps: IngestDeps, maxBytes: number): Ingest {
  const limits = createSenderRates(deps.runtime.monotonicMs);
  return {
    async admit({ source: sourceId, integration: name, request }) {
      const source = deps.sources.get(sourceId);
      if (!source) {
        const known = [...deps.sources.keys()].join(', ');
        const detail = `there is no source ${sourceId.slice(0, 80)}; there are ${known}`;
        return err({ outcome: 'unknown_source', detail });
      }
      // Whoever it is: nothing of this source comes so.
      if (
        !methodsOf(source)
          .concat(source.handshake?.methods ?? [])
          .includes(request.method)
      )
        return err({ outcome: 'method_not_allowed', detail: `deliveries come with ${methodsOf(source).join(', ')}` });
      const integration = deps.integrations.find((one) => one.name === name && one.source === source.id);
      if (!integration) {
        const hint = `add \`integrations: { ${name}: { source: ${source.id}, auth: ... } }\` to the configuration`;
        return err({ outcome: 'not_configured', detail: `no credentials are configured for ${name}; ${hint}` });
      }
      const stray = strayToken(integration, request.url);
      if (stray !== null)
        return err({
          outcome: 'token_in_url',
          detail: `the query has \`${stray}\`: a token in a URL ends up in logs; send it in a header, or give ${name} \`auth: { type: query }\` if its sender can do nothing else`,
        });
      if (isOpen(source, integration) && isFromBrowser(request.headers))
        return err({
          outcome: 'from_browser',
          detail: `a web page sends this, and ${name} asks for no proof: any page that somebody opens could send alerts; give it an \`auth\``,
        });
      if (!provesByHead(source, integration, request.method)) return ok({ source, integration, proven: false });
      const proof = await prove({
        source,
        integration,
        nowMs: deps.runtime.nowMs(),
        request: { ...request, raw: Buffer.alloc(0) },
      });
      if (!proof.ok) return err({ outcome: 'unauthorized', detail: proof.error });
      // A question is none of the deliveries that are limited, and only the body may tell which it is.
      const counted = source.handshake === null;
      const over = counted ? overLimit(limits, integration) : null;
      return over ? err(over) : ok({ source, integration, proven: true, counted });
    },
    async take(admitted, request) {
      const result = await taken({ deps, limits, admitted, request, maxBytes });
      deps.metrics.countDelivery(admitted.source.id, result.outcome);
      return result;
    },
  };
}

/** The field of the query that carries a token which proves nothing here; null if there is none. */
function strayToken(integration: Integration, url: string): string | null {
  return tokenNamed([...fieldsOf(integration, url)].map(([name]) => name));
}

/** True if nothing but the head is needed to prove who sends, and nothing is answered before. */
function provesByHead({ verify, handshake }: Source, { auth }: Integration, method: string): boolean {
  const asksFirst = handshake !== null && !handshake.needsProof && handshake.methods.some((one) => one === method);
  return !asksFirst && verify === null && auth?.scheme.proves === 'sender';
}

type Taking = {
  readonly deps: IngestDeps;
  readonly limits: SenderRates;
  readonly admitted: Admitted;
  readonly request: InboundRequest;
  readonly maxBytes: number;
};

async function taken({ deps, limits, admitted, request, maxBytes }: Taking): Promise<IngestOutcome> {
  const { source, integration, proven } = admitted;
  const { handshake } = source;
  const context = { name: integration.name, settings: integration.settings };
  const asks = handshake?.methods.some((method) => method === request.method) ? handshake : null;
  const early = asks && !asks.needsProof ? await asks.answer(request, context) : null;
  if (early) return { outcome: 'handshake', answer: early };
  const nowMs = deps.runtime.nowMs();
  const proof = proven ? ok(undefined) : await prove({ source, integration, request, nowMs });
  if (!proof.ok) return { outcome: 'unauthorized', detail: proof.error };
  const late = asks?.needsProof ? await asks.answer(request, context) : null;
  if (late) return { outcome: 'handshake', answer: late };
  const methods = methodsOf(source);
  if (!methods.some((method) => method === request.method)) {
    const detail = `this is no handshake of the source; deliveries come with ${methods.join(', ')}`;
    return { outcome: 'method_not_allowed', detail };
  }
  // Only what proved itself counts: a stranger uses up nobody's limit.
  const over = admitted.counted ? null : overLimit(limits, integration);
  return over ?? store({ deps, source, integration, request, nowMs, maxBytes });
}

/** Why a delivery of the integration is not taken now; null: it is, and counts. */
function overLimit(limits: SenderRates, { name, source, limit }: Integration) {
  const retryAfterMs = limit ? limits.take(`${source}/${name}`, limit) : null;
  if (retryAfterMs === null) return null;
  const detail = `${name} sends more than its limit of ${limit?.perMinute} deliveries a minute; send it again a little later`;
  return { outcome: 'over_limit' as const, detail, retryAfterMs };
}

/** The methods that deliveries of a source come with. */
export const methodsOf = ({ wire }: Source): readonly string[] => ['POST', ...wire.methods];

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

type Storing = Proving & { readonly deps: IngestDeps; readonly maxBytes: number };

async function store({ deps, source, integration, request, nowMs, maxBytes }: Storing): Promise<IngestOutcome> {
  const { name } = integration;
  try {
    const read = await readRequest({ source, integration, request, nowMs, maxBytes, log: deps.log });
    // Nothing can be made of it later either.
    if (!read.ok) return { outcome: 'too_large', detail: read.error };
    const { body, understood } = read.value;
    const about = { source: source.id, integration: name, headers: read.value.headers };
    if (!understood.ok) {
      const { outcome, detail, faults } = understood.error;
      const error = faultText(understood.error);
      const fault = outcome === 'internal' ? ('ours' as const) : ('sender' as const);
      deps.metrics.countDeliveryFault({ source: source.id, fault, outcome: 'dead' });
      const fields = faults ?? [{ path: '(body)', message: detail }];
      if (fault === 'sender')
        deps.notes.faulty({ source: source.id, integration: name, kind: 'refused', faults: fields });
      const { receipt } = await deps.deliveries.keepDead({ ...about, body, error, fault });
      return { outcome, detail, receipt, faults: faults?.slice(0, 50) ?? null };
    }
    const { deliveryKey, alerts, truncated } = understood.value;
    if (truncated > 0)
      deps.log.warn({ source: source.id, integration: name, truncated }, 'the sender left alerts out of its group');
    const remarked = alerts.flatMap(({ remarks = [] }) => remarks.map(remarkedField));
    deps.notes.faulty({ source: source.id, integration: name, kind: 'remarked', faults: remarked.slice(0, maxNoted) });
    const dedupe =
      deliveryKey === null
        ? { kind: 'hash' as const, value: createHash('sha256').update(body).digest('base64url') }
        : { kind: 'sender' as const, value: deliveryKey };
    const once = onceOf({ source, integration, request, nowMs });
    const { receipt, status } = await deps.deliveries.accept({ ...about, body, alerts, dedupe, once });
    return { outcome: status, receipt };
  } catch (error) {
    deps.log.error({ err: error }, 'a delivery could not be stored');
    return { outcome: 'not_stored', detail: 'the delivery could not be stored; send it again' };
  }
}

/** What its proof is remembered by, so that it counts once; null: it comes with every request. */
function onceOf({ source, integration, request, nowMs }: Proving): NonNullable<NewDelivery['once']> | null {
  const { auth, name } = integration;
  const once = auth?.scheme.once?.({ request, settings: auth.settings, nowMs });
  if (!once) return null;
  const key = createHash('sha256').update(`${source.id}/${name}/${once.key}`).digest('base64url');
  return { key: `delivery/${key}`, until: new Date(nowMs + once.forMs).toISOString() };
}
