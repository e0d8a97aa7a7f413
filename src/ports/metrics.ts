// What the engine and the edges tell the metrics. Names and formats are theirs.
import type { StoredEvent } from '../core/events.ts';

/** Where is counted. */
export type Metrics = {
  readonly countEvents: (events: readonly StoredEvent[]) => void;
  /** A delivery by the source it came from and what became of it. */
  readonly countDelivery: (source: string, outcome: string) => void;
};
