// Who asks, proven by a service token, by a session, or, where the environment gives no token, as a program on this machine. Fails closed.
import type { FastifyRequest } from 'fastify';
import { type People, personOf } from '../../core/authority/membership.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { assertNever, err, ok, type Result } from '../../core/result.ts';
import type { TokenRefusal, Tokens } from '../../ports/tokens.ts';
import type { Denied } from './guard.ts';
import { isThisMachine, type LocalPeer, loopbackPeers, passedOnBy } from './local-peer.ts';
import { isFromOtherSite, originOf } from './origin.ts';
import { type SignedInDeps, signedIn } from './signed-in.ts';

const unauthorized = (code: string, message: string) => err<Denied>({ status: 401, code, message, wrong: false });
const wrongToken = (code: string, message: string) => err<Denied>({ status: 401, code, message, wrong: true });
const forbidden = (message: string) => err<Denied>({ status: 403, code: 'forbidden', message, wrong: false });

/** Names under which people put a token into a URL. */
const tokenNames = ['token', 'access_token', 'api_key', 'apikey', 'secret', 'password'];

/** The name of the query parameter that carries a token; null if there is none. URLs end up in logs and histories. */
export function tokenInUrl(request: FastifyRequest): string | null {
  return tokenNamed(Object.keys(request.query as { [name: string]: unknown }));
}

/** The one among these names of fields that carries a token; null if there is none. */
export function tokenNamed(names: readonly string[]): string | null {
  return names.find((name) => tokenNames.includes(name.toLowerCase())) ?? null;
}

/** What proving needs. */
export type AuthenticateDeps = {
  readonly tokens: Tokens;
  /** The user of this machine, as whom programs on it act that show no token; null: they must show one as well. */
  readonly localName: string | null;
  /** Tells whether the other end of a connection on this machine belongs to that user. */
  readonly localPeer: LocalPeer;
  readonly people: People;
  /** How people are recognised who signed in; null: nobody can. */
  readonly signIn: SignedInDeps | null;
  /** Where whoever asks comes in: over the network, or from a command in this very process. */
  readonly surface: 'api' | 'cli';
};

/** Who asks, proven; or why the request is turned away. Looks at the head of the request only. */
export async function authenticate(
  request: FastifyRequest,
  { tokens, localName, localPeer, people, signIn, surface }: AuthenticateDeps,
): Promise<Result<Principal, Denied>> {
  const { authorization } = request.headers;
  const origin = originOf(request);
  const via = origin === 'own' ? 'web' : surface;
  if (authorization === undefined) {
    const person = signIn ? await signedIn(request, signIn, people) : null;
    if (person !== null) return person;
    const local = await localUser(request, { localName, localPeer });
    if (!local.ok) return local;
    return ok({ type: 'local', name: local.value, person: personOf({ local: local.value }, people), via });
  }
  const presented = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (presented === undefined)
    return wrongToken('unauthorized', 'the header Authorization must be `Bearer <token>`, with a service token');
  const proven = await tokens.authenticate(presented);
  if (!proven.ok) return refused(proven.error);
  if (origin === 'other') return otherSite;
  const { name, rights, owner } = proven.value;
  return ok({ type: 'token', name, rights, owner, via });
}

const otherSite = forbidden('requests from other sites are refused');

const showToken =
  'send the header `Authorization: Bearer <token>`; `firebreak tokens create` makes a token where Firebreak runs';

/** The user of this machine, if the request proves that it comes from nobody else and no token is asked for. */
async function localUser(
  request: FastifyRequest,
  { localName, localPeer }: Pick<AuthenticateDeps, 'localName' | 'localPeer'>,
): Promise<Result<string, Denied>> {
  const { ip, headers, raw } = request;
  if (localName === null || !loopbackPeers.has(ip)) return unauthorized('unauthorized', showToken);
  const passedOn = passedOnBy(request);
  if (passedOn !== null)
    return forbidden(
      `${passedOn}: it came through a proxy, so that nothing tells whose it is; set FIREBREAK_API_TOKEN and ${showToken}`,
    );
  // A page that rebinds its name to this machine still names itself in Host.
  const { localPort } = raw.socket;
  if (!isThisMachine(headers.host ?? '', localPort)) {
    const here = localPort === undefined ? '' : `; it is reached as localhost:${localPort}`;
    return forbidden(`the Host ${(headers.host ?? '').slice(0, 100)} is not this machine${here}`);
  }
  if (isFromOtherSite(request)) return otherSite;
  return (await localPeer(raw.socket)) === 'other'
    ? forbidden(
        `the program that asks does not belong to the user ${localName}; set FIREBREAK_API_TOKEN and ${showToken}`,
      )
    : ok(localName);
}

/** Why a token is refused, and what to do about it. Only whoever holds the token itself learns that it expired or was revoked. */
function refused({ code, message }: TokenRefusal): Result<never, Denied> {
  switch (code) {
    case 'unknown':
      return wrongToken(
        'token_unknown',
        `${message}; look for a typing error, or take one that was made for this Firebreak`,
      );
    case 'expired':
      return wrongToken('token_expired', `${message}; \`firebreak tokens create\` makes another of that name`);
    case 'revoked':
      return wrongToken(
        'token_revoked',
        `${message}; ask whoever did so, or have another made with \`firebreak tokens create\``,
      );
    default:
      return assertNever(code);
  }
}
