// The last look before anything is recorded: whatever let a known secret through, no event holds it. Decides nothing.

import type { PlaybookLifeEvent } from '../../core/change-control/events.ts';
import { evolveLife } from '../../core/change-control/evolve.ts';
import type { Recorded, StoredEvent } from '../../core/events.ts';
import type { GroupEvent } from '../../core/group/events.ts';
import { evolveGroup, openGroup } from '../../core/group/evolve.ts';
import type { GroupState } from '../../core/group/state.ts';
import { idMembers } from '../../core/redaction/redact-data.ts';
import { assertNever } from '../../core/result.ts';
import type { Masker } from '../../core/secret/masker.ts';
import type { SystemEvent } from '../../core/system/events.ts';
import { evolveSystem } from '../../core/system/evolve.ts';
import { linkEvents } from '../../core/timeline/chain.ts';
import { foldStream } from '../../core/timeline/fold-stream.ts';
import type { EventStore } from '../../ports/ledger.ts';
import type {
  AppendMeta,
  GroupProposal,
  IncidentProposal,
  PlaybookLifeProposal,
  Proposal,
  SystemProposal,
} from '../proposal.ts';

/** What masking a proposal needs. */
export type MaskingParts = {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly mask: Masker['mask'];
};

const references: ReadonlySet<string> = new Set(idMembers);

/** True if nothing of these proposals holds a known secret: as it should be, and at no cost but one look. */
export const isMasked = (mask: Masker['mask'], proposals: readonly Proposal[]): boolean =>
  proposals.every(
    (proposal) =>
      maskedEvents<AnyRecorded>(mask, proposal.events) === null &&
      (proposal.stream !== 'incident' || proposal.alerts === undefined || mask(proposal.alerts) === proposal.alerts),
  );

/**
 * The proposals without known secrets in their events. Their states are those that the masked events lead to, so that whoever
 * folds the stream sees what was stored.
 */
export async function maskedProposals(
  parts: MaskingParts,
  [first, ...rest]: readonly [Proposal, ...Proposal[]],
  meta: AppendMeta,
): Promise<readonly [Proposal, ...Proposal[]]> {
  const masked = async (one: Proposal): Promise<Proposal> => {
    switch (one.stream) {
      case 'system':
        return ofSystem(parts, one, meta);
      case 'group':
        return ofGroup(parts, one, meta);
      case 'playbook':
        return ofPlaybook(parts, one, meta);
      case 'incident':
        return ofIncident(parts, one, meta);
      default:
        return assertNever(one);
    }
  };
  return [await masked(first), ...(await Promise.all(rest.map(masked)))];
}

type AnyRecorded = Recorded | Recorded<GroupEvent> | Recorded<SystemEvent> | Recorded<PlaybookLifeEvent>;

function maskedEvents<E extends AnyRecorded>(mask: Masker['mask'], events: readonly E[]) {
  let changed = false;
  const masked = events.map((event): E => {
    const { id, ...named } = event.actor;
    const [data, about] = [mask(event.data), mask(named)];
    if (data === event.data && about === named) return event;
    changed = true;
    const kept = Object.entries(event.data).filter(([key]) => references.has(key));
    return { ...event, actor: { ...about, id }, data: { ...data, ...Object.fromEntries(kept) } };
  });
  return changed ? masked : null;
}

function ofSystem({ mask }: MaskingParts, proposal: SystemProposal, { at }: AppendMeta): SystemProposal {
  const events = maskedEvents(mask, proposal.events);
  if (events === null) return proposal;
  let state = proposal.before.state;
  for (const event of events) state = evolveSystem(state, { ...event, at });
  return { ...proposal, events, state };
}

function ofPlaybook({ mask }: MaskingParts, proposal: PlaybookLifeProposal, { at }: AppendMeta): PlaybookLifeProposal {
  const events = maskedEvents(mask, proposal.events);
  if (events === null) return proposal;
  let { life } = proposal.before;
  for (const event of events) life = evolveLife(life, { ...event, at });
  return { ...proposal, events, life };
}

function ofGroup({ mask }: MaskingParts, proposal: GroupProposal, { at }: AppendMeta): GroupProposal {
  const events = maskedEvents(mask, proposal.events);
  if (events === null) return proposal;
  let group: GroupState | null = proposal.before?.group ?? null;
  for (const event of events) {
    const fact = { ...event, at };
    if (fact.type === 'group.opened') group = openGroup(proposal.groupId, fact);
    else if (group) group = evolveGroup(group, fact);
  }
  if (group === null) throw new Error(`the events of ${proposal.groupId} lead to no alert group`);
  return { ...proposal, events, group };
}

async function ofIncident(
  { store, mask }: MaskingParts,
  proposal: IncidentProposal,
  { at, cause }: AppendMeta,
): Promise<IncidentProposal> {
  const events = maskedEvents(mask, proposal.events);
  const alerts = proposal.alerts && mask(proposal.alerts);
  const kept = alerts === undefined ? proposal : { ...proposal, alerts };
  if (events === null) return kept;
  const { incidentId, before } = proposal;
  const stream: StoredEvent[] = [];
  if (before)
    for await (const event of store.readStream(incidentId)) if (event.seq <= before.head.version) stream.push(event);
  const recorded = events.map(({ type, actor, data }) => ({ type, at, actor, cause, data }));
  const folded = foldStream([...stream, ...linkEvents(incidentId, before?.head ?? null, recorded)]);
  if (folded.incident === null) throw new Error(`the events of ${incidentId} lead to no incident`);
  const runs = proposal.runs.map(({ state, playbook }) => ({ state: folded.runs.get(state.runId) ?? state, playbook }));
  return { ...kept, incident: folded.incident, events, runs };
}
