// What keeps runs from starting things, shared by all processes.
import type { KillSwitch } from '../core/system/state.ts';
import type { TrustRecords } from '../core/system/trust.ts';

export type { KillSwitch } from '../core/system/state.ts';

/** Kill switches and circuit breakers, shared by all processes. */
export type AdmissionStore = {
  /** What the system stream has: the engaged switches in order of their scopes, and how much playbooks are trusted. */
  readonly standing: () => Promise<{ readonly switches: readonly KillSwitch[]; readonly trust: TrustRecords }>;
  /** What stands in the table that versions before the system stream kept them in. Decides nothing. */
  readonly keptSwitches: () => Promise<readonly KillSwitch[]>;
  /** Targets whose breaker is open, and until when. */
  readonly openBreakers: () => Promise<ReadonlyMap<string, string>>;
  /** Counts a failure; answers until when its breaker is open, if it is. */
  readonly targetFailed: (target: string) => Promise<string | null>;
  readonly targetSucceeded: (target: string) => Promise<void>;
};
