// An alert for stories; nothing in it but what a story says.
import type { Alert } from '../../../src/core/alert/alert.ts';
import { start } from '../../support/given/given.ts';

/** A firing alert of a service, in one group with all others. */
export function alertOf(name: string, more: Partial<Alert> = {}): Alert {
  return {
    source: 'alertmanager',
    integration: 'prod',
    fingerprint: `prod/${name}`,
    status: 'firing',
    title: `${name} is slow`,
    description: 'p99 over 2 s for 5 min',
    severity: 'critical',
    sourceSeverity: 'page',
    service: name,
    labels: { alertname: 'Slow', service: name },
    annotations: { summary: `${name} is slow` },
    startsAt: start,
    endsAt: null,
    links: [{ label: 'Dashboard', url: 'https://grafana.example.com/d/1' }],
    groupKey: 'slow',
    ...more,
  };
}
