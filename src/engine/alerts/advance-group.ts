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

/** A group, where its alerts belong, and what is held of it. */
type Reviewed = {
  readonly place: AlertHome & { readonly group: LoadedGroup };
  readonly held: readonly StagedAlert[];
};

/** Makes the way to advance groups. */
export function createAdvanceGroup(parts: AdvanceGroupParts): AdvanceGroup {
  return async (groupId) => {
    // Before it is loaded: what wakes it meanwhile must not be slept over.
    const lookedAt = new Date(parts.runtime.nowMs()).toISOString();
    const outcome = await parts.pipeline.execute({
      name: 'advance_group',
      caller: { principal: systemPrincipal, cause: 'reconcile' },
      right: 'order',
      resourceOf: () => ({}),
      missing: `there is no alert group ${groupId}`,
      load: () => review(parts, groupId),
      keyOf: ({ place }) => place.found?.incident.id ?? groupId,
      decide: ({ place, held }: Reviewed, { at }) => advance(parts, { place, held, at }),
    });
    // Nothing came of it: it is looked at again when it may.
    if (outcome.outcome !== 'unchanged') return;
    const { group, head } = outcome.loaded.place.group;
    const wakeAt = groupWakeAt(group, parts.stages.planOf(group).settings, lookedAt);
    await parts.groups.rest({ group, head }, { lookedAt, wakeAt });
  };
}

async function review(parts: AdvanceGroupParts, groupId: string): Promise<Reviewed | null> {
  const group = await parts.groups.load(groupId);
  if (group === null) return null;
  const at = new Date(parts.runtime.nowMs()).toISOString();
  const alerts = heldIn(group.group).map(([, { alert }]) => alert);
  const known = await parts.stages.review(alerts, at);
  const staged = isDoubtful(group.group, known, at) ? await parts.stages.reviewAnew(alerts, at) : known;
  const held = staged.map((one) => parts.stages.inGroup(one, group.group));
  const [lead] = held;
  const place = lead ? await placeOf(parts, lead, group) : { found: null, openInGroup: null };
  return { place: { ...place, group }, held };
}

async function advance(parts: AdvanceGroupParts, { place, held, at }: Reviewed & { readonly at: string }) {
  const { group } = place.group;
  const plan = held[0] ?? parts.stages.planOf(group);
  const taker = takerOf(parts, place, { alerts: held.map(({ alert }) => alert), at });
  const verdicts = new Map(held.map(({ alert, verdict }) => [alert.fingerprint, verdict]));
  const decision = decideGroup(
    group,
    { type: 'advance', verdictOf: ({ fingerprint }) => verdicts.get(fingerprint) ?? { type: 'pass' } },
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
