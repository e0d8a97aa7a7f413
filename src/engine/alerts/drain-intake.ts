// Works through the deliveries that wait, oldest first, many at a time; those that concern the same alerts one after the other.
import { groupOf } from '../../core/incident/decide-alerts.ts';
import type { ClaimedDelivery, DeliveryLedger } from '../../ports/intake.ts';
import type { Log } from '../../ports/runtime.ts';
import { type IntakeParts, processDelivery } from './intake.ts';

/** What draining needs. */
export type DrainParts = IntakeParts & {
  readonly deliveries: Pick<DeliveryLedger, 'claim' | 'failed' | 'isOpen' | 'settle'>;
  readonly log: Log;
  /** Resolves with how many more steps the worker in this process has room for: alerts wait in the ledger, not in memory. */
  readonly room: () => Promise<number>;
};

const batchSize = 100;
/** The lease on a batch: what is not dealt with by then may be claimed by another process. */
const claimMs = 15_000;
/** A delivery that fails this often is set aside. */
const maxTries = 5;

/** Resolves when nothing waits any more, or what waits is claimed by another process. */
export async function drainIntake(parts: DrainParts): Promise<void> {
  for (;;) {
    const room = await parts.room();
    const claimedAtMs = parts.runtime.monotonicMs();
    const claimed = await parts.deliveries.claim(Math.min(batchSize, room), claimMs);
    if (claimed.length === 0) return;
    // A process that was stopped must not go on with what another has claimed meanwhile.
    const isHeld = () => parts.runtime.monotonicMs() - claimedAtMs < claimMs;
    await Promise.all(inOrder(claimed, async (delivery) => (isHeld() ? takeIn(parts, delivery) : undefined)));
  }
}

async function takeIn(parts: DrainParts, delivery: ClaimedDelivery): Promise<void> {
  try {
    await processDelivery(parts, delivery);
  } catch (error) {
    parts.log.error({ err: error, receipt: delivery.receipt }, 'a delivery could not be dealt with; it is tried again');
    const message = error instanceof Error ? error.message : String(error);
    await parts.deliveries.failed(delivery.receipt, message, maxTries);
  }
}

/** Starts each piece of work when those before it that share an alert or a group have ended. */
function inOrder(
  deliveries: readonly ClaimedDelivery[],
  work: (delivery: ClaimedDelivery) => Promise<void>,
): Promise<void>[] {
  const last = new Map<string, Promise<void>>();
  return deliveries.map((delivery) => {
    const keys = new Set(delivery.alerts.flatMap((alert) => [`group ${groupOf(alert)}`, `alert ${alert.fingerprint}`]));
    const before = [...keys].flatMap((key) => last.get(key) ?? []);
    const own = before.length === 0 ? work(delivery) : Promise.all(before).then(() => work(delivery));
    for (const key of keys) last.set(key, own);
    return own;
  });
}
