// Deliveries over /api/v1: the list, one with its body, and replaying a dead one. Parses and hands on; holds no rule.
import { err, ok } from '../../core/result.ts';
import type { DeliveryNoteStore, RefusedDelivery } from '../../ports/delivery-notes.ts';
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { DeliveryOperations } from '../../ports/operations.ts';
import { filterOf, shown } from './reads.ts';
import type { ServeRoutes } from './serve-routes.ts';
import { showDelivery, showDeliveryBody } from './show-operation.ts';

/** What showing and replaying deliveries needs. */
export type DeliveryRouteDeps = {
  readonly operations: DeliveryOperations;
  readonly deliveries: Pick<DeliveryLedger, 'list' | 'find'>;
  readonly deliveryNotes: Pick<DeliveryNoteStore, 'refused' | 'faults'>;
  /** Masks known secrets in a text. */
  readonly mask: (text: string) => string;
};

/** Adds the routes. */
export function addDeliveries(
  serve: ServeRoutes,
  { operations, deliveries, deliveryNotes, mask }: DeliveryRouteDeps,
): void {
  serve.read('GET /deliveries', async ({ query }) => shown(await deliveries.list(filterOf(query)), showDelivery));
  serve.read('GET /deliveries/refused', async ({ query }) =>
    shown({ items: await deliveryNotes.refused(notesFilter(query)), cursor: null }, showRefused),
  );
  serve.read('GET /deliveries/faults', async ({ query }) =>
    shown({ items: await deliveryNotes.faults(notesFilter(query)), cursor: null }, (fault) => fault),
  );
  serve.read('GET /deliveries/:id', async ({ params: { id } }) => {
    const delivery = await deliveries.find(id);
    return delivery
      ? ok(showDeliveryBody(delivery, mask))
      : err({ code: 'not_found', message: 'there is no such delivery' });
  });
  serve.order('POST /deliveries/:id/replay', ({ params: { id }, body: { reason }, principal }, { cause }) =>
    operations.replayDelivery({ principal, cause, receipt: id, reason }),
  );
}

type NotesQuery = {
  readonly limit: number;
  readonly source?: string | undefined;
  readonly integration?: string | undefined;
};

const notesFilter = ({ limit, source, integration }: NotesQuery) => ({
  limit,
  ...(source === undefined ? {} : { source }),
  ...(integration === undefined ? {} : { integration }),
});

const showRefused = ({ source, integration, outcome, reason, peer, firstAt, lastAt, count }: RefusedDelivery) => ({
  source,
  integration: integration === '' ? null : integration,
  outcome,
  reason,
  peer,
  firstAt,
  lastAt,
  count,
});
