// Taking alerts out of an incident: both streams in one transaction. Holds no rule.
import { actorOf } from '../../core/authority/principal.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import { touchedAlerts } from '../../core/incident/touched-alerts.ts';
import type { LoadedIncident } from '../../ports/ledger.ts';
import type { IncidentOperations } from '../../ports/operations.ts';
import { answerOf } from '../outcome.ts';
import { type IncidentParts, propose } from './propose.ts';

/** The operation. */
export function createSplit({
  pipeline,
  store,
  rules,
  runtime,
  correlation,
}: IncidentParts): IncidentOperations['split'] {
  return async ({ principal, cause, incidentId, fingerprints, title, id }) => {
    const newId = id ?? runtime.newId('inc');
    const outcome = await pipeline.execute<{ readonly from: LoadedIncident; readonly there: LoadedIncident | null }>({
      name: 'split',
      caller: { principal, cause },
      right: 'respond',
      resourceOf: () => ({}),
      about: ({ from }) => [from.incident],
      missing: `there is no incident ${incidentId}`,
      async load() {
        const from = await store.loadIncident(incidentId);
        return from && { from, there: id === undefined ? null : await store.loadIncident(id) };
      },
      keyOf: ({ from }) => from.incident.id,
      async decide({ from: loaded, there }, { at }) {
        if (there) return { outcome: 'unchanged' };
        const context = { at, actor: actorOf(principal), rules, openInGroup: null };
        const number = await correlation.nextIncidentNumber();
        const left = propose(loaded, { type: 'split_off', fingerprints, into: { id: newId, number } }, context);
        if (left.outcome !== 'proposed') return left;
        const opened = decideIncident(
          null,
          { type: 'split_from', incidentId: newId, number, from: loaded.incident, fingerprints, title: title ?? null },
          context,
        );
        if (!opened.ok) return { outcome: 'refused', refusal: opened.error };
        const { events, state: incident } = opened.value;
        if (incident === null) throw new Error('an incident was split off and is not there');
        const alerts = touchedAlerts(opened.value);
        return {
          outcome: 'proposed',
          proposals: [
            { stream: 'incident', incidentId: newId, before: null, incident, events, runs: [], alerts },
            ...left.proposals,
          ],
        };
      },
    });
    return answerOf(outcome, {
      committed: ({ incident }) => incident,
      unchanged: ({ from, there }) => (there ?? from).incident,
    });
  };
}
