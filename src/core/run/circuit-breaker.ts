// What a circuit breaker is about, and how those who wait for it are spread. Its counting lives with the workers. Pure.
import type { Plan } from '../events.ts';
import { sha256 } from '../json.ts';
import type { ActionCatalog } from '../playbook/action-traits.ts';

/** The target whose failures count together: what the action itself says of its input, else what the playbook names; null: none. */
export function breakerTarget(plan: Plan, traits: ActionCatalog): string | null {
  return traits.get(plan.uses)?.target(plan.with) ?? plan.target;
}

/** Spread of those who wait for the same target, in milliseconds. */
const spreadMs = 5000;

/** A delay of one's own, always the same, so that not all of them knock at once. */
export const staggerMs = (who: string): number => Number.parseInt(sha256(who).slice(0, 8), 16) % spreadMs;
