// The runs by which a canary is held against the live version: what decides that it is taken back, and what people see of it. Judges nothing.
import { type PlaybookLife, versionAt } from '../../core/change-control/state.ts';
import type { CanaryTrial, VersionTrials } from '../../ports/change-control.ts';

/** Runs of each version that are looked at, the latest. */
const mostRuns = 200;
/** How far back runs of the live version count. */
const backMs = 30 * 86_400_000;

/** Reads it; null: there is no canary, or nothing to hold it against. */
export async function readCanaryTrial(
  trials: Pick<VersionTrials, 'outcomes'>,
  { life, nowMs }: { readonly life: PlaybookLife; readonly nowMs: number },
): Promise<CanaryTrial | null> {
  const [canary, live] = [versionAt(life, 'canary'), versionAt(life, 'live')];
  if (!canary || !live) return null;
  const back = new Date(nowMs - backMs).toISOString();
  const [tried, known] = await Promise.all([
    trials.outcomes(canary.ref, { since: canary.since, limit: mostRuns }),
    trials.outcomes(live.ref, { since: back, limit: mostRuns }),
  ]);
  return { canary, live, tried, known };
}
