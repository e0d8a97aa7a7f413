// PagerDuty webhooks of version 3 (and the messages of the retired versions 1 and 2): incidents that PagerDuty opened, for a team that pages there.
import { type Severity, toSeverity } from '../core/alert/severity.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { identityOf, labelsWith, listAt, memberAt, ObjectBody, readFields, titleOf } from './fields.ts';
import { asText } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';

const sampleAt = '2026-03-01T03:04:05Z';

function sampleOf(event: 'triggered' | 'resolved') {
  const site = 'https://example.pagerduty.com';
  return {
    event: {
      id: event === 'triggered' ? '01FBSAMPLE0000000000000001' : '01FBSAMPLE0000000000000002',
      event_type: `incident.${event}`,
      resource_type: 'incident',
      occurred_at: event === 'triggered' ? '2026-03-01T03:04:05.120Z' : '2026-03-01T03:31:44.902Z',
      agent: { id: 'PFBAGENT', type: 'service_reference', summary: 'Checkout', html_url: `${site}/services/PFBSERV` },
      client: null,
      data: {
        id: 'QFBSAMPLE00001',
        type: 'incident',
        html_url: `${site}/incidents/QFBSAMPLE00001`,
        number: 412,
        status: event,
        incident_key: 'checkout/5xx',
        created_at: sampleAt,
        title: 'Checkout answers 5xx',
        service: {
          id: 'PFBSERV',
          type: 'service_reference',
          summary: 'Checkout',
          html_url: `${site}/services/PFBSERV`,
        },
        assignees: [],
        escalation_policy: { id: 'PFBESC', type: 'escalation_policy_reference', summary: 'Shop' },
        teams: [{ id: 'PFBTEAM', type: 'team_reference', summary: 'Payments' }],
        priority: { id: 'PFBPRIO', type: 'priority_reference', summary: 'P1' },
        urgency: 'high',
        conference_bridge: null,
        resolve_reason: null,
        incident_type: { name: 'incident_default' },
      },
    },
  };
}

/** The source. */
export const pagerduty = defineSource({
  id: 'pagerduty',
  title: 'PagerDuty',
  docs: {
    setUp: `In PagerDuty add a webhook subscription (Integrations, Generic Webhooks v3) for a service, a team or the account, with the URL
\`https://firebreak.example.com/hooks/pagerduty\` and at least the events \`incident.triggered\`, \`incident.acknowledged\`,
\`incident.unacknowledged\`, \`incident.reopened\`, \`incident.priority_updated\` and \`incident.resolved\`. The signing secret is shown once:

\`\`\`yaml
integrations:
  pagerduty:
    source: pagerduty
    auth: { type: hmac, secret: { env: PAGERDUTY_SECRET } }
\`\`\`

A PagerDuty incident is one alert, known by its id. It fires from \`triggered\` until \`resolved\`; acknowledged, escalated or reassigned it
still fires, and a new priority is a new severity. Reopened it begins anew. Merged into another incident it counts as resolved, because
PagerDuty tells nothing of it any more: the other one goes on. Notes, responders, status updates, workflows and event types that are not
known here are taken and change nothing.

Severity is the priority (\`P1\` and so on) where there is one; else urgency \`high\` is an error and \`low\` a warning. Labels: \`urgency\`,
\`priority\`, \`number\`, \`incident_key\`, \`incident_type\`, \`service_id\`, \`escalation_policy\`, \`team\`.`,
    security: `Every delivery is signed over the raw body; of several signatures in the header one must fit, as PagerDuty sends two while its secret is
changed. No time is signed: a captured delivery that is sent again is the same event, by its id, and changes nothing. The retired versions 1
and 2 sign nothing; they need \`basic\` (in the URL) or \`header\`.`,
    test: `**Send Test Event** of the subscription sends \`pagey.ping\`: it is answered 202 and opens nothing.`,
    retries: `An answer must come within 5 seconds. No answer, 5xx and 429 are sent again for up to 48 hours, with what follows waiting behind. Any
other 4xx is dropped at once, and after three of them in a row PagerDuty switches the subscription off for 24 hours: look at
\`firebreak doctor\` after a change of the secret.`,
  },
  retriesOn: ['no answer', '5xx', 429],
  schemes: {
    basic: {},
    header: {},
    hmac: { header: 'X-PagerDuty-Signature', prefix: 'v1=', timestampHeader: null, allowUnstamped: true },
    none: {},
  },
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'PagerDuty-Webhook/V3.0' },
    body: sampleOf('triggered'),
    resolved: sampleOf('resolved'),
  },
  read({ body, integration }) {
    if (Array.isArray(body.messages)) {
      const told = listAt(body, 'messages').flatMap((message) => legacyAlert(message, integration));
      // Two messages about one incident: what was said last holds.
      const last = new Map(told.map((alert) => [alert.fingerprint, alert] as const));
      return ok({ alerts: [...last.values()], deliveryKey: null, truncated: 0 });
    }
    if (memberAt(body, 'event') === undefined)
      return err([{ path: 'event', message: 'must be the event of a PagerDuty webhook of version 3' }]);
    const key = readFields(body).text('event', 'id');
    return ok({ alerts: alertsOf(body, integration), deliveryKey: asText(key, 300) || null, truncated: 0 });
  },
});

/** Events that say that an incident is going on. Others change nothing about that. */
const ongoing = new Set(
  'triggered acknowledged unacknowledged delegated escalated reassigned reopened priority_updated'
    .split(' ')
    .map((event) => `incident.${event}`),
);

const byUrgency: { readonly [urgency: string]: Severity } = { high: 'error', low: 'warning' };

function alertsOf(body: JsonObject, integration: string): readonly DraftAlert[] {
  const data = memberAt(body, 'event', 'data');
  const event = readFields(memberAt(body, 'event'));
  const fields = readFields(data);
  const type = event.text('event_type');
  const over = type === 'incident.resolved';
  const id = fields.text('id');
  // The shape is told by data.type: notes and responders are of an incident, but are none.
  if (id === '' || fields.text('type') !== 'incident') return [];
  if (!over && (!ongoing.has(type) || fields.text('status') === 'resolved')) return [];
  const priority = fields.text('priority', 'summary');
  const urgency = fields.text('urgency');
  const merged = over && fields.text('resolve_reason', 'type') === 'merge_resolve_reason';
  const created = memberAt(data, 'reopened_at') ?? memberAt(data, 'created_at');
  const occurred = memberAt(body, 'event', 'occurred_at');
  const teams = listAt(data, 'teams').map((team) => asText(memberAt(team, 'summary'), 200));
  const into = fields.text('resolve_reason', 'incident', 'id');
  return [
    {
      source: 'pagerduty',
      integration,
      fingerprint: `${integration}/${identityOf(id)}`,
      status: over ? 'resolved' : 'firing',
      title: titleOf(fields.text('title'), 'Incident without a title'),
      description: fields.text('body', 'details') || fields.text('description'),
      severity: priority !== '' ? toSeverity(priority) : (byUrgency[urgency.toLowerCase()] ?? 'warning'),
      sourceSeverity: asText(priority || urgency, 150) || null,
      service: asText(fields.text('service', 'summary'), 400) || null,
      labels: labelsWith({
        urgency,
        priority,
        number: fields.text('number'),
        incident_key: fields.text('incident_key'),
        incident_type: fields.text('incident_type', 'name'),
        service_id: fields.text('service', 'id'),
        escalation_policy: fields.text('escalation_policy', 'summary'),
        team: teams.filter((team) => team !== '').join(','),
      }),
      startsAt: type === 'incident.reopened' ? (occurred ?? created) : (created ?? occurred),
      endsAt: over ? occurred : null,
      links: [
        ...asLink('PagerDuty', fields.text('html_url')),
        ...asLink('Conference', fields.text('conference_bridge', 'conference_url')),
      ],
      remarks: [
        ...event.remarks,
        ...fields.remarks,
        ...(merged ? [`merged in PagerDuty into ${asText(into, 100) || 'another incident'}, which goes on`] : []),
      ],
    },
  ];
}

/** One message of a V1 or V2 webhook. */
function legacyAlert(message: Json, integration: string): readonly DraftAlert[] {
  const fields = readFields(message);
  const [, action = ''] = (fields.text('type') || fields.text('event')).split('.');
  const at = memberAt(message, 'data', 'incident') === undefined ? ['incident'] : ['data', 'incident'];
  const id = fields.text(...at, 'id');
  const over = action === 'resolve';
  const fires = ['trigger', 'acknowledge', 'unacknowledge', 'escalate', 'assign', 'delegate'].includes(action);
  if (id === '' || !(over || fires)) return [];
  const urgency = fields.text(...at, 'urgency');
  const title =
    fields.text(...at, 'title') ||
    fields.text(...at, 'trigger_summary_data', 'subject') ||
    fields.text(...at, 'trigger_summary_data', 'description') ||
    fields.text(...at, 'incident_key');
  return [
    {
      source: 'pagerduty',
      integration,
      fingerprint: `${integration}/${identityOf(id)}`,
      status: over ? 'resolved' : 'firing',
      title: titleOf(title, 'Incident without a title'),
      severity: byUrgency[urgency] ?? 'warning',
      sourceSeverity: asText(urgency, 150) || null,
      service: asText(fields.text(...at, 'service', 'name') || fields.text(...at, 'service', 'summary'), 400) || null,
      labels: labelsWith({
        number: fields.text(...at, 'incident_number'),
        incident_key: fields.text(...at, 'incident_key'),
        service_id: fields.text(...at, 'service', 'id'),
      }),
      startsAt: memberAt(message, ...at, 'created_on') ?? memberAt(message, ...at, 'created_at'),
      endsAt: over ? memberAt(message, 'created_on') : null,
      links: asLink('PagerDuty', fields.text(...at, 'html_url')),
      remarks: [...fields.remarks],
    },
  ];
}
