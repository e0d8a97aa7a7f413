// Prometheus Alertmanager, webhook version 4 (alertmanager's docs/configuration.md, webhook_config), tolerant to older bodies.
import { z } from 'zod';
import { JsonValue } from '../core/alert/alert.ts';
import { toSeverity } from '../core/alert/severity.ts';
import { canonicalJson, sha256 } from '../core/json.ts';
import { ok } from '../core/result.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';
import { withUnlisted } from './unlisted.ts';

const texts = z.record(z.string(), JsonValue).nullish();
// Read tolerantly: a time that is none is a remark, no reason to refuse an alert.
const time = JsonValue.optional();
const AlertBody = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: texts,
  annotations: texts,
  startsAt: time,
  endsAt: time,
  generatorURL: z.string().nullish(),
  fingerprint: z.string().nullish(),
});

const Body = z.looseObject({
  alerts: z.array(AlertBody).max(5000),
  status: z.enum(['firing', 'resolved']).nullish().catch(null),
  groupLabels: texts,
  commonLabels: texts,
  commonAnnotations: texts,
  groupKey: z.union([z.string(), z.number()]).nullish(),
  externalURL: z.string().nullish(),
  truncatedAlerts: z.number().int().min(0).nullish(),
});

function sampleOf(status: 'firing' | 'resolved') {
  return {
    version: '4',
    groupKey: '{}:{alertname="ServiceDown"}',
    truncatedAlerts: 0,
    status,
    receiver: 'firebreak',
    groupLabels: { alertname: 'ServiceDown' },
    commonLabels: { alertname: 'ServiceDown', service: 'checkout-api', severity: 'critical' },
    commonAnnotations: { summary: 'checkout-api does not answer' },
    externalURL: 'https://alertmanager.example.com',
    alerts: [
      {
        status,
        labels: {
          alertname: 'ServiceDown',
          service: 'checkout-api',
          severity: 'critical',
          instance: 'checkout-1:8080',
        },
        annotations: {
          summary: 'checkout-api does not answer',
          description: 'No successful health check for 2 minutes.',
        },
        startsAt: '2026-03-01T03:04:05.678Z',
        // Go's zero time: it has not ended.
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-03-01T03:16:05.678Z',
        generatorURL: 'https://prometheus.example.com/graph?g0.expr=up',
        fingerprint: '5c1f0c2a9b7e4d31',
      },
    ],
  };
}

/** The source. Alertmanager sends no delivery id and repeats identical bodies on purpose, as reminders. */
export const alertmanager = defineSource({
  id: 'alertmanager',
  title: 'Prometheus Alertmanager',
  docs: {
    setUp: `Name the token that Alertmanager is going to send:

\`\`\`yaml
integrations:
  alertmanager:
    source: alertmanager
    auth: { type: bearer, token: { env: ALERTMANAGER_TOKEN } }
\`\`\`

Add a receiver to \`alertmanager.yml\`, and send routes to it:

\`\`\`yaml
receivers:
  - name: firebreak
    webhook_configs:
      - url: http://firebreak.example.com:3000/hooks/alertmanager
        send_resolved: true
        http_config: { authorization: { type: Bearer, credentials_file: /etc/alertmanager/firebreak.token } }
\`\`\`

\`group_by\` of the route decides what is one incident: alerts of one group belong together. Labels and annotations stand in
\`alert.labels\` and \`alert.annotations\`; \`severity\`, \`service\` (else \`job\`), \`summary\`, \`description\` and \`runbook_url\` are read
where they are set. The incident is as severe as the worst alert that has joined it. Leave \`max_alerts\` unset: alerts that are left out of a
group cannot be seen here; the timeline says how many, and the incident stays open until the group itself is resolved.`,
    security: `Alertmanager signs nothing. It sends a bearer token or a user name and password, as its \`http_config\` says; let it speak HTTPS
on a network that is not yours alone. \`hmac\` needs something before it that signs.`,
    test: `\`firebreak alert send\` sends the sample as a new alert. \`amtool alert add ServiceDown service=checkout-api\` takes the way through
Alertmanager itself.`,
    retries: `Alertmanager tries again, with growing pauses, until the next flush of the group (\`group_interval\`). What it did not deliver by
then is in the next flush. It repeats an unchanged group after \`repeat_interval\`; repetitions change nothing here.`,
  },
  // notify/webhook: a status is retried if it is 5xx; 429 is not (alertmanager's notify/util.go, Retrier).
  retriesOn: ['no answer', '5xx'],
  body: Body,
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.27.0' },
    body: sampleOf('firing'),
    resolved: sampleOf('resolved'),
  },
  read({ body, integration }) {
    const left = body.truncatedAlerts ?? 0;
    const fires = body.alerts.some(({ status }) => status === 'firing');
    const group = body.status ?? (fires ? ('firing' as const) : ('resolved' as const));
    const listed = body.alerts.map((alert) => draftOf(alert, body, integration));
    const own = () => draftOf(groupAlert(body, group), body, integration);
    const told = withUnlisted({ listed, count: left, group, own });
    return ok({ alerts: told, deliveryKey: null, truncated: left });
  },
});

type AlertBody = z.output<typeof AlertBody>;
type Body = z.output<typeof Body>;

function groupAlert({ commonLabels, commonAnnotations }: Body, status: AlertBody['status']): AlertBody {
  return { status, labels: commonLabels, annotations: commonAnnotations };
}

function draftOf(alert: AlertBody, body: Body, integration: string): DraftAlert {
  const { labels, remarks } = readLabels(alert.labels);
  const { labels: annotations, remarks: more } = readLabels(alert.annotations, 'annotations');
  const name = labels.alertname;
  const title = annotations.summary || annotations.title || name || annotations.description || 'Alert without a name';
  const word = labels.severity ?? null;
  // Versions before 0.16 send no fingerprint; the labels, all of them, identify the alert, as they do for Alertmanager itself.
  const fingerprint = alert.fingerprint || sha256(canonicalJson(alert.labels ?? {})).slice(0, 16);
  return {
    source: 'alertmanager',
    integration,
    fingerprint: `${integration}/${asText(fingerprint, 400)}`,
    status: alert.status,
    title: asText(title, 300),
    description: asText(annotations.description ?? annotations.message ?? '', 4000),
    severity: toSeverity(word),
    sourceSeverity: word === null ? null : asText(word, 150),
    service: asText(labels.service ?? labels.job ?? '', 400) || null,
    labels,
    annotations,
    startsAt: alert.startsAt,
    endsAt: alert.endsAt,
    links: [
      ...asLink('Graph', alert.generatorURL ?? undefined),
      ...asLink('Runbook', annotations.runbook_url),
      ...asLink('Alertmanager', body.externalURL ?? undefined),
    ],
    groupKey: body.groupKey ? `${integration}/${asText(body.groupKey, 1500)}` : null,
    remarks: [...remarks, ...more],
  };
}
