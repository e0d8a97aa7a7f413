// The rules for alerts: which incident takes them, what of them is news, when they end or reopen it. Starts no run.
import { type Alert, severityLevel } from '../alert/alert.ts';
import { type Actor, systemActor } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { elapsedMs, formatDuration } from '../time.ts';
import type { PlaceAlerts } from './command.ts';
import { draftOpening, type IncidentContext, type IncidentDraft, refuse } from './draft.ts';
import { episodeOf } from './episode.ts';
import { refusalToReopen } from './one-per-group.ts';
import { alertOf, type IncidentState } from './state.ts';

/** Alerts of one group share an incident while it is open. */
export const groupOf = (alert: Alert): string => alert.groupKey ?? alert.fingerprint;

/** The sender of an alert as the author of what it causes. */
export const alertActor = ({ source, integration }: Alert): Actor => ({
  kind: 'alert',
  id: `${source}/${integration}`,
});

/** An incident opened by the first alert that fires; null if none does: the end of something never heard of opens nothing. */
export function openForAlerts(command: PlaceAlerts, context: IncidentContext): IncidentDraft | null {
  const alert = command.alerts.find(({ status }) => status === 'firing');
  if (!alert) return null;
  const { incidentId, number } = command;
  const severity = severityLevel(alert.severity);
  const data = { number, title: alert.title, severity, groupKey: groupOf(alert) };
  return draftOpening({ incidentId, actor: alertActor(alert), data }, context);
}

/** Why an incident that has ended takes none of these alerts: they are to open another. An end is taken always. */
function refusalOf(
  state: IncidentState,
  alerts: readonly Alert[],
  { at, rules, openInGroup }: Omit<IncidentContext, 'actor'>,
): Refusal | null {
  const firing = alerts.filter(({ status }) => status === 'firing');
  if (state.status === 'open' || firing.length === 0) return null;
  if (state.status === 'closed') return refuse('wrong_state', 'the incident is closed already');
  const begins = firing.some((alert) => episodeOf(alert, alertOf(state, alert.fingerprint)) === 'new');
  const taken = begins ? refusalToReopen(state, { openInGroup }) : null;
  if (taken) return taken;
  const recent = state.resolvedAt !== null && elapsedMs(state.resolvedAt, at) < rules.reopenWithinMs;
  // People may resolve an incident whose alerts still fire: those stay with it however long that is ago.
  const fires = ({ fingerprint }: Alert) => alertOf(state, fingerprint)?.status === 'firing';
  if (recent || firing.some(fires)) return null;
  const within = formatDuration(rules.reopenWithinMs);
  return refuse('wrong_state', `the incident was resolved more than ${within} ago; what fires now opens another`);
}

/** True if the incident takes these alerts; if not, `place_alerts` is refused, and they belong to the open one of its group, or a new one. */
export function takesAlerts(
  state: IncidentState,
  alerts: readonly Alert[],
  context: Omit<IncidentContext, 'actor'>,
): boolean {
  return refusalOf(state, alerts, context) === null;
}

/** Records what is news. When no alert fires any more the incident is resolved; a new episode reopens it by its event. */
export function placeAlerts(draft: IncidentDraft, { alerts, receipt }: PlaceAlerts): Refusal | null {
  const refusal = refusalOf(draft.state, alerts, draft.context);
  if (refusal) return refusal;
  const before = draft.events.length;
  for (const alert of alerts) placeAlert(draft, alert, receipt);
  const over = Object.values(draft.state.alerts).every(({ status }) => status === 'resolved');
  if (draft.events.length > before && draft.state.status === 'open' && over)
    draft.record({ type: 'incident.resolved', data: { reason: 'every alert is resolved' } }, systemActor);
  return null;
}

function placeAlert(draft: IncidentDraft, alert: Alert, receipt: string): void {
  const { fingerprint, endsAt } = alert;
  const known = alertOf(draft.state, fingerprint);
  const actor = alertActor(alert);
  switch (episodeOf(alert, known)) {
    case 'new':
      draft.record({ type: 'alert.received', data: { alert, receipt } }, actor);
      return;
    case 'same': {
      const count = (known?.count ?? 0) + 1;
      draft.record({ type: 'alert.repeated', data: { fingerprint, count, receipt } }, actor);
      return;
    }
    case 'ended':
      draft.record({ type: 'alert.resolved', data: { fingerprint, endsAt, receipt } }, actor);
      return;
    case 'none':
      return;
  }
}
