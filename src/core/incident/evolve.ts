// How the events of an incident lead to its state. Pure and total; asks no rule, so that every stream ever written folds.
import { isActionItemEvent } from '../action-item/events.ts';
import { evolveActionItems, noActionItems } from '../action-item/state.ts';
import type { IncidentEvent } from '../events.ts';
import { evolveEvidence, isEvidenceFact, oweAt, oweNoResolution } from '../evidence/owed.ts';
import { isPostmortemEvent } from '../postmortem/events.ts';
import { evolvePostmortem, untouchedPostmortem } from '../postmortem/state.ts';
import { assertNever } from '../result.ts';
import type { AbsorbedAlert } from './absorbed-alert.ts';
import { evolveLife, isLifeFact, joined, unmitigated } from './evolve-life.ts';
import { alertOf, type IncidentAlert, type IncidentFact, type IncidentState } from './state.ts';

type DataOf<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>['data'];

/** The state that an opening event gives. */
export function openIncident(id: string, event: IncidentFact & { readonly type: 'incident.opened' }): IncidentState {
  const opened: IncidentState = {
    id,
    number: event.data.number,
    title: event.data.title,
    severity: event.data.severity,
    status: 'open',
    groupKey: event.data.groupKey,
    openedAt: event.at,
    resolvedAt: null,
    closedAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    mergedInto: null,
    channel: null,
    roles: {},
    alerts: {},
    ...(event.data.kind === undefined ? {} : { kind: event.data.kind }),
    ...(event.data.handling === undefined ? {} : { handling: event.data.handling }),
    ...(event.data.service === undefined ? {} : { service: event.data.service }),
    ...(event.data.members === undefined ? {} : { members: event.data.members }),
    ...(event.data.handling?.channel === undefined ? {} : { openedSeverity: event.data.severity }),
  };
  return oweAt(opened, 'opening', event.at);
}

/** Folds one incident event into the state. Total over the union of incident events. */
export function evolveIncident(state: IncidentState, event: IncidentFact): IncidentState {
  if (isLifeFact(event)) return evolveLife(state, event);
  if (isEvidenceFact(event)) return evolveEvidence(state, event);
  if (isPostmortemEvent(event))
    return { ...state, postmortem: evolvePostmortem(state.postmortem ?? untouchedPostmortem, event) };
  if (isActionItemEvent(event))
    return { ...state, actionItems: evolveActionItems(state.actionItems ?? noActionItems, event) };
  switch (event.type) {
    case 'incident.opened':
      return openIncident(state.id, event);
    case 'alert.received':
      return receive(state, event.data, event.at);
    case 'alert.repeated':
      return repeat(state, event.data, event.at);
    case 'group.truncated':
      return truncate(state, event.data);
    case 'alert.resolved':
      return changeAlert(state, event.data.fingerprint, { status: 'resolved', lastAt: event.at });
    case 'channel.linked':
      return { ...state, channel: { id: event.data.channelId, name: event.data.name } };
    case 'severity.changed':
      return { ...state, severity: event.data.to };
    case 'incident.acknowledged':
      return { ...unlapsed(state), acknowledgedBy: event.actor, acknowledgedAt: event.at };
    case 'incident.acknowledge_lapsed':
      return { ...state, acknowledgedBy: null, acknowledgedAt: null, lapsed: { by: event.data.by, at: event.at } };
    case 'incident.absorbed':
      return joined(event.data.alerts.reduce(absorb, state), event.data.members ?? []);
    case 'incident.split_from':
      return event.data.alerts.reduce(absorb, state);
    case 'incident.split': {
      const left = new Set(event.data.fingerprints);
      const alerts = Object.entries(state.alerts).filter(([fingerprint]) => !left.has(fingerprint));
      return { ...state, alerts: Object.fromEntries(alerts) };
    }
    case 'incident.merged': {
      const mergedInto = { id: event.data.into, number: event.data.intoNumber };
      return { ...close(state, event.at), mergedInto };
    }
    case 'incident.settling':
      return { ...state, settlesAt: event.data.until };
    case 'incident.resolved':
      return oweAt({ ...unsettled(state), status: 'resolved', resolvedAt: event.at }, 'resolution', event.at);
    case 'incident.reopened':
      return reopen(state);
    case 'incident.closed':
      // One that is closed without having been resolved ends here.
      return state.status === 'open' ? oweAt(close(state, event.at), 'resolution', event.at) : close(state, event.at);
    case 'responders.invited':
      return joined(state, event.data.users);
    case 'message.posted':
    case 'note.added':
      return state;
    case 'shadow.decided':
      return shadow(state, event.data);
    default:
      return assertNever(event);
  }
}

/** So many decisions are kept, with so many differences each: the events have them all. */
const mostShadowed = 20;
const mostDifferences = 3;

function shadow(state: IncidentState, data: DataOf<'shadow.decided'>): IncidentState {
  const { shadow: version, live, fingerprint, receipt, liveStarts, differences } = data;
  if (differences.length === 0) return state;
  const decision = {
    playbook: version.name,
    shadow: version.version,
    live: live.version,
    fingerprint,
    receipt,
    liveStarts,
    differences: differences.slice(0, mostDifferences),
    count: differences.length,
  };
  return { ...state, shadowed: [...(state.shadowed ?? []), decision].slice(-mostShadowed) };
}

/** It does not end by itself any more. */
function unsettled(state: IncidentState): IncidentState {
  if (state.settlesAt === undefined) return state;
  const { settlesAt: _, ...rest } = state;
  return rest;
}

/** Nobody is to be asked any more whether he is still on it. */
function unlapsed(state: IncidentState): IncidentState {
  if (state.lapsed === undefined) return state;
  const { lapsed: _, ...rest } = state;
  return rest;
}

function close(state: IncidentState, at: string): IncidentState {
  return { ...unsettled(state), status: 'closed', closedAt: at, resolvedAt: state.resolvedAt ?? at };
}

/** Open again, and acknowledged by nobody: who knew of the end need not know of this. */
function reopen(state: IncidentState): IncidentState {
  return {
    ...oweNoResolution(unmitigated(unlapsed(state))),
    status: 'open',
    resolvedAt: null,
    closedAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
  };
}

function setAlert(state: IncidentState, fingerprint: string, alert: IncidentAlert): IncidentState {
  return { ...state, alerts: { ...state.alerts, [fingerprint]: alert } };
}

function changeAlert(state: IncidentState, fingerprint: string, change: Partial<IncidentAlert>): IncidentState {
  const alert = alertOf(state, fingerprint);
  return alert ? setAlert(state, fingerprint, { ...alert, ...change }) : state;
}

function repeat(state: IncidentState, data: DataOf<'alert.repeated'>, at: string): IncidentState {
  const { fingerprint, count, level, startsAt, because, acts } = data;
  const changed = changeAlert(state, fingerprint, {
    count,
    lastAt: at,
    ...(level === undefined ? {} : { level }),
    ...(startsAt === undefined ? {} : { restartedAt: startsAt }),
    ...(because === undefined ? {} : { because, againAt: at }),
  });
  return acts ? setActed(changed, fingerprint) : changed;
}

/** What a window held of it is started. */
function setActed(state: IncidentState, fingerprint: string): IncidentState {
  const alert = alertOf(state, fingerprint);
  if (alert?.unacted === undefined) return state;
  const { unacted: _, ...rest } = alert;
  return setAlert(state, fingerprint, rest);
}

function truncate(state: IncidentState, { groupKey, unlisted, status }: DataOf<'group.truncated'>): IncidentState {
  const { unlisted: before = {}, ...rest } = state;
  const others = Object.entries(before).filter(([key]) => key !== groupKey);
  const now = status === 'firing' && unlisted > 0 ? [...others, [groupKey, unlisted] as const] : others;
  return now.length === 0 ? rest : { ...rest, unlisted: Object.fromEntries(now) };
}

function receive(state: IncidentState, data: DataOf<'alert.received'>, at: string): IncidentState {
  const { alert, level, because, unacted } = data;
  const known = alertOf(state, alert.fingerprint);
  const reopens = state.status === 'resolved' && alert.status === 'firing';
  const open = reopens ? reopen(state) : alert.status === 'firing' ? unsettled(state) : state;
  return setAlert(open, alert.fingerprint, {
    status: alert.status,
    title: alert.title,
    source: alert.source,
    count: (known?.count ?? 0) + 1,
    startsAt: alert.startsAt,
    firstAt: known?.firstAt ?? at,
    lastAt: at,
    ...(level === undefined ? {} : { level }),
    ...(because === undefined ? {} : { because }),
    ...(unacted === undefined ? {} : { unacted }),
  });
}

/** An alert that both incidents know stands once: firing if it fires in either. */
function absorb(state: IncidentState, { fingerprint, ...alert }: AbsorbedAlert): IncidentState {
  const known = alertOf(state, fingerprint);
  if (!known) return setAlert(state, fingerprint, alert);
  const told = known.status === 'firing' || alert.status === 'resolved' ? known : alert;
  return setAlert(state, fingerprint, {
    ...told,
    count: known.count + alert.count,
    firstAt: inOrder(known.firstAt, alert.firstAt)[0],
    lastAt: inOrder(known.lastAt, alert.lastAt)[1],
  });
}

const inOrder = (a: string, b: string): readonly [string, string] => (a <= b ? [a, b] : [b, a]);
