// The stage `act` of one alert in sentences: what becomes of it in an incident, and which playbooks start. Decides nothing: triggers and
// episodes are asked as where runs are started.
import { memberOf } from '../group/state.ts';
import { episodeOf } from '../incident/episode.ts';
import { alertOf } from '../incident/state.ts';
import { matchTriggers } from '../playbook/match.ts';
import { heldBy } from './explain-suppress.ts';
import type { ExplainedAgainst, ExplainedStage } from './explained.ts';
import type { StagedAlert } from './staged.ts';

/** Explains what an alert leads to. */
export function explainAct(staged: StagedAlert, known: ExplainedAgainst): ExplainedStage {
  const { heartbeats } = known;
  if (heartbeats.length > 0)
    return {
      stage: 'act',
      outcome: `counts as the heartbeat ${heartbeats.join(', ')}, and opens nothing`,
      because: [],
    };
  const { outcome, begins } = outcomeOf(staged, known);
  return { stage: 'act', outcome, because: begins ? playbooks(staged, known) : [] };
}

/** `begins`: it is the begin of an episode, so that playbooks start, now or when it is let go. */
type Act = { readonly outcome: string; readonly begins: boolean };

function outcomeOf({ alert, verdict, settings }: StagedAlert, { incident, taken, group }: ExplainedAgainst): Act {
  const seen = incident ? alertOf(incident, alert.fingerprint) : undefined;
  const episode = episodeOf(alert, seen);
  const hold = group && memberOf(group, alert.fingerprint)?.hold;
  if (episode === 'ended') return { outcome: `its end goes to incident #${incident?.number}`, begins: false };
  if (alert.status === 'resolved')
    return { outcome: 'nobody was told of a begin, so nobody is told of an end', begins: false };
  if (episode === 'late') return { outcome: 'ignored: it is over already', begins: false };
  const there = incident && taken ? incident : null;
  if (episode === 'same' && there?.status === 'open')
    return { outcome: `counted in incident #${there.number}, which people know`, begins: false };
  const joins =
    there === null
      ? 'opens an incident'
      : `${there.status === 'open' ? 'joins' : 'opens again'} incident #${there.number}`;
  if (verdict.type === 'muted')
    return verdict.consolidated
      ? { outcome: `${joins}, and starts no playbook before the window is over`, begins: true }
      : { outcome: `kept, counted and told to nobody; when nothing holds it any more it ${joins}`, begins: true };
  const waits = settings.waitMs > 0 || settings.pauseMs[alert.severity] > 0 || settings.threshold.count > 1;
  if (hold) return { outcome: `its group holds it (${heldBy(hold)}); then it ${joins}`, begins: true };
  if (there?.status === 'open' || !waits) return { outcome: joins, begins: true };
  return { outcome: `${joins} when its group lets it go`, begins: true };
}

function playbooks({ alert, playbooks: byRoute }: StagedAlert, known: ExplainedAgainst): readonly string[] {
  const missing = byRoute.names.filter((name) => known.playbooks.every((playbook) => playbook.name !== name));
  const because = missing.map((name) => `its route starts the playbook ${name}, which is not there`);
  for (const playbook of known.playbooks) {
    if (byRoute.names.includes(playbook.name)) {
      because.push(`the playbook ${playbook.name} starts: its route says so`);
      continue;
    }
    if (byRoute.only) continue;
    const match = matchTriggers(playbook, alert);
    if (match.outcome === 'starts') because.push(`the playbook ${playbook.name} starts: a trigger fits`);
    if (match.outcome === 'unclear')
      because.push(
        `the playbook ${playbook.name} does not start, its trigger could not be evaluated: ${match.reasons.join('; ')}`,
      );
  }
  if (byRoute.only) because.push('triggers are not asked: its route names the playbooks');
  return because.length > 0 ? because : ['no playbook starts for it'];
}
