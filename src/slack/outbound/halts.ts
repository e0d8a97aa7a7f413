// Makes the messages about kill switches and the runs they hold up follow the switches, which belong to no incident. Decides nothing.
import type { RunStatus } from '../../core/run/state.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { Operations } from '../../ports/operations.ts';
import type { ReadModels } from '../../ports/reads.ts';
import type { Log } from '../../ports/runtime.ts';
import { type AnnounceHaltsDeps, announceHalts } from './announce-halts.ts';

const active = ['queued', 'running', 'compensating', 'cancelling', 'finishing'] as const satisfies readonly RunStatus[];

/** Incidents that are told anew with one call. */
const mostAtOnce = 50;

/** What it needs. */
export type HaltsDeps = AnnounceHaltsDeps & {
  readonly operations: Pick<Operations, 'killSwitches'>;
  readonly reads: Pick<ReadModels, 'runs'>;
  readonly log: Log;
};

/** The kill switches, and what follows from a change of them. */
export type Halts = {
  /** The switches that are engaged. Whoever shows them asks here, so that it is known what was shown. */
  readonly switches: () => readonly KillSwitch[];
  /**
   * To be called often: tells every incident with a run under way anew when the switches are not what they were, or when
   * something else was shown in between. The first call tells them all, for nobody knows what happened before.
   */
  readonly follow: (notify: (incidentId: string) => Promise<void>) => Promise<void>;
};

/** Follows the kill switches. */
export function createHalts(deps: HaltsDeps): Halts {
  const { operations, reads, log } = deps;
  /** What every incident was told; null: not all the same. */
  let told: string | null = null;
  const left = new Set<string>();

  async function incidentsUnderWay(): Promise<void> {
    for (const status of active) {
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<ReadModels['runs']>> = await reads.runs({ status, limit: 200, cursor });
        for (const { state } of page.items) left.add(state.incidentId);
        cursor = page.cursor;
      } while (cursor !== null);
    }
  }

  return {
    switches() {
      const now = operations.killSwitches();
      if (JSON.stringify(now) !== told) told = null;
      return now;
    },
    async follow(notify) {
      const now = JSON.stringify(operations.killSwitches());
      if (now !== told) {
        // Before the wait, so that whatever is shown meanwhile is noticed.
        told = now;
        announceHalts(deps, operations.killSwitches()).catch((error: unknown) => {
          told = null;
          log.warn({ err: error }, 'a halt was not announced; it is tried again');
        });
        await incidentsUnderWay().catch((error: unknown) => {
          told = null;
          throw error;
        });
      }
      for (const incidentId of [...left].slice(0, mostAtOnce)) {
        left.delete(incidentId);
        notify(incidentId).catch((error: unknown) => {
          log.warn({ err: error, incidentId }, 'an incident was not told of a kill switch; it is tried again');
          left.add(incidentId);
        });
      }
    },
  };
}
