// When work that can wait rests, so that what is urgent has the machine to itself. Pure.
import { formatDuration } from '../time.ts';

/** A kind of work that waits, in one pool of workers; `workers`: of that pool that live. */
export type WaitingWork = {
  readonly kind: string;
  readonly pool: string;
  readonly depth: number;
  readonly oldestMs: number;
  readonly workers: number;
};

/** Urgent work that waits longer than this, in milliseconds, has digests, reminders and insights rest. */
const restAfterMs = 30_000;
/** What waits longer than this, in milliseconds, waits for something else than room: a release, a key. Nothing rests for it. */
const restUntilMs = 15 * 60_000;

/** Why work that can wait rests; null: it does not. */
export function restsBecause(waiting: readonly WaitingWork[]): string | null {
  const urgent = waiting.filter(
    ({ kind, oldestMs, workers }) =>
      oldestMs > restAfterMs && oldestMs <= restUntilMs && (kind === 'intake' || (kind === 'runs' && workers > 0)),
  );
  const [worst] = urgent.toSorted((a, b) => b.oldestMs - a.oldestMs);
  if (worst === undefined) return null;
  const what = worst.kind === 'intake' ? 'alerts wait' : `runs of the pool ${worst.pool} wait`;
  return `${what} for ${formatDuration(worst.oldestMs)} already`;
}
