// When a delivery is tried again that failed here. Pure: instants and the random number come in.
import { elapsedMs } from '../time.ts';

const baseMs = 1000;
const maxDelayMs = 10 * 60_000;

/** A delivery that fails here is tried again for this long after it came; then it is set aside for people, who can replay it. */
export const retryForMs = 24 * 60 * 60_000;

/**
 * Exponential backoff with full jitter, in milliseconds; null: it has been tried for long enough.
 * @param tries failed tries before this one
 * @param random a number in [0, 1)
 */
export function retryDeliveryInMs(
  { tries, receivedAt }: { readonly tries: number; readonly receivedAt: string },
  at: string,
  random: number,
): number | null {
  if (elapsedMs(receivedAt, at) >= retryForMs) return null;
  return Math.floor(random * (Math.min(maxDelayMs, baseMs * 2 ** Math.min(tries, 20)) + 1));
}
