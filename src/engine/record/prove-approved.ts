// Before a step that needs approval starts, what its run is said to be is held against the chained events: a state alone never acts.
import type { StoredEvent } from '../../core/events.ts';
import { holdAgainstChain } from '../../core/timeline/hold-against-chain.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { EventStore, IncidentChange } from '../../ports/ledger.ts';

const goesOn: readonly string[] = ['step.started', 'step.delegated', 'step.waiting'];

/** True for the begin of a step that somebody approved, and for the end of a step that is nothing but an approval. */
function bindsApproval({ runs }: IncidentChange, { type, data }: StoredEvent): boolean {
  if (!goesOn.includes(type) && !(type === 'step.succeeded' && data['attempt'] === 0)) return false;
  const run = runs.find(({ state }) => state.runId === data['runId'])?.state;
  const approvals = Object.values(run?.approvals ?? {});
  return approvals.some(({ step, status }) => step === data['step'] && status === 'granted');
}

/**
 * Resolves if a change starts nothing that an approval binds, or if the events of its stream together with its own lead to
 * exactly the runs that it writes.
 * @throws RecordFaultError if they do not
 */
export async function proveApproved(store: Pick<EventStore, 'readStream'>, change: IncidentChange): Promise<void> {
  if (!change.events.some((event) => bindsApproval(change, event))) return;
  const { incident, head, expected, events, runs } = change;
  async function* whole(): AsyncGenerator<StoredEvent> {
    const end = expected?.version ?? 0;
    if (end > 0)
      for await (const event of store.readStream(incident.id)) {
        if (event.seq > end) break;
        yield event;
      }
    yield* events;
  }
  const claim = { streamId: incident.id, head, incident, runs: runs.map(({ state }) => state) };
  const held = await holdAgainstChain(whole(), claim);
  if (held.outcome === 'bad') throw new RecordFaultError(held.place);
}
