// /sign-in and /sign-out: people prove to a provider who they are, and go on with a session where they wanted to go. No right comes
// from here: what a person may do is asked with every request.
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageHeader } from '../../../contract/page-header.ts';
import { actorOf, systemPrincipal } from '../../../core/authority/principal.ts';
import { principalOf } from '../../../core/authority/web-session.ts';
import { sha256 } from '../../../core/json.ts';
import type { Log, Runtime } from '../../../ports/runtime.ts';
import type { Sessions } from '../../../ports/sessions.ts';
import type { UsedProofs } from '../../../ports/used-proofs.ts';
import { BodyRefusedError } from '../../admission/edge.ts';
import { sendPage, textOf } from '../../html-page.ts';
import { giveSession, isSecure, keepPending, sessionSecret, takePending, takeSession } from '../cookies.ts';
import { noSignIn } from '../guard.ts';
import { originOf } from '../origin.ts';
import type { OpenIdFault } from './open-id.ts';
import { ownPath } from './own-path.ts';
import { pendingMs, readPending, writePending } from './pending.ts';
import { publicAddress, type SignInProvider } from './providers.ts';

/** What signing in needs. */
export type SignInDeps = {
  readonly providers: readonly SignInProvider[];
  readonly sessions: Sessions;
  /** What may come once. */
  readonly used: UsedProofs;
  readonly people: Parameters<typeof principalOf>[1];
  readonly publicUrl: string;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'info'>;
};

const maxFormBytes = 4096;
const page = (summary: string, status = 200) => ({
  tag: 'sign-in',
  summary,
  answers: { [status]: { description: status === 200 ? 'A page' : 'On the way', type: 'text/html' } },
});

/** Adds the routes. */
export function addSignIn(app: FastifyInstance, deps: SignInDeps): void {
  app.register((routes, _options, done) => {
    routes.get(
      '/sign-in',
      { config: { doc: page('The ways to sign in, or straight on to the only one') } },
      (request, reply) => choose(request, reply, deps),
    );
    const begin = { config: { doc: page('Sign in with a provider; `to`: where to go afterwards', 302) } };
    routes.get<Named>('/sign-in/:provider', begin, (request, reply) => beginWith(request, reply, deps));
    const callback = { config: { doc: page('Where a provider sends people back to', 303) } };
    routes.get<Named>('/sign-in/:provider/callback', callback, (request, reply) => finishWith(request, reply, deps));
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
      const of = { type: 'stranger', name: 'sign-out' } as const;
      const read = await app.edge.read(request, payload, { of, maxBytes: maxFormBytes });
      if (!read.ok) throw new BodyRefusedError(read.error, maxFormBytes);
      return Object.fromEntries(new URLSearchParams(read.value.toString('utf8')));
    });
    const out = { config: { doc: page('End the session of this browser', 303) } };
    routes.post('/sign-out', out, (request, reply) => signOut(request, reply, deps));
    done();
  });
}

type Named = { Params: { provider: string } };
type Query = { readonly [name: string]: unknown };
const queryOf = ({ query }: FastifyRequest) => query as Query;

async function choose(request: FastifyRequest, reply: FastifyReply, deps: SignInDeps): Promise<FastifyReply> {
  const { providers, sessions, publicUrl, people } = deps;
  const { to, stay } = queryOf(request);
  const path = ownPath(to);
  const secret = sessionSecret(request, isSecure(publicUrl));
  const known = secret === null ? null : await sessions.recognise(secret);
  if (secret !== null && known?.ok) {
    if (to !== undefined && stay === undefined) return go(reply, deps, path);
    const who = principalOf(known.value, people);
    const linked = who.person === null ? 'linked to nobody under <code>people:</code>' : `${textOf(who.person)} here`;
    const body = `<p>You are <strong>${textOf(who.name ?? who.id)}</strong>, ${linked}.</p>${outForm(publicUrl, secret)}<p><a href="${textOf(publicAddress(publicUrl, '/'))}">To the start</a></p>`;
    return sendPage(reply, 200, { title: 'Signed in', body });
  }
  if (secret !== null) takeSession(reply);
  const [first, ...others] = providers;
  if (first === undefined) return sendPage(reply, 200, { title: 'Sign in', body: noSignIn });
  if (others.length === 0 && stay === undefined) return beginAt(request, reply, { deps, provider: first, to: path });
  return sendPage(reply, 200, { title: 'Sign in', body: ways(deps, path) });
}

const ways = ({ providers, publicUrl }: SignInDeps, to: string): string => {
  const items = providers.map(
    ({ id, label }) => `<li><a class="go" href="${linkTo(publicUrl, id, to)}">${textOf(label)}</a></li>`,
  );
  return `<ul>${items.join('')}</ul>`;
};
/** Under the address that people use, which a proxy may have put a path before. */
const linkTo = (publicUrl: string, id: string, to: string) =>
  textOf(publicAddress(publicUrl, `/sign-in/${id}?${new URLSearchParams({ to })}`));

/** A form cannot set a header; it carries what only a page that was served to this session can know. */
const formProof = (secret: string): string => sha256(`sign-out/${secret}`);
const outForm = (publicUrl: string, secret: string): string =>
  `<form method="post" action="${textOf(publicAddress(publicUrl, '/sign-out'))}"><input type="hidden" name="proof" value="${formProof(secret)}"><button>Sign out</button></form>`;

/** An address under which people reach us, whatever a proxy calls it. */
const go = (reply: FastifyReply, { publicUrl }: Pick<SignInDeps, 'publicUrl'>, path: string): FastifyReply =>
  reply.header('cache-control', 'no-store').redirect(publicAddress(publicUrl, path), 303);

const noProvider = (reply: FastifyReply, id: string) =>
  sendPage(reply, 404, {
    title: 'No such sign-in',
    body: `<p>There is no sign-in ${textOf(id.slice(0, 40))} here.</p>`,
  });

async function beginWith(request: FastifyRequest<Named>, reply: FastifyReply, deps: SignInDeps): Promise<FastifyReply> {
  const { provider: id } = request.params;
  const provider = deps.providers.find((one) => one.id === id);
  if (!provider) return noProvider(reply, id);
  return beginAt(request, reply, { deps, provider, to: ownPath(queryOf(request)['to']) });
}

type Begun = { readonly deps: SignInDeps; readonly provider: SignInProvider; readonly to: string };

async function beginAt(
  request: FastifyRequest,
  reply: FastifyReply,
  { deps, provider, to }: Begun,
): Promise<FastifyReply> {
  const binding = await provider.openId.newBinding();
  const url = await provider.openId.begin(binding);
  if (!url.ok) return failed(request, reply, { deps, provider, to, fault: url.error });
  const { state, nonce, verifier } = binding;
  const value = writePending({ provider: provider.id, state, nonce, verifier, to, atMs: deps.runtime.nowMs() });
  keepPending(request, reply, { secure: isSecure(deps.publicUrl), key: keyOf(state), value, maxAgeMs: pendingMs });
  return reply.header('cache-control', 'no-store').redirect(url.value.href, 302);
}

const keyOf = (state: string) => sha256(state).slice(0, 16);

async function finishWith(
  request: FastifyRequest<Named>,
  reply: FastifyReply,
  deps: SignInDeps,
): Promise<FastifyReply> {
  const { provider: id } = request.params;
  const provider = deps.providers.find((one) => one.id === id);
  if (!provider) return noProvider(reply, id);
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const state = query.get('state') ?? '';
  const { nowMs } = deps.runtime;
  const secure = isSecure(deps.publicUrl);
  const pending = readPending(takePending(request, reply, { secure, key: keyOf(state) }), nowMs());
  const stopped = (to: string, fault: OpenIdFault) => failed(request, reply, { deps, provider, to, fault });
  const wrong = (reason: string): OpenIdFault => ({ outcome: 'wrong', reason });
  if (pending === null || pending.state !== state || pending.provider !== provider.id)
    return stopped('/', wrong('this browser has begun no such sign-in, or too long ago'));
  if (!(await deps.used.use([`sign-in/${sha256(state)}`], pendingMs * 2)))
    return stopped(pending.to, wrong('the answer of the provider came before'));
  const claims = await provider.openId.finish(query, pending);
  if (!claims.ok) return stopped(pending.to, claims.error);
  const who = await provider.identify(claims.value);
  if (!who.ok) return turnedAway(request, reply, { deps, provider, to: pending.to, why: who.error });
  const principal = principalOf(who.value, deps.people);
  const before = sessionSecret(request, secure);
  if (before !== null) await deps.sessions.end(before, actorOf(principal), 'signed in anew');
  const { secret, session } = await deps.sessions.begin(who.value);
  deps.log.info({ session: session.id, who: principal.id, person: principal.person }, 'somebody signed in');
  giveSession(reply, secret, { secure, expiresAt: session.expiresAt });
  return go(reply, deps, pending.to);
}

const told: { readonly [O in OpenIdFault['outcome']]: string } = {
  denied: 'The sign-in was cancelled.',
  refused: 'The sign-in took too long, or its answer came twice.',
  away: 'The provider does not answer right now.',
  wrong:
    'The sign-in could not be proven: it was begun in another window or too long ago, or its answer is not genuine.',
};

type Stopped = { readonly deps: SignInDeps; readonly provider: SignInProvider; readonly to: string };

function failed(
  request: FastifyRequest,
  reply: FastifyReply,
  { deps, provider, to, fault }: Stopped & { readonly fault: OpenIdFault },
): FastifyReply {
  const { outcome, reason } = fault;
  request.server.edge.refused(request, { at: 'sign-in', about: provider.id, outcome, reason });
  const again = `<p><a class="go" href="${linkTo(deps.publicUrl, provider.id, to)}">Sign in again</a></p>`;
  const status = outcome === 'away' ? 503 : outcome === 'denied' ? 403 : 400;
  return sendPage(reply, status, { title: 'Not signed in', body: `<p>${told[outcome]}</p>${again}` });
}

/** Proven, and not let in. */
function turnedAway(
  request: FastifyRequest,
  reply: FastifyReply,
  { deps, provider, to, why }: Stopped & { readonly why: string },
): FastifyReply {
  request.server.edge.refused(request, { at: 'sign-in', about: provider.id, outcome: 'not_ours', reason: why });
  const again = `<p><a class="go" href="${linkTo(deps.publicUrl, provider.id, to)}">Sign in with another account</a></p>`;
  return sendPage(reply, 403, {
    title: 'Not signed in',
    body: `<p>You cannot sign in here: ${textOf(why)}.</p>${again}`,
  });
}

async function signOut(request: FastifyRequest, reply: FastifyReply, deps: SignInDeps): Promise<FastifyReply> {
  const { sessions, publicUrl, people } = deps;
  const secret = sessionSecret(request, isSecure(publicUrl));
  const proof = (request.body as Query | undefined)?.['proof'];
  const isOurs = request.headers[pageHeader] !== undefined || (secret !== null && proof === formProof(secret));
  if (originOf(request, new URL(publicUrl).origin) !== 'own' || !isOurs)
    return sendPage(reply, 403, {
      title: 'Not signed out',
      body: '<p>Only a page of this Firebreak signs you out.</p>',
    });
  if (secret !== null) {
    const known = await sessions.recognise(secret);
    const by = actorOf(known.ok ? principalOf(known.value, people) : systemPrincipal);
    await sessions.end(secret, by, 'signed out');
  }
  takeSession(reply);
  return go(reply, deps, '/sign-in?stay=1');
}
