// A run keeps the version of its playbook for ever. What a retry says about that, and what a run of the current version is made of. Pure.
import type { JsonObject } from '../json.ts';
import { type Playbook, type PlaybookRef, playbookRef } from '../playbook/playbook.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { isTerminal, type RunState } from './state.ts';

const named = ({ name, version, digest }: PlaybookRef) => `${name} ${version} (${digest.slice(0, 19)})`;

/** Which version a retried run goes on with. `current`: the version in force, if the playbook is still there. */
export function pinnedText(
  { runId, playbook }: Pick<RunState, 'runId' | 'playbook'>,
  current: Playbook | undefined,
): string {
  const goesOn = `Run ${runId} goes on with the version it is pinned to, ${named(playbook)}.`;
  if (!current) return `${goesOn} That playbook is no longer in force.`;
  const now = playbookRef(current);
  if (now.digest === playbook.digest) return `${goesOn} It is the one in force.`;
  return `${goesOn} In force is ${named(now)}; a retry with \`latest\` starts a new run of it.`;
}

/** What a new run of the version in force says about itself. */
export const latestText = (before: RunState, { runId, playbook }: RunState): string =>
  `Run ${runId} is a new run of ${named(playbook)}, the version in force; ${before.runId} used ${named(before.playbook)} and stays as it is.`;

/** What is started in place of a run when its retry is to use the version in force: the same inputs in the same incident. */
export function latestOf(
  run: RunState,
  { step, reason }: { readonly step?: string | undefined; readonly reason?: string | undefined },
): Result<{ playbook: string; inputs: JsonObject; incidentId: string; reason: string }, Refusal> {
  const { runId, incidentId, playbook, inputs, status } = run;
  if (step !== undefined)
    return err({
      code: 'invalid',
      message: `\`latest\` starts a new run from its beginning; leave out the step ${step}`,
    });
  if (!isTerminal(status))
    return err({
      code: 'wrong_state',
      message: `run ${runId} has not ended (${status}); cancel it first, so that no two runs do the same`,
    });
  const because = [`retry of ${runId} with the latest version`, reason].filter(Boolean).join(': ');
  return ok({ playbook: playbook.name, inputs, incidentId, reason: because });
}
