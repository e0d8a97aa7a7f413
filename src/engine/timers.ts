// What an engine does again and again, and how often. The program's scheduler runs them; here is none.
import type { Engine } from './engine.ts';

/** Periodic work: a cron pattern with seconds; `atStart`: done once before the start counts as done. */
export type Timer = {
  readonly name: string;
  readonly pattern: string;
  readonly run: () => Promise<void>;
  readonly atStart?: boolean;
};

/** The timers of an engine; a heartbeat only of one that works. */
export const timersOf = (engine: Engine, works: boolean): Timer[] => [
  { name: 'reconcile', pattern: '*/2 * * * * *', run: engine.reconcile, atStart: true },
  { name: 'seal', pattern: '0 * * * * *', run: async () => void (await engine.seal({ final: false })), atStart: true },
  ...(works
    ? [
        { name: 'heartbeat', pattern: '*/3 * * * * *', run: engine.heartbeat },
        // Of senders; the one above is that of this worker.
        { name: 'missed-heartbeats', pattern: '*/5 * * * * *', run: engine.checkHeartbeats },
        { name: 'schedules', pattern: '*/2 * * * * *', run: engine.lookAtSchedules },
        { name: 'canaries', pattern: '*/5 * * * * *', run: engine.watchCanaries },
        { name: 'approvals', pattern: '1-59/2 * * * * *', run: engine.attendApprovals },
        { name: 'slo', pattern: '40 */5 * * * *', run: engine.watchSlo },
        { name: 'trust', pattern: '50 * * * * *', run: engine.watchTrust },
        { name: 'remind', pattern: '20 */5 * * * *', run: engine.remindOfActionItems },
        // Between the full minutes, at which everything else is done.
        { name: 'remove-old', pattern: '30 */10 * * * *', run: engine.removeOld },
      ]
    : []),
];
