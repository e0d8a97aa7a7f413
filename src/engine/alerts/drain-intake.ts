// Works through the deliveries that wait, oldest first, many at a time, and at once through what this process has accepted already claimed;
// those that concern the same alerts one after the other.
import { retryDeliveryInMs } from '../../core/alert/retry-delivery.ts';
import { groupOf } from '../../core/incident/decide-alerts.ts';
import type { Masker } from '../../core/secret/masker.ts';
import type { ClaimedDelivery, DeliveryLedger } from '../../ports/intake.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Log } from '../../ports/runtime.ts';
import type { Tracing } from '../../ports/tracing.ts';
import type { Wakeups } from '../../ports/work.ts';
import { tracedTakeIn } from '../tracing/trace-deliveries.ts';
import { type IntakeParts, processDelivery } from './intake.ts';

/** What draining needs. */
export type DrainParts = IntakeParts & {
  readonly deliveries: Pick<DeliveryLedger, 'claim' | 'failed' | 'isOpen' | 'settle' | 'toldSince' | 'late'>;
  readonly masker: Pick<Masker, 'mask'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'countDeliveryFault'>;
  readonly tracing: Tracing;
  readonly wakeups: Pick<Wakeups, 'wakeIntake'>;
  /** Resolves with how many more steps the worker in this process has room for: alerts wait in the ledger, not in memory. */
  readonly room: () => Promise<number>;
  /** Within what deliveries are promised to be dealt with, in milliseconds. */
  readonly promisedMs: number;
};

const batchSize = 100;
/** The lease on a batch: what is not dealt with by then may be claimed by another process. */
const claimMs = 15_000;

/** Takes deliveries in. One for each process: what it holds of one integration is dealt with in order. */
export type Intake = {
  /** Resolves when nothing waits any more, or what waits is claimed by another process. */
  readonly drain: () => Promise<void>;
  /** For how long a delivery that is accepted now is to be claimed with it; undefined: it shall wait for its turn. */
  readonly claimForMs: () => number | undefined;
  /** Deals with a delivery that was accepted as claimed at `claimedAtMs` of the monotonic clock, or later. */
  readonly take: (delivery: ClaimedDelivery, claimedAtMs: number) => void;
  /** Resolves when all that was taken at once is dealt with. */
  readonly idle: () => Promise<void>;
};

/** Makes it. */
export function createIntake(parts: DrainParts): Intake {
  const inOrder = createOrder();
  /** What was accepted as claimed and is not dealt with yet. */
  const taken = new Set<Promise<void>>();
  let draining = 0;
  // A process that was stopped must not go on with what another has claimed meanwhile.
  const work = (delivery: ClaimedDelivery, claimedAtMs: number): Promise<void> =>
    inOrder(delivery, async () => {
      if (parts.runtime.monotonicMs() - claimedAtMs < claimMs) await takeIn(parts, delivery);
    });
  return {
    async drain() {
      draining += 1;
      try {
        for (;;) {
          const room = await parts.room();
          const claimedAtMs = parts.runtime.monotonicMs();
          const claimed = await parts.deliveries.claim(Math.min(batchSize, room), claimMs);
          if (claimed.length === 0) return;
          await Promise.all(claimed.map((delivery) => work(delivery, claimedAtMs)));
        }
      } finally {
        draining -= 1;
      }
    },
    claimForMs() {
      const mayTake = draining === 0 && taken.size === 0 && (parts.offer()?.capacity ?? 0) > 0;
      return mayTake ? claimMs : undefined;
    },
    take(delivery, claimedAtMs) {
      const own = work(delivery, claimedAtMs)
        .catch((error) => parts.log.error({ err: error, receipt: delivery.receipt }, 'a delivery waits for its lease'))
        .then(() => {
          taken.delete(own);
          // What came meanwhile had to wait, here and in other processes, for what was held here.
          if (taken.size === 0) parts.wakeups.wakeIntake();
        });
      taken.add(own);
    },
    async idle() {
      while (taken.size > 0) await Promise.all(taken);
    },
  };
}

const takeIn = (parts: DrainParts, delivery: ClaimedDelivery): Promise<void> =>
  tracedTakeIn(parts, delivery, () => tryTakeIn(parts, delivery));

/** Whatever fails here is our fault, because the delivery was understood before it was accepted: it is tried again, alone and for hours. */
async function tryTakeIn(parts: DrainParts, delivery: ClaimedDelivery): Promise<'done' | 'retried' | 'dead'> {
  // Time makes it no truer.
  if (delivery.unbelievable !== undefined) return fail(parts, delivery, new Error(delivery.unbelievable), null);
  try {
    await processDelivery(parts, delivery);
    await noteLate(parts, delivery);
    return 'done';
  } catch (error) {
    const at = new Date(parts.runtime.nowMs()).toISOString();
    return fail(parts, delivery, error, retryDeliveryInMs(delivery, at, parts.runtime.random()));
  }
}

/** Notes that it came too late to what it is about. What is only counted must not make a delivery that was dealt with fail. */
async function noteLate(
  { runtime, deliveries, log, promisedMs }: DrainParts,
  { receipt, receivedAt }: ClaimedDelivery,
): Promise<void> {
  const lateMs = runtime.nowMs() - Date.parse(receivedAt);
  if (!(lateMs > promisedMs)) return;
  try {
    await deliveries.late(receipt, lateMs);
  } catch (error) {
    log.warn({ err: error, receipt, lateMs }, 'a late delivery could not be counted');
  }
}

/** Counts, tells and notes what became of it. `retryInMs` null: it is set aside. */
async function fail(
  { log, masker, metrics, deliveries }: DrainParts,
  { receipt, source, tries, unbelievable }: ClaimedDelivery,
  error: unknown,
  retryInMs: number | null,
): Promise<'retried' | 'dead'> {
  const message = error instanceof Error ? error.message : String(error);
  const dead = retryInMs === null;
  metrics.countDeliveryFault({ source, fault: 'ours', outcome: dead ? 'dead' : 'retried' });
  const aside =
    unbelievable === undefined ? 'it is set aside; replay it' : 'it is set aside, and nothing of it is acted on';
  const then = dead ? aside : 'it is tried again';
  log.error({ err: error, receipt, tries: tries + 1, retryInMs }, `a delivery could not be dealt with; ${then}`);
  await deliveries.failed(receipt, { error: masker.mask(message).slice(0, 4000), retryInMs });
  return dead ? 'dead' : 'retried';
}

/** Starts each piece of work when those before it that share an alert or a group have ended. */
function createOrder(): (delivery: ClaimedDelivery, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>();
  return (delivery, work) => {
    const keys = new Set(delivery.alerts.flatMap((alert) => [`group ${groupOf(alert)}`, `alert ${alert.fingerprint}`]));
    const before = [...keys].flatMap((key) => last.get(key) ?? []);
    const own = before.length === 0 ? work() : Promise.all(before).then(work);
    const ended = own
      .catch(() => undefined)
      .then(() => {
        for (const key of keys) if (last.get(key) === ended) last.delete(key);
      });
    for (const key of keys) last.set(key, ended);
    return own;
  };
}
