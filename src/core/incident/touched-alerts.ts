// Which alerts a decision makes an incident's own, for the index that finds the incident of an alert. Decides nothing.
import type { IncidentDecision } from './decide.ts';
import { alertOf } from './state.ts';

/** An alert that belongs to the incident from now on; `active` while it fires. */
export type TouchedAlert = { readonly fingerprint: string; readonly active: boolean };

/** Every alert that the events speak of, once, as it stands after them; those that a merge brought are among them. */
export function touchedAlerts({ events, state }: IncidentDecision): readonly TouchedAlert[] {
  if (state === null) return [];
  const touched = new Set<string>();
  for (const event of events) {
    if (event.type === 'alert.received') touched.add(event.data.alert.fingerprint);
    else if (event.type === 'alert.repeated' || event.type === 'alert.resolved') touched.add(event.data.fingerprint);
    else if (event.type === 'incident.absorbed' || event.type === 'incident.split_from')
      for (const { fingerprint } of event.data.alerts) touched.add(fingerprint);
  }
  return [...touched].map((fingerprint) => ({ fingerprint, active: alertOf(state, fingerprint)?.status === 'firing' }));
}
