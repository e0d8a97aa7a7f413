// What the engine and the edges tell the metrics. Names and formats are theirs.
import type { StoredEvent } from '../core/events.ts';
import type { DeliveryFault } from './intake.ts';

/** Where is counted. */
export type Metrics = {
  readonly countEvents: (events: readonly StoredEvent[]) => void;
  /** Notifications that nobody was told, by what held them: `silence`, `wait`, … */
  readonly countSuppressed: (by: string) => void;
  /** A delivery by the source it came from and what became of it; `times` 0: that can happen, and is to be seen before it does. */
  readonly countDelivery: (source: string, outcome: string, times?: number) => void;
  /** A delivery that is not dealt with: `sender` sent what cannot be used, `ours` failed here. */
  readonly countDeliveryFault: (fault: {
    readonly source: string;
    readonly fault: DeliveryFault;
    readonly outcome: 'retried' | 'dead';
  }) => void;
};
