// How long a window of a promise may be. Parses; counts nothing.
import { Duration } from '../time.ts';

const dayMs = 86_400_000;

/** A duration of one to ninety days: a shorter one holds too few runs to say anything, a longer one hides what is wrong today. */
export const SloWindow = Duration.refine(
  (ms) => ms >= dayMs && ms <= 90 * dayMs,
  'must be from 1d to 90d; 30d is usual',
);
