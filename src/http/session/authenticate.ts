// Who asks the API, proven by a service token, or, where the environment gives none, as a program on this machine. Fails closed.
import type { FastifyRequest } from 'fastify';
import { type People, personOf } from '../../core/authority/membership.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { assertNever, err, ok, type Result } from '../../core/result.ts';
import type { TokenRefusal, Tokens } from '../../ports/tokens.ts';

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);
const loopbackPeers = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Why a request is turned away. */
type Denied = { readonly status: 401 | 403; readonly code: string; readonly message: string };
const unauthorized = (code: string, message: string) => err<Denied>({ status: 401, code, message });
const forbidden = (message: string) => err<Denied>({ status: 403, code: 'forbidden', message });

/** Names under which people put a token into a URL. */
const tokenNames = ['token', 'access_token'];

/** The name of the query parameter that carries a token; null if there is none. URLs end up in logs and histories. */
export function tokenInUrl(request: FastifyRequest): string | null {
  const query = request.query as { [name: string]: unknown };
  return tokenNames.find((name) => Object.hasOwn(query, name)) ?? null;
}

/** What proving needs. */
export type AuthenticateDeps = {
  readonly tokens: Tokens;
  /** The user of this machine, as whom programs on it act that show no token; null: they must show one as well. */
  readonly localName: string | null;
  readonly people: People;
  /** Where whoever asks comes in: over the network, or from a command in this very process. */
  readonly surface: 'api' | 'cli';
};

/** Who asks, proven; or why the request is turned away. Looks at the head of the request only. */
export async function authenticate(
  request: FastifyRequest,
  { tokens, localName, people, surface }: AuthenticateDeps,
): Promise<Result<Principal, Denied>> {
  const { authorization } = request.headers;
  const origin = originOf(request);
  const via = origin === 'own' ? 'web' : surface;
  if (authorization === undefined) {
    const local = localUser(request, localName);
    if (!local.ok) return local;
    if (origin === 'other') return otherSite;
    return ok({ type: 'local', name: local.value, person: personOf({ local: local.value }, people), via });
  }
  const presented = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (presented === undefined)
    return unauthorized('unauthorized', 'the header Authorization must be `Bearer <token>`, with a service token');
  const proven = await tokens.authenticate(presented);
  if (!proven.ok) return refused(proven.error);
  if (origin === 'other') return otherSite;
  const { name, rights, owner } = proven.value;
  return ok({ type: 'token', name, rights, owner, via });
}

const otherSite = forbidden('requests from other sites are refused');

/**
 * Whose page asks. Browsers say so with Sec-Fetch-Site where the page came over TLS or from this machine, and everywhere with Origin
 * where something is changed. `none`: no page at all, or one that only reads.
 */
function originOf({ method, headers }: FastifyRequest): 'own' | 'other' | 'none' {
  const { origin, host = '' } = headers;
  const isOwn = origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
  if (isOwn || (origin === undefined && headers['sec-fetch-site'] === 'same-origin')) return 'own';
  const reads = method === 'GET' || method === 'HEAD';
  return reads || origin === undefined ? 'none' : 'other';
}

/** The user of this machine, if the request comes from it and no token is asked for. */
function localUser({ ip, headers }: FastifyRequest, localName: string | null): Result<string, Denied> {
  if (localName === null || !loopbackPeers.has(ip))
    return unauthorized(
      'unauthorized',
      'send the header `Authorization: Bearer <token>`; `firebreak tokens create` makes a token where Firebreak runs',
    );
  // A page that rebinds its name to this machine still names itself in Host.
  const name = (headers.host ?? '').replace(/:\d+$/, '');
  return loopbackHosts.has(name) ? ok(localName) : forbidden(`the Host ${name} is not this machine`);
}

/** Why a token is refused, and what to do about it. Only whoever holds the token itself learns that it expired or was revoked. */
function refused({ code, message }: TokenRefusal): Result<never, Denied> {
  switch (code) {
    case 'unknown':
      return unauthorized(
        'token_unknown',
        `${message}; look for a typing error, or take one that was made for this Firebreak`,
      );
    case 'expired':
      return unauthorized('token_expired', `${message}; \`firebreak tokens create\` makes another of that name`);
    case 'revoked':
      return unauthorized(
        'token_revoked',
        `${message}; ask whoever did so, or have another made with \`firebreak tokens create\``,
      );
    default:
      return assertNever(code);
  }
}
