// Rule books as the engine keeps and finds them, and the earlier runs that rules may look at.
import type { PastRun } from '../core/policy/history.ts';
import type { Rulebook } from '../core/policy/rulebook.ts';

/** Rule books by digest. */
export type Rulebooks = {
  /** Keeps one and answers its digest; keeping it again changes nothing. */
  readonly keep: (book: Rulebook) => Promise<string>;
  /** null: it was never kept. Rejects with RecordFaultError if what is stored is not what the digest names. */
  readonly byDigest: (digest: string) => Promise<Rulebook | null>;
  /** Ended runs of a playbook since an instant, the latest first; one that cannot be believed counts as failed. */
  readonly pastRuns: (playbook: string, since: string, limit: number) => Promise<readonly PastRun[]>;
};
