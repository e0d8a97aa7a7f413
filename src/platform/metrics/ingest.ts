// Metrics of what comes in: deliveries, the alerts in them, and what is told to nobody.
import { Hold } from '../../core/group/hold.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { type EventCounters, secondsBetween } from './counted-events.ts';
import { type Instruments, waitBuckets } from './instruments.ts';

/** Makes them. */
export function ingestMetrics({ counter, histogram }: Instruments) {
  const deliveries = counter({
    name: 'firebreak_deliveries_total',
    help: 'Deliveries by source and outcome',
    labels: ['source', 'outcome'],
  });
  const faults = counter({
    name: 'firebreak_delivery_faults_total',
    help: 'Deliveries that were not dealt with, by source, whose fault it is (sender, ours) and what becomes of them (retried, dead)',
    labels: ['source', 'fault', 'outcome'],
  });
  const fieldFaults = counter({
    name: 'firebreak_delivery_field_faults_total',
    help: 'Fields that were not as the source sends them, by source and field; of many fields the rest is `other`',
    labels: ['source', 'field'],
  });
  const suppressed = counter({
    name: 'firebreak_alerts_suppressed_total',
    help: 'Notifications of alerts that were held back and told to nobody, by what held them',
    labels: ['by'],
  });
  // Seen before it happens, so that a rate can be taken of the first one.
  for (const by of Hold.shape.by.options) suppressed({ by }, 0);
  const lag = histogram({
    name: 'firebreak_alert_lag_seconds',
    help: 'From when an alert began, by its sender, until it stood in an incident; what was held back on purpose is left out',
    labels: ['source'],
    buckets: waitBuckets,
  });
  const unclear = counter({
    name: 'firebreak_trigger_errors_total',
    help: 'Alerts for which the triggers of a playbook could not be evaluated',
    labels: ['playbook'],
  });
  const counts: EventCounters = {
    'alert.received': ({ at, data: { alert, because } }) => {
      if (alert.startsAt !== null && because === undefined)
        lag({ source: alert.source }, secondsBetween(alert.startsAt, at));
    },
    'note.added': ({ data: { unclearTriggers = [] } }) => {
      for (const playbook of unclearTriggers) unclear({ playbook });
    },
  };
  const told: Pick<Metrics, 'countDelivery' | 'countDeliveryFault' | 'countSuppressed'> = {
    countDelivery: (source, outcome, times) => deliveries({ source, outcome }, times),
    countDeliveryFault: faults,
    countSuppressed: (by) => suppressed({ by }),
  };
  return { counts, told, countFieldFault: (source: string, field: string) => fieldFaults({ source, field }) };
}
