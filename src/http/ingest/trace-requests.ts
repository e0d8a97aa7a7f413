// The spans of requests that bring deliveries: the first of a delivery's trace. Of strangers that prove nothing, none is made. Decides nothing.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { placeWithin, tracePlaceOf } from '../../core/trace/place.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Tracing } from '../../ports/tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The delivery that it brought; null: none, or none yet. `isNew`: this request is the one that did. */
    delivery: { readonly receipt: string; readonly isNew: boolean } | null;
  }
}

/** Records a span for each request to these routes, once it is answered. */
export function traceRequests(
  hooks: FastifyInstance,
  { tracing, runtime }: { readonly tracing: Tracing; readonly runtime: Pick<Runtime, 'nowMs'> },
): void {
  hooks.decorateRequest('delivery', null);
  if (!tracing.isOn) return;
  hooks.addHook('onResponse', async (request, reply) => {
    if (request.admitted === null) return;
    const endMs = runtime.nowMs();
    const { statusCode } = reply;
    const { receipt = null, isNew = false } = request.delivery ?? {};
    const place = receipt !== null && isNew ? tracePlaceOf(receipt) : placeWithin(receipt ?? request.id, request.id);
    tracing.record({
      place,
      // What is sent again stands in the trace of the first.
      parent: receipt === null || isNew ? null : tracePlaceOf(receipt).spanId,
      links: [],
      name: `${request.method} ${routeOf(request)}`,
      kind: 'server',
      startMs: endMs - Math.round(reply.elapsedTime),
      endMs,
      attributes: {
        'http.request.method': request.method,
        'http.route': routeOf(request),
        'http.response.status_code': statusCode,
        'firebreak.source': request.admitted.source.id,
        'firebreak.integration': request.admitted.integration.name,
        ...(receipt === null ? {} : { 'messaging.message.id': receipt, 'firebreak.duplicate': !isNew }),
      },
      // What a sender does wrong is none of our errors.
      error: statusCode >= 500 ? String(statusCode) : null,
    });
  });
}

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '/hooks';
