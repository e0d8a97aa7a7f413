// The alert sources. One more is one file and one line here; registry.ts collects them.
export { alertmanager } from './alertmanager.ts';
export { awsSns } from './aws-cloudwatch-sns.ts';
export { azureMonitor } from './azure-monitor.ts';
export { datadog } from './datadog.ts';
export { gcpMonitoring } from './gcp-monitoring.ts';
export { generic } from './generic.ts';
export { grafana } from './grafana.ts';
export { newRelic } from './newrelic.ts';
export { opsgenie } from './opsgenie.ts';
export { pagerduty } from './pagerduty.ts';
export { sentry } from './sentry.ts';
export { zabbix } from './zabbix.ts';
