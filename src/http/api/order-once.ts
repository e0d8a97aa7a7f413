// An order to a run over the API: carried out once however often the command comes, and answered with the run after it. Holds no rule.
import type { ApiRun } from '../../contract/run.ts';
import type { Refusal } from '../../core/refusal.ts';
import { ok, type Result } from '../../core/result.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations } from '../../ports/operations.ts';
import type { SeenReads, ShowRuns } from '../../ports/reads.ts';
import type { KeyedCommand } from './once.ts';
import { showRun } from './show-run.ts';

/** What ordering needs. */
export type OrderDeps = {
  readonly operations: Operations;
  readonly show: ShowRuns;
  readonly catalog: PlaybookCatalog;
};

/** Whose order it is, and of which run. */
type OfRun = { readonly runId: string; readonly reads: SeenReads };

/** The run as it stands now, as it is answered. */
export async function runNow({ show }: OrderDeps, { runId, reads }: OfRun): Promise<ApiRun> {
  const row = await reads.run(runId);
  const [run] = row ? await show([row]) : [];
  if (!run) throw new Error(`run ${runId} has just been changed and is not there`);
  return showRun(run);
}

/** True if this very command has changed the run before: a keyed order that comes again is answered with what it led to. */
async function doneBefore({ runId, reads }: OfRun, { cause, ids }: KeyedCommand): Promise<boolean> {
  if (ids === null) return false;
  const row = await reads.run(runId);
  if (!row) return false;
  for await (const event of reads.events(row.state.incidentId, 1)) if (event.cause === cause) return true;
  return false;
}

/** Orders something of a run, once however often the command comes; answers the run as it stands after it. */
export async function orderOnce(
  deps: OrderDeps,
  of: OfRun,
  command: KeyedCommand,
  order: () => Promise<Result<unknown, Refusal>>,
): Promise<Result<ApiRun, Refusal>> {
  if (command.again && (await doneBefore(of, command))) return ok(await runNow(deps, of));
  const outcome = await order();
  // Its twin may have been faster, and is why this one is refused.
  if (!outcome.ok && !(await doneBefore(of, command))) return outcome;
  return ok(await runNow(deps, of));
}
