// From an accepted delivery to groups, incident and runs, in one commit per incident. Idempotent: a delivery that was dealt with does
// nothing. What is told to whom, and what of it is news, is decided by the group and the incident, not here.
import type { Alert } from '../../core/alert/alert.ts';
import type { StagedAlert } from '../../core/alert/staged.ts';
import type { Principal } from '../../core/authority/principal.ts';
import type { ClaimedDelivery } from '../../ports/intake.ts';
import type { Heartbeats } from './heartbeats.ts';
import { type AlertHome, decidePortion, isDoubtful, type PlaceParts, type Portion, placeOf } from './place.ts';
import type { Stages } from './stages.ts';

/** What intake needs. */
export type IntakeParts = PlaceParts & {
  readonly stages: Stages;
  readonly heartbeats: Pick<Heartbeats, 'withoutHeartbeats'>;
};

/** Deals with one delivery. What it leads to is committed when this resolves. */
export async function processDelivery(parts: IntakeParts, delivery: ClaimedDelivery): Promise<void> {
  const at = new Date(parts.runtime.nowMs()).toISOString();
  const news = parts.heartbeats.withoutHeartbeats(await newsOf(parts, delivery));
  const staged = await whereHeld(parts, await parts.stages.apply(news, at));
  const portions = await portionsOf(parts, staged);
  if (portions.length === 0) await parts.deliveries.settle(delivery.receipt);
  for (const [n, portion] of portions.entries())
    await placePortion(parts, delivery, { portion, last: n === portions.length - 1 });
}

/** A delivery that failed before, or was dead, may have been overtaken: of an alert that a later one told about the later word counts. */
async function newsOf(
  { deliveries }: IntakeParts,
  { receipt, alerts, tries }: ClaimedDelivery,
): Promise<readonly Alert[]> {
  if (tries === 0) return alerts;
  const told = new Set(await deliveries.toldSince(receipt));
  return alerts.filter(({ fingerprint }) => !told.has(fingerprint));
}

/** What a group holds already goes on with that group, whatever the stages would make of it today. */
async function whereHeld(
  { groups, stages, mask }: IntakeParts,
  staged: readonly StagedAlert[],
): Promise<readonly StagedAlert[]> {
  if (staged.length === 0) return staged;
  const holding = await groups.holding(staged.map(({ alert }) => alert.fingerprint));
  return staged.map((one) => {
    const group = holding.get(one.alert.fingerprint);
    // A key that holds a secret is stored masked, and found as it is stored.
    const { rule } = one;
    return stages.inGroup(one, group ?? { key: mask(one.key), rule });
  });
}

const grouped = <K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

/**
 * The alerts by the incident that takes them together. Those of one group share one; but an alert that is active in another incident, because it
 * moved to this group or stands in two, stays there: an alert belongs to one incident at a time.
 */
export async function portionsOf(
  { correlation }: IntakeParts,
  staged: readonly StagedAlert[],
): Promise<readonly Portion[]> {
  const portions: Portion[] = [];
  for (const [group, ofGroup] of grouped(staged, ({ key }) => key)) {
    const homes =
      ofGroup.length === 1 ? null : await correlation.activeIn(ofGroup.map(({ alert }) => alert.fingerprint));
    const elsewhere = ({ alert }: StagedAlert) => {
      const home = homes?.get(alert.fingerprint);
      return home && home.groupKey !== group ? home.incidentId : null;
    };
    for (const [home, [first, ...others]] of grouped(ofGroup, elsewhere)) {
      if (!first) continue;
      const together = [first, ...others];
      // Of the group's own: one that is active leads, wherever its incident stands.
      const lead = (home === null && together.find(({ alert }) => homes?.has(alert.fingerprint))) || first;
      portions.push({ lead, staged: together });
    }
  }
  return portions;
}

async function placePortion(
  parts: IntakeParts,
  { receipt, source, integration }: ClaimedDelivery,
  { portion: staged, last }: { readonly portion: Portion; readonly last: boolean },
): Promise<void> {
  const sender: Principal = { type: 'sender', source, integration };
  let looked = false;
  const outcome = await parts.pipeline.execute({
    name: 'place_alerts',
    caller: { principal: sender, cause: receipt },
    right: 'deliver',
    resourceOf: () => ({}),
    about: () => [],
    missing: 'there is no such delivery',
    async load() {
      // The delivery was claimed; only after a conflict another process may have dealt with it.
      const open = !looked || (await parts.deliveries.isOpen(receipt));
      looked = true;
      const place = await placeOf(parts, staged.lead);
      return { place, open, portion: await heldAnew(parts, place, staged) };
    },
    // Those of one group wait for each other here: each of them writes its stream, and would meet the others there.
    keyOf: ({ place: { found, group } }) => found?.incident.id ?? group?.group.id ?? staged.lead.key,
    decide: ({ open, place, portion }, { at }) =>
      open
        ? decidePortion(parts, place, { portion, receipt, at, receipts: last ? [receipt] : [] })
        : { outcome: 'unchanged' },
  });
  if (outcome.outcome === 'refused') throw new Error(`alerts were not placed: ${outcome.refusal.message}`);
  if (outcome.outcome === 'unchanged' && last) await parts.deliveries.settle(receipt);
}

/** Staged once more, with what is known now, where another process may know more. */
async function heldAnew({ stages, runtime }: IntakeParts, { group }: AlertHome, portion: Portion): Promise<Portion> {
  const at = new Date(runtime.nowMs()).toISOString();
  if (group === null || !isDoubtful(group.group, portion.staged, at)) return portion;
  const alerts = portion.staged.map(({ alert }) => alert);
  const staged = (await stages.reviewAnew(alerts, at)).map((one) => stages.inGroup(one, group.group));
  const lead = staged.find(({ alert }) => alert.fingerprint === portion.lead.alert.fingerprint) ?? portion.lead;
  return { lead, staged };
}
