// One HTTP exchange: sent, followed through redirects, and read as far as the limit allows. Judges no answer.
import { type Dispatcher, request } from 'undici';
import type { Json } from '../../core/json.ts';
import { AddressRefusedError } from './address-guard.ts';
import { isPlainHttp } from './plain-http.ts';
import { readBody } from './read-body.ts';

/** What is sent. A text is sent as it is, anything else as JSON. */
export type ExchangeRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Headers;
  readonly body: Json | undefined;
  /** A redirect with one of these is the answer itself. */
  readonly expectStatus: readonly number[];
};

/** What came back. */
export type ExchangeAnswer = { status: number; headers: Record<string, string>; body: Json; truncated: boolean };

/** What bounds an exchange. `answered` is called as soon as the target has said anything. */
export type Bounds = {
  readonly agent: Dispatcher;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly answered: () => void;
  /** Why a host may not be reached; absent: the agent alone decides. */
  readonly refuses?: ((used: { readonly host: string }) => string | null) | undefined;
};

const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and gives the answer of the last hop.
 * @throws AddressRefusedError if an address or a redirect is not allowed; what undici throws if there is no answer
 */
export async function exchange(
  outgoing: ExchangeRequest,
  { agent, signal, maxBytes, answered, refuses }: Bounds,
): Promise<ExchangeAnswer> {
  let url = new URL(outgoing.url);
  let { method, body, headers } = outgoing;
  if (body !== undefined && typeof body !== 'string') headers = { 'content-type': 'application/json', ...headers };
  for (let hop = 0; ; hop++) {
    const payload = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    signal.throwIfAborted();
    const refused = refuses?.({ host: url.hostname }) ?? null;
    if (refused !== null) throw new AddressRefusedError(refused);
    const answer = await unlessEnded(
      signal,
      request(url, { dispatcher: agent, method, headers, body: payload, signal }),
    );
    answered();
    const status = answer.statusCode;
    const location = answer.headers.location;
    if (!redirects.has(status) || typeof location !== 'string' || outgoing.expectStatus.includes(status)) {
      const fields = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
      const { body: read, truncated } = await readBody(answer.body, fields, maxBytes);
      return { status, headers: without(fields, ['set-cookie']), body: read, truncated };
    }
    // Read away, not destroyed: a destroyed body reports its end as an error that nobody listens for.
    await answer.body.dump({ limit: 16_384 });
    if (hop >= maxRedirects) throw new AddressRefusedError(`more than ${maxRedirects} redirects`);
    const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
    if (!next || !isPlainHttp(next))
      throw new AddressRefusedError('a redirect to something other than a plain http or https URL is not followed');
    // Any header of the playbook may be a credential; another origin gets those only that cannot be one.
    if (next.origin !== url.origin) headers = only(headers, harmless);
    const isGet = (status === 303 && method !== 'HEAD') || (status <= 302 && method === 'POST');
    if (!isGet && !readsOnly.has(method) && !isSameHost(url, next))
      throw new AddressRefusedError(
        `a ${method} is not sent on to another host (${next.host}); name that URL in the step if it is meant`,
      );
    if (isGet) {
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

const readsOnly: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The same origin, or the same host by https instead of http. */
function isSameHost(from: URL, to: URL): boolean {
  const upgraded = from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === '';
  return from.origin === to.origin || (upgraded && from.hostname === to.hostname);
}

const harmless = [
  'accept',
  'accept-language',
  'content-type',
  'firebreak-correlation-id',
  'idempotency-key',
  'traceparent',
  'user-agent',
];

type Headers = Record<string, string>;
const pick = (headers: Headers, keep: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => keep(name)));
const only = (headers: Headers, names: readonly string[]) => pick(headers, (name) => names.includes(name));
const without = (headers: Headers, names: readonly string[]) => pick(headers, (name) => !names.includes(name));
