// prometheus.query_range: one range query of a Prometheus server (or what speaks its HTTP API), as series, as a chart and as CSV. Reads only.
import { z } from 'zod';
import { Chart } from '../../core/evidence/chart.ts';
import type { Json } from '../../core/json.ts';
import { cell } from '../../core/postmortem/csv.ts';
import { Duration } from '../../core/time.ts';
import type { ActionContext, ActionDefinition } from '../../spi/action.ts';
import { defineAction, failure } from '../action.ts';
import { type Resolve, systemResolve } from '../http/address-guard.ts';
import { refusedHost } from '../http/known-host.ts';
import { createSender, HttpSettings } from '../http/request.ts';
import { member, words } from '../words.ts';

/** Points of a series that are asked for, at most, and series that are kept. */
const maxPoints = 240;
const maxSeries = 50;
/** No finer than servers scrape, in seconds. */
const minStepSeconds = 15;

const baseUrl = z
  .string()
  .max(2000)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'must be an http or https URL')
  .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'must hold no user name or password');

const Input = z.strictObject({
  url: baseUrl,
  query: z.string().min(1).max(8000),
  range: Duration.default(3_600_000),
  end: z.union([z.number(), z.iso.datetime({ offset: true })]).optional(),
  step: Duration.optional(),
  headers: z.record(z.string(), z.string()).default({}),
  title: z.string().max(200).optional(),
});
type Input = z.output<typeof Input>;

const Output = z.object({
  series: z.array(
    z.object({ name: z.string(), labels: z.record(z.string(), z.string()), last: z.number().nullable() }),
  ),
  chart: Chart,
  csv: z.string(),
  left: z.number(),
  warnings: z.array(z.string()),
});

/** What Prometheus answers, by its HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/ */
const Answer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])).default([]),
      }),
    ),
  }),
  warnings: z.array(z.string()).default([]),
});
const Fault = z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() });

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`url\` | the server, with the path it lives under if there is one | |
| \`query\` | PromQL | |
| \`range\` | how far it looks back | 1h |
| \`end\` | where it ends: epoch seconds, or a time with its offset | now |
| \`step\` | distance of two points | what gives ${maxPoints} points, 15s at least |
| \`headers\` | such as \`authorization\` or \`x-scope-orgid\` | |
| \`title\` | of the chart | the query |

### Output

\`series\` (\`name\`, \`labels\`, \`last\` value), \`chart\` and \`csv\` for \`capture\`, \`left\` (series beyond ${maxSeries}, which are left out),
\`warnings\` of the server. A value that is no finite number is null.

### Example

\`\`\`yaml
steps:
  - id: errors
    uses: prometheus.query_range
    with:
      url: http://prometheus.internal:9090
      query: sum by (code) (rate(http_requests_total{service="checkout"}[5m]))
      range: 1h
    capture:
      - { name: errors.json, from: output.chart, type: chart }
      - { name: errors.csv, from: output.csv, type: csv }
\`\`\`

### Replay

\`safe\`: it only reads. The circuit breaker counts by host.

### Risk

\`low\`.

### Settings

Those of \`http.request\`, under \`actions.http\`: a server that is not public is reached only if \`allow\` names it, and an answer longer than
\`maxResponseBytes\` is refused.
`;

/** The action, with another resolver of names than the system's. */
export const queryRangeWith = (resolve: Resolve): ActionDefinition =>
  defineAction({
    name: 'prometheus.query_range',
    description: 'Asks a Prometheus server for series over a time, and gives them as a chart and as CSV.',
    docs,
    input: Input,
    output: Output,
    sample: { url: 'https://prometheus.example.com', query: 'up' },
    replay: 'safe',
    risk: 'low',
    timeoutMs: 30_000,
    target(input) {
      const url = member(input, 'url');
      return typeof url === 'string' && URL.canParse(url) ? new URL(url).host || null : null;
    },
    describe: (input) => `query ${words(member(input, 'query'), 'an unknown query')}`,
    section: 'http',
    settings: HttpSettings,
    configure(settings) {
      const send = createSender(settings, resolve);
      return {
        refuses: (input) => refusedHost(settings.allow, input),
        run: (input, context) => ask(input, context, send),
      };
    },
  });

/** The action. */
export const queryRange = queryRangeWith(systemResolve);

async function ask(input: Input, context: ActionContext, send: ReturnType<typeof createSender>) {
  const endSeconds = typeof input.end === 'string' ? Date.parse(input.end) / 1000 : (input.end ?? Date.now() / 1000);
  const rangeSeconds = Math.max(60, input.range / 1000);
  const wanted = input.step === undefined ? rangeSeconds / maxPoints : input.step / 1000;
  const stepSeconds = Math.max(input.step === undefined ? minStepSeconds : 1, Math.ceil(wanted));
  if (rangeSeconds / stepSeconds > 11_000)
    return failure('invalid', 'invalid_input', 'a series would have more than 11000 points; make the step longer');
  const url = new URL(input.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query_range`;
  const span = { start: endSeconds - rangeSeconds, end: endSeconds, step: stepSeconds };
  for (const [name, value] of Object.entries({ query: input.query, ...span }))
    url.searchParams.set(name, typeof value === 'number' ? String(Number(value.toFixed(3))) : value);
  const request = { method: 'GET' as const, url: url.href, headers: input.headers };
  const answered = await send(request, context);
  if (answered.outcome === 'failed') return explained(answered);
  const { body, truncated } = answered.output;
  if (truncated)
    return failure('invalid', 'too_large', 'the answer is longer than actions.http.maxResponseBytes; ask for less');
  const answer = Answer.safeParse(body);
  if (!answer.success)
    return failure('invalid', 'unexpected_answer', `${url.host} answered nothing that a Prometheus server would say`);
  return { outcome: 'succeeded' as const, output: outputOf(input, answer.data, span) };
}

/** A refusal in the server's own words. */
function explained(failed: ReturnType<typeof failure>): ReturnType<typeof failure> {
  const said = Fault.safeParse(member((failed.error.output ?? null) as Json, 'body'));
  if (!said.success) return failed;
  const message = `Prometheus refuses the query (${said.data.errorType}): ${said.data.error.slice(0, 500)}`;
  return { outcome: 'failed', error: { ...failed.error, message } };
}

type Span = { readonly start: number; readonly end: number; readonly step: number };

function outputOf({ query, title }: Input, { data, warnings }: z.output<typeof Answer>, span: Span) {
  const kept = data.result.slice(0, maxSeries).map(({ metric, values }) => ({
    name: nameOf(metric),
    labels: metric,
    points: values.map(([at, text]): [number, number | null] => [at, finite(text)]),
  }));
  const chart: Chart = {
    chart: 'series/v1',
    title: title ?? query,
    fromSeconds: span.start,
    toSeconds: span.end,
    stepSeconds: span.step,
    series: kept.map(({ name, points }) => ({ name, points })),
  };
  return {
    series: kept.map(({ name, labels, points }) => ({ name, labels, last: points.at(-1)?.[1] ?? null })),
    chart,
    csv: csvOf(chart),
    left: Math.max(0, data.result.length - maxSeries),
    warnings: warnings.slice(0, 20).map((text) => text.slice(0, 500)),
  };
}

function finite(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) && text.trim() !== '' ? value : null;
}

/** A series as Prometheus writes it. */
function nameOf({ __name__: name = '', ...labels }: { readonly [label: string]: string }): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name || '{}' : `${name}{${pairs.join(', ')}}`;
}

/** A row for each point. */
const csvOf = ({ series }: Chart): string =>
  [
    'series,time,value',
    ...series.flatMap(({ name, points }) =>
      points.map(([at, value]) => `${cell(name)},${new Date(at * 1000).toISOString()},${value ?? ''}`),
    ),
    '',
  ].join('\n');
