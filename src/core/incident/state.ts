// The state of an incident, as a fold of its stream. Pure. Runs are folded apart (run/state.ts).
import type { Alert } from '../alert/alert.ts';
import type { Actor, IncidentEvent } from '../events.ts';
import { assertNever } from '../result.ts';

/** What an incident knows of one of its alerts. */
export type IncidentAlert = {
  readonly status: 'firing' | 'resolved';
  readonly title: string;
  readonly source: string;
  readonly count: number;
  readonly startsAt: string | null;
  readonly firstAt: string;
  readonly lastAt: string;
};

/** One incident. */
export type IncidentState = {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  /** 1 (worst) to 4. */
  readonly severity: number;
  readonly status: 'open' | 'resolved' | 'closed';
  readonly groupKey: string | null;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly closedAt: string | null;
  readonly channel: { readonly id: string; readonly name: string } | null;
  readonly roles: { readonly [role: string]: string };
  readonly alerts: { readonly [fingerprint: string]: IncidentAlert };
};

type Timed = IncidentEvent & { readonly at: string; readonly actor: Actor };

/** The state that an opening event gives. */
export function openIncident(id: string, event: Timed & { type: 'incident.opened' }): IncidentState {
  return {
    id,
    number: event.data.number,
    title: event.data.title,
    severity: event.data.severity,
    status: 'open',
    groupKey: event.data.groupKey,
    openedAt: event.at,
    resolvedAt: null,
    closedAt: null,
    channel: null,
    roles: {},
    alerts: {},
  };
}

function setAlert(state: IncidentState, fingerprint: string, change: Partial<IncidentAlert>): IncidentState {
  const alert = state.alerts[fingerprint];
  return alert ? { ...state, alerts: { ...state.alerts, [fingerprint]: { ...alert, ...change } } } : state;
}

function receive(state: IncidentState, alert: Alert, at: string): IncidentState {
  const before = state.alerts[alert.fingerprint];
  const entry: IncidentAlert = {
    status: alert.status,
    title: alert.title,
    source: alert.source,
    count: (before?.count ?? 0) + 1,
    startsAt: alert.startsAt,
    firstAt: before?.firstAt ?? at,
    lastAt: at,
  };
  const reopened = state.status === 'resolved' && alert.status === 'firing';
  return {
    ...state,
    ...(reopened ? { status: 'open' as const, resolvedAt: null } : {}),
    alerts: { ...state.alerts, [alert.fingerprint]: entry },
  };
}

/** Folds one incident event into the state. Total over the union of incident events. */
export function evolveIncident(state: IncidentState, event: Timed): IncidentState {
  switch (event.type) {
    case 'incident.opened':
      return openIncident(state.id, event);
    case 'alert.received':
      return receive(state, event.data.alert, event.at);
    case 'alert.repeated':
      return setAlert(state, event.data.fingerprint, { count: event.data.count, lastAt: event.at });
    case 'alert.resolved':
      return setAlert(state, event.data.fingerprint, { status: 'resolved', lastAt: event.at });
    case 'channel.linked':
      return { ...state, channel: { id: event.data.channelId, name: event.data.name } };
    case 'severity.changed':
      return { ...state, severity: event.data.to };
    case 'role.assigned':
      return { ...state, roles: { ...state.roles, [event.data.role]: event.data.user } };
    case 'incident.resolved':
      return { ...state, status: 'resolved', resolvedAt: event.at };
    case 'incident.closed':
      return { ...state, status: 'closed', closedAt: event.at, resolvedAt: state.resolvedAt ?? event.at };
    case 'responders.invited':
    case 'message.posted':
    case 'note.added':
    case 'timeline.exported':
      return state;
    default:
      return assertNever(event);
  }
}
