// Makes the messages of runs follow the kill switches, which belong to no incident. Decides nothing.
import type { RunStatus } from '../core/run/state.ts';
import type { Log, Operations, ReadModels } from '../ports.ts';

const active = ['queued', 'running', 'compensating', 'cancelling', 'finishing'] as const satisfies readonly RunStatus[];

/** Incidents that are told anew with one call. */
const mostAtOnce = 50;

/** What it needs. */
export type HaltsDeps = {
  readonly operations: Pick<Operations, 'killSwitches'>;
  readonly reads: Pick<ReadModels, 'runs'>;
  readonly notify: (incidentId: string) => Promise<void>;
  readonly log: Log;
};

/**
 * To be called often: when the switches are not what they were at the last call, every incident with a run under way is told
 * anew. The first call tells them all, for nobody knows what happened before.
 */
export function createHaltWatch({ operations, reads, notify, log }: HaltsDeps): () => Promise<void> {
  let seen: string | null = null;
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

  return async () => {
    const now = JSON.stringify(operations.killSwitches());
    if (now !== seen) {
      await incidentsUnderWay();
      seen = now;
    }
    for (const incidentId of [...left].slice(0, mostAtOnce)) {
      left.delete(incidentId);
      notify(incidentId).catch((error: unknown) => {
        log.warn({ err: error, incidentId }, 'an incident was not told of a kill switch; it is tried again');
        left.add(incidentId);
      });
    }
  };
}
