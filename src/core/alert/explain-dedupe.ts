// The stage `dedupe` of one alert in sentences: what is known of it, and so whether it is a begin, a repetition or an end. Decides nothing: the
// incident's own rule of episodes is asked.
import { memberOf } from '../group/state.ts';
import { episodeOf } from '../incident/episode.ts';
import { alertOf } from '../incident/state.ts';
import type { Alert } from './alert.ts';
import type { ExplainedAgainst, ExplainedStage } from './explained.ts';

const outcomes = {
  new: 'a new episode',
  same: 'a repetition: it fires already',
  ended: 'the end of what fires',
  late: 'too late: it began before an episode that has ended',
  none: 'the end of something that is not known to fire',
};

/** Explains what an alert is, held against what its incident and its group know of it. */
export function explainDedupe(alert: Alert, { incident, group, heartbeats }: ExplainedAgainst): ExplainedStage {
  const because = [`its fingerprint is ${alert.fingerprint}`];
  for (const name of heartbeats) because.push(`it counts as the heartbeat ${name}, so that no other stage is asked`);
  const held = group && memberOf(group, alert.fingerprint);
  if (held?.hold) because.push(`its group holds it since ${held.since}, after ${times(held.count)}`);
  const seen = incident ? alertOf(incident, alert.fingerprint) : undefined;
  if (incident && seen)
    because.push(
      `incident #${incident.number} (${incident.status}) knows it as ${seen.status} since ${seen.status === 'firing' ? (seen.startsAt ?? seen.firstAt) : seen.lastAt}, after ${times(seen.count)}`,
    );
  else if (!held?.hold) because.push('no incident and no group knows it');
  return { stage: 'dedupe', outcome: outcomeOf(alert, { held: !!held?.hold, seen }), because };
}

const times = (count: number): string => (count === 1 ? 'one notification' : `${count} notifications`);

function outcomeOf(
  alert: Alert,
  { held, seen }: { readonly held: boolean; readonly seen: Parameters<typeof episodeOf>[1] },
): string {
  const episode = episodeOf(alert, seen);
  if (!held) return outcomes[episode];
  if (episode === 'none') return 'the end of what its group holds';
  return episode === 'new' ? 'a repetition of what its group holds' : outcomes[episode];
}
