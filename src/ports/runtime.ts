// The time, randomness, ids and the log, as they are passed in.

import type { Logger } from 'pino';
import type { IdPrefix } from '../core/ids.ts';

/** Where the program says what it does; redacts secrets by itself. */
export type Log = Logger;

/** The one way to the time, randomness and new ids. */
export type Runtime = {
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** Whole milliseconds since any fixed moment; never goes back, goes on while the process or the machine is suspended. */
  readonly monotonicMs: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly newId: (prefix: IdPrefix) => string;
};

/** Whether the time can be relied on. The time itself is the runtime's. */
export type ClockCheck = {
  /** To be awaited before time decides anything; null: there is nothing to wait for. It may move the runtime's time. */
  readonly settle: () => Promise<void> | null;
  /** False while this machine's clock and the database's are too far apart: what is due is left to processes that agree. */
  readonly agrees: () => boolean;
};

/** Value of a named secret; undefined if it is not configured. */
export type Secrets = (name: string) => string | undefined;
