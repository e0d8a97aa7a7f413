// A refusal a person can act on. Not for bugs or broken dependencies: those are exceptions.
import type { NeededRight } from './authority/right.ts';

/** A fault of a document or body, with the field it is in. */
export type FieldFault = { readonly path: string; readonly message: string };

/** What became of a document in between: its version now, who edited what, and what was not taken. */
type EditConflict = {
  readonly version: number;
  readonly since: readonly {
    readonly section: string;
    readonly version: number;
    readonly by: string;
    readonly at: string;
  }[];
  readonly yours: unknown;
};

/** An expected "no": `code` is stable, `message` says what to do. */
export type Refusal = {
  readonly code:
    | 'not_found'
    /** It has left the database for an archive. */
    | 'archived'
    | 'invalid'
    | 'not_allowed'
    /** An approval takes a passkey, and none came with it. */
    | 'step_up_required'
    /** What came of a passkey does not count. */
    | 'step_up_refused'
    | 'already_decided'
    | 'expired'
    | 'voided'
    | 'wrong_state'
    | 'plan_changed'
    | 'conflict'
    | 'locked'
    | 'halted'
    /** There is more urgent work than this; it is to be asked again. */
    | 'busy'
    /** The stored state and its events contradict each other: nothing is done until that is mended. */
    | 'record_fault';
  readonly message: string;
  /** Fields at fault, for `invalid`. */
  readonly faults?: readonly FieldFault[];
  /** The right that is missing, for `not_allowed`. */
  readonly right?: NeededRight;
  /** For `conflict` of a document that people edit. */
  readonly edits?: EditConflict;
};
