// How a command ended, as one tagged union for every stream. No behaviour beyond turning it into what callers answer.
import type { Refusal } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Change, IncidentChange } from '../ports/ledger.ts';

/**
 * How a command ended. `loaded` is what it was decided on.
 * - `unchanged`: it was right but nothing had to be written.
 * - `committed`: durable; `changes` has one per stream it wrote.
 */
export type Outcome<L, C extends Change = IncidentChange> =
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'unchanged'; readonly loaded: L }
  | { readonly outcome: 'committed'; readonly loaded: L; readonly changes: readonly [C, ...C[]] };

/** A refusal as an outcome. */
export const refused = (code: Refusal['code'], message: string): { outcome: 'refused'; refusal: Refusal } => ({
  outcome: 'refused',
  refusal: { code, message },
});

/** What a caller answers: the state after a change, or as it stands, or the refusal. */
export function answerOf<L, T, C extends Change = IncidentChange>(
  outcome: Outcome<L, C>,
  { committed, unchanged }: { readonly committed: (change: C) => T; readonly unchanged: (loaded: L) => T },
): Result<T, Refusal> {
  switch (outcome.outcome) {
    case 'refused':
      return err(outcome.refusal);
    case 'unchanged':
      return ok(unchanged(outcome.loaded));
    case 'committed':
      return ok(committed(outcome.changes[0]));
  }
}
