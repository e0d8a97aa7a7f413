// An incident, its timeline and lists of both as the API answers them: chosen members, never the state itself.
import type { ApiIncident, ApiIncidentAlert } from '../../contract/incident.ts';
import type { ApiTimelineEvent } from '../../contract/timeline.ts';
import type { StoredEvent } from '../../core/events.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';

/** An incident. */
export function showIncident(row: IncidentRow): ApiIncident {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    severity: row.severity,
    status: row.status,
    groupKey: row.groupKey,
    openedAt: row.openedAt,
    resolvedAt: row.resolvedAt,
    closedAt: row.closedAt,
    acknowledgedAt: row.acknowledgedAt,
    acknowledgedBy: row.acknowledgedBy,
    mergedInto: row.mergedInto && { id: row.mergedInto.id, number: row.mergedInto.number },
    channel: row.channel && { id: row.channel.id, name: row.channel.name },
    service: row.service ?? null,
    mitigatedAt: row.mitigatedAt ?? null,
    private: row.members !== undefined,
    members: row.members ? [...row.members] : null,
    roles: row.roles,
    alerts: Object.fromEntries(
      Object.entries(row.alerts).map(([fingerprint, alert]) => [fingerprint, showAlert(alert)]),
    ),
    updatedAt: row.updatedAt,
    version: row.version,
  };
}

function showAlert(alert: IncidentState['alerts'][string]): ApiIncidentAlert {
  const { status, title, source, count, startsAt, firstAt, lastAt } = alert;
  return { status, title, source, count, startsAt, firstAt, lastAt };
}

/** An entry of a timeline: all of it, because its hash covers all of it. */
export function showEvent(event: StoredEvent): ApiTimelineEvent {
  const { streamId, seq, type, at, actor, cause, data, prevHash, hash } = event;
  return { streamId, seq, type, at, actor, cause, data, prevHash, hash };
}
