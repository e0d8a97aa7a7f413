// Where finished spans go. Whether anything is recorded, and where it is sent, is its own business: nobody waits for it.
import type { TracePlace } from '../core/trace/place.ts';
import type { Span } from '../core/trace/span.ts';

/** Takes spans. */
export type Tracing = {
  /** False: spans need not be made. */
  readonly isOn: boolean;
  /** Takes a span; drops it when too many wait. Never throws, never waits. */
  readonly record: (span: Span) => void;
  /** The W3C header for what is called within a span; null: nothing is traced. */
  readonly traceparent: (place: TracePlace) => string | null;
};

/** Nothing is traced. */
export const noTracing: Tracing = { isOn: false, record: () => undefined, traceparent: () => null };
