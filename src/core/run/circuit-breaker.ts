// What a circuit breaker is about, and how the retries that wait for it are spread. Failures are counted in the store. Pure.
import type { StartedPlan } from '../events.ts';
import { sha256 } from '../json.ts';
import type { ActionCatalog } from '../playbook/action-traits.ts';

/** The target whose failures count together: what the action itself says of its input, else what the playbook names; null: none. */
export function breakerTarget(plan: StartedPlan, traits: ActionCatalog): string | null {
  return traits.get(plan.uses)?.target(plan.with) ?? plan.target;
}

/** Within this time, in milliseconds, the steps that wait for one target are spread. */
const spreadMs = 5000;

/** A jitter that is always the same for one step, so that not all of them call the target at once when its breaker closes. */
export const staggerMs = (step: string): number => Number.parseInt(sha256(step).slice(0, 8), 16) % spreadMs;
