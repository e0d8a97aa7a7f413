// Tellings that nobody waits for. A job of the queue only begins one: what waits for Slack's rates, for minutes where many channels are new,
// must keep no place that the telling of a decision needs. What fails or is cut short is found by the reconciler.
import type { Log } from '../../ports/runtime.ts';
import type { Notify } from './notifier.ts';

/** The tellings of this process. */
export type Tellings = {
  /** Begins one, or has the one that is under way look again. */
  readonly begin: (incidentId: string, version?: number) => void;
  /** Resolves when none is under way. */
  readonly ended: () => Promise<void>;
};

/** None is under way. */
export function createTellings(notify: Notify, log: Log): Tellings {
  const underWay = new Set<Promise<void>>();
  return {
    begin(incidentId, version) {
      const telling = notify(incidentId, version)
        .catch((error: unknown) =>
          log.error(
            { err: error, incidentId },
            'Slack could not be told of an incident; the reconciler will try again',
          ),
        )
        .finally(() => underWay.delete(telling));
      underWay.add(telling);
    },
    async ended() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
