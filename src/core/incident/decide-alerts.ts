// The rules for alerts: which incident takes them, what of them is news, when they end or reopen it. Starts no run.
import type { Alert } from '../alert/alert.ts';
import { severityLevel } from '../alert/severity.ts';
import { type Actor, systemActor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { elapsedMs, formatDuration } from '../time.ts';
import type { PlaceAlerts } from './command.ts';
import { draftOpening, type IncidentContext, type IncidentDraft, refuse } from './draft.ts';
import { endIfOver } from './end-if-over.ts';
import { episodeOf, latestStart } from './episode.ts';
import { refusalToReopen } from './one-per-group.ts';
import { alertOf, type IncidentState } from './state.ts';

/** Alerts of one group share an incident while it is open. */
export const groupOf = (alert: Alert): string => alert.groupKey ?? alert.fingerprint;

/** The sender of an alert as the author of what it causes. */
export const alertActor = ({ source, integration }: Alert): Actor => ({
  id: `${source}/${integration}`,
  kind: 'alert',
});

/** True for what says that something fires: an alert, or its group as a whole where the sender left alerts out. */
const fires = ({ status, unlisted }: Alert): boolean => status === 'firing' || unlisted?.group === 'firing';

/** True if these alerts open an incident where there is none: the end of something never heard of opens nothing. */
export const opensIncident = (alerts: readonly Alert[]): boolean => alerts.some(fires);

/** An incident opened by the first alert that fires, as severe as the worst of them; null if none does. */
export function openForAlerts(command: PlaceAlerts, context: IncidentContext): IncidentDraft | null {
  const listed = command.alerts.filter(({ status }) => status === 'firing');
  const firing = listed.length > 0 ? listed : command.alerts.filter(fires);
  const [alert] = firing;
  if (!alert) return null;
  const { incidentId, number, handling } = command;
  const severity = Math.min(...firing.map((one) => severityLevel(one.severity)));
  const left = alert.status === 'firing' ? '' : ` (and ${alert.unlisted?.count} more, which fire)`;
  const data = {
    number,
    title: `${alert.title}${left}`,
    severity,
    groupKey: groupOf(alert),
    ...(handling === undefined ? {} : { handling }),
  };
  return draftOpening({ incidentId, actor: alertActor(alert), data }, context);
}

/** Why an incident that has ended takes none of these alerts: they are to open another. An end, and what comes too late, is taken always. */
function refusalOf(
  state: IncidentState,
  alerts: readonly Alert[],
  { at, rules, openInGroup }: Omit<IncidentContext, 'actor'>,
): Refusal | null {
  const firing = alerts.filter((alert) => fires(alert) && episodeIn(state, alert) !== 'late');
  if (state.status === 'open' || firing.length === 0) return null;
  if (state.status === 'closed') return refuse('wrong_state', 'the incident is closed already');
  const taken = refusalToReopen(state, { openInGroup });
  if (taken) return taken;
  const reopenWithinMs = state.handling?.reopenWithinMs ?? rules.reopenWithinMs;
  const recent = state.resolvedAt !== null && elapsedMs(state.resolvedAt, at) < reopenWithinMs;
  // People may resolve an incident whose alerts still fire: those stay with it however long that is ago.
  const fired = ({ fingerprint }: Alert) => alertOf(state, fingerprint)?.status === 'firing';
  if (recent || firing.some(fired)) return null;
  const within = formatDuration(reopenWithinMs);
  return refuse('wrong_state', `the incident was resolved more than ${within} ago; what fires now opens another`);
}

const episodeIn = (state: IncidentState, alert: Alert) => episodeOf(alert, alertOf(state, alert.fingerprint));

/** True if the incident takes these alerts; if not, `place_alerts` is refused, and they belong to the open one of its group, or a new one. */
export function takesAlerts(
  state: IncidentState,
  alerts: readonly Alert[],
  context: Omit<IncidentContext, 'actor'>,
): boolean {
  return refusalOf(state, alerts, context) === null;
}

/**
 * Records what is news. An alert that fires in an incident that people resolved opens it again. The incident becomes as severe as the worst
 * alert that joins it or gets worse; only people make it less severe. When no alert fires any more, and no group of which alerts are left
 * out, it is resolved.
 */
export function placeAlerts(draft: IncidentDraft, { alerts, receipt, held }: PlaceAlerts): Refusal | null {
  const refusal = refusalOf(draft.state, alerts, draft.context);
  if (refusal) return refusal;
  const before = draft.events.length;
  const worse = alerts.filter((alert) => placeAlert(draft, alert, { receipt, held: held?.get(alert.fingerprint) }));
  placeGroup(draft, alerts, receipt);
  raise(draft, worse);
  if (draft.events.length > before) endIfOver(draft);
  return null;
}

/** Records one alert; true if it may make the incident more severe: it begins, or is worse than it said before. */
function placeAlert(
  draft: IncidentDraft,
  alert: Alert,
  { receipt, held }: { readonly receipt: string; readonly held: Held | undefined },
): boolean {
  const { fingerprint, endsAt, startsAt } = alert;
  const known = alertOf(draft.state, fingerprint);
  const actor = alertActor(alert);
  const level = severityLevel(alert.severity);
  const count = (known?.count ?? 0) + 1;
  switch (episodeOf(alert, known)) {
    case 'new':
      draft.record(
        { type: 'alert.received', data: { alert, receipt, level, ...because(held), ...unacted(held) } },
        actor,
      );
      return true;
    case 'same': {
      const start = known ? latestStart(known) : null;
      const later = startsAt !== null && startsAt > (start ?? '') ? { startsAt } : {};
      const changed = level === known?.level ? {} : { level };
      const acts = held?.acts ? { acts: true as const } : {};
      const data = { fingerprint, count, receipt, ...changed, ...later, ...because(held), ...acts };
      draft.record({ type: 'alert.repeated', data }, actor);
      if (draft.state.status === 'resolved') reopen(draft, `${alert.title} still fires`);
      return known?.level === undefined || level < known.level;
    }
    case 'late':
      draft.record({ type: 'alert.repeated', data: { fingerprint, count, receipt, late: true } }, actor);
      return false;
    case 'ended':
      draft.record({ type: 'alert.resolved', data: { fingerprint, endsAt, receipt } }, actor);
      return false;
    case 'none':
      return false;
  }
}

type Held = { readonly because: string | null; readonly acts: boolean };
const because = (held: Held | undefined) => (held?.because ? { because: held.because } : {});
const unacted = (held: Held | undefined) => (held?.acts === false ? { unacted: true as const } : {});

const reopen = (draft: IncidentDraft, reason: string): void =>
  draft.record({ type: 'incident.reopened', data: { reason } }, systemActor);

/** What the sender says of its group as a whole, where it leaves alerts out. They are never taken as resolved while the group fires. */
function placeGroup(draft: IncidentDraft, alerts: readonly Alert[], receipt: string): void {
  const [alert] = alerts;
  if (!alert || alert.groupKey === null || alert.groupKey !== draft.state.groupKey) return;
  const { groupKey, unlisted = null } = alert;
  const known = draft.state.unlisted?.[groupKey] ?? 0;
  const count = unlisted?.count ?? 0;
  const status = unlisted?.group ?? (alerts.some(fires) ? 'firing' : 'resolved');
  const told = status === 'firing' ? count : 0;
  // Told again about a group that is over, it is no news.
  if (told !== known || (draft.state.status === 'open' && count !== known))
    draft.record({ type: 'group.truncated', data: { groupKey, unlisted: count, status, receipt } }, alertActor(alert));
  if (unlisted?.group === 'firing' && draft.state.status === 'resolved')
    reopen(draft, `the group still fires, with ${count} more alerts than are listed`);
  if (unlisted?.group === 'resolved') endUnlisted(draft, alerts, { count, receipt });
}

/**
 * The whole group is over, those too that the sender left out and will not tell again. If more alerts fire here than it left out, it cannot
 * be told which: then they stay until each is told.
 */
function endUnlisted(
  draft: IncidentDraft,
  alerts: readonly Alert[],
  { count, receipt }: { readonly count: number; readonly receipt: string },
): void {
  const listed = new Set(alerts.map(({ fingerprint }) => fingerprint));
  const left = Object.entries(draft.state.alerts).filter(
    ([fingerprint, { status }]) => status === 'firing' && !listed.has(fingerprint),
  );
  const [alert] = alerts;
  if (!alert || left.length > count) return;
  for (const [fingerprint] of left)
    draft.record(
      { type: 'alert.resolved', data: { fingerprint, endsAt: null, receipt, byGroup: true } },
      alertActor(alert),
    );
}

function raise(draft: IncidentDraft, alerts: readonly Alert[]): void {
  const [worst] = alerts.toSorted((a, b) => severityLevel(a.severity) - severityLevel(b.severity));
  const from = draft.state.severity;
  if (!worst || severityLevel(worst.severity) >= from) return;
  const reason = `${worst.title} is ${worst.severity}`;
  draft.record({ type: 'severity.changed', data: { from, to: severityLevel(worst.severity), reason } }, systemActor);
}
