// The rules for taking alerts out of an incident that are another problem. Each half looks at its own incident; that both are recorded or
// neither is the caller's duty.
import type { Refusal } from '../refusal.ts';
import type { AbsorbedAlert } from './absorbed-alert.ts';
import type { SplitCommand } from './command.ts';
import { draftOpening, type IncidentContext, type IncidentDraft, refuse } from './draft.ts';
import { endIfOver } from './end-if-over.ts';
import { alertOf, type IncidentState } from './state.ts';

type SplitOff = Extract<SplitCommand, { type: 'split_off' }>;
type SplitFrom = Extract<SplitCommand, { type: 'split_from' }>;

/** Takes alerts out of an incident. Its runs stay with it. */
export function splitOff(draft: IncidentDraft, { fingerprints, into }: SplitOff): Refusal | null {
  const { state } = draft;
  if (state.status === 'closed') return refuse('wrong_state', 'the incident is closed already; reopen it first');
  const wanted = [...new Set(fingerprints)];
  const unknown = wanted.filter((fingerprint) => alertOf(state, fingerprint) === undefined);
  if (wanted.length === 0) return refuse('invalid', 'name one alert at least');
  if (unknown.length > 0)
    return refuse('not_found', `incident #${state.number} has no alert ${unknown.slice(0, 5).join(', ')}`);
  if (wanted.length === Object.keys(state.alerts).length)
    return refuse('invalid', 'one alert has to stay: an incident of which all alerts leave is the same incident');
  draft.record({ type: 'incident.split', data: { into: into.id, intoNumber: into.number, fingerprints: wanted } });
  endIfOver(draft);
  return null;
}

/** Opens the incident that takes them, as severe as the worst of them. */
export function openSplit(command: SplitFrom, context: IncidentContext): IncidentDraft {
  const { incidentId, number, from, fingerprints, title } = command;
  const alerts = alertsOf(from, fingerprints);
  const severity = Math.min(...alerts.map(({ level }) => level ?? from.severity));
  const members = from.members === undefined ? {} : { members: [...from.members] };
  const data = { number, title: title ?? alerts[0]?.title ?? from.title, severity, groupKey: null, ...members };
  const draft = draftOpening({ incidentId, actor: context.actor, data }, context);
  draft.record({ type: 'incident.split_from', data: { from: from.id, fromNumber: from.number, alerts: [...alerts] } });
  endIfOver(draft);
  return draft;
}

const alertsOf = (from: IncidentState, fingerprints: readonly string[]): readonly AbsorbedAlert[] =>
  [...new Set(fingerprints)].flatMap((fingerprint) => {
    const alert = alertOf(from, fingerprint);
    return alert === undefined ? [] : [{ fingerprint, ...alert }];
  });
