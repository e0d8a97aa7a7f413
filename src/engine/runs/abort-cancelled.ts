// Ends what this process does for runs that are to be cancelled. Decides nothing.
import type { EventStore } from '../../ports/ledger.ts';
import { believed } from '../record/believed.ts';
import type { Driver } from './drive-run.ts';

/** Aborts the actions of those that are. The list is made of columns; the run itself tells whether it is to end. */
export async function abortCancelled(
  { events }: { readonly events: Pick<EventStore, 'loadRun'> },
  driver: Pick<Driver, 'abort'>,
  cancelling: readonly string[],
): Promise<void> {
  for (const runId of cancelling)
    if ((await believed(events.loadRun(runId)))?.run.status === 'cancelling') driver.abort(runId);
}
