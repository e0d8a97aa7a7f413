// Where alerts go: to their group, and from there to an incident and its runs. Makes proposals of what group and incident decide;
// appends nothing.
import type { Alert } from '../../core/alert/alert.ts';
import type { AlertPlan, StagedAlert } from '../../core/alert/staged.ts';
import { systemActor } from '../../core/events.ts';
import { decideGroup, type GroupDecision } from '../../core/group/decide.ts';
import { type GroupState, incidentKeyOf, memberOf } from '../../core/group/state.ts';
import { groupWakeAt } from '../../core/group/wake-at.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import { opensIncident, takesAlerts } from '../../core/incident/decide-alerts.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import { alertOf } from '../../core/incident/state.ts';
import { touchedAlerts } from '../../core/incident/touched-alerts.ts';
import type { Correlation, DeliveryLedger } from '../../ports/intake.ts';
import type { GroupStreams, LoadedGroup, LoadedIncident } from '../../ports/ledger.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { openInGroupOf } from '../incidents/open-in-group.ts';
import type { CommandDecision, Pipeline } from '../pipeline.ts';
import type { GroupProposal, IncidentProposal } from '../proposal.ts';
import { type AlertRunParts, runsForAlerts } from './runs-for-alerts.ts';

/** What placing alerts needs. */
export type PlaceParts = AlertRunParts & {
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly runtime: Runtime;
  readonly deliveries: Pick<DeliveryLedger, 'isOpen' | 'settle' | 'toldSince'>;
  readonly correlation: Correlation;
  readonly groups: Pick<GroupStreams, 'byKey' | 'holding'>;
  readonly rules: IncidentRules;
};

/** Alerts that one incident takes together: the one that `lead` belongs to. */
export type Portion = { readonly lead: StagedAlert; readonly staged: readonly StagedAlert[] };

/** Where a group's alerts belong as things stand. `openInGroup`: the incident that is open in place of one that has ended. */
export type AlertHome = {
  readonly group: LoadedGroup | null;
  readonly found: LoadedIncident | null;
  readonly openInGroup: LoadedIncident | null;
};

type AlertsProposal = IncidentProposal | GroupProposal;

/**
 * True where something is held by people's word until later, and this process would let it go: another process may have been told of a
 * silence a moment ago.
 */
export const isDoubtful = (group: GroupState, staged: readonly StagedAlert[], at: string): boolean =>
  staged.some(({ alert: { fingerprint }, verdict }) => {
    const hold = memberOf(group, fingerprint)?.hold;
    const byWord = hold?.by === 'silence' || hold?.by === 'window';
    return verdict.type === 'pass' && byWord && (hold.until === null || hold.until > at);
  });

/** Looks up where alerts like this one belong. */
export async function placeOf(
  { groups, correlation, runtime, rules }: Pick<PlaceParts, 'groups' | 'correlation' | 'runtime' | 'rules'>,
  { alert, key, settings }: Pick<StagedAlert, 'alert' | 'key' | 'settings'>,
  known?: LoadedGroup,
): Promise<AlertHome> {
  const group = known ?? (await groups.byKey(key));
  const reopenWithinMs = settings.reopenWithinMs ?? rules.reopenWithinMs;
  const since = new Date(runtime.nowMs() - reopenWithinMs).toISOString();
  const asked = group === null ? alert : { ...alert, groupKey: incidentKeyOf(group.group) };
  const found = await correlation.incidentFor(asked, since);
  return { group, found, openInGroup: found && (await openInGroupOf(correlation, found)) };
}

/** What is decided about a portion that came with a delivery. */
export async function decidePortion(
  parts: PlaceParts,
  place: AlertHome,
  given: {
    readonly portion: Portion;
    readonly receipt: string;
    readonly receipts: readonly string[];
    readonly at: string;
  },
): Promise<CommandDecision<AlertsProposal>> {
  const { portion, receipt, receipts, at } = given;
  const { lead, staged } = portion;
  const alerts = staged.map(({ alert }) => alert);
  const taker = takerOf(parts, place, { alerts, at });
  const knownBy = taker ?? place.found;
  const arrivals = staged.map(({ alert, verdict }) => {
    const known = knownBy && alertOf(knownBy.incident, alert.fingerprint);
    return { alert, verdict, known: !!known, active: known?.status === 'firing' };
  });
  const heldBack = arrivals.some(
    ({ alert, verdict, known }) => verdict.type === 'muted' || (alert.status === 'resolved' && !known),
  );
  if (lead.rule === null && place.group === null && !heldBack)
    return proposed([await ofIncident(parts, { taker, alerts, receipt, at, plan: lead, receipts })]);
  const freshId = parts.runtime.newId('inc');
  const decision = decideGroup(
    place.group?.group ?? null,
    {
      type: 'take_alerts',
      groupId: place.group?.group.id ?? parts.runtime.newId('grp'),
      key: lead.key,
      rule: lead.rule,
      receipt,
      arrivals,
    },
    { at, actor: systemActor, settings: lead.settings, freshId, incident: contextOf(taker) },
  );
  return decision === null
    ? { outcome: 'unchanged' }
    : afterGroup(parts, { place, taker, decision, plan: lead, receipt, receipts, at });
}

/** What follows from a group's decision: its own change, and the incident's if something goes on. */
export async function afterGroup(
  parts: PlaceParts,
  given: {
    readonly place: AlertHome;
    readonly taker: LoadedIncident | null;
    readonly decision: GroupDecision;
    readonly plan: AlertPlan;
    readonly receipt: string;
    readonly receipts: readonly string[];
    readonly at: string;
  },
): Promise<CommandDecision<AlertsProposal>> {
  const { place, decision, plan, receipt, receipts, at } = given;
  const { settings } = plan;
  const key = incidentKeyOf(decision.state);
  const passed = decision.passed.map(({ alert }) => (key === plan.key ? alert : { ...alert, groupKey: key }));
  const held = new Map(decision.passed.map(({ alert, because, acts }) => [alert.fingerprint, { because, acts }]));
  const taker = given.taker?.incident.id === decision.incidentId ? given.taker : null;
  const incident =
    passed.length === 0
      ? null
      : await ofIncident(parts, {
          taker,
          freshId: decision.incidentId,
          alerts: passed,
          receipt,
          at,
          plan,
          held,
          receipts: [],
        });
  const group = ofGroup(place.group, decision, { settings, at, receipts });
  // A group that is opened and knows nothing is none.
  if (place.group === null && Object.keys(decision.state.members).length === 0)
    return proposed([incident && { ...incident, receipts }]);
  return proposed([incident, group && (decision.events.length > 0 ? group : null)], { receipts });
}

function proposed(
  proposals: readonly (AlertsProposal | null)[],
  { receipts }: { readonly receipts?: readonly string[] } = {},
): CommandDecision<AlertsProposal> {
  const [first, ...rest] = proposals.filter((one) => one !== null);
  if (!first) return { outcome: 'unchanged' };
  // The deliveries are settled with the first of them, which all stand or fall with.
  return { outcome: 'proposed', proposals: [receipts ? { ...first, receipts } : first, ...rest] };
}

/** The incident that takes these alerts: the usual one, or the one that is open in its place; null: they open another. */
export function takerOf(
  { rules }: Pick<PlaceParts, 'rules'>,
  { found, openInGroup }: Pick<AlertHome, 'found' | 'openInGroup'>,
  { alerts, at }: { readonly alerts: readonly Alert[]; readonly at: string },
): LoadedIncident | null {
  const context = { at, rules, openInGroup: openInGroup?.incident ?? null };
  return [found, openInGroup].find((one) => one && takesAlerts(one.incident, alerts, context)) ?? null;
}

/** What a group may know of the incident. */
export const contextOf = (taker: LoadedIncident | null) =>
  taker && {
    id: taker.incident.id,
    isOpen: taker.incident.status === 'open',
    openedAt: taker.incident.openedAt,
  };

function ofGroup(
  before: LoadedGroup | null,
  { state, events }: GroupDecision,
  { settings, at, receipts }: { settings: StagedAlert['settings']; at: string; receipts: readonly string[] },
): GroupProposal {
  const wakeAt = groupWakeAt(state, settings, at);
  return { stream: 'group', groupId: state.id, before, group: state, events, wakeAt, receipts };
}

type ForIncident = {
  readonly taker: LoadedIncident | null;
  readonly freshId?: string;
  readonly alerts: readonly Alert[];
  readonly held?: ReadonlyMap<string, { readonly because: string | null; readonly acts: boolean }>;
  readonly receipt: string;
  readonly receipts: readonly string[];
  readonly plan: AlertPlan;
  readonly at: string;
};

/** What an incident makes of alerts, with the runs they lead to; null: nothing. */
async function ofIncident(parts: PlaceParts, given: ForIncident): Promise<IncidentProposal | null> {
  const { taker, freshId, alerts, held, receipt, receipts, plan, at } = given;
  const before = taker?.incident ?? null;
  const incidentId = before?.id ?? freshId ?? parts.runtime.newId('inc');
  const opens = before === null && opensIncident(alerts);
  const number = opens ? await parts.correlation.nextIncidentNumber() : (before?.number ?? 0);
  const { handling } = plan;
  const decision = decideIncident(
    before,
    { type: 'place_alerts', incidentId, number, receipt, alerts, held, handling },
    { at, rules: parts.rules, openInGroup: null, actor: systemActor },
  );
  if (!decision.ok) throw new Error(`an incident takes alerts and refuses them: ${decision.error.message}`);
  const { events, state } = decision.value;
  if (events.length === 0 || state === null) return null;
  const led = await runsForAlerts(parts, {
    incident: state,
    isNew: before === null,
    events,
    receipt,
    at,
    plan,
    alerts,
  });
  return {
    stream: 'incident',
    incidentId,
    before: taker,
    incident: led.incident,
    events: [...events, ...led.events],
    runs: led.runs,
    alerts: touchedAlerts(decision.value),
    receipts,
  };
}
