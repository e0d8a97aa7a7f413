// Turns away whoever may not ask, with the answer that says why and a trace. Decides nothing itself.
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Result } from '../../core/result.ts';
import { problem } from '../problem.ts';
import type { Denied } from './authenticate.ts';

/** Answers who asks, or why the request is turned away. */
export type Guard = (request: FastifyRequest) => Promise<Result<unknown, Denied>>;

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
  const penalty = wrong ? await edge.wrong(request, 'api') : null;
  if (penalty !== null) {
    reply.header('retry-after', String(Math.ceil(penalty.retryAfterMs / 1000)));
    return problem(reply, 429, 'too_many_wrong', `${message}; too many were wrong, wait before the next`);
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="Firebreak"');
  return problem(reply, status, code, message);
}
