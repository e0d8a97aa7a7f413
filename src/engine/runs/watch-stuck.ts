// Looks again and again what is stuck, counts it, and has those called who can act. By the rule that lists, digests and the page go by.
import type { Metrics } from '../../ports/metrics.ts';
import type { LookForStuck, StuckRun } from '../../ports/stuck.ts';

/** What watching needs. */
export type WatchStuckParts = {
  readonly look: LookForStuck;
  readonly metrics: Pick<Metrics, 'setStuck'>;
  /** Has people called; null: there is nowhere to call them, or another process does. */
  readonly call: ((stuck: readonly StuckRun[]) => Promise<void>) | null;
};

/** Makes the work of a timer: one look over all runs, private ones too, whose incidents metrics do not name. */
export const createWatchStuck =
  ({ look, metrics, call }: WatchStuckParts): (() => Promise<void>) =>
  async () => {
    const { items } = await look({ seen: null });
    // A run counts once, however many of its states last too long.
    metrics.setStuck([...new Map(items.map((one) => [one.runId, one])).values()]);
    await call?.(items);
  };
