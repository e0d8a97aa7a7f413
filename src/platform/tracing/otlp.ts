// Sends spans to a collector over OTLP/HTTP as JSON. Loaded only where tracing is on. It decides what is sampled, batches, bounds what
// waits, and says at most once a minute that the collector does not take it. Makes no span itself.
import http from 'node:http';
import https from 'node:https';
import { DiagLogLevel, diag, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
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
type Given = { readonly redact: Redactor; readonly version: string };

/** Opens it. Sampler and batches are as OTEL_TRACES_SAMPLER and OTEL_BSP_* say. */
export function openOtlp(to: TraceExport, { log, redact, version }: Given & { readonly log: Log }): OpenTracing {
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
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'firebreak', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const processor = new BatchSpanProcessor(exporter);
  const isSampled = sampler();
  const finished = finisher({ isSampled, redact, resource, version });
  return {
    tracing: {
      isOn: true,
      record(span) {
        try {
          processor.onEnd(finished(span));
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
      await Promise.race([processor.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      // Whoever still answers is not listened to: an open connection would hold the process.
      agent.destroy();
      diag.disable();
    },
  };
}

/** Whether the trace of an id is kept, as OTEL_TRACES_SAMPLER says; the library asks its sampler when a span begins. */
function sampler(): (traceId: string) => boolean {
  const next = { traceId: '' };
  const idGenerator = { generateTraceId: () => next.traceId, generateSpanId: () => next.traceId.slice(0, 16) };
  const tracer = new BasicTracerProvider({ idGenerator }).getTracer('firebreak');
  return remembering((traceId) => {
    next.traceId = traceId;
    const { traceFlags } = tracer.startSpan('sampled', { root: true }, ROOT_CONTEXT).spanContext();
    return (traceFlags & TraceFlags.SAMPLED) !== 0;
  });
}

/** Seconds and nanoseconds. */
const hrTime = (ms: number): [number, number] => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];

/**
 * Makes a span as exporters take it out of one that has ended. Nothing is begun with the library, which would make up ids of its own and
 * takes three times as long.
 */
function finisher({
  isSampled,
  redact,
  resource,
  version,
}: Given & { readonly isSampled: (traceId: string) => boolean; readonly resource: ReadableSpan['resource'] }) {
  const contextOf = ({ traceId, spanId }: TracePlace) => ({
    traceId,
    spanId,
    traceFlags: isSampled(traceId) ? TraceFlags.SAMPLED : TraceFlags.NONE,
  });
  const instrumentationScope = { name: 'firebreak', version };
  return ({ place, parent, links, name, kind, startMs, endMs, attributes, error }: TraceSpan): ReadableSpan => {
    const context = contextOf(place);
    const above = parent === null ? {} : { parentSpanContext: contextOf({ traceId: place.traceId, spanId: parent }) };
    const status =
      error === null ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: redact.text(error) };
    return {
      name: redact.text(name),
      kind: kinds[kind],
      spanContext: () => context,
      ...above,
      startTime: hrTime(startMs),
      endTime: hrTime(endMs),
      duration: hrTime(endMs - startMs),
      status,
      attributes: redacted(attributes, redact),
      links: links.map((link) => ({ context: contextOf(link) })),
      events: [],
      ended: true,
      resource,
      instrumentationScope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  };
}

/** Most hold no secret: then one look at all of them is enough. */
function redacted(attributes: SpanAttributes, redact: Redactor): SpanAttributes {
  let all = '';
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === 'string') all += `${value}\n`;
  }
  if (redact.text(all) === all) return attributes;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? redact.text(value) : value]),
  );
}

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
