// What can be hung around a command, a step and an append, and how several of them are put around one another. Knows none of them.
import type { Caller } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import type { Appended, Change } from '../../ports/ledger.ts';
import type { Outcome } from '../outcome.ts';
import type { Attempt, AttemptResult } from '../runs/run-step.ts';

/** A command as interceptors see it. */
type CommandInfo = { readonly name: string; readonly caller: Caller; readonly right: NeededRight };

/**
 * Code around the three things that matter. Each hook must call `next` once and give back its answer, changed or not; what it
 * throws is the command's failure, so a hook that only watches must not throw.
 */
export type Interceptor = {
  readonly name: string;
  /** Around one command, from authorisation to its outcome. */
  readonly command?: <L, C extends Change>(
    command: CommandInfo,
    next: () => Promise<Outcome<L, C>>,
  ) => Promise<Outcome<L, C>>;
  /** Around one attempt of one step, in the process that performs it; `next` takes the attempt as it was or changed. */
  readonly step?: (attempt: Attempt, next: (attempt: Attempt) => Promise<AttemptResult>) => Promise<AttemptResult>;
  /** Around one atomic append, whatever streams it is to; `appended` means durable. */
  readonly append?: (changes: readonly Change[], next: () => Promise<Appended>) => Promise<Appended>;
};

/** The hooks of all interceptors as one each, the first of the list outermost. */
export type Interception = Required<Omit<Interceptor, 'name'>>;

/** Puts interceptors around one another. */
export function intercept(interceptors: readonly Interceptor[]): Interception {
  const innermostFirst = [...interceptors].reverse();
  const commands = innermostFirst.flatMap(({ command }) => command ?? []);
  const steps = innermostFirst.flatMap(({ step }) => step ?? []);
  const appends = innermostFirst.flatMap(({ append }) => append ?? []);
  type Step = (attempt: Attempt) => Promise<AttemptResult>;
  return {
    command: <L, C extends Change>(info: CommandInfo, next: () => Promise<Outcome<L, C>>) =>
      commands.reduce<() => Promise<Outcome<L, C>>>((inner, hook) => () => hook(info, inner), next)(),
    step: (attempt, next) => steps.reduce<Step>((inner, hook) => (given) => hook(given, inner), next)(attempt),
    append: (changes, next) =>
      appends.reduce<() => Promise<Appended>>((inner, hook) => () => hook(changes, inner), next)(),
  };
}
