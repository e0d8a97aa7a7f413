// A collector of traces, or something that is none: takes real OTLP/HTTP requests as JSON and remembers their spans; or refuses, hangs, drips,
// answers what makes no sense.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const AnyValue = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
  // 64-bit integers are text in the JSON of protobuf; the library writes numbers.
  z.object({ intValue: z.union([z.number(), z.string()]) }).transform(({ intValue }) => Number(intValue)),
  z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
  z.object({ arrayValue: z.unknown() }).transform(() => 'a list'),
]);
const Attributes = z
  .array(z.object({ key: z.string(), value: AnyValue }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const nanos = z.union([z.string(), z.number()]).transform((text) => Math.round(Number(BigInt(text) / 1_000n) / 1000));

const Span = z
  .object({
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: hex(16).optional(),
    name: z.string(),
    kind: z.number(),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes: Attributes.default({}),
    links: z.array(z.object({ traceId: hex(32), spanId: hex(16) })).default([]),
    status: z.object({ code: z.number().default(0), message: z.string().optional() }).default({ code: 0 }),
  })
  .transform((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    parent: span.parentSpanId ?? null,
    name: span.name,
    kind: ['', 'internal', 'server', 'client', 'producer', 'consumer'][span.kind] ?? 'none',
    startMs: span.startTimeUnixNano,
    endMs: span.endTimeUnixNano,
    attributes: span.attributes,
    links: span.links.map(({ traceId, spanId }) => ({ traceId, spanId })),
    error: span.status.code === 2 ? (span.status.message ?? '') : null,
  }));

/** A body of OTLP's `ExportTraceServiceRequest`. */
const TraceRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

/** A span as it came. */
export type SeenSpan = z.output<typeof Span>;

/** How it behaves. */
export type Manner = 'takes' | 'refuses' | 'hangs' | 'drips' | 'nonsense';

/** The collector. */
export type Collector = {
  readonly url: string;
  readonly spans: readonly SeenSpan[];
  /** The attributes of the resources that sent them. */
  readonly resources: readonly { readonly [name: string]: unknown }[];
  /** Requests, whatever became of them; with their headers. */
  readonly requests: readonly { readonly path: string; readonly headers: { readonly [name: string]: unknown } }[];
  /** Resolves with the spans once there are some that satisfy. */
  readonly until: (holds: (spans: readonly SeenSpan[]) => boolean) => Promise<readonly SeenSpan[]>;
  readonly close: () => void;
};

const answers: { readonly [M in Manner]: (response: ServerResponse) => void } = {
  takes: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  refuses: (response) => void response.writeHead(400).end('no'),
  hangs: () => undefined,
  drips: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  },
  nonsense: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>\u0000 hello {'),
};

/** Starts one on a port of its own. */
export async function startCollector(manner: Manner = 'takes'): Promise<Collector> {
  const spans: SeenSpan[] = [];
  const resources: { [name: string]: unknown }[] = [];
  const requests: { path: string; headers: { [name: string]: unknown } }[] = [];
  const watchers = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    requests.push({ path: request.url ?? '', headers: request.headers });
    if (manner === 'takes') {
      const parsed = TraceRequest.parse(JSON.parse(body));
      for (const { resource, scopeSpans } of parsed.resourceSpans) {
        resources.push(resource.attributes);
        for (const one of scopeSpans) spans.push(...one.spans);
      }
    }
    answers[manner](response);
    for (const look of watchers) look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    resources,
    requests,
    until: (holds) =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds(spans)) return;
          watchers.delete(look);
          resolve(spans);
        };
        watchers.add(look);
        look();
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
