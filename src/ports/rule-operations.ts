// What can be asked of policies, freezes and environments, whatever surface it comes from.
import type { Caller } from '../core/authority/principal.ts';
import type { JsonObject } from '../core/json.ts';
import type { Freeze, Rulebook } from '../core/policy/rulebook.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { ExplainedRun } from '../core/run/explain-rules.ts';
import type { RunState } from '../core/run/state.ts';

/** The questions, and the one order. */
export type RuleOperations = {
  /** The rules in force in this process. */
  readonly rules: () => { readonly digest: string; readonly book: Rulebook };
  /** What is recorded of them: since when they are in force, and the digest of others that they denied since. */
  readonly recorded: () => Promise<{ readonly since: string | null; readonly refused: string | null }>;
  /** Every freeze, and how it stands now. */
  readonly freezes: () => {
    readonly at: string;
    readonly items: readonly {
      readonly freeze: Freeze;
      readonly holds: boolean;
      readonly startsAt: string | null;
      readonly endsAt: string | null;
    }[];
  };
  /** What they would say of a run of a playbook; `at`: at another instant than now. */
  readonly explainRules: (
    asked: Pick<Caller, 'principal'> & {
      readonly playbook: string;
      readonly step?: string | undefined;
      readonly inputs: JsonObject;
      readonly environment?: string | undefined;
      readonly at?: string | undefined;
    },
  ) => Promise<Result<ExplainedRun, Refusal>>;
  /** Lets no freeze hold a run any more; takes the right `bypass`. */
  readonly exceptRun: (
    asked: Caller & { readonly runId: string; readonly reason: string },
  ) => Promise<Result<RunState, Refusal>>;
};
