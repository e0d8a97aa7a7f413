// What a circuit breaker is about, and how those who wait for it are spread. Its counting lives with the workers. Pure.
import type { Plan } from '../events.ts';
import { sha256 } from '../json.ts';

/** The target whose failures count together: what the playbook names, else the host of an HTTP request; null: none. */
export function breakerTarget(plan: Plan): string | null {
  if (plan.uses !== 'http.request') return plan.target;
  const url = typeof plan.with === 'object' && plan.with !== null && 'url' in plan.with ? plan.with.url : null;
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host : plan.target;
}

/** Spread of those who wait for the same target, in milliseconds. */
const spreadMs = 5000;

/** A delay of one's own, always the same, so that not all of them knock at once. */
export const staggerMs = (who: string): number => Number.parseInt(sha256(who).slice(0, 8), 16) % spreadMs;
