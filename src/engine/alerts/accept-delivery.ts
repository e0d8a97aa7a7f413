// Accepting a delivery: durable first, then it is dealt with here at once, or intake is woken. What it means is decided later.
import type { AcceptDelivery } from '../../ports/intake.ts';
import type { EnginePorts } from '../engine-ports.ts';
import { maskedDelivery } from '../from-outside.ts';
import type { Intake } from './drain-intake.ts';

/** What accepting needs. */
export type AcceptDeliveryParts = Pick<EnginePorts, 'deliveries' | 'masker' | 'reach' | 'wakeups' | 'runtime'> & {
  readonly intake: Pick<Intake, 'claimForMs' | 'take'>;
};

/** Writes a delivery down and sees that it is taken in. Rejects when it cannot be written: then the sender must not be told 2xx. */
export const createAcceptDelivery =
  ({ deliveries, masker, reach, wakeups, runtime, intake }: AcceptDeliveryParts): AcceptDelivery =>
  async (delivery) => {
    // Before it is claimed, so that it never counts as held for longer than it is.
    const claimedAtMs = runtime.monotonicMs();
    const kept = await deliveries.accept(maskedDelivery(masker, delivery), intake.claimForMs());
    if (kept.status === 'accepted' && delivery.alerts.length > 0) {
      reach('delivery.accepted');
      if (kept.claimed) intake.take(kept.claimed, claimedAtMs);
      else wakeups.wakeIntake();
    }
    return { receipt: kept.receipt, status: kept.status };
  };
