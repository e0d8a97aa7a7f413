// Calls that an attempt makes to the outside: what goes with them, and the span of each once it has ended. No clock and no ids of its own.
import { type AttemptId, attemptPlace, correlationIdOf, spanIdOf, type TracePlace } from './place.ts';
import type { SpanAttributes, SpanKind, TraceSpan } from './span.ts';

/** A call that is under way. */
export type OutgoingCall = {
  /** For the header `traceparent`, or the variable TRACEPARENT; null: nothing is traced. */
  readonly traceparent: string | null;
  /**
   * To be called once it has ended. `error`: a code that says how it failed; absent: it went as it should. It marks no span as an error:
   * what is tried again, or dealt with otherwise, is none; whether the attempt failed for good is said by the attempt's own span.
   */
  readonly end: (attributes: SpanAttributes, error?: string) => void;
};

/** What is known of a call before it is made. */
export type CallStart = { readonly name: string; readonly kind: SpanKind; readonly attributes: SpanAttributes };

/** The calls of one attempt. */
export type Calls = {
  /** Goes out with every call, and stands in the log: `<run>/<step>/<attempt>`. */
  readonly correlationId: string;
  /** The attempt's own span. */
  readonly place: TracePlace;
  readonly begin: (call: CallStart) => OutgoingCall;
};

/** What recording calls needs. */
export type CallRecorder = {
  readonly isOn: boolean;
  readonly record: (span: TraceSpan) => void;
  readonly traceparent: (place: TracePlace) => string | null;
  readonly nowMs: () => number;
  /** What took how long is measured with it: the time of day may jump meanwhile. */
  readonly monotonicMs: () => number;
  /** An id that no other call has. */
  readonly newId: () => string;
};

const untraced: OutgoingCall = { traceparent: null, end: () => undefined };

/** Begins a call below a span, or as the first of its trace. */
export function beginCall(
  recorder: CallRecorder,
  above: { readonly traceId: string; readonly spanId: string | null },
  { name, kind, attributes }: CallStart,
): OutgoingCall {
  if (!recorder.isOn) return untraced;
  const place = { traceId: above.traceId, spanId: spanIdOf(recorder.newId()) };
  const startMs = recorder.nowMs();
  const begunMs = recorder.monotonicMs();
  return {
    traceparent: recorder.traceparent(place),
    end(known, error) {
      recorder.record({
        place,
        parent: above.spanId,
        links: [],
        name,
        kind,
        startMs,
        endMs: startMs + Math.max(0, recorder.monotonicMs() - begunMs),
        attributes: { ...attributes, ...known, ...(error === undefined ? {} : { 'error.type': error }) },
        error: null,
      });
    },
  };
}

/** The calls of an attempt. */
export function callsOf(recorder: CallRecorder, attempt: AttemptId): Calls {
  let known: TracePlace | null = null;
  // Most attempts call nothing that asks for it.
  const place = () => {
    known ??= attemptPlace(attempt);
    return known;
  };
  return {
    correlationId: correlationIdOf(attempt),
    get place() {
      return place();
    },
    begin: (call) => (recorder.isOn ? beginCall(recorder, place(), call) : untraced),
  };
}

const noRecorder: CallRecorder = {
  isOn: false,
  record: () => undefined,
  traceparent: () => null,
  nowMs: () => 0,
  monotonicMs: () => 0,
  newId: () => '',
};

/** Calls that are named and not traced. */
export const untracedCalls = (attempt: AttemptId): Calls => callsOf(noRecorder, attempt);
