// What a step may use at the moment it acts: the secrets, hosts and commands of its environment, as the rules in force have them. The action
// asks for each host and command; the engine for each secret.
import { renderTarget } from '../../core/playbook/plan.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { environmentCalled, environmentOfStep, outsideOf } from '../../core/policy/environment.ts';
import type { CompiledRulebook } from '../../core/policy/judge.ts';
import type { RunState } from '../../core/run/state.ts';
import type { Secrets } from '../../ports/runtime.ts';

/** The limits of one attempt. */
export type ActLimits = {
  /** Secrets that may be used here; what may not is undefined, and noted in `refused`. */
  readonly secrets: Secrets;
  /** Why something may not be reached or run here; null: it may. */
  readonly refuses: (used: { readonly host?: string; readonly command?: string }) => string | null;
  /** What was asked for and may not be used, the first of it; null: nothing. */
  readonly refused: () => string | null;
};

/** The limits of a step of a run. */
export function limitsOf(
  { rules, secrets }: { readonly rules?: (() => CompiledRulebook) | undefined; readonly secrets: Secrets },
  { playbook, run, step }: { readonly playbook: Playbook; readonly run: RunState; readonly step: string },
): ActLimits {
  const book = rules?.().book;
  if (!book || book.environments.length === 0) return { secrets, refuses: () => null, refused: () => null };
  const placed = environmentOfStep(book, run.environment ?? null, renderTarget(playbook, run, step));
  const environment = environmentCalled(book, placed.ok ? placed.value.name : null);
  let first: string | null = null;
  const note = (why: string | null) => {
    first ??= why;
    return why;
  };
  // The rules may have changed since the step started: then it does nothing.
  if (!placed.ok) note(placed.error);
  return {
    secrets: (name) =>
      note(placed.ok ? outsideOf(environment, { secret: name }) : placed.error) === null ? secrets(name) : undefined,
    refuses: (used) => note(placed.ok ? outsideOf(environment, used) : placed.error),
    refused: () => first,
  };
}
