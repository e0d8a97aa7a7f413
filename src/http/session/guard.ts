// Turns away whoever may not ask, with the answer that says why and a trace: a problem for programs, a page for people, who are asked
// to sign in. Decides nothing itself.
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Result } from '../../core/result.ts';
import { sendPage, textOf } from '../html-page.ts';
import { problem } from '../problem.ts';
import { takeSession } from './cookies.ts';
import { wantsPage } from './origin.ts';

/** Why a request is turned away. `wrong`: a proof was shown, and it was wrong. */
export type Denied = {
  readonly status: 401 | 403;
  readonly code: string;
  readonly message: string;
  readonly wrong: boolean;
};

/** The code of a session that counts no more: whoever shows it is told to forget it. */
export const sessionEnded = 'session_ended';

/** Answers who asks, or why the request is turned away. */
export type Guard = (request: FastifyRequest) => Promise<Result<unknown, Denied>>;

declare module 'fastify' {
  interface FastifyInstance {
    /** Where people sign in, as a URL; null: nowhere. */
    signInAt: string | null;
  }
}

/** A hook that lets through what the guard lets through. */
export const guarded =
  (guard: Guard): onRequestAsyncHookHandler =>
  async (request, reply) => {
    const allowed = await guard(request);
    if (!allowed.ok) return turnAway(request, reply, allowed.error);
    request.server.edge.proven(request);
  };

/** Answers a request that is turned away; a wrong token is held back where there were many. */
export async function turnAway(request: FastifyRequest, reply: FastifyReply, denied: Denied): Promise<FastifyReply> {
  const { status, code, message, wrong } = denied;
  const { edge } = request.server;
  edge.refused(request, { at: 'api', about: request.routeOptions.url ?? '', outcome: code, reason: message });
  // The browser would show it for ever.
  if (code === sessionEnded) takeSession(reply);
  const penalty = wrong ? await edge.wrong(request, 'api') : null;
  if (penalty !== null) {
    reply.header('retry-after', String(Math.ceil(penalty.retryAfterMs / 1000)));
    return problem(reply, 429, 'too_many_wrong', `${message}; too many were wrong, wait before the next`);
  }
  if (wantsPage(request) && request.headers.authorization === undefined) return showRefusal(request, reply, denied);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="Firebreak"');
  return problem(reply, status, code, message);
}

/** People are led to the sign-in and come back here afterwards; where there is none they are told so. */
function showRefusal(request: FastifyRequest, reply: FastifyReply, { status, message }: Denied): FastifyReply {
  const { signInAt } = request.server;
  if (status === 401 && signInAt !== null)
    return reply
      .header('cache-control', 'no-store')
      .redirect(`${signInAt}?${new URLSearchParams({ to: request.url })}`, 303);
  const why = `<p>${textOf(message)}.</p>`;
  return status === 401
    ? sendPage(reply, 401, { title: 'Not signed in', body: `<p>You are not signed in.</p>${noSignIn}` })
    : sendPage(reply, 403, { title: 'Not allowed', body: why });
}

/** What people are told where nobody can sign in. */
export const noSignIn =
  '<p>This Firebreak has no sign-in. Whoever runs it can add <code>sign_in:</code> to firebreak.yaml, for Slack or for any OpenID Connect provider. Until then the page opens on the machine that Firebreak runs on, or with an API token at its start page.</p>';
