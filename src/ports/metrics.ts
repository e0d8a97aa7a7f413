// What the engine tells the metrics. Names and formats are theirs.
import type { StoredEvent } from '../core/events.ts';

/** Where the engine counts. */
export type Metrics = { readonly countEvents: (events: readonly StoredEvent[]) => void };
