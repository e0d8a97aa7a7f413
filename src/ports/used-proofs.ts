// What may be used once, shared by all processes.

/** The memory of signatures, triggers and envelopes that came. */
export type UsedProofs = {
  /** Notes them for that many milliseconds; false if any of them was noted before and its time is not over. */
  readonly use: (keys: readonly string[], forMs: number) => Promise<boolean>;
};
