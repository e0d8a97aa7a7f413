// http.request: one HTTP request, bounded in time and size, to addresses the configuration allows.
import { Agent, request } from 'undici';
import { z } from 'zod';
import { JsonValue } from '../core/alert/alert.ts';
import type { Json } from '../core/json.ts';
import type { Action, ActionContext } from '../spi/action.ts';
import { defineAction, failure } from './action.ts';
import {
  AddressRefusedError,
  type AllowList,
  guardedConnector,
  NotConnectedError,
  type Resolve,
} from './address-guard.ts';

/** Settings of http.request. */
export type HttpSettings = { readonly allow: AllowList; readonly maxResponseBytes: number; readonly resolve: Resolve };

const Method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const httpUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && isPlainHttp(new URL(text)),
    'must be an http or https URL without user name or password',
  );
const isPlainHttp = ({ protocol, username, password }: URL) =>
  /^https?:$/.test(protocol) && username === '' && password === '';

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

const maxRedirects = 5;

/** GET and HEAD only read; anything else may act, and not every target honours an Idempotency-Key. */
function replayOf(input: Json): 'safe' | 'ask' {
  const method = input !== null && typeof input === 'object' && 'method' in input ? input.method : 'GET';
  return method === 'GET' || method === 'HEAD' || method === undefined ? 'safe' : 'ask';
}

/** The action. */
export function httpRequest(settings: HttpSettings): Action {
  const agent = new Agent({
    connect: guardedConnector(settings.allow, settings.resolve),
    maxHeaderSize: 32 * 1024,
    keepAliveTimeout: 1000,
    // The step's own timeout, which comes as a signal, bounds the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return defineAction({
    name: 'http.request',
    description: 'Sends one HTTP request and gives status, headers and body.',
    kind: 'effect',
    input: Input,
    output: Output,
    replay: 'safe',
    replayOf,
    risk: 'low',
    timeoutMs: 30_000,
    sample: { url: 'https://status.example.com/health' },
    async run(input, context) {
      const started = performance.now();
      const progress = { answered: false };
      try {
        const answer = await follow(agent, input, context, settings.maxResponseBytes, progress);
        const durationMs = Math.round(performance.now() - started);
        return judge(input, { ...answer, durationMs });
      } catch (error) {
        return classify(error, input, context, progress.answered);
      }
    },
  });
}

type Answer = { status: number; headers: Record<string, string>; body: Json; truncated: boolean };

async function follow(
  agent: Agent,
  input: Input,
  context: ActionContext,
  maxBytes: number,
  progress: { answered: boolean },
): Promise<Answer> {
  let url = new URL(input.url);
  let method = input.method;
  let body = input.body;
  let headers: Headers = {
    'user-agent': 'firebreak',
    'idempotency-key': context.idempotencyKey,
    ...lower(input.headers),
  };
  if (body !== undefined && typeof body !== 'string') headers['content-type'] ??= 'application/json';
  for (let hop = 0; ; hop++) {
    const payload = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    context.signal.throwIfAborted();
    const asked = request(url, { dispatcher: agent, method, headers, body: payload, signal: context.signal });
    const answer = await unlessEnded(context.signal, asked);
    progress.answered = true;
    const status = answer.statusCode;
    const location = answer.headers.location;
    if (!redirects.has(status) || typeof location !== 'string' || input.expectStatus?.includes(status)) {
      const { text, truncated } = await readBounded(answer.body, maxBytes);
      const fields = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
      const body = parseBody(text, fields['content-type'], truncated);
      return { status, headers: without(fields, ['set-cookie']), body, truncated };
    }
    // Read away, not destroyed: a destroyed body reports its end as an error that nobody listens for.
    await answer.body.dump({ limit: 16_384 });
    if (hop >= maxRedirects) throw new AddressRefusedError(`more than ${maxRedirects} redirects`);
    const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
    if (!next || !isPlainHttp(next))
      throw new AddressRefusedError('a redirect to something other than a plain http or https URL is not followed');
    // Any header of the playbook may be a credential; another origin gets those only that cannot be one.
    if (next.origin !== url.origin) headers = only(headers, harmless);
    if ((status === 303 && method !== 'HEAD') || (status <= 302 && method === 'POST')) {
      method = 'GET';
      body = undefined;
      headers = without(headers, ['content-type']);
    }
    url = next;
  }
}

/** undici heeds the signal only once it has a connection; a name that never resolves must not hold the step. */
function unlessEnded<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}

const redirects = new Set([301, 302, 303, 307, 308]);
const harmless = ['accept', 'accept-language', 'content-type', 'idempotency-key', 'user-agent'];

type Headers = Record<string, string>;
const pick = (headers: Headers, keep: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => keep(name)));
const only = (headers: Headers, names: readonly string[]) => pick(headers, (name) => names.includes(name));
const without = (headers: Headers, names: readonly string[]) => pick(headers, (name) => !names.includes(name));
const lower = (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

async function readBounded(body: AsyncIterable<Uint8Array> & { destroy: () => unknown }, maxBytes: number) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    if (size > maxBytes) {
      body.destroy();
      break;
    }
  }
  return { text: Buffer.concat(chunks).toString('utf8'), truncated: size > maxBytes };
}

/** Deeper JSON is kept as text: whatever walks it later does so step by step. */
const maxDepth = 64;
const isShallow = (value: unknown, left: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every((v) => isShallow(v, left - 1)));

function parseBody(text: string, type: string | undefined, truncated: boolean): Json {
  if (truncated || !type?.includes('json')) return text;
  try {
    const body: unknown = JSON.parse(text);
    return isShallow(body, maxDepth) ? (body as Json) : text;
  } catch {
    return text;
  }
}

function judge(input: Input, answer: Answer & { durationMs: number }) {
  const { status } = answer;
  const expected = input.expectStatus ? input.expectStatus.includes(status) : status >= 200 && status < 300;
  if (expected) return { outcome: 'succeeded' as const, output: answer };
  const message = `${input.method} ${withoutQuery(input.url)} answered ${status}`;
  const later = retryAfter(answer.headers);
  if (status === 429) return failure('rate_limited', 'http_429', message, later);
  if (status === 401 || status === 403) return failure('auth', `http_${status}`, message);
  if (status === 409) return failure('conflict', 'http_409', message);
  const mayPass = status >= 500 || status === 408 || status === 425;
  return failure(mayPass ? 'transient' : 'invalid', `http_${status}`, message, mayPass ? later : undefined);
}

/** A query may carry a token. */
const withoutQuery = (url: string) => url.split(/[?#]/)[0] ?? url;

const longestDelayMs = 7 * 86_400_000;

/** Retry-After in milliseconds. A date is taken against the target's own clock, its Date header. */
function retryAfter({ 'retry-after': value = '', date = '' }: Answer['headers']): number | undefined {
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(date);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestDelayMs);
}

function classify(error: unknown, input: Input, context: ActionContext, answered: boolean) {
  const where = `${input.method} ${withoutQuery(input.url)}`;
  if (error instanceof AddressRefusedError) return failure('denied', 'address_refused', `${where}: ${error.message}`);
  if (context.signal.aborted) return failure('timeout', 'timeout', `${where}: no answer in time`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  const message = `${where}: ${error instanceof Error ? error.message || code : String(error)}`;
  if (code === 'UND_ERR_INVALID_ARG') return failure('invalid', 'invalid_input', message);
  // Once it was sent, a lost answer says nothing about what the target did.
  const unsent = error instanceof NotConnectedError && !answered;
  const harmlessAgain = unsent || replayOf(input as Json) === 'safe';
  return failure(harmlessAgain ? 'transient' : 'unknown_outcome', code.toLowerCase(), message);
}
