// Metrics of incidents: how many, how long until somebody has them, until they do no more harm, until they are over; what people are owed.
import type { IncidentState } from '../../core/incident/state.ts';
import type { Gauges } from '../../ports/metrics.ts';
import { type EventCounters, secondsBetween } from './counted-events.ts';
import { type Instruments, waitBuckets } from './instruments.ts';

/** What is open in Slack, each for how long. */
export type Owed = readonly { readonly openMs: number }[];

/** Looks something up; null: that cannot be known now. */
export type Looked<T> = () => Promise<T | null>;

const severityOf = ({ severity }: Pick<IncidentState, 'severity'>) => ({ severity: String(severity) });

/** All there are: few incidents come, and a rate over a series that begins with its first would miss that one. */
const severities = [1, 2, 3, 4].map((severity) => severityOf({ severity }));

/** Makes them. What runs alone is no incident of anybody's, and is counted as a run. */
export function incidentMetrics(
  { counter, histogram, gauge }: Instruments,
  { look, owed }: { readonly look: Looked<Gauges>; readonly owed: Looked<Owed> },
): EventCounters {
  const opened = counter({
    name: 'firebreak_incidents_opened_total',
    help: 'Incidents that were opened, by severity, 1 the worst',
    labels: ['severity'],
  });
  for (const labels of severities) opened(labels, 0);
  const times = <N extends string>(name: N, help: string) =>
    histogram({ name, help, labels: ['severity'], buckets: waitBuckets, seen: severities });
  const acknowledged = times(
    'firebreak_incident_acknowledge_seconds',
    'From when an incident was opened until somebody acknowledged it',
  );
  const contained = times(
    'firebreak_incident_containment_seconds',
    'From when an incident was opened until people said that it does no more harm',
  );
  const recovered = times(
    'firebreak_incident_recovery_seconds',
    'From when an incident was opened until it was resolved',
  );
  addGauges(gauge, { look, owed });
  const since =
    (observe: typeof acknowledged) =>
    ({ at, incident }: { readonly at: string; readonly incident: IncidentState }): void => {
      if (incident.kind !== 'operation') observe(severityOf(incident), secondsBetween(incident.openedAt, at));
    };
  return {
    'incident.opened': ({ data }) => {
      if (data.kind !== 'operation') opened(severityOf(data));
    },
    'incident.acknowledged': since(acknowledged),
    'incident.mitigated': since(contained),
    'incident.resolved': since(recovered),
  };
}

function addGauges(
  gauge: Instruments['gauge'],
  { look, owed }: { readonly look: Looked<Gauges>; readonly owed: Looked<Owed> },
): void {
  gauge({
    name: 'firebreak_incidents_open',
    help: 'Incidents that are open, by severity, 1 the worst',
    labels: ['severity'],
    async collect(add) {
      for (const { severity, open } of (await look())?.incidents ?? []) add(severityOf({ severity }), open);
    },
  });
  gauge({
    name: 'firebreak_alert_groups_holding',
    help: 'Alert groups that hold something back',
    async collect(add) {
      const found = await look();
      if (found !== null) add({}, found.holdingGroups);
    },
  });
  gauge({
    name: 'firebreak_obligations_open',
    help: 'Messages that say something burns which is over, or that Slack refused; at rest 0',
    async collect(add) {
      const open = await owed();
      if (open !== null) add({}, open.length);
    },
  });
  gauge({
    name: 'firebreak_obligations_oldest_seconds',
    help: 'For how long the longest of them is open',
    async collect(add) {
      const open = await owed();
      if (open !== null) add({}, Math.max(0, ...open.map(({ openMs }) => openMs)) / 1000);
    },
  });
}
