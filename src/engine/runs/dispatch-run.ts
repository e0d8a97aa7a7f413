// What a wake-up for a run means, and what a change of one run means for others: that queue behind it, called it, or were called by it.
// A wake-up that comes twice, late or for nothing does no harm.
import { systemPrincipal } from '../../core/authority/principal.ts';
import type { RunCommand } from '../../core/run/decide.ts';
import { isTerminal, isUndo, type RunState } from '../../core/run/state.ts';
import type { EventStore, PlaybookVersions, RunLookups } from '../../ports/ledger.ts';
import { believed } from '../record/believed.ts';
import type { CommandRun } from './command-run.ts';
import type { Driver } from './drive-run.ts';

/** What dispatching needs. */
export type DispatcherParts = {
  readonly store: Pick<EventStore, 'loadRun'>;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly commandRun: CommandRun;
  readonly lookups: Pick<RunLookups, 'firstInLine' | 'holderOf'>;
  readonly driver: Pick<Driver, 'drive' | 'offer' | 'abort'>;
};

/** Dispatches runs. */
export type Dispatcher = {
  /** Brings a run as far as it goes. */
  readonly dispatch: (runId: string) => Promise<void>;
  /** Passes on to other runs what a change of this one means for them. */
  readonly notifyDependents: (run: RunState) => Promise<void>;
};

/** Dispatches runs with the means of this process. */
export function createDispatcher({ store, versions, commandRun, lookups, driver }: DispatcherParts): Dispatcher {
  const command = (runId: string, order: RunCommand) => {
    const caller = { principal: systemPrincipal, cause: 'wake' };
    return commandRun({ runId, caller, right: 'order', command: order, offer: driver.offer() });
  };

  async function dispatch(runId: string): Promise<void> {
    const loaded = await believed(store.loadRun(runId));
    if (!loaded || isTerminal(loaded.run.status)) return;
    if (loaded.run.status === 'queued') return admit(loaded.run);
    await driver.drive(loaded);
    await callOthers(loaded.run);
  }

  /** Lets a queued run in if it is first in line and its key is free; else does what its playbook says about that. */
  async function admit(run: RunState): Promise<void> {
    const { runId, concurrencyKey: key } = run;
    if (key === null) return;
    // Whoever is ahead cannot be believed: the run waits, and is looked at again.
    const line = await believed(lookups.firstInLine(key).then((id) => ({ first: id })));
    if (line === null) return;
    const { first } = line;
    const admitted = first === runId ? await command(runId, { type: 'admit' }) : null;
    if (admitted !== null && admitted.outcome !== 'refused') return;
    const playbook = await believed(versions.byDigest(run.playbook.digest));
    const held = await believed(lookups.holderOf(key).then((id) => ({ holder: id })));
    if (held === null) return;
    const { holder } = held;
    if (playbook?.concurrency?.onConflict === 'skip') {
      const reason = `skipped: ${holder ?? first} is at work on ${key} already`;
      await command(runId, { type: 'cancel', reason });
    } else if (playbook?.concurrency?.onConflict === 'cancel' && holder !== null) {
      await command(holder, { type: 'cancel', reason: `${runId} is newer and about the same (${key})` });
      driver.abort(holder);
    } else await command(runId, { type: 'advance' });
  }

  /** Orders for the runs that this one has called. */
  async function callOthers(run: RunState): Promise<void> {
    for (const [step, node] of Object.entries(run.nodes)) {
      if (node.status !== 'delegated') continue;
      if (isUndo(step)) await command(node.childRunId, { type: 'compensate', reason: `${run.runId} is being undone` });
      else if (run.status === 'cancelling') {
        await command(node.childRunId, { type: 'cancel', reason: `${run.runId} is being cancelled` });
        driver.abort(node.childRunId);
      }
    }
  }

  return {
    dispatch,
    async notifyDependents(run) {
      await callOthers(run);
      if (!isTerminal(run.status)) return;
      if (run.trigger.type === 'run') await dispatch(run.trigger.runId);
      const next = run.concurrencyKey === null ? null : await believed(lookups.firstInLine(run.concurrencyKey));
      if (next !== null) await dispatch(next);
    },
  };
}
