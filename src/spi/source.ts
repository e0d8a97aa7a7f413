// What an alert source is: how its deliveries are proved, answered and understood, and what people are told about it.
import type { z } from 'zod';
import type { Alert } from '../core/alert/alert.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { FieldFault } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { AuthScheme, InboundRequest } from './auth-scheme.ts';

/** How the sender of an integration proves itself: a scheme and settings that it has checked. Concealed when printed. */
export type IntegrationAuth = { readonly scheme: AuthScheme; readonly settings: unknown };

/** How many deliveries of an integration are taken: so many a minute on average, so many at once. */
export type IntegrationLimit = { readonly perMinute: number; readonly burst: number };

/** One configured sender. */
export type Integration = {
  readonly name: string;
  /** The id of its source. */
  readonly source: string;
  /** null only where the source verifies by itself. */
  readonly auth: IntegrationAuth | null;
  /** Absent: as many as there is room for. */
  readonly limit?: IntegrationLimit;
  /** The integration's settings beside `source` and `auth`, checked by the source's schema. Concealed when printed. */
  readonly settings: unknown;
};

/** What a source is told about an integration: never how the sender proves itself. */
export type SourceContext = Pick<Integration, 'name' | 'settings'>;

/** One inbound request of a source: raw bytes and what they parse to. Of a delivery that is replayed `headers` are those that were kept. */
export type InboundDelivery = {
  readonly headers: InboundRequest['headers'];
  /** Fields of the query, without one that proves the sender; of a delivery that is replayed those that were kept. Absent: none. */
  readonly query?: { readonly [name: string]: string };
  readonly raw: Buffer;
  readonly body: Json;
  /** When it was received first. */
  readonly receivedAt: string;
  /** What was odd about the body as such, in sentences. */
  readonly remarks: readonly string[];
};

/** What a delivery means. An empty list is a legal delivery that concerns no alert. */
export type ParsedDelivery = {
  readonly alerts: readonly Alert[];
  /** The sender's own id of this delivery, if it has one. */
  readonly deliveryKey: string | null;
  /** Alerts that the sender left out. */
  readonly truncated: number;
};

/** What a handshake is answered with, byte for byte. */
export type HandshakeAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: { readonly [name: string]: string };
};

/** How a sender asks, before it sends alerts, whether it may: a subscription to confirm, a challenge to repeat. Stores nothing. */
export type Handshake = {
  /** The methods it comes with. */
  readonly methods: readonly ('POST' | 'GET' | 'OPTIONS')[];
  /** True: asked only of requests that proved themselves. False: the sender cannot prove itself yet, so the answer must give nothing away. */
  readonly needsProof: boolean;
  /** null: the request is no handshake. */
  readonly answer: (request: InboundRequest, context: SourceContext) => Promise<HandshakeAnswer | null>;
};

/** In which ways deliveries may come, besides JSON that is POSTed. */
export type Wire = {
  /** Methods beside POST. What a GET or a HEAD says stands in its query, which is read as a form is. */
  readonly methods: readonly ('GET' | 'HEAD' | 'PUT' | 'PATCH')[];
  /** `fields`: a form that holds no JSON is an object of its fields. `json`: it is refused. */
  readonly forms: 'json' | 'fields';
  /** `multipart` is taken as a form. */
  readonly multipart: boolean;
  /** Under these media types what is no JSON is one text, what is no text is base64 of its bytes, and nothing is null. */
  readonly texts: 'none' | 'text/plain' | 'any';
  /** Words that may follow the integration in the path; one that does is the field `state` of the query. */
  readonly states: readonly string[];
};

/** What makes a sender send a delivery once more: no answer in time, or one of these statuses. */
export type RetriedOn = 'no answer' | '4xx' | '5xx' | 408 | 429 | 503 | 504;

/** An alert source (see sources/source.ts for `defineSource`). */
export type Source = {
  /** Stands in the path `/hooks/<id>` and in playbooks. */
  readonly id: string;
  readonly title: string;
  /** Markdown for people, one text per heading of the source's page. */
  readonly docs: {
    readonly setUp: string;
    readonly security: string;
    readonly test: string;
    readonly retries: string;
  };
  /** Deliveries as the sender sends them, and settings of an integration that can read them. */
  readonly sample: {
    readonly headers: { readonly [name: string]: string };
    /** An alert that fires. */
    readonly body: JsonObject;
    /** The end of the same alert; null if the sender never tells it. */
    readonly resolved: JsonObject | null;
    readonly settings: JsonObject;
  };
  /** Checks what stands beside `source` and `auth` in an integration. Strict; a secret is declared by `Secret`. */
  readonly settings: z.ZodObject;
  /** The auth schemes that the sender can do, each with settings that need not be written for it; null: all, as they are. */
  readonly schemes: { readonly [scheme: string]: JsonObject } | null;
  /** A proof of its own, checked besides the one that the integration has; with it an integration needs none. */
  readonly verify:
    | ((request: InboundRequest, context: SourceContext, nowMs: number) => Promise<Result<void, string>>)
    | null;
  readonly handshake: Handshake | null;
  /** Headers, in lower case, that `parse` reads with these settings: they are kept with the delivery. None that prove the sender. */
  readonly headersRead: (settings: unknown) => readonly string[];
  /** Fields of the query that `parse` reads with these settings: they are kept with the delivery. */
  readonly queryRead: (settings: unknown) => readonly string[];
  readonly wire: Wire;
  /** Which answers this sender retries; empty: none, or it is not known. */
  readonly retriesOn: readonly RetriedOn[];
  readonly parse: (delivery: InboundDelivery, context: SourceContext) => Result<ParsedDelivery, readonly FieldFault[]>;
};

/** True if nothing proves who sends there. */
export function isOpen(source: Source | undefined, { auth }: Integration): boolean {
  return !source?.verify && (auth === null || auth.scheme.proves === 'nothing');
}
