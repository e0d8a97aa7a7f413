// The worker's lease as the worker itself sees it: how long it may act on what it has started. A process that was stopped, or cut off
// from the database, learns here that its lease is over before anything else does. Judged by a monotonic clock, never by wall time.

/** Without a heartbeat for this long, in milliseconds, a worker is gone: others settle its steps. */
export const leaseMs = 10_000;
/**
 * A worker gives up this much earlier than others may take over, in milliseconds: for what lies between its last look and the act,
 * and for clocks that do not run equally fast.
 */
const marginMs = 1000;

/** A step's worker has, or had for a while, no lease any more: others may have settled the step, so nothing is done for it. */
export class LeaseOverError extends Error {
  override readonly name = 'LeaseOverError';
}

/** The right to act on one start of one step. Lost for good once the lease has been over, however soon it is renewed. */
export type LeaseHold = {
  /**
   * To be called immediately before every outside call, and after every pause.
   * @throws LeaseOverError if the lease is over or was over since the start
   */
  readonly fence: () => void;
  /** True once `fence` has let anything pass: it may have acted. */
  readonly hasActed: () => boolean;
  /** True once `fence` has thrown, whatever became of the error. */
  readonly isLost: () => boolean;
};

/** The lease of one worker. */
export type Lease = {
  /** Renews it by `work`, which tells the database that this worker lives; counted from the moment before it was asked. */
  readonly renew: <T>(work: () => Promise<T>) => Promise<T>;
  /** The term that runs now; null: none does. A lease that was over and is renewed begins another term. */
  readonly term: () => number | null;
  /** The right to act on a start that was committed in a term. */
  readonly hold: (term: number | null) => LeaseHold;
};

/** The lease of a worker; over until it is renewed for the first time. */
export function createLease({ monotonicMs }: { readonly monotonicMs: () => number }): Lease {
  const lengthMs = leaseMs - marginMs;
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let terms = 0;
  const term = () => (monotonicMs() - renewedAtMs < lengthMs ? terms : null);
  return {
    term,
    async renew(work) {
      const askedAtMs = monotonicMs();
      const answer = await work();
      // As others saw it, the lease may have been over until this answer was given.
      if (monotonicMs() - renewedAtMs >= lengthMs) terms += 1;
      renewedAtMs = askedAtMs;
      return answer;
    },
    hold(given) {
      let acted = false;
      let lost = false;
      return {
        fence() {
          if (lost || given === null || term() !== given) {
            lost = true;
            throw new LeaseOverError(
              'this worker has lost its lease: others may have settled the step, and nothing is done',
            );
          }
          acted = true;
        },
        hasActed: () => acted,
        isLost: () => lost,
      };
    },
  };
}
