// Timers of alert groups: what was held goes on when nothing holds it any more. The way on is the one that deliveries take.
import type { StagedAlert } from '../../core/alert/staged.ts';
import { systemPrincipal } from '../../core/authority/principal.ts';
import { systemActor } from '../../core/events.ts';
import { decideGroup } from '../../core/group/decide.ts';
import { heldIn } from '../../core/group/state.ts';
import { groupWakeAt } from '../../core/group/wake-at.ts';
import type { GroupStreams, LoadedGroup } from '../../ports/ledger.ts';
import { type AlertHome, afterGroup, contextOf, isDoubtful, type PlaceParts, placeOf, takerOf } from './place.ts';
import type { Stages } from './stages.ts';

/** What advancing groups needs. */
export type AdvanceGroupParts = PlaceParts & {
  readonly stages: Pick<Stages, 'review' | 'reviewAnew' | 'planOf' | 'inGroup'>;
  readonly groups: Pick<GroupStreams, 'byKey' | 'holding' | 'load' | 'rest'>;
};

/** Advances one group: what its timers and the verdicts of now lead to is committed when it resolves. */
export type AdvanceGroup = (groupId: string) => Promise<void>;

/** A group, and what is held of it that goes on to one incident. */
type Reviewed = {
  readonly place: AlertHome & { readonly group: LoadedGroup };
  readonly held: readonly StagedAlert[];
  /** The incident that knows these alerts to fire; null: none does. */
  readonly home: string | null;
  /** More is held of it, for other incidents. */
  readonly more: boolean;
};

/** Makes the way to advance groups. */
export function createAdvanceGroup(parts: AdvanceGroupParts): AdvanceGroup {
  return async (groupId) => {
    // Before it is loaded: what wakes it meanwhile must not be slept over.
    const lookedAt = new Date(parts.runtime.nowMs()).toISOString();
    // Alerts of one group may be known to several incidents: each is told of its own, in a commit of its own.
    const done = new Set<string | null>();
    for (;;) {
      const outcome = await parts.pipeline.execute({
        name: 'advance_group',
        caller: { principal: systemPrincipal, cause: 'reconcile' },
        right: 'order',
        resourceOf: () => ({}),
        about: () => [],
        missing: `there is no alert group ${groupId}`,
        load: () => review(parts, groupId, done),
        keyOf: ({ place }) => place.found?.incident.id ?? groupId,
        decide: (reviewed: Reviewed, { at }) => advance(parts, reviewed, at),
      });
      if (outcome.outcome === 'refused') return;
      const { home, more, place } = outcome.loaded;
      done.add(home);
      if (more) continue;
      if (outcome.outcome === 'committed') return;
      // Nothing came of it: it is looked at again when it may.
      const { group, head } = place.group;
      const wakeAt = groupWakeAt(group, parts.stages.planOf(group).settings, lookedAt);
      await parts.groups.rest({ group, head }, { lookedAt, wakeAt });
      return;
    }
  };
}

async function review(
  parts: AdvanceGroupParts,
  groupId: string,
  done: ReadonlySet<string | null>,
): Promise<Reviewed | null> {
  const group = await parts.groups.load(groupId);
  if (group === null) return null;
  const at = new Date(parts.runtime.nowMs()).toISOString();
  const { home, members, more } = await nextHome(parts, group, done);
  const alerts = members.map(([, { alert }]) => alert);
  const known = await parts.stages.review(alerts, at);
  const staged = isDoubtful(group.group, known, at) ? await parts.stages.reviewAnew(alerts, at) : known;
  const held = staged.map((one) => parts.stages.inGroup(one, group.group));
  const [lead] = held;
  const place = lead ? await placeOf(parts, lead, group) : { found: null, openInGroup: null };
  return { place: { ...place, group }, held, home, more };
}

type Held = ReturnType<typeof heldIn>;

/** What is held for the next incident that was not dealt with yet; of a group of which nothing is held, nothing. */
async function nextHome(
  { correlation }: Pick<PlaceParts, 'correlation'>,
  { group }: LoadedGroup,
  done: ReadonlySet<string | null>,
): Promise<Pick<Reviewed, 'home' | 'more'> & { readonly members: Held }> {
  const members = heldIn(group);
  // What nobody was told of no incident knows; and where one is held alone there is nothing to tell apart.
  const told = (members.length > 1 || done.size > 0) && members.some(([, member]) => member.told);
  const homes = told ? await correlation.activeIn(members.map(([fingerprint]) => fingerprint)) : null;
  const homeOf = ([fingerprint]: Held[number]) => homes?.get(fingerprint)?.incidentId ?? null;
  const left = members.filter((member) => !done.has(homeOf(member)));
  const [first] = left;
  if (!first) return { home: null, more: false, members: [] };
  const home = homeOf(first);
  const own = left.filter((member) => homeOf(member) === home);
  return { home, more: own.length < left.length, members: own };
}

async function advance(parts: AdvanceGroupParts, { place, held }: Reviewed, at: string) {
  const { group } = place.group;
  const plan = held[0] ?? parts.stages.planOf(group);
  const taker = takerOf(parts, place, { alerts: held.map(({ alert }) => alert), at });
  const verdicts = new Map(held.map(({ alert, verdict }) => [alert.fingerprint, verdict]));
  const decision = decideGroup(
    group,
    { type: 'advance', verdictOf: ({ fingerprint }) => verdicts.get(fingerprint) ?? null },
    {
      at,
      actor: systemActor,
      settings: plan.settings,
      freshId: parts.runtime.newId('inc'),
      incident: contextOf(taker),
    },
  );
  if (decision === null) return { outcome: 'unchanged' as const };
  const receipt = decision.passed[0]?.receipt ?? '';
  return afterGroup(parts, { place, taker, decision, plan, receipt, receipts: [], at });
}
