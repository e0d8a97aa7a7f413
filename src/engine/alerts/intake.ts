// From an accepted delivery to incident and runs, in one commit per incident. Idempotent: a delivery that was dealt with does nothing.
// Which incident takes an alert and what of it is news is the incident's decision, not made here.
import type { Alert } from '../../core/alert/alert.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { systemActor } from '../../core/events.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import { groupOf, opensIncident, takesAlerts } from '../../core/incident/decide-alerts.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import { touchedAlerts } from '../../core/incident/touched-alerts.ts';
import { addMs } from '../../core/time.ts';
import type { ClaimedDelivery, Correlation, DeliveryLedger } from '../../ports/intake.ts';
import type { LoadedIncident } from '../../ports/ledger.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { openInGroupOf } from '../incidents/open-in-group.ts';
import type { CommandDecision, Pipeline } from '../pipeline.ts';
import { type AlertRunParts, runsForAlerts } from './runs-for-alerts.ts';

/** What intake needs. */
export type IntakeParts = AlertRunParts & {
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly runtime: Runtime;
  readonly deliveries: Pick<DeliveryLedger, 'isOpen' | 'settle' | 'toldSince'>;
  readonly correlation: Correlation;
  readonly rules: IncidentRules;
};

/** Deals with one delivery. What it leads to is committed when this resolves. */
export async function processDelivery(parts: IntakeParts, delivery: ClaimedDelivery): Promise<void> {
  const portions = await portionsOf(parts, await newsOf(parts, delivery));
  if (portions.length === 0) await parts.deliveries.settle(delivery.receipt);
  for (const [n, portion] of portions.entries()) await placeGroup(parts, delivery, portion, n === portions.length - 1);
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

/** Alerts that one incident takes together: the one that `lead` belongs to. */
type Portion = { readonly lead: Alert; readonly alerts: readonly Alert[] };

const grouped = <K>(alerts: readonly Alert[], keyOf: (alert: Alert) => K): ReadonlyMap<K, readonly Alert[]> => {
  const groups = new Map<K, Alert[]>();
  for (const alert of alerts) groups.set(keyOf(alert), [...(groups.get(keyOf(alert)) ?? []), alert]);
  return groups;
};

/**
 * The alerts by the incident that takes them together. Those of one group share one; but an alert that is active in another incident, because it
 * moved to this group or stands in two, stays there: an alert belongs to one incident at a time.
 */
async function portionsOf({ correlation }: IntakeParts, alerts: readonly Alert[]): Promise<readonly Portion[]> {
  const portions: Portion[] = [];
  for (const [group, ofGroup] of grouped(alerts, groupOf)) {
    const homes =
      ofGroup.length === 1 ? null : await correlation.activeIn(ofGroup.map(({ fingerprint }) => fingerprint));
    const elsewhere = (alert: Alert) => {
      const home = homes?.get(alert.fingerprint);
      return home && home.groupKey !== group ? home.incidentId : null;
    };
    for (const [home, [first, ...others]] of grouped(ofGroup, elsewhere)) {
      if (!first) continue;
      const together = [first, ...others];
      // Of the group's own: one that is active leads, wherever its incident stands.
      const lead = (home === null && together.find(({ fingerprint }) => homes?.has(fingerprint))) || first;
      portions.push({ lead, alerts: together });
    }
  }
  return portions;
}

/**
 * Where a group's alerts belong as things stand. `openInGroup`: the incident that is open in place of one that has ended; `open`: their
 * delivery is not dealt with yet.
 */
type Place = {
  readonly found: LoadedIncident | null;
  readonly openInGroup: LoadedIncident | null;
  readonly open: boolean;
};

async function placeGroup(
  parts: IntakeParts,
  { receipt, source, integration }: ClaimedDelivery,
  { lead, alerts }: Portion,
  last: boolean,
): Promise<void> {
  const sender: Principal = { type: 'sender', source, integration };
  let looked = false;
  const outcome = await parts.pipeline.execute<Place>({
    name: 'place_alerts',
    caller: { principal: sender, cause: receipt },
    right: 'deliver',
    resourceOf: () => ({}),
    missing: 'there is no such delivery',
    async load() {
      // The delivery was claimed; only after a conflict another process may have dealt with it.
      const open = !looked || (await parts.deliveries.isOpen(receipt));
      looked = true;
      const since = addMs(new Date(parts.runtime.nowMs()).toISOString(), -parts.rules.reopenWithinMs);
      const found = await parts.correlation.incidentFor(lead, since);
      return { found, openInGroup: found && (await openInGroupOf(parts.correlation, found)), open };
    },
    keyOf: ({ found }) => found?.incident.id ?? null,
    decide: ({ open, ...where }, { at }) =>
      open ? place(parts, where, { alerts, receipt, at, receipts: last ? [receipt] : [] }) : { outcome: 'unchanged' },
  });
  if (outcome.outcome === 'refused') throw new Error(`alerts were not placed: ${outcome.refusal.message}`);
  if (outcome.outcome === 'unchanged' && last) await parts.deliveries.settle(receipt);
}

async function place(
  parts: IntakeParts,
  { found: usual, openInGroup }: Omit<Place, 'open'>,
  given: {
    readonly alerts: readonly Alert[];
    readonly receipt: string;
    readonly receipts: readonly string[];
    readonly at: string;
  },
): Promise<CommandDecision> {
  const { alerts, receipt, receipts, at } = given;
  const context = { at, rules: parts.rules, openInGroup: openInGroup?.incident ?? null };
  // What fires again long after its incident ended belongs to the one that is open in its place, or to a new one.
  const found = [usual, openInGroup].find((one) => one && takesAlerts(one.incident, alerts, context)) ?? null;
  const before = found?.incident ?? null;
  const incidentId = before?.id ?? parts.runtime.newId('inc');
  const opens = before === null && opensIncident(alerts);
  const number = opens ? await parts.correlation.nextIncidentNumber() : (before?.number ?? 0);
  const decision = decideIncident(
    before,
    { type: 'place_alerts', incidentId, number, receipt, alerts },
    { ...context, actor: systemActor },
  );
  if (!decision.ok) return { outcome: 'refused', refusal: decision.error };
  const { events, state } = decision.value;
  if (events.length === 0 || state === null) return { outcome: 'unchanged' };
  const led = await runsForAlerts(parts, { incident: state, isNew: before === null, events, receipt, at });
  return {
    outcome: 'proposed',
    proposals: [
      {
        stream: 'incident',
        incidentId,
        before: found,
        incident: state,
        events: [...events, ...led.events],
        runs: led.runs,
        alerts: touchedAlerts(decision.value),
        receipts,
      },
    ],
  };
}
