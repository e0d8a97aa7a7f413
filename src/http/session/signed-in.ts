// Who asks with a session, as a person who signed in. A session is proven by a cookie, which browsers send along by themselves: so
// what changes something must show besides that a page of this very server sends it. Fails closed.
import type { FastifyRequest } from 'fastify';
import { pageHeader } from '../../contract/page-header.ts';
import type { People } from '../../core/authority/membership.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { principalOf, type SignedIn } from '../../core/authority/web-session.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Sessions } from '../../ports/sessions.ts';
import { isSecure, sessionSecret } from './cookies.ts';
import { type Denied, sessionEnded } from './guard.ts';
import { isFromOtherSite, originOf } from './origin.ts';

/** What recognising needs. */
export type SignedInDeps = {
  readonly sessions: Pick<Sessions, 'recognise'>;
  /** The ways to sign in that there are; a session of another counts no more. */
  readonly providers: readonly SignedIn['provider'][];
  /** How people reach this server. */
  readonly publicUrl: string;
  /** False where the person is known to be deactivated. */
  readonly isActive: (principal: Principal) => Promise<boolean>;
};

const ended = (message: string) =>
  err<Denied>({ status: 401, code: sessionEnded, message: `${message}; sign in again`, wrong: false });
const forbidden = (message: string) => err<Denied>({ status: 403, code: 'forbidden', message, wrong: false });

/** The person whose session a request shows, or why it is turned away; null: it shows none. */
export async function signedIn(
  request: FastifyRequest,
  { sessions, providers, publicUrl, isActive }: SignedInDeps,
  people: People,
): Promise<Result<Principal, Denied> | null> {
  const secret = sessionSecret(request, isSecure(publicUrl));
  if (secret === null) return null;
  const { origin } = new URL(publicUrl);
  if (isFromOtherSite(request, origin)) return forbidden('requests from other sites are refused');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    if (originOf(request, origin) !== 'own')
      return forbidden('nothing shows that a page of this Firebreak sends this; programs use a token');
    if (request.headers[pageHeader] === undefined)
      return forbidden(`with a session an order needs the header ${pageHeader}; programs use a token`);
  }
  const recognised = await sessions.recognise(secret);
  if (!recognised.ok) return ended(recognised.error.message);
  if (!providers.includes(recognised.value.provider)) return ended('that way to sign in is no longer there');
  const { createdAt, provider } = recognised.value;
  const principal = { ...principalOf(recognised.value, people), signedIn: { at: createdAt, with: provider } };
  return (await isActive(principal)) ? ok(principal) : ended(`${principal.name ?? principal.id} is deactivated`);
}
