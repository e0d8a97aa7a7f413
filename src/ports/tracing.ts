// Where finished spans go. Whether anything is recorded, and where it is sent, is its own business: nobody waits for it.
import type { TracePlace } from '../core/trace/place.ts';
import type { TraceSpan } from '../core/trace/span.ts';

/** Takes spans. */
export type Tracing = {
  /** False: spans need not be made. */
  readonly isOn: boolean;
  /** Takes a span; drops it when too many wait. Never throws, never waits. */
  readonly record: (span: TraceSpan) => void;
  /** The W3C header for what is called within a span; null: nothing is traced. */
  readonly traceparent: (place: TracePlace) => string | null;
};

/** Nothing is traced. */
export const noTracing: Tracing = { isOn: false, record: () => undefined, traceparent: () => null };

/** Where spans are sent. */
export type TraceExport = {
  readonly url: string;
  /** They may hold secrets. */
  readonly headers: { readonly [name: string]: string };
  /** One batch has so long to be taken, milliseconds; the process lives so long after its end at the utmost. */
  readonly timeoutMs: number;
};

/** Tracing that can be ended. */
export type OpenTracing = {
  readonly tracing: Tracing;
  /** Sends what waits; resolves after two seconds at most, whatever the collector does. Never rejects. */
  readonly close: () => Promise<void>;
};
