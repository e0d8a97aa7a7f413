// Before a step that needs approval starts, and before what a person has ordered is written, what a state says is held against the
// chained events: a state alone never acts.
import { playbookStreamId } from '../../core/change-control/state.ts';
import type { StoredEvent } from '../../core/events.ts';
import { vouchedFor } from '../../core/redaction/vouched.ts';
import { systemStreamId } from '../../core/system/events.ts';
import type { Vouch } from '../../core/timeline/chain.ts';
import { type Held, holdAgainstChain } from '../../core/timeline/hold-against-chain.ts';
import { type HeldGroup, holdGroup } from '../../core/timeline/hold-group.ts';
import { type HeldPlaybookLife, holdPlaybookLife } from '../../core/timeline/hold-playbook-life.ts';
import { type HeldSystem, holdSystem } from '../../core/timeline/hold-system.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { Change, EventStore, IncidentChange, SystemStream } from '../../ports/ledger.ts';

const goesOn: readonly string[] = ['step.started', 'step.delegated', 'step.waiting'];

/** True for the begin of a step that somebody approved, and for the end of a step that is nothing but an approval. */
function bindsApproval({ runs }: IncidentChange, { type, data }: StoredEvent): boolean {
  if (!goesOn.includes(type) && !(type === 'step.succeeded' && data['attempt'] === 0)) return false;
  const run = runs.find(({ state }) => state.runId === data['runId'])?.state;
  const approvals = Object.values(run?.approvals ?? {});
  return approvals.some(({ step, status }) => step === data['step'] && status === 'granted');
}

/** What proving needs. The system stream vouches for redacted events, and is asked only where one is met. */
export type ProveParts = {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly systemStream: Pick<SystemStream, 'load'>;
};

/**
 * Resolves if a change neither is a person's order nor starts anything that an approval binds, or if the events of its stream together
 * with its own lead to exactly what it writes.
 * @param isOrdered a person asks for the change: that is never so often that its events could not be read
 * @throws RecordFaultError if they do not
 */
export async function proveChange(
  { store, systemStream }: ProveParts,
  change: Change,
  isOrdered: boolean,
): Promise<void> {
  const vouch: Vouch = async (event) => vouchedFor((await systemStream.load()).state.redactions ?? {}, event);
  // What opens a stream rests on no state.
  const isDue = isOrdered && change.expected !== null;
  if (change.stream === 'system') {
    if (!isDue) return;
    const read = { hasMoved: false };
    judge(await holdSystem(whole(store, systemStreamId, change, read), change), read);
    return;
  }
  if (change.stream === 'playbook') {
    if (!isDue) return;
    const { life, head } = change;
    const streamId = playbookStreamId(life.name);
    const read = { hasMoved: false };
    judge(await holdPlaybookLife(whole(store, streamId, change, read), { streamId, head, life, vouch }), read);
    return;
  }
  if (change.stream === 'group') {
    if (!isDue) return;
    const { group, head } = change;
    const read = { hasMoved: false };
    judge(await holdGroup(whole(store, group.id, change, read), { streamId: group.id, head, group, vouch }), read);
    return;
  }
  if (!isDue && !change.events.some((event) => bindsApproval(change, event))) return;
  const { incident, head, runs } = change;
  const claim = { streamId: incident.id, head, incident, runs: runs.map(({ state }) => state), vouch };
  const read = { hasMoved: false };
  judge(await holdAgainstChain(whole(store, incident.id, change, read), claim), read);
}

/**
 * The events of a stream up to where a change was decided on, and the change's own. `read.hasMoved`: in the very place of the change
 * another event stands by now, so that the change will not be written.
 */
async function* whole(
  store: Pick<EventStore, 'readStream'>,
  streamId: string,
  change: Change,
  read: { hasMoved: boolean },
): AsyncGenerator<StoredEvent> {
  const { expected, events } = change;
  const end = expected?.version ?? 0;
  // What a change redacts of its own stream stands there only with it.
  const redacted =
    change.stream === 'system' && change.redacted?.type === 'event' ? change.redacted.plan.redacted : null;
  const isRedacted = ({ streamId: id, seq }: StoredEvent) => redacted?.streamId === id && redacted.seq === seq;
  if (end > 0)
    for await (const event of store.readStream(streamId)) {
      if (event.seq > end) {
        read.hasMoved = event.seq === end + 1;
        break;
      }
      yield redacted && isRedacted(event) ? redacted : event;
    }
  yield* events;
}

/** What was decided while the stream moved on may rest on two of its moments: it meets a conflict, which is no fault of the record. */
function judge(
  held: Held | HeldGroup | HeldSystem | HeldPlaybookLife,
  { hasMoved }: { readonly hasMoved: boolean },
): void {
  if (held.outcome === 'bad' && !hasMoved) throw new RecordFaultError(held.place);
}
