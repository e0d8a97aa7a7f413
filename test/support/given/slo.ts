// Counts for promises, as a test says they are.
import { noEvidence } from '../../../src/core/slo/budget.ts';
import type { RunTally } from '../../../src/core/slo/run-evidence.ts';
import type { SloTallies } from '../../../src/ports/slo.ts';

/** Runs of every playbook that is asked about: so many that succeeded, so many that failed; nothing else was observed. */
export function countedRuns(now: () => { readonly good: number; readonly bad: number }): SloTallies {
  return {
    async runs(asked) {
      return asked.flatMap(({ playbook, windowMs }) => {
        const { good, bad } = now();
        const tally = (status: RunTally['status'], count: number): RunTally => ({
          ...{ playbook, windowMs, status, inTime: null, trigger: null },
          failedCodes: status === 'failed' ? ['boom'] : [],
          counts: { whole: count, slow: count, fast: count },
        });
        return [tally('succeeded', good), tally('failed', bad)];
      });
    },
    approvals: async () => [],
    ingest: async () => noEvidence,
    delivery: async () => noEvidence,
  };
}
