// The alert sources. One more is one file and one line here; registry.ts collects them.
export { alertmanager } from './alertmanager.ts';
export { betterStack } from './better-stack.ts';
export { checkly } from './checkly.ts';
export { cloudevents } from './cloudevents.ts';
export { elasticKibana } from './elastic-kibana.ts';
export { generic } from './generic.ts';
export { graylog } from './graylog.ts';
export { healthchecks } from './healthchecks.ts';
export { icinga } from './icinga.ts';
export { monit } from './monit.ts';
export { nagios } from './nagios.ts';
export { pingdom } from './pingdom.ts';
export { splunk } from './splunk.ts';
export { statuscake } from './statuscake.ts';
export { uptimeKuma } from './uptime-kuma.ts';
