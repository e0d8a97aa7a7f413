// Whether work really flows, by the last look at it: only then may a dead-man's switch be held. Pure.
import { formatDuration } from '../time.ts';

/** What was seen of the work of one process. */
export type FlowLook = {
  /** Why the database does not answer or cannot store; null: it does. */
  readonly database: string | null;
  /** Why this process acts on nothing; null: it acts. */
  readonly standstill: string | null;
  /** How far this machine's clock is from the database's; null: they agree. */
  readonly clock: string | null;
  /** For how long the delivery that has waited longest waits, in milliseconds. */
  readonly oldestDeliveryMs: number;
  /** For how long nothing has looked what is due, in milliseconds; null: nothing ever did. */
  readonly reconciledAgoMs: number | null;
  /** Why requests are not accepted; null: they are, or it is not for this process to accept any. */
  readonly accepts: string | null;
};

/** How long work may stand still before that counts, in milliseconds. */
export type FlowLimits = { readonly deliveryMs: number; readonly reconcileMs: number };

/** What counts where nothing else is said. */
const flowLimits: FlowLimits = { deliveryMs: 5 * 60_000, reconcileMs: 60_000 };

/** Why work does not flow, the deepest cause first; null: it flows. */
export function standsBecause(look: FlowLook, limits: FlowLimits = flowLimits): string | null {
  const { database, standstill, clock, oldestDeliveryMs, reconciledAgoMs, accepts } = look;
  if (database !== null) return `the database does not serve: ${database}`;
  if (standstill !== null) return standstill;
  if (clock !== null) return clock;
  if (accepts !== null) return `requests are not accepted: ${accepts}`;
  if (oldestDeliveryMs > limits.deliveryMs)
    return `a delivery waits for ${formatDuration(oldestDeliveryMs)}: intake does not drain`;
  if (reconciledAgoMs === null) return 'nothing has looked yet what is due';
  return reconciledAgoMs > limits.reconcileMs
    ? `nothing has looked for ${formatDuration(reconciledAgoMs)} what is due`
    : null;
}
