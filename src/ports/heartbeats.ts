// How heartbeats stand, for all processes, on the clock of the database. Decides nothing.
import type { HeartbeatState } from '../core/alert/heartbeat.ts';

/** Keeps when heartbeats were heard. */
export type HeartbeatStore = {
  /**
   * Notes that somebody listens to these, and gives how they stand and the instant of the look. One at which nobody looked for longer than
   * `absentMs` is listened to from now on only.
   */
  readonly look: (
    names: readonly string[],
    absentMs: number,
  ) => Promise<{ readonly at: string; readonly states: readonly HeartbeatState[] }>;
  readonly heard: (names: readonly string[]) => Promise<void>;
  /** Its sender says that it failed: its alert fires from now on. */
  readonly failed: (name: string) => Promise<void>;
  /** Its alert fires since an instant; nothing if it does already. */
  readonly raised: (name: string, at: string) => Promise<void>;
  /** Its alert that fires since an instant is over; nothing if another one fires. */
  readonly cleared: (name: string, raisedAt: string) => Promise<void>;
  /** How all that were ever looked at stand. */
  readonly all: () => Promise<readonly HeartbeatState[]>;
};
