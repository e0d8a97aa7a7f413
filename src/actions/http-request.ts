// http.request: one HTTP request, bounded in time and size, to addresses the configuration allows.
import { Agent, request } from 'undici';
import { z } from 'zod';
import { JsonValue } from '../core/alert.ts';
import type { Json } from '../core/json.ts';
import type { Action, ActionContext } from '../ports.ts';
import { defineAction, failure } from './action.ts';
import { AddressRefusedError, type AllowList, guardedConnector, type Resolve } from './address-guard.ts';

/** Settings of http.request. */
export type HttpSettings = { readonly allow: AllowList; readonly maxResponseBytes: number; readonly resolve: Resolve };

const Method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const httpUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}, 'must be an http or https URL without user name or password');

const Input = z.strictObject({
  method: Method.default('GET'),
  url: httpUrl,
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no header name'), z.string()).default({}),
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
      try {
        const answer = await follow(agent, input, context, settings.maxResponseBytes);
        const durationMs = Math.round(performance.now() - started);
        return judge(input, { ...answer, durationMs });
      } catch (error) {
        return classify(error, input, context);
      }
    },
  });
}

type Answer = { status: number; headers: { [name: string]: string }; body: Json; truncated: boolean };

async function follow(agent: Agent, input: Input, context: ActionContext, maxBytes: number): Promise<Answer> {
  let url = new URL(input.url);
  let method = input.method;
  let body = input.body;
  let headers: Record<string, string> = {
    'user-agent': 'firebreak',
    'idempotency-key': context.idempotencyKey,
    ...lower(input.headers),
  };
  if (body !== undefined && typeof body !== 'string') headers['content-type'] ??= 'application/json';
  for (let hop = 0; ; hop++) {
    const payload = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await request(url, { dispatcher: agent, method, headers, body: payload, signal: context.signal });
    const status = answer.statusCode;
    const location = answer.headers.location;
    if (![301, 302, 303, 307, 308].includes(status) || typeof location !== 'string') {
      const { text, truncated } = await readBounded(answer.body, maxBytes);
      const fields = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
      return { status, headers: fields, body: parseBody(text, fields['content-type'], truncated), truncated };
    }
    // Read away, not destroyed: a destroyed body reports its end as an error that nobody listens for.
    await answer.body.dump({ limit: 16_384 });
    if (hop >= maxRedirects) throw new AddressRefusedError(`more than ${maxRedirects} redirects`);
    const next = new URL(location, url);
    if (!/^https?:$/.test(next.protocol))
      throw new AddressRefusedError(`a redirect to ${next.protocol} is not followed`);
    if (next.origin !== url.origin) headers = without(headers, ['authorization', 'cookie']);
    if (status === 303 || (status <= 302 && method === 'POST')) {
      method = 'GET';
      body = undefined;
      headers = without(headers, ['content-type']);
    }
    url = next;
  }
}

const lower = (headers: { [name: string]: string }) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
const without = (headers: Record<string, string>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

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

function parseBody(text: string, type: string | undefined, truncated: boolean): Json {
  if (truncated || !type?.includes('json')) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function judge(input: Input, answer: Answer & { durationMs: number }) {
  const { status } = answer;
  const expected = input.expectStatus ? input.expectStatus.includes(status) : status >= 200 && status < 300;
  if (expected) return { outcome: 'succeeded' as const, output: answer };
  const message = `${input.method} ${withoutQuery(input.url)} answered ${status}`;
  if (status === 429) return failure('rate_limited', 'http_429', message, retryAfter(answer.headers['retry-after']));
  if (status === 401 || status === 403) return failure('auth', `http_${status}`, message);
  if (status === 409) return failure('conflict', 'http_409', message);
  return failure(status >= 500 ? 'transient' : 'invalid', `http_${status}`, message);
}

/** A query may carry a token. */
const withoutQuery = (url: string) => url.split(/[?#]/)[0] ?? url;

function retryAfter(value: string | undefined): number | undefined {
  const seconds = Number(value);
  return value !== undefined && Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : undefined;
}

const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function classify(error: unknown, input: Input, context: ActionContext) {
  const where = `${input.method} ${withoutQuery(input.url)}`;
  if (error instanceof AddressRefusedError) return failure('denied', 'address_refused', error.message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  const message = `${where}: ${error instanceof Error ? error.message || code : String(error)}`;
  if (context.signal.aborted) return failure('timeout', 'timeout', `${where}: no answer in time`);
  // Once it was sent, a lost answer says nothing about what the target did.
  if (notSent.has(code) || replayOf(input as Json) === 'safe') return failure('transient', code.toLowerCase(), message);
  return failure('unknown_outcome', code.toLowerCase(), message);
}
