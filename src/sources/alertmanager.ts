// Prometheus Alertmanager, webhook version 4 (alertmanager's docs/configuration.md, webhook_config), tolerant to older bodies.
import { toSeverity } from '../core/alert/severity.ts';
import { canonicalJson, type Json, type JsonObject, sha256 } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { identityOf, listAt, memberAt, ObjectBody, readFields } from './fields.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';
import { countOf, maxAlerts, withUnlisted } from './unlisted.ts';

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
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.27.0' },
    body: sampleOf('firing'),
    resolved: sampleOf('resolved'),
  },
  read({ body, integration }) {
    if (!Array.isArray(body.alerts))
      return err([{ path: 'alerts', message: 'must be the list of alerts of an Alertmanager webhook' }]);
    const items = listAt(body, 'alerts');
    if (items.length > maxAlerts)
      return err([{ path: 'alerts', message: `must hold at most ${maxAlerts} alerts, and has ${items.length}` }]);
    const listed = items.map((item) => draftOf(item, body, integration));
    const count = countOf(memberAt(body, 'truncatedAlerts'));
    const said = memberAt(body, 'status');
    const fires = listed.some(({ status }) => status === 'firing');
    const group = said === 'firing' || (said !== 'resolved' && fires) ? ('firing' as const) : ('resolved' as const);
    const own = () => draftOf(groupAlert(body, group), body, integration);
    return ok({ alerts: withUnlisted({ listed, count, group, own }), deliveryKey: null, truncated: count });
  },
});

const groupAlert = (body: JsonObject, status: DraftAlert['status']): Json => ({
  status,
  labels: memberAt(body, 'commonLabels') ?? {},
  annotations: memberAt(body, 'commonAnnotations') ?? {},
});

function draftOf(item: Json, body: JsonObject, integration: string): DraftAlert {
  const fields = readFields(item);
  const { labels, remarks } = readLabels(memberAt(item, 'labels'));
  const { labels: annotations, remarks: more } = readLabels(memberAt(item, 'annotations'), 'annotations');
  const name = labels.alertname;
  const title = annotations.summary || annotations.title || name || annotations.description || 'Alert without a name';
  const word = labels.severity ?? null;
  const status = fields.text('status') || asText(memberAt(body, 'status'), 60);
  const known = status === 'firing' || status === 'resolved';
  // Versions before 0.16 send no fingerprint; the labels, all of them, identify the alert, as they do for Alertmanager itself.
  const print = fields.text('fingerprint') || sha256(canonicalJson(memberAt(item, 'labels') ?? {})).slice(0, 16);
  const groupKey = asText(memberAt(body, 'groupKey'), 1500);
  return {
    source: 'alertmanager',
    integration,
    fingerprint: `${integration}/${identityOf(print)}`,
    status: status === 'resolved' ? 'resolved' : 'firing',
    title: asText(title, 300),
    description: asText(annotations.description ?? annotations.message ?? '', 4000),
    severity: toSeverity(word),
    sourceSeverity: word === null ? null : asText(word, 150),
    service: asText(labels.service ?? labels.job ?? '', 400) || null,
    labels,
    annotations,
    startsAt: memberAt(item, 'startsAt'),
    endsAt: memberAt(item, 'endsAt'),
    links: [
      ...asLink('Graph', fields.text('generatorURL')),
      ...asLink('Runbook', annotations.runbook_url),
      ...asLink('Alertmanager', asText(memberAt(body, 'externalURL'))),
    ],
    groupKey: groupKey === '' ? null : `${integration}/${groupKey}`,
    remarks: [
      ...remarks,
      ...more,
      ...fields.remarks,
      ...(known ? [] : [`status: ${asText(status, 60) || 'nothing'} is not known; it counts as firing`]),
    ],
  };
}
