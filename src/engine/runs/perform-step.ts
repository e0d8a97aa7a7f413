// One started step from its call to its recorded result, inside the interceptors. What to start is the driver's business.
import type { RunCommand } from '../../core/run/decide.ts';
import type { LoadedRun, PlaybookVersions } from '../../ports/ledger.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Admission } from '../admission.ts';
import type { Interception } from '../interceptors/interceptor.ts';
import type { LeaseHold } from '../lease.ts';
import type { Persist } from './persist.ts';
import { type Attempt, type AttemptResult, runStep, type StepDeps } from './run-step.ts';
import type { StepAbort } from './step-abort.ts';

/** One start of one step by this worker. `target`: what its circuit breaker counts; null: nothing. */
export type Start = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly fence: number;
  readonly idempotencyKey: string;
  readonly target: string | null;
};

/** What performing needs. */
export type PerformParts = StepDeps & {
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly runtime: Runtime;
  readonly worker: string;
  readonly admission: Pick<Admission, 'report'>;
  readonly around: Pick<Interception, 'step'>;
  /** Gives a command to a run; null if it was refused. */
  readonly command: (runId: string, order: RunCommand, cause: string, cached: LoadedRun) => Promise<LoadedRun | null>;
  readonly persist: Persist;
};

/**
 * Performs a step and records how it ended; `recorded` is called once that is durable. Rejects if it could not be recorded.
 * @throws LeaseOverError if the worker lost its lease before or within the step: nothing is recorded then
 */
export async function performStep(
  parts: PerformParts,
  given: {
    readonly start: Start;
    readonly loaded: LoadedRun;
    readonly hold: LeaseHold;
    readonly abort: StepAbort;
    readonly recorded: () => void;
  },
): Promise<void> {
  const { start, loaded, abort, hold } = given;
  const { runId, step, attempt, fence, idempotencyKey } = start;
  const { persist } = parts;
  const reported = { step, attempt, fence, worker: parts.worker };
  let latest = loaded;
  const command = (order: RunCommand) => persist(() => parts.command(runId, order, idempotencyKey, latest));
  const playbook = await persist(() => parts.versions.byDigest(loaded.run.playbook.digest));
  if (!playbook) throw new Error(`run ${runId} is pinned to a playbook that is not stored`);
  const tried: Attempt = {
    playbook,
    run: loaded.run,
    step,
    attempt,
    idempotencyKey,
    channelId: loaded.incident.channel?.id ?? null,
    abort,
    hold,
    async acted(output) {
      latest = (await command({ ...reported, type: 'record_acted', output })) ?? latest;
    },
  };
  const result = await parts.around.step(tried, (wrapped) => runStep(parts, wrapped));
  const { artifacts, uncaptured } = result;
  await command(
    result.outcome === 'succeeded'
      ? { type: 'record_success', output: result.output, artifacts, uncaptured, ...reported }
      : {
          ...reported,
          type: 'record_failure',
          error: result.error,
          random: parts.runtime.random(),
          evidence: { artifacts, uncaptured },
        },
  );
  given.recorded();
  if (start.target !== null) await reportTarget(parts.admission, start.target, result);
}

/** Only failures of the target itself speak against it. */
async function reportTarget(
  admission: Pick<Admission, 'report'>,
  target: string,
  result: AttemptResult,
): Promise<void> {
  if (result.outcome === 'succeeded') await admission.report(target, 'succeeded');
  else if (['transient', 'timeout', 'rate_limited'].includes(result.error.class))
    await admission.report(target, 'failed');
}
