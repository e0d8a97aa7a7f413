// Who may use the API: holders of the token, or, where none is set, programs on this machine. Fails closed.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type People, personOf } from '../../core/authority/membership.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { err, ok, type Result } from '../../core/result.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);
const loopbackPeers = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Why a request is turned away. */
type Denied = { readonly status: 401 | 403; readonly code: string; readonly message: string };
const unauthorized = (message: string) => err<Denied>({ status: 401, code: 'unauthorized', message });
const forbidden = (message: string) => err<Denied>({ status: 403, code: 'forbidden', message });

/** Names under which people put a token into a URL. */
const tokenNames = ['token', 'access_token'];

/** The name of the query parameter that carries a token; null if there is none. URLs end up in logs and histories. */
export function tokenInUrl(request: FastifyRequest): string | null {
  const query = request.query as { [name: string]: unknown };
  return tokenNames.find((name) => Object.hasOwn(query, name)) ?? null;
}

/** Who asks, proven; or why the request is turned away. Looks at the head of the request only. */
export function authenticate(
  request: FastifyRequest,
  {
    token,
    localName,
    people,
    surface,
  }: {
    readonly token: string | null;
    readonly localName: string;
    readonly people: People;
    readonly surface: 'api' | 'cli';
  },
): Result<Principal, Denied> {
  const { origin, host = '', authorization = '' } = request.headers;
  if (token === null) {
    if (!loopbackPeers.has(request.ip))
      return unauthorized('set FIREBREAK_API_TOKEN to use the API from another machine');
    // A page that rebinds its name to this machine still names itself in Host.
    const name = host.replace(/:\d+$/, '');
    if (!loopbackHosts.has(name)) return forbidden(`the Host ${name} is not this machine`);
  } else {
    const given = /^Bearer (.+)$/i.exec(authorization)?.[1];
    if (given === undefined) return unauthorized('send the header `Authorization: Bearer <FIREBREAK_API_TOKEN>`');
    if (!timingSafeEqual(digest(given.trim()), digest(token))) return unauthorized('the token is wrong');
  }
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const isOurs = origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
  if (!reads && origin !== undefined && !isOurs) return forbidden('requests from other sites are refused');
  // Browsers say which page asks: with Sec-Fetch-Site over TLS and on this machine, else with Origin where something is changed.
  const via = isOurs || request.headers['sec-fetch-site'] === 'same-origin' ? 'web' : surface;
  if (token !== null) return ok({ type: 'token', name: 'bootstrap', rights: [], owner: null, via });
  return ok({ type: 'local', name: localName, person: personOf({ local: localName }, people), via });
}
