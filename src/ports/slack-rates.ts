// Slack's rates as all processes share them: what one has sent, no other may send too.

/** A token bucket that all processes take from: `size` at once, one more every `everyMs`; `reserve` tokens are left to others. */
export type SharedRate = {
  readonly key: string;
  readonly size: number;
  readonly everyMs: number;
  readonly reserve: number;
};

/** The token buckets of one workspace. */
export type SlackRates = {
  /** Takes a token of each bucket, or of none. Answers 0, or after how many milliseconds there may be one of each. */
  readonly take: (rates: readonly SharedRate[]) => Promise<number>;
  /** A bucket gives nothing for so many milliseconds, and then one token at a time: Slack has refused a call. */
  readonly pause: (rate: Pick<SharedRate, 'key' | 'size'>, ms: number) => Promise<void>;
};
