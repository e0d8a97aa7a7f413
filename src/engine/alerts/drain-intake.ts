// Works through the deliveries that wait, oldest first, many at a time; those that concern the same alerts one after the other.
import { retryDeliveryInMs } from '../../core/alert/retry-delivery.ts';
import { groupOf } from '../../core/incident/decide-alerts.ts';
import type { Masker } from '../../core/secret/masker.ts';
import type { ClaimedDelivery, DeliveryLedger } from '../../ports/intake.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Log } from '../../ports/runtime.ts';
import { type IntakeParts, processDelivery } from './intake.ts';

/** What draining needs. */
export type DrainParts = IntakeParts & {
  readonly deliveries: Pick<DeliveryLedger, 'claim' | 'failed' | 'isOpen' | 'settle' | 'toldSince'>;
  readonly masker: Pick<Masker, 'mask'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'countDeliveryFault'>;
  /** Resolves with how many more steps the worker in this process has room for: alerts wait in the ledger, not in memory. */
  readonly room: () => Promise<number>;
};

const batchSize = 100;
/** The lease on a batch: what is not dealt with by then may be claimed by another process. */
const claimMs = 15_000;

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

/** Whatever fails here is our fault, because the delivery was understood before it was accepted: it is tried again, alone and for hours. */
async function takeIn(parts: DrainParts, delivery: ClaimedDelivery): Promise<void> {
  try {
    await processDelivery(parts, delivery);
  } catch (error) {
    const { runtime, log, masker, metrics, deliveries } = parts;
    const { receipt, source, tries } = delivery;
    const at = new Date(runtime.nowMs()).toISOString();
    const retryInMs = retryDeliveryInMs(delivery, at, runtime.random());
    const message = error instanceof Error ? error.message : String(error);
    const dead = retryInMs === null;
    metrics.countDeliveryFault({ source, fault: 'ours', outcome: dead ? 'dead' : 'retried' });
    const then = dead ? 'it is set aside; replay it' : 'it is tried again';
    log.error({ err: error, receipt, tries: tries + 1, retryInMs }, `a delivery could not be dealt with; ${then}`);
    await deliveries.failed(receipt, { error: masker.mask(message).slice(0, 4000), retryInMs });
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
