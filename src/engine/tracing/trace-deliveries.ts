// Spans of deliveries inside the engine, as messages between one who accepts and one who takes in: `messaging.*`. Their trace is that of the
// delivery; a run that an alert started links to it. Decides nothing.
import { acceptedPlace, placeWithin, tracePlaceOf } from '../../core/trace/place.ts';
import type { SpanAttributes } from '../../core/trace/span.ts';
import type { AcceptDelivery, ClaimedDelivery } from '../../ports/intake.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Tracing } from '../../ports/tracing.ts';

/** What they are told with. */
export type DeliverySpanParts = { readonly tracing: Tracing; readonly runtime: Pick<Runtime, 'nowMs' | 'monotonicMs'> };

/** When it began and ends. What took how long is measured with the clock that does not jump. */
function stopwatch({ nowMs, monotonicMs }: DeliverySpanParts['runtime']) {
  const startMs = nowMs();
  const begunMs = monotonicMs();
  return () => ({ startMs, endMs: startMs + Math.max(0, monotonicMs() - begunMs) });
}

const ofMessage = (receipt: string, operation: 'send' | 'process', name: string): SpanAttributes => ({
  'messaging.system': 'firebreak',
  'messaging.destination.name': 'intake',
  'messaging.message.id': receipt,
  'messaging.operation.type': operation,
  'messaging.operation.name': name,
});

/** Accepting, with a span that ends when the delivery is durable. A delivery that was accepted before has its span already. */
export const tracedAccept = ({ tracing, runtime }: DeliverySpanParts, accept: AcceptDelivery): AcceptDelivery =>
  !tracing.isOn
    ? accept
    : async (delivery) => {
        const timed = stopwatch(runtime);
        const accepted = await accept(delivery);
        const { receipt } = accepted;
        if (accepted.status === 'accepted')
          tracing.record({
            place: acceptedPlace(receipt),
            parent: tracePlaceOf(receipt).spanId,
            links: [],
            name: 'send intake',
            kind: 'producer',
            ...timed(),
            attributes: { ...ofMessage(receipt, 'send', 'accept'), 'firebreak.source': delivery.source },
            error: null,
          });
        return accepted;
      };

/** One try of taking a delivery in. `work` answers why it failed for good, or is tried again; null: it did not. */
export async function tracedTakeIn(
  { tracing, runtime }: DeliverySpanParts,
  { receipt, source, tries }: Pick<ClaimedDelivery, 'receipt' | 'source' | 'tries'>,
  work: () => Promise<'done' | 'retried' | 'dead'>,
): Promise<void> {
  if (!tracing.isOn) return void (await work());
  const timed = stopwatch(runtime);
  const outcome = await work();
  tracing.record({
    place: placeWithin(receipt, `taken in ${tries}`),
    parent: acceptedPlace(receipt).spanId,
    links: [acceptedPlace(receipt)],
    name: 'process intake',
    kind: 'consumer',
    ...timed(),
    attributes: {
      ...ofMessage(receipt, 'process', 'take in'),
      'firebreak.source': source,
      'firebreak.attempt': tries + 1,
      'firebreak.outcome': outcome,
    },
    error: outcome === 'dead' ? 'dead' : null,
  });
}
