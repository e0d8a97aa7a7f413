// How much is taken in at the same time. What is over the bound is told to come again before any of its body is read.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problem } from '../problem.ts';

/** The bound: requests with a body at the same time, and the bytes that their bodies say they have. */
export type InFlightBound = {
  readonly maxRequests: number;
  readonly maxBytes: number;
  /** Largest body; one that does not say its size counts as this large. */
  readonly maxBodyBytes: number;
};

/** Seconds after which a sender may try again. */
const retryAfter = 5;

/** Applies the bound to every request of `app` that carries a body. */
export function boundInFlight(app: FastifyInstance, bound: InFlightBound): void {
  let requests = 0;
  let bytes = 0;
  app.addHook('onRequest', async (request, reply) => {
    const size = bodyBytes(request, bound.maxBodyBytes);
    if (size === 0) return;
    if (requests >= bound.maxRequests || bytes + size > bound.maxBytes)
      return problem(
        reply.header('retry-after', String(retryAfter)),
        429,
        'too_busy',
        `too much comes in at once; send it again in ${retryAfter} seconds`,
      );
    requests += 1;
    bytes += size;
    // `close` comes once for every request, also for one whose sender went away.
    reply.raw.once('close', () => {
      requests -= 1;
      bytes -= size;
    });
  });
}

function bodyBytes({ headers }: FastifyRequest, max: number): number {
  if (headers['transfer-encoding'] !== undefined) return max;
  const length = Number(headers['content-length'] ?? 0);
  return Number.isFinite(length) ? Math.min(length, max) : max;
}
