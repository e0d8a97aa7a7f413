// When to try again after an error. Pure: the random number comes in.
import type { StepError } from '../events.ts';
import type { RetryPolicy } from '../playbook/playbook.ts';
import { addMs, elapsedMs, formatDuration } from '../time.ts';

/** `retry` says when and why; `give_up` says why not. */
export type RetryDecision =
  | { readonly outcome: 'retry'; readonly retryAt: string; readonly delayMs: number; readonly reason: string }
  | { readonly outcome: 'give_up'; readonly reason: string };

/**
 * Exponential backoff with full jitter: a delay drawn evenly from [0, min(maxDelay, base * 2^(tries-1))], never shorter
 * than the target's own Retry-After; bounded by attempts and by the time since the round's first start.
 * @param tries starts so far in this round, at least 1
 * @param random a number in [0, 1)
 */
export function decideRetry(
  policy: RetryPolicy,
  error: StepError,
  round: { readonly tries: number; readonly firstStartedAt: string },
  at: string,
  random: number,
): RetryDecision {
  if (!policy.on.includes(error.class)) return { outcome: 'give_up', reason: `${error.class} errors are not retried` };
  if (round.tries >= policy.maxAttempts)
    return { outcome: 'give_up', reason: `all ${policy.maxAttempts} attempts used` };
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (round.tries - 1));
  const delayMs = Math.max(Math.floor(random * (ceiling + 1)), error.retryAfterMs ?? 0);
  // Compared before it becomes an instant: a target may ask for a delay that no calendar holds.
  if (!(elapsedMs(round.firstStartedAt, at) + delayMs <= policy.budgetMs))
    return { outcome: 'give_up', reason: `the retry budget of ${formatDuration(policy.budgetMs)} is used up` };
  const retryAt = addMs(at, delayMs);
  const asked = error.retryAfterMs === undefined ? '' : `, the target asked for ${formatDuration(error.retryAfterMs)}`;
  const reason = `${error.class}: ${error.message} (try ${round.tries} of ${policy.maxAttempts}${asked})`;
  return { outcome: 'retry', retryAt, delayMs, reason };
}
