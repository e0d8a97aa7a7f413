// The rules that are in force in this process, and what it takes to ask them about a playbook: earlier runs, where any rule looks at them.
// Judges nothing.
import type { PastRun } from '../../core/policy/history.ts';
import { historyBounds } from '../../core/policy/history.ts';
import { type CompiledRulebook, compileRulebook, noRulebook } from '../../core/policy/judge.ts';
import { isEmpty, type Rulebook } from '../../core/policy/rulebook.ts';
import type { Governance } from '../../core/run/govern.ts';
import { addMs } from '../../core/time.ts';

/** Earlier runs of a playbook by name, the newest first. */
export type PastRuns = (playbook: string, since: string, limit: number) => Promise<readonly PastRun[]>;

/** The rules in force. */
export type Governing = {
  readonly current: () => CompiledRulebook;
  /** From now on these are in force in this process. */
  readonly replace: (book: Rulebook) => void;
  readonly stageOf: Governance['stageOf'];
  /** The rules with what they ask for; undefined: nothing is ruled, which costs nothing. */
  readonly of: (playbook: string, at: string) => Promise<Governance> | Governance | undefined;
};

const dayMs = 24 * 60 * 60_000;

/** Puts rules in force. `stageOf`: how far a version has come. */
export function createGoverning(
  book: Rulebook,
  { pastRuns, stageOf }: { readonly pastRuns: PastRuns; readonly stageOf: Governance['stageOf'] },
): Governing {
  let rules: CompiledRulebook = isEmpty(book) ? noRulebook : compileRulebook(book);
  return {
    current: () => rules,
    stageOf,
    replace(next) {
      rules = isEmpty(next) ? noRulebook : compileRulebook(next);
    },
    of(playbook, at) {
      const now = rules;
      if (isEmpty(now.book)) return undefined;
      if (!now.asksHistory) return { rules: now, history: [], stageOf };
      const since = addMs(at, -historyBounds.days * dayMs);
      return pastRuns(playbook, since, historyBounds.runs).then((history) => ({ rules: now, history, stageOf }));
    },
  };
}

/** Nothing is ruled. */
export const ungoverned: Governing = {
  current: () => noRulebook,
  stageOf: () => 'live',
  replace: () => undefined,
  of: () => undefined,
};
