// A finished span, as whoever records traces is told of it. Nothing is held open: what is told has ended. Types only.
import type { TracePlace } from './place.ts';

/** What stands on either side of a span, in OpenTelemetry's words. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Facts of a span. Never data of events, nor what people wrote. */
export type SpanAttributes = { readonly [name: string]: string | number | boolean };

/** A span that has ended. */
export type TraceSpan = {
  readonly place: TracePlace;
  /** Id of the span above it in its trace; null: it is the first. */
  readonly parent: string | null;
  /** Spans of other traces that it follows from. */
  readonly links: readonly TracePlace[];
  readonly name: string;
  readonly kind: SpanKind;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: SpanAttributes;
  /** A code that says what went wrong for good; null: nothing did, or something that was dealt with. */
  readonly error: string | null;
};
