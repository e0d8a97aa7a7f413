// Follows a run: every event of it in order, until nothing more happens by itself. Reads only.
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEvent } from '../../core/events.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { describe } from '../../core/timeline/describe.ts';
import type { Store } from '../../store/open.ts';
import { CliError, line, paint, print } from '../session/output.ts';
import { runOf } from './show-run.ts';

const lookEveryMs = 250;

/** How following ended, with the run as it stood. */
export type Followed = { readonly state: RunState; readonly events: readonly StoredEvent[]; readonly inTime: boolean };

/**
 * Follows a run until it has ended.
 * @param seen is told each event once, in order
 * @param withinMs gives up after this long; the run goes on
 */
export async function followRun(
  store: Store,
  { runId, incidentId }: Pick<RunState, 'runId' | 'incidentId'>,
  seen: (event: StoredEvent) => void,
  withinMs: number,
): Promise<Followed> {
  const events: StoredEvent[] = [];
  const deadline = performance.now() + withinMs;
  for (let next = 1; ; ) {
    // First where the run stands, then its events: so the last of them are never missed.
    const { state } = await runOf(store, runId);
    for await (const event of store.events.readStream(incidentId, next)) {
      next = event.seq + 1;
      if (event.data.runId !== runId) continue;
      events.push(event);
      seen(event);
    }
    if (isTerminal(state.status)) return { state, events, inTime: true };
    if (performance.now() >= deadline) return { state, events, inTime: false };
    await delay(lookEveryMs);
  }
}

/** Prints an event for a person. */
export function printEvent(event: StoredEvent): void {
  const { text, tone } = describe(event);
  print(`${paint('dim', event.at)}  ${paint(tone, line(text, 2000))}`);
}

/** Prints an event that has just happened; what asks for a decision also says how to give it. */
export function printFresh(event: StoredEvent): void {
  printEvent(event);
  if (event.type === 'approval.requested')
    print(`${' '.repeat(event.at.length)}  firebreak approve ${event.data.approvalId}`);
}

/** The end of a run that did not come in time. */
export const notInTime = ({ status, runId }: RunState): CliError =>
  new CliError('timeout', `the run is still ${status}; \`firebreak runs show ${runId}\` says what it waits for`);
