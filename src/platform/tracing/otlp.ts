// Sends spans to a collector over OTLP/HTTP as JSON. Loaded only where tracing is on. It decides what is sampled, batches, bounds what
// waits, and says at most once a minute that the collector does not take it. Makes no span itself.
import http from 'node:http';
import https from 'node:https';
import {
  DiagLogLevel,
  diag,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Redactor } from '../../core/redact.ts';
import { type TracePlace, traceparentOf } from '../../core/trace/place.ts';
import type { SpanAttributes, TraceSpan } from '../../core/trace/span.ts';
import type { Log } from '../../ports/runtime.ts';
import type { OpenTracing, TraceExport } from '../../ports/tracing.ts';

/** The end waits so long for the collector, in milliseconds. */
const closeMs = 1500;
/** At most one warning in so many milliseconds. */
const warnEveryMs = 60_000;
/** Traces of which it is remembered whether they are sampled. */
const rememberedTraces = 2000;

/** The exporter's word for what went well (`ExportResultCode.SUCCESS`). */
const taken = 0;

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** What opening needs. */
type Given = { readonly log: Log; readonly redact: Redactor; readonly version: string };

/** Opens it. Sampler, batches and limits are as OTEL_TRACES_SAMPLER, OTEL_BSP_* and OTEL_SPAN_* say. */
export function openOtlp(to: TraceExport, { log, redact, version }: Given): OpenTracing {
  const agent = to.url.startsWith('https:')
    ? new https.Agent({ keepAlive: true })
    : new http.Agent({ keepAlive: true });
  const warn = seldom(log);
  // What the libraries themselves complain of: spans that were dropped because too many waited, answers that make no sense.
  const complain = (message: string) => warn(message, 0);
  const deaf = () => undefined;
  const logger = { error: complain, warn: complain, info: deaf, debug: deaf, verbose: deaf };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const { url, timeoutMs: timeoutMillis } = to;
  const options = { url, timeoutMillis, headers: { ...to.headers }, httpAgentOptions: () => agent };
  const exporter = telling(new OTLPTraceExporter(options), warn);
  const next: NextIds = { traceId: '', spanId: '' };
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'firebreak', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const { isSampled, record } = recorder({ tracer: provider.getTracer('firebreak', version), next, redact });
  return {
    tracing: {
      isOn: true,
      record(span) {
        try {
          record(span);
        } catch (error) {
          log.debug({ err: error }, 'a span could not be recorded');
        }
      },
      traceparent: (place) => traceparentOf(place, isSampled(place.traceId)),
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closeMs);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      // Whoever still answers is not listened to: an open connection would hold the process.
      agent.destroy();
      diag.disable();
    },
  };
}

/** Ids of the span that is started next: they are derived from what spans are about, and set a moment before. */
type NextIds = { traceId: string; spanId: string };

/** Makes a span of the library out of one that has ended, under its own ids. */
function recorder({
  tracer,
  next,
  redact,
}: {
  readonly tracer: Tracer;
  readonly next: NextIds;
  readonly redact: Redactor;
}) {
  const isSampled = remembering((traceId) => {
    Object.assign(next, { traceId, spanId: traceId.slice(0, 16) });
    const { traceFlags } = tracer.startSpan('sampled', { root: true }, ROOT_CONTEXT).spanContext();
    return (traceFlags & TraceFlags.SAMPLED) !== 0;
  });
  const contextOf = ({ traceId, spanId }: TracePlace) => ({
    traceId,
    spanId,
    traceFlags: isSampled(traceId) ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
  const record = ({ place, parent, links, name, kind, startMs, endMs, attributes, error }: TraceSpan): void => {
    const { traceId } = place;
    const above = parent === null ? null : contextOf({ traceId, spanId: parent });
    const linked = links.map((link): Link => ({ context: contextOf(link) }));
    Object.assign(next, place);
    const span = tracer.startSpan(
      redact.text(name),
      {
        kind: kinds[kind],
        // A small number would be taken for one of `performance`.
        startTime: new Date(startMs),
        attributes: redacted(attributes, redact),
        links: linked,
        root: above === null,
      },
      above === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, above),
    );
    if (error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: redact.text(error) });
    span.end(new Date(endMs));
  };
  return { isSampled, record };
}

const redacted = (attributes: SpanAttributes, redact: Redactor): SpanAttributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? redact.text(value) : value]),
  );

/** Answers from memory where it can; the oldest answer is forgotten. */
function remembering(ask: (id: string) => boolean): (id: string) => boolean {
  const known = new Map<string, boolean>();
  return (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const answer = ask(id);
    const [oldest] = known.keys();
    if (known.size >= rememberedTraces && oldest !== undefined) known.delete(oldest);
    known.set(id, answer);
    return answer;
  };
}

/** Says what is wrong with the collector, at most once in a while. */
type Warn = (message: string, spans: number) => void;

function seldom(log: Log): Warn {
  let lost = 0;
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  return (message, spans) => {
    lost += spans;
    if (performance.now() < quietUntilMs) return;
    quietUntilMs = performance.now() + warnEveryMs;
    log.warn({ spans: lost, error: message.slice(0, 300) }, 'traces do not reach the collector as they should');
    lost = 0;
  };
}

/** The exporter, saying what it could not send. */
const telling = (exporter: OTLPTraceExporter, warn: Warn): SpanExporter => ({
  export(spans, done) {
    exporter.export(spans, (result) => {
      if (result.code !== taken) warn(result.error?.message || 'it refused them', spans.length);
      done(result);
    });
  },
  forceFlush: () => exporter.forceFlush(),
  shutdown: () => exporter.shutdown(),
});
