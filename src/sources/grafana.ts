// Grafana's webhook contact point (unified alerting), and the notification channel of versions before 9. A payload of one's own goes to `generic`.
import { toSeverity } from '../core/alert/severity.ts';
import { canonicalJson, type Json, type JsonObject, sha256 } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { identityOf, labelsWith, listAt, memberAt, ObjectBody, readFields, titleOf } from './fields.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';
import { countOf, maxAlerts, withUnlisted } from './unlisted.ts';

function sampleOf(status: 'firing' | 'resolved') {
  return {
    receiver: 'firebreak',
    status,
    orgId: 1,
    alerts: [
      {
        status,
        labels: {
          alertname: 'CheckoutErrors',
          grafana_folder: 'Shop',
          service: 'checkout-api',
          severity: 'critical',
        },
        annotations: { summary: 'checkout-api answers 5xx', runbook_url: 'https://runbooks.example.com/checkout' },
        startsAt: '2026-03-01T03:04:10Z',
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-03-01T03:19:10Z',
        generatorURL: 'https://grafana.example.com/alerting/grafana/cdwg2pw1/view?orgId=1',
        fingerprint: '9f2c5a7be01d4836',
        silenceURL: 'https://grafana.example.com/alerting/silence/new?alertmanager=grafana',
        dashboardURL: 'https://grafana.example.com/d/shop',
        panelURL: 'https://grafana.example.com/d/shop?viewPanel=4',
        values: status === 'firing' ? { B: 0.071, C: 1 } : null,
        valueString: '',
        orgId: 1,
      },
    ],
    groupLabels: { alertname: 'CheckoutErrors' },
    commonLabels: { alertname: 'CheckoutErrors', service: 'checkout-api', severity: 'critical' },
    commonAnnotations: { summary: 'checkout-api answers 5xx' },
    externalURL: 'https://grafana.example.com/',
    version: '1',
    groupKey: '{}:{alertname="CheckoutErrors"}',
    truncatedAlerts: 0,
    title: '[FIRING:1] CheckoutErrors Shop',
    state: status === 'firing' ? 'alerting' : 'ok',
    message: '',
  };
}

/** The source. */
export const grafana = defineSource({
  id: 'grafana',
  title: 'Grafana',
  docs: {
    setUp: `Give the contact point a secret of its own:

\`\`\`yaml
integrations:
  grafana:
    source: grafana
    auth: { type: hmac, secret: { env: GRAFANA_SECRET } }
\`\`\`

In Grafana add a contact point of type Webhook with the URL \`https://firebreak.example.com/hooks/grafana\`, method POST. Under
**HMAC signature** enter the secret, and as timestamp header \`X-Grafana-Alerting-Timestamp\`. Versions without HMAC send a bearer
token (\`auth: { type: bearer, ... }\`, in Grafana scheme \`Bearer\` and the credentials). Leave the payload as it is: one of your own is a case for
[generic](generic.md).

The labels of a rule are \`alert.labels\`; \`severity\` and \`service\` (else \`job\`) are read where they are set. The group of the notification
policy is one incident. \`DatasourceNoData\` and \`DatasourceError\` fire as alerts of their own, and end by themselves: a rule that sees nothing
protects nothing. Notifications of versions before 9 are read too: \`alerting\` and \`no_data\` fire; \`ok\` resolves, and so does \`paused\`,
because nothing more comes of a paused rule; \`pending\` says nothing yet.`,
    security: `Signed with the timestamp header, a captured delivery is good for five minutes and counts once. Without that header write
\`timestampHeader: null, signed: null, allowUnstamped: true\` beside the secret: the signature then depends on the body alone.`,
    test: `The **Test** button sends an alert named \`TestAlert\` of the instance \`Grafana\`. It is taken (202), listed among the deliveries, and opens
nothing, because its end is never sent.`,
    retries: `A delivery that was not answered with 2xx is not repeated by itself; the next flush of the group (\`group_interval\`, 5 minutes by
default) sends the group as it is by then. An unchanged group is repeated after \`repeat_interval\`; that changes nothing here.`,
  },
  // The webhook notifier answers "do not retry" to its pipeline: any failure waits for the next flush (grafana/alerting, receivers/webhook).
  retriesOn: ['no answer', '4xx', '5xx'],
  schemes: {
    basic: {},
    bearer: {},
    header: {},
    hmac: {
      header: 'X-Grafana-Alerting-Signature',
      prefix: '',
      timestampHeader: 'X-Grafana-Alerting-Timestamp',
      signed: '{timestamp}:{body}',
    },
    none: {},
  },
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'Grafana' },
    body: sampleOf('firing'),
    resolved: sampleOf('resolved'),
  },
  read({ body, integration }) {
    if (memberAt(body, 'alerts') === undefined && memberAt(body, 'ruleName') !== undefined)
      return ok({ alerts: legacyAlerts(body, integration), deliveryKey: null, truncated: 0 });
    if (!Array.isArray(body.alerts))
      return err([
        {
          path: 'alerts',
          message: 'must be the list of alerts of a Grafana webhook; a custom payload is for the source generic',
        },
      ]);
    const items = listAt(body, 'alerts');
    if (items.length > maxAlerts)
      return err([{ path: 'alerts', message: `must hold at most ${maxAlerts} alerts, and has ${items.length}` }]);
    const alerts = items.filter((item) => !isTest(item)).map((item) => draftOf(item, body, integration));
    const count = countOf(memberAt(body, 'truncatedAlerts'));
    const fires = alerts.some(({ status }) => status === 'firing');
    const group = memberAt(body, 'status') === 'resolved' || (alerts.length > 0 && !fires) ? 'resolved' : 'firing';
    const own = () =>
      draftOf(
        {
          status: group,
          labels: memberAt(body, 'commonLabels') ?? {},
          annotations: memberAt(body, 'commonAnnotations') ?? {},
        },
        body,
        integration,
      );
    return ok({
      alerts: withUnlisted({ listed: alerts, count, group, own }),
      deliveryKey: null,
      truncated: count,
    });
  },
});

/** What the Test button of a contact point sends. */
const isTest = (item: Json): boolean =>
  memberAt(item, 'labels', 'alertname') === 'TestAlert' && memberAt(item, 'labels', 'instance') === 'Grafana';

function draftOf(item: Json, body: JsonObject, integration: string): DraftAlert {
  const fields = readFields(item);
  const { labels, remarks } = readLabels(memberAt(item, 'labels'));
  const { labels: annotations, remarks: more } = readLabels(memberAt(item, 'annotations'), 'annotations');
  const word = labels.severity ?? annotations.severity ?? labels.priority ?? null;
  const status = fields.text('status') || asText(memberAt(body, 'status'));
  const known = status === 'firing' || status === 'resolved';
  // Several organisations may send to one address, each with fingerprints of its own.
  const org = fields.text('orgId') || asText(memberAt(body, 'orgId'));
  const print = fields.text('fingerprint') || sha256(canonicalJson(memberAt(item, 'labels') ?? {})).slice(0, 16);
  const group = asText(memberAt(body, 'groupKey'), 1500);
  return {
    source: 'grafana',
    integration,
    fingerprint: `${integration}/${identityOf(...(org === '' ? [print] : [org, print]))}`,
    status: status === 'resolved' ? 'resolved' : 'firing',
    title: titleOf(
      annotations.summary || annotations.title || labels.alertname || annotations.description || labels.rulename || '',
      'Alert without a name',
    ),
    description: asText(annotations.description ?? annotations.message ?? fields.text('valueString'), 4000),
    severity: toSeverity(word),
    sourceSeverity: word === null ? null : asText(word, 150),
    service: asText(labels.service ?? labels.job ?? '', 400) || null,
    labels,
    annotations,
    startsAt: memberAt(item, 'startsAt'),
    endsAt: memberAt(item, 'endsAt'),
    links: [
      ...asLink('Panel', fields.text('panelURL')),
      ...asLink('Dashboard', fields.text('dashboardURL')),
      ...asLink('Rule', fields.text('generatorURL')),
      ...asLink('Silence', fields.text('silenceURL')),
      ...asLink('Runbook', annotations.runbook_url),
    ],
    groupKey: group === '' ? null : `${integration}/${group}`,
    remarks: [
      ...remarks,
      ...more,
      ...fields.remarks,
      ...(known ? [] : [`status: ${asText(status, 60) || 'nothing'} is not known; it counts as firing`]),
    ],
  };
}

/** What the words of versions before 9 mean; `null`: nothing has happened yet. */
const legacyStates: { readonly [state: string]: DraftAlert['status'] | null } = {
  alerting: 'firing',
  no_data: 'firing',
  ok: 'resolved',
  paused: 'resolved',
  pending: null,
};

function legacyAlerts(body: JsonObject, integration: string): readonly DraftAlert[] {
  const fields = readFields(body);
  const state = fields.text('state').toLowerCase();
  const status = Object.hasOwn(legacyStates, state) ? legacyStates[state] : 'firing';
  // Rule 0 is what the Test button of a channel sends.
  if (status === null || status === undefined || memberAt(body, 'ruleId') === 0) return [];
  const tags = readLabels(memberAt(body, 'tags'), 'tags');
  const word = tags.labels.severity ?? tags.labels.priority ?? null;
  const name = fields.text('ruleName');
  const matches = listAt(body, 'evalMatches').slice(0, 20);
  const values = matches.map((one) => `${asText(memberAt(one, 'metric'), 200)}: ${asText(memberAt(one, 'value'), 60)}`);
  return [
    {
      source: 'grafana',
      integration,
      fingerprint: `${integration}/${identityOf(fields.text('orgId'), 'rule', fields.text('ruleId') || name)}`,
      status,
      title: titleOf(fields.text('title') || name, 'Alert without a name'),
      description: asText([fields.text('message'), ...values].filter((one) => one !== '').join('\n'), 4000),
      severity: toSeverity(word),
      sourceSeverity: word === null ? null : asText(word, 150),
      service: asText(tags.labels.service ?? '', 400) || null,
      labels: labelsWith({ rulename: name }, tags),
      links: [...asLink('Rule', fields.text('ruleUrl')), ...asLink('Image', fields.text('imageUrl'))],
      remarks: [...tags.remarks, ...fields.remarks],
    },
  ];
}
