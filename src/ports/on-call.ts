// Who is on call, asked when it matters.
import type { OnCallNow } from '../core/on-call/on-call-roles.ts';

/** One rotation as it stands. */
export type OnCallState = {
  readonly name: string;
  /** `file`: a rotation of the configuration; else the provider's key. */
  readonly from: string;
  /** Keys under `people:`, or Slack user ids. */
  readonly who: readonly string[];
  /** Until when by the file; null: the provider knows. */
  readonly until: string | null;
  /** Why the provider's word is not of now, and what counts instead; null: nothing is wrong. */
  readonly trouble: string | null;
};

/** Who is on call. Neither rejects. */
export type OnCall = {
  readonly now: () => Promise<OnCallNow>;
  readonly states: () => Promise<readonly OnCallState[]>;
};
