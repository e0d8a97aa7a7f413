// What happened to a request for approval besides votes and its end: types of its state. Decides nothing.
import type { Actor } from '../events.ts';

/** What people did about a request without deciding it. `to`: who is asked from then on. */
export type ApprovalNote = { readonly by: Actor; readonly at: string } & (
  | { readonly type: 'questioned'; readonly question: string }
  | { readonly type: 'reassigned'; readonly to: readonly string[]; readonly reason: string | null }
  | { readonly type: 'reminded' }
  /** In these groups was nobody who may decide; others may in their place. */
  | { readonly type: 'fell_back'; readonly to: readonly string[]; readonly empty: readonly string[] }
  /** The rule was not kept; `names`: whose decision it was, `missing`: what it still wanted. */
  | {
      readonly type: 'bypassed';
      readonly reason: string;
      readonly names: readonly string[];
      readonly missing: readonly string[];
    }
  | {
      readonly type: 'notified';
      readonly rung: number;
      readonly notify: string;
      readonly delivered: boolean;
      readonly message: string | null;
    }
);

/** The last answer of a check that must say yes. */
export type GateStanding = {
  readonly passed: boolean;
  readonly at: string;
  readonly status: number | null;
  readonly message: string | null;
};
