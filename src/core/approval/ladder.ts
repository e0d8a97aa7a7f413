// Who is called further while nobody answers: the rungs of a request, and when the next one is due. Calls nobody. Pure.
import { addMs } from '../time.ts';
import type { ApprovalRung } from './rule.ts';

type Laddered = {
  readonly expiresInMs: number;
  readonly escalate: readonly string[];
  readonly ladder?: readonly ApprovalRung[] | undefined;
};

/** The rungs of a rule. The short form has one, at half of its time. */
export function ladderOf({ expiresInMs, escalate, ladder }: Laddered): readonly ApprovalRung[] {
  if (ladder !== undefined) return ladder;
  return escalate.length === 0 ? [] : [{ afterMs: Math.floor(expiresInMs / 2), to: [...escalate] }];
}

type Climbing = {
  readonly rule: Laddered;
  readonly requestedAt: string;
  readonly escalated: boolean;
  readonly rungs?: number | undefined;
};

/** How many rungs have been called. */
export const calledRungs = ({ escalated, rungs }: Pick<Climbing, 'escalated' | 'rungs'>): number =>
  rungs ?? (escalated ? 1 : 0);

/** The rungs that have been called. */
export const rungsSoFar = (climbing: Climbing): readonly ApprovalRung[] =>
  ladderOf(climbing.rule).slice(0, calledRungs(climbing));

/** The rung that comes next, and when; null: there is none. */
export function nextRung(climbing: Climbing): { readonly rung: ApprovalRung; readonly at: string } | null {
  const rung = ladderOf(climbing.rule)[calledRungs(climbing)];
  return rung ? { rung, at: addMs(climbing.requestedAt, rung.afterMs) } : null;
}
