// Where things stand in traces. Ids are derived from the ids of what they are about, so that every process, page and line of the log can
// name a span that another process records, and nothing has to be stored. Pure.
import { sha256 } from '../primitives.ts';

/** A span: the id of its trace (32 hex digits) and its own (16), as W3C Trace Context has them. */
export type TracePlace = { readonly traceId: string; readonly spanId: string };

/** The trace of a run, a delivery or an incident: the first 16 bytes of the SHA-256 of its id. */
export const traceIdOf = (id: string): string => sha256(id).slice(0, 32);

/** The id of the span that is about this: the 8 bytes that follow. */
export const spanIdOf = (id: string): string => sha256(id).slice(32, 48);

/** The first span of a trace: the run as a whole, the request that brought a delivery. */
export function tracePlaceOf(id: string): TracePlace {
  const digest = sha256(id);
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/** Another span of the trace of `id`. `about` tells it from all others there. */
export const placeWithin = (id: string, about: string): TracePlace => ({
  traceId: traceIdOf(id),
  spanId: spanIdOf(`${id} ${about}`),
});

/** One attempt of one step. */
export type AttemptId = { readonly runId: string; readonly step: string; readonly attempt: number };

/** What an attempt is called wherever it goes: in calls to the outside and in the log. */
export const correlationIdOf = ({ runId, step, attempt }: AttemptId): string => `${runId}/${step}/${attempt}`;

/** The span of an attempt. */
export const attemptPlace = (attempt: AttemptId): TracePlace => ({
  traceId: traceIdOf(attempt.runId),
  spanId: spanIdOf(correlationIdOf(attempt)),
});

/** The span in which a delivery was made durable: what is done with it later links to it. */
export const acceptedPlace = (receipt: string): TracePlace => placeWithin(receipt, 'accepted');

/** The W3C header `traceparent`. */
export const traceparentOf = ({ traceId, spanId }: TracePlace, isSampled: boolean): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
