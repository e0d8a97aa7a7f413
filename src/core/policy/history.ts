// What earlier runs of a playbook say about the next one, as policies see it. Counts what it is given and nothing else. Pure.
import { elapsedMs } from '../time.ts';

/** One earlier run. */
export type PastRun = {
  readonly status: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly targets: readonly string[];
};

/** How many of them are looked at, the newest first, and how far back in days. */
export const historyBounds = { runs: 50, days: 30 } as const;

const failures: readonly string[] = ['failed', 'compensated', 'compensation_failed'];

/** Of the playbook as a whole, and of those that touched a target. */
export function historyOf(runs: readonly PastRun[], target: string | null, at: string) {
  return {
    playbook: summary(runs, at),
    target: summary(target === null ? [] : runs.filter(({ targets }) => targets.includes(target)), at),
  };
}

function summary(runs: readonly PastRun[], at: string) {
  const [last] = runs
    .flatMap(({ status, finishedAt }) => (status === 'succeeded' && finishedAt !== null ? [finishedAt] : []))
    .sort()
    .reverse();
  return {
    runs: runs.length,
    failures: runs.filter(({ status }) => failures.includes(status)).length,
    lastSuccessAt: last ?? '',
    succeeded: last !== undefined,
    // Whatever asks for a recent success must not find one where there is none.
    minutesSinceSuccess: last === undefined ? 1_000_000_000 : Math.max(0, Math.floor(elapsedMs(last, at) / 60_000)),
  };
}
