// Turns what was decided into changes of the ledger and appends them, inside the interceptors. Decides nothing, folds nothing.
import type { Recorded, StoredEvent } from '../core/events.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { poolsToWake, wakeAt } from '../core/run/owed.ts';
import type { RunState } from '../core/run/state.ts';
import { archivedIn } from '../core/system/archived.ts';
import { type SystemEvent, systemStreamId } from '../core/system/events.ts';
import { type SystemState, switchOf, tokenOf } from '../core/system/state.ts';
import { linkEvents } from '../core/timeline/chain.ts';
import type {
  Appended,
  Change,
  EventStore,
  IncidentChange,
  LoadedIncident,
  LoadedSystem,
  RunSnapshot,
  StreamHead,
  SystemChange,
  SystemStream,
} from '../ports/ledger.ts';
import type { Interception } from './interceptors/interceptor.ts';
import { proveApproved } from './record/prove-approved.ts';

/** What a command wants to write into one incident's stream: the events, and the states they were folded into. */
export type IncidentProposal = {
  readonly stream: 'incident';
  readonly incidentId: string;
  /** What it was decided on; null opens the stream. */
  readonly before: LoadedIncident | null;
  /** The incident after the events. */
  readonly incident: IncidentState;
  readonly events: readonly Recorded[];
  /** The runs that changed, after the events. */
  readonly runs: readonly { readonly state: RunState; readonly playbook: Playbook }[];
  readonly alerts?: IncidentChange['alerts'];
  readonly receipts?: readonly string[];
};

/** What a command wants to write into the system stream. */
export type SystemProposal = {
  readonly stream: 'system';
  /** What it was decided on. */
  readonly before: LoadedSystem;
  /** The state after the events. */
  readonly state: SystemState;
  readonly events: readonly Recorded<SystemEvent>[];
};

/** What a command wants to write into one stream. */
export type Proposal = IncidentProposal | SystemProposal;

/** The change that a proposal leads to. */
export type ChangeOf<P extends Proposal> = Extract<Change, { stream: P['stream'] }>;

/** How an append ended; `locked` names the concurrency key that another run holds. */
export type AppendOutcome =
  | { readonly outcome: 'appended'; readonly changes: readonly [Change, ...Change[]] }
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'locked'; readonly key: string };

/** When and why something is appended. */
export type AppendMeta = { readonly at: string; readonly cause: string };

/** Appends proposals for streams of one kind, all or none; `changes` has one for each, in their order. */
export type Append = (proposals: readonly [Proposal, ...Proposal[]], meta: AppendMeta) => Promise<AppendOutcome>;

/** What appending needs. */
export type AppendParts = {
  readonly store: Pick<EventStore, 'append' | 'appendTogether' | 'readStream'>;
  readonly systemStream: Pick<SystemStream, 'append'>;
  readonly around: Pick<Interception, 'append'>;
  readonly incidentWakeAt: (incident: IncidentState) => string | null;
};

/** Appends to a ledger. */
export function createAppend(parts: AppendParts): Append {
  const { store, systemStream, around, incidentWakeAt } = parts;

  function write(changes: readonly [Change, ...Change[]]): Promise<Appended> {
    const [first] = changes;
    if (changes.length === 1) return first.stream === 'system' ? systemStream.append(first) : store.append(first);
    const ofIncidents = changes.filter((change) => change.stream === 'incident');
    if (ofIncidents.length < changes.length) throw new Error('only changes of incidents are appended together');
    return store.appendTogether(ofIncidents);
  }

  return async ([first, ...rest], { at, cause }) => {
    const change = (proposal: Proposal): Change =>
      proposal.stream === 'system'
        ? systemChangeOf(proposal, { at, cause })
        : changeOf(proposal, { at, cause, wakeAt: incidentWakeAt(proposal.incident) });
    const changes: [Change, ...Change[]] = [change(first), ...rest.map(change)];
    for (const one of changes) if (one.stream === 'incident') await proveApproved(store, one);
    const appended = await around.append(changes, () => write(changes));
    switch (appended) {
      case 'appended':
        return { outcome: 'appended', changes };
      case 'locked':
        return { outcome: 'locked', key: heldKey(first) };
      case 'conflict':
        return { outcome: 'conflict' };
    }
  };
}

const heldKey = (proposal: Proposal) =>
  (proposal.stream === 'incident' && proposal.runs[0]?.state.concurrencyKey) || 'its key';

/** One change of an incident's stream, linked to its end. */
export function changeOf(
  proposal: IncidentProposal,
  { at, cause, wakeAt: incidentWakeAt }: AppendMeta & { readonly wakeAt: string | null },
): IncidentChange {
  const { incidentId, before, incident, events, runs, alerts = [], receipts = [] } = proposal;
  const expected = before?.head ?? null;
  const { head, events: stored } = linked(incidentId, expected, events, { at, cause });
  return {
    stream: 'incident',
    incident,
    incidentChanged: incident !== before?.incident,
    incidentWakeAt,
    head,
    expected,
    events: stored,
    runs: runs.map(({ state, playbook }) => snapshotOf(state, playbook, at)),
    alerts,
    receipts,
  };
}

/** One change of the system stream, linked to its end. */
export function systemChangeOf({ before, state, events }: SystemProposal, meta: AppendMeta): SystemChange {
  const was = before.state;
  const { head, events: stored } = linked(systemStreamId, before.head, events, meta);
  return {
    stream: 'system',
    state,
    head,
    expected: before.head,
    events: stored,
    engaged: Object.values(state.switches).filter((one) => switchOf(was, one.scope) !== one),
    released: Object.keys(was.switches).filter((scope) => !switchOf(state, scope)),
    tokens: Object.values(state.tokens).filter((token) => tokenOf(was, token.name) !== token),
    archived: archivedIn(stored),
  };
}

/** Events in their place after the end of a stream, and where it ends then. */
function linked(
  streamId: string,
  expected: StreamHead | null,
  events: readonly (Recorded | Recorded<SystemEvent>)[],
  { at, cause }: AppendMeta,
): { readonly head: StreamHead; readonly events: readonly StoredEvent[] } {
  const stored = linkEvents(
    streamId,
    expected,
    events.map(({ type, actor, data }) => ({ type, at, actor, cause, data })),
  );
  const last = stored.at(-1);
  if (!last) throw new Error(`a change of ${streamId} without events`);
  return { head: { version: last.seq, hash: last.hash }, events: stored };
}

const snapshotOf = (state: RunState, playbook: Playbook, at: string): RunSnapshot => ({
  state,
  wakeAt: wakeAt(state, playbook, at),
  pools: poolsToWake(state, playbook),
});
