// The id that a caller gives its request (`X-Request-Id`), so that its own log and ours can be joined: it comes back with every answer, stands
// in every problem and in the lines of the log about it. Our own id, which nobody outside chooses, names the request everywhere else.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problemType } from '../contract/problem.ts';

/** What is taken as an id: anything else is as if it were not there. */
const shape = /^[\w.:+/=@~-]{1,128}$/;

/** The header that it comes back with. */
const header = 'x-correlation-id';

/** The id that the caller gave; null: none, or none that can be one. */
export function callerIdOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const given = headers['x-request-id'] ?? headers[header];
  return typeof given === 'string' && shape.test(given) ? given : null;
}

/** Gives it back with every answer; a problem says it too. */
export function echoCallerIds(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const id = callerIdOf(request);
    if (id === null) return payload;
    reply.header(header, id);
    if (typeof payload !== 'string' || !String(reply.getHeader('content-type')).startsWith(problemType)) return payload;
    const told = JSON.stringify({ ...(JSON.parse(payload) as object), correlationId: id });
    reply.header('content-length', Buffer.byteLength(told));
    return told;
  });
}
