// Turns what was decided into changes of the ledger and appends them, inside the interceptors. Decides nothing, folds nothing.
import type { Caller } from '../core/authority/principal.ts';
import type { PlaybookLifeEvent } from '../core/change-control/events.ts';
import { playbookStreamId } from '../core/change-control/state.ts';
import type { Recorded, StoredEvent } from '../core/events.ts';
import type { GroupEvent } from '../core/group/events.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { assertNever } from '../core/result.ts';
import { poolsToWake, wakeAt } from '../core/run/owed.ts';
import type { RunState } from '../core/run/state.ts';
import type { Masker } from '../core/secret/masker.ts';
import { archivedIn } from '../core/system/archived.ts';
import { type SystemEvent, systemStreamId } from '../core/system/events.ts';
import { switchOf, tokenOf } from '../core/system/state.ts';
import { linkEvents } from '../core/timeline/chain.ts';
import type {
  Appended,
  Change,
  EventStore,
  GroupChange,
  GroupStreams,
  IncidentChange,
  PlaybookLifeChange,
  PlaybookLives,
  RunSnapshot,
  StreamHead,
  SystemChange,
  SystemStream,
} from '../ports/ledger.ts';
import type { Interception } from './interceptors/interceptor.ts';
import type {
  AppendMeta,
  GroupProposal,
  IncidentProposal,
  PlaybookLifeProposal,
  Proposal,
  SystemProposal,
} from './proposal.ts';
import { isMasked, maskedProposals } from './record/masked-proposal.ts';
import { proveChange } from './record/prove-change.ts';

/** The change that a proposal leads to. */
export type ChangeOf<P extends Proposal> = Extract<Change, { stream: P['stream'] }>;

/** How an append ended; `locked` names the concurrency key that another run holds. */
export type AppendOutcome =
  | { readonly outcome: 'appended'; readonly changes: readonly [Change, ...Change[]] }
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'locked'; readonly key: string };

/**
 * Appends proposals for streams of incidents and groups, all or none, or for one of the system or a playbook alone; `changes` has one for each, in their order. Where a person asks for it,
 * what it rests on is held against the events first.
 */
export type Append = (
  proposals: readonly [Proposal, ...Proposal[]],
  meta: { readonly at: string; readonly caller: Caller },
) => Promise<AppendOutcome>;

/** What appending needs. */
export type AppendParts = {
  readonly store: Pick<EventStore, 'append' | 'appendTogether' | 'readStream'>;
  readonly groups: Pick<GroupStreams, 'append'>;
  readonly lives: Pick<PlaybookLives, 'append'>;
  readonly systemStream: Pick<SystemStream, 'append' | 'load'>;
  readonly mask: Masker['mask'];
  readonly around: Pick<Interception, 'append'>;
  readonly incidentWakeAt: (incident: IncidentState) => string | null;
};

/** Appends to a ledger. */
export function createAppend(parts: AppendParts): Append {
  const { store, groups, lives, systemStream, around, incidentWakeAt } = parts;

  function writeOne(change: Change): Promise<Appended> {
    switch (change.stream) {
      case 'system':
        return systemStream.append(change);
      case 'group':
        return groups.append(change);
      case 'playbook':
        return lives.append(change);
      case 'incident':
        return store.append(change);
      default:
        return assertNever(change);
    }
  }

  function write(changes: readonly [Change, ...Change[]]): Promise<Appended> {
    const [first] = changes;
    if (changes.length === 1) return writeOne(first);
    const together = changes.filter((change) => change.stream === 'incident' || change.stream === 'group');
    if (together.length < changes.length)
      throw new Error('a change of the system, or of a playbook, is appended alone');
    return store.appendTogether(together);
  }

  return async (proposals, { at, caller: { cause, principal } }) => {
    const [first, ...rest] = isMasked(parts.mask, proposals)
      ? proposals
      : await maskedProposals(parts, proposals, { at, cause });
    const change = (proposal: Proposal): Change => {
      switch (proposal.stream) {
        case 'system':
          return systemChangeOf(proposal, { at, cause });
        case 'group':
          return groupChangeOf(proposal, { at, cause });
        case 'playbook':
          return playbookLifeChangeOf(proposal, { at, cause });
        case 'incident':
          return changeOf(proposal, { at, cause, wakeAt: incidentWakeAt(proposal.incident) });
        default:
          return assertNever(proposal);
      }
    };
    const changes: [Change, ...Change[]] = [change(first), ...rest.map(change)];
    const isOrdered = principal.type !== 'system' && principal.type !== 'sender';
    for (const one of changes) await proveChange({ store, systemStream }, one, isOrdered);
    const appended = await around.append(changes, () => write(changes));
    switch (appended) {
      case 'appended':
        return { outcome: 'appended', changes };
      case 'locked':
        return { outcome: 'locked', key: heldKey([first, ...rest]) };
      case 'conflict':
        return { outcome: 'conflict' };
    }
  };
}

const heldKey = (proposals: readonly Proposal[]) =>
  proposals
    .flatMap((proposal) => (proposal.stream === 'incident' ? proposal.runs : []))
    .flatMap(({ state }) => state.concurrencyKey ?? [])[0] ?? 'its key';

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

/** One change of an alert group's stream, linked to its end. */
export function groupChangeOf(
  { groupId, before, group, events, wakeAt: at, receipts = [] }: GroupProposal,
  meta: AppendMeta,
): GroupChange {
  const expected = before?.head ?? null;
  const { head, events: stored } = linked(groupId, expected, events, meta);
  return { stream: 'group', group, head, expected, events: stored, wakeAt: at, receipts };
}

/** One change of a playbook's stream, linked to its end. */
export function playbookLifeChangeOf(
  { playbookName, before, life, events }: PlaybookLifeProposal,
  meta: AppendMeta,
): PlaybookLifeChange {
  const { head, events: stored } = linked(playbookStreamId(playbookName), before.head, events, meta);
  return { stream: 'playbook', life, head, expected: before.head, events: stored };
}

/** One change of the system stream, linked to its end. */
export function systemChangeOf({ before, state, events, redacted }: SystemProposal, meta: AppendMeta): SystemChange {
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
    redacted,
  };
}

/** Events in their place after the end of a stream, and where it ends then. */
function linked(
  streamId: string,
  expected: StreamHead | null,
  events: readonly (Recorded | Recorded<GroupEvent> | Recorded<SystemEvent> | Recorded<PlaybookLifeEvent>)[],
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
