// Accepting a delivery: durable first, then intake is woken. What it means is decided later.
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { EnginePorts } from '../engine-ports.ts';
import { maskedDelivery } from '../from-outside.ts';

/** Writes a delivery down and wakes intake for it. Rejects when it cannot be written: then the sender must not be told 2xx. */
export const createAcceptDelivery =
  ({
    deliveries,
    masker,
    reach,
    wakeups,
  }: Pick<EnginePorts, 'deliveries' | 'masker' | 'reach' | 'wakeups'>): DeliveryLedger['accept'] =>
  async (delivery) => {
    const kept = await deliveries.accept(maskedDelivery(masker, delivery));
    if (kept.status === 'accepted' && delivery.alerts.length > 0) {
      reach('delivery.accepted');
      wakeups.wakeIntake();
    }
    return kept;
  };
