// What keeps runs from starting things, shared by all processes.
import type { KillSwitch } from '../core/system/state.ts';
import type { TrustRecords } from '../core/system/trust.ts';

export type { KillSwitch } from '../core/system/state.ts';

/** Kill switches and circuit breakers, shared by all processes. */
export type AdmissionStore = {
  /** The engaged switches as the system stream has them, in order of their scopes. */
  readonly switches: () => Promise<readonly KillSwitch[]>;
  /** How much playbooks are trusted, as the system stream has it. */
  readonly trust: () => Promise<TrustRecords>;
  /** What stands in the table that versions before the system stream kept them in. Decides nothing. */
  readonly keptSwitches: () => Promise<readonly KillSwitch[]>;
  /** Targets whose breaker is open, and until when. */
  readonly openBreakers: () => Promise<ReadonlyMap<string, string>>;
  /** Counts a failure; answers until when its breaker is open, if it is. */
  readonly targetFailed: (target: string) => Promise<string | null>;
  readonly targetSucceeded: (target: string) => Promise<void>;
};
