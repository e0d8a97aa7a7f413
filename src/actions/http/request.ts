// http.request: one HTTP request, bounded in time and size, to addresses the configuration allows.
import { Agent } from 'undici';
import { z } from 'zod';
import { JsonValue } from '../../core/alert/alert.ts';
import type { Json } from '../../core/json.ts';
import type { ActionContext, ActionDefinition } from '../../spi/action.ts';
import { defineAction, failure } from '../action.ts';
import { firstWords, member, words } from '../words.ts';
import {
  AddressRefusedError,
  guardedConnector,
  NotConnectedError,
  type Resolve,
  systemResolve,
} from './address-guard.ts';
import { AllowEntry } from './allow-list.ts';
import { type ExchangeAnswer, exchange } from './exchange.ts';
import { fenced } from './fenced.ts';
import { refusedHost } from './known-host.ts';
import { isPlainHttp } from './plain-http.ts';

/** The section `actions.http`: what may be reached, by every action that speaks HTTP. */
export const HttpSettings = z.strictObject({
  /** Host names, addresses and CIDR blocks that may be reached though they are not public. */
  allow: z.array(AllowEntry).default([]),
  maxResponseBytes: z.number().int().min(1024).max(10_485_760).default(262_144),
});

const Method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const httpUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && isPlainHttp(new URL(text)),
    'must be an http or https URL without user name or password',
  );

/** They belong to the connection or to the length of the body, and are set here. */
const reserved = /^(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;
const HeaderName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no header name')
  .refine((name) => !reserved.test(name), 'is a header that cannot be set');
const HeaderValue = z.string().regex(/^[\x20-\x7e\xa0-\xff]*$/, 'must hold no line breaks or control characters');

const Input = z.strictObject({
  method: Method.default('GET'),
  url: httpUrl,
  headers: z.record(HeaderName, HeaderValue).default({}),
  body: JsonValue.optional(),
  expectStatus: z.array(z.number().int().min(100).max(599)).min(1).optional(),
});
type Input = z.output<typeof Input>;
const Output = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: JsonValue,
  truncated: z.boolean(),
  durationMs: z.number(),
});

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`url\` | an http or https URL without user name or password | |
| \`method\` | GET, HEAD, POST, PUT, PATCH or DELETE | GET |
| \`headers\` | by name; those that belong to the connection cannot be set | |
| \`body\` | text is sent as it is, anything else as JSON | none |
| \`expectStatus\` | the statuses that are a success | 200 to 299 |

### Output

\`status\`, \`headers\`, \`body\`, \`truncated\` (it was longer than the limit, or broke off), \`durationMs\`.

\`body\` is a value if the answer says that it is JSON (\`application/json\`, \`text/json\`, \`…+json\`, in any case and with any
parameters) or names no type and is an object or a list; it is text otherwise, also if that text happens to be JSON. gzip, deflate and
br are unpacked; text is decoded by its byte order mark, its \`charset\`, or as UTF-8. What is longer than the limit stays text. A PNG or
JPEG is a \`data:\` URL, which \`capture\` keeps as an image.

A step that fails keeps the same as \`error.output\`, shortened: status, headers and body of the answer.

### Example

\`\`\`yaml
steps:
  - id: page
    uses: http.request
    with:
      method: POST
      url: https://pager.example.com/v1/pages
      headers: { authorization: "Bearer \${{ secrets.pager }}" }
      body: { title: "\${{ incident.title }}" }
      expectStatus: [200, 202]
\`\`\`

### Replay

GET and HEAD are \`safe\`, everything else is \`ask\` unless the step says so. \`Idempotency-Key\` is sent with every request, the same
for every try of a step, and so is \`Firebreak-Correlation-Id\`, which names the try: \`<run>/<step>/<attempt>\`. Where traces are
recorded, \`traceparent\` is sent too. A header of the step's own wins. 408, 425, 429 and 5xx count as errors that may pass; \`Retry-After\` is kept to. Redirects are followed, five
at most, each as guarded as the first request; another origin gets no header that could be a credential, and nothing but GET and HEAD
goes on to another host: no body, no change. The circuit breaker counts by host.

### Risk

\`low\` unless the step says so.

### Settings

\`actions.http\`: public addresses can be reached, and others only if \`allow\` (host names, addresses, CIDR blocks) names them,
whatever a name resolves to. \`db.internal:8123\`, \`10.0.0.0/8:443\` and \`[fd00::1]:9200\` open one port. Link-local addresses and those
where a cloud tells its machines their secrets are reached only if \`allow\` holds just that address; a name or a block is not enough.
\`maxResponseBytes\` (262144) is how much of an answer is read.
`;

/** GET and HEAD only read; anything else may act, and not every target honours an Idempotency-Key. */
function replayOf(input: Json): 'safe' | 'ask' {
  const method = member(input, 'method');
  return method === 'GET' || method === 'HEAD' || method === undefined ? 'safe' : 'ask';
}

/** The host, as far as the URL is known. */
function hostOf(input: Json): string | null {
  const url = member(input, 'url');
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host || null : null;
}

/** Without the query, which may carry a token. */
function describe(input: Json): string {
  const url = words(member(input, 'url'), 'an unknown URL');
  return `${words(member(input, 'method'), 'GET')} ${withoutQuery(url)}${/[?#]/.test(url) ? '?…' : ''}`;
}

/** The action, with another resolver of names than the system's. */
export const httpRequestWith = (resolve: Resolve): ActionDefinition =>
  defineAction({
    name: 'http.request',
    description: 'Sends one HTTP request and gives status, headers and body.',
    docs,
    input: Input,
    output: Output,
    sample: { url: 'https://status.example.com/health' },
    readsOnly: (input) => replayOf(input) === 'safe',
    replay: 'safe',
    replayOf,
    risk: 'low',
    timeoutMs: 30_000,
    target: hostOf,
    describe,
    section: 'http',
    settings: HttpSettings,
    configure: (settings) => ({
      refuses: (input) => refusedHost(settings.allow, input),
      run: createSender(settings, resolve),
    }),
  });

/** What sends one request within the settings and gives the answer, or why there is none. */
export function createSender({ allow, maxResponseBytes }: z.output<typeof HttpSettings>, resolve: Resolve) {
  const agent = new Agent({
    connect: guardedConnector(allow, resolve),
    maxHeaderSize: 32 * 1024,
    keepAliveTimeout: 1000,
    // The step's own timeout, which comes as a signal, bounds the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return (input: Input, context: ActionContext) => send(input, context, { agent, maxResponseBytes });
}

/** The action. */
export const httpRequest = httpRequestWith(systemResolve);

async function send(input: Input, context: ActionContext, limits: { agent: Agent; maxResponseBytes: number }) {
  const started = performance.now();
  const { method, url, body, expectStatus = [] } = input;
  const { hostname, port, protocol } = new URL(url);
  const call = context.calls.begin({
    name: method,
    kind: 'client',
    // No path: it may hold what only the target may know.
    attributes: {
      'http.request.method': method,
      'server.address': hostname,
      'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
      'url.scheme': protocol.slice(0, -1),
    },
  });
  const own = {
    'user-agent': 'firebreak',
    'idempotency-key': context.idempotencyKey,
    [correlationHeader]: context.calls.correlationId,
  };
  const traced = call.traceparent === null ? own : { ...own, traceparent: call.traceparent };
  const headers = { ...traced, ...lower(input.headers) };
  let hasAnswered = false;
  const answered = () => {
    hasAnswered = true;
  };
  const agent = fenced(limits.agent, context.fence);
  const { signal, refuses } = context;
  const bounds = { agent, signal, maxBytes: limits.maxResponseBytes, answered, refuses };
  try {
    const answer = await exchange({ method, url, headers, body, expectStatus }, bounds);
    const judged = judge(input, { ...answer, durationMs: Math.round(performance.now() - started) });
    call.end(
      { 'http.response.status_code': answer.status },
      judged.outcome === 'failed' ? judged.error.code : undefined,
    );
    return judged;
  } catch (error) {
    const judged = classify(error, input, { signal: context.signal, answered: hasAnswered });
    call.end({}, judged.error.code);
    return judged;
  }
}

/** Names the attempt in a target's own log, as it stands in ours. */
const correlationHeader = 'firebreak-correlation-id';

const lower = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function judge(input: Input, answer: ExchangeAnswer & { durationMs: number }) {
  const { status } = answer;
  const expected = input.expectStatus ? input.expectStatus.includes(status) : status >= 200 && status < 300;
  if (expected) return { outcome: 'succeeded' as const, output: answer };
  const said = firstWords(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  const message = `${input.method} ${withoutQuery(input.url)} answered ${status}${said === '' || said === 'null' ? '' : `: ${said}`}`;
  const later = { retryAfterMs: retryAfter(answer.headers), output: answer };
  if (status === 429) return failure('rate_limited', 'http_429', message, later);
  if (status === 401 || status === 403) return failure('auth', `http_${status}`, message, { output: answer });
  if (status === 409) return failure('conflict', 'http_409', message, { output: answer });
  const mayPass = status >= 500 || status === 408 || status === 425;
  return failure(mayPass ? 'transient' : 'invalid', `http_${status}`, message, mayPass ? later : { output: answer });
}

/** A query may carry a token. */
const withoutQuery = (url: string) => url.split(/[?#]/)[0] ?? url;

const longestDelayMs = 7 * 86_400_000;

/** Retry-After in milliseconds. A date is taken against the target's own clock, its Date header. */
function retryAfter({ 'retry-after': value = '', date = '' }: ExchangeAnswer['headers']): number | undefined {
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(date);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestDelayMs);
}

function classify(error: unknown, input: Input, ended: { signal: AbortSignal; answered: boolean }) {
  const where = `${input.method} ${withoutQuery(input.url)}`;
  if (error instanceof AddressRefusedError) return failure('denied', 'address_refused', `${where}: ${error.message}`);
  if (ended.signal.aborted) return failure('timeout', 'timeout', `${where}: no answer in time`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  const message = `${where}: ${error instanceof Error ? error.message || code : String(error)}`;
  if (code === 'UND_ERR_INVALID_ARG') return failure('invalid', 'invalid_input', message);
  // Once it was sent, a lost answer says nothing about what the target did.
  const unsent = error instanceof NotConnectedError && !ended.answered;
  const harmlessAgain = unsent || replayOf(input as Json) === 'safe';
  return failure(harmlessAgain ? 'transient' : 'unknown_outcome', code.toLowerCase(), message);
}
