// What is read to see whether a playbook may act without asking, and what can be ordered about it. Types only.
import type { Caller } from '../core/authority/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { RunState } from '../core/run/state.ts';
import type { OrderTrust, TrustRecord } from '../core/system/trust.ts';
import type { TrustSettings } from '../core/trust/settings.ts';

/** Reads of the store, each by an index and bounded. A run that cannot be believed is left out. */
export type TrustReads = {
  /** By the name of each playbook that has any: what is another text once one more run of it has ended. It reads no run. */
  readonly marks: (playbooks: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Drills that are judged among the latest so many runs of each playbook, private ones included: only how they ended is looked at. */
  readonly drills: (asked: {
    readonly playbooks: readonly string[];
    readonly of: number;
  }) => Promise<readonly RunState[]>;
  /** The latest runs of a playbook that ended since an instant, the latest first. */
  readonly ended: (asked: {
    readonly playbook: string;
    readonly since: string;
    readonly limit: number;
  }) => Promise<readonly RunState[]>;
};

/** How a playbook in force stands, and by which settings. */
export type PlaybookTrust = TrustRecord & { readonly playbook: string; readonly settings: TrustSettings };

/** What can be asked and ordered about the right of playbooks to act without asking. */
export type TrustOperations = {
  readonly trust: () => Promise<readonly PlaybookTrust[]>;
  readonly orderTrust: (
    order: Caller & Pick<OrderTrust, 'type' | 'playbook' | 'reason'>,
  ) => Promise<Result<PlaybookTrust, Refusal>>;
};
