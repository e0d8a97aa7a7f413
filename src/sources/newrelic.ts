// New Relic: issues of a workflow with a webhook destination, and the incidents of the retired notification channel.
import { toSeverity } from '../core/alert/severity.ts';
import type { JsonObject } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { identityOf, labelsWith, listAt, memberAt, ObjectBody, readFields, titleOf } from './fields.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';

function sampleOf(state: 'ACTIVATED' | 'CLOSED') {
  return {
    id: '4d0b7c1a-58f1-4f3e-8a3c-2f9f3f1d7e60',
    issueUrl: 'https://radar-api.service.newrelic.com/accounts/1/issues/4d0b7c1a-58f1-4f3e-8a3c-2f9f3f1d7e60',
    title: "checkout-api query result is > 5.0 for 2 minutes on 'Checkout errors'",
    priority: 'CRITICAL',
    impactedEntities: ['checkout-api'],
    totalIncidents: 1,
    state,
    trigger: state === 'ACTIVATED' ? 'STATE_CHANGE' : 'INCIDENT_CLOSED',
    isCorrelated: false,
    createdAt: 1_772_334_245_678,
    updatedAt: state === 'ACTIVATED' ? 1_772_334_246_001 : 1_772_335_990_120,
    sources: ['newrelic'],
    alertPolicyNames: ['Shop'],
    alertConditionNames: ['Checkout errors'],
    workflowName: 'Firebreak',
  };
}

/** The source. */
export const newRelic = defineSource({
  id: 'newrelic',
  title: 'New Relic',
  docs: {
    setUp: `Name the token that New Relic is going to send:

\`\`\`yaml
integrations:
  newrelic:
    source: newrelic
    auth: { type: bearer, token: { env: NEWRELIC_TOKEN } }
\`\`\`

In New Relic add a destination of type Webhook with the URL \`https://firebreak.example.com/hooks/newrelic\` and bearer token
authentication, then a workflow that notifies it, at least when an issue is activated, acknowledged and closed. Leave the payload template as it
is, or keep at least \`id\`, \`state\`, \`title\`, \`priority\`, \`issueUrl\`, \`createdAt\` and \`updatedAt\`; what you add stays in the stored body.

An issue is one alert, known by its id. It fires for \`CREATED\`, \`ACTIVATED\` and while it is acknowledged, and is resolved for
\`CLOSED\`. Severity is the priority. The first impacted entity is the service; labels are \`policy\`, \`condition\`, \`entity\`, \`workflow\`, and those
under \`labels\` or \`accumulations.tag\`, should your template have them.`,
    security: `New Relic signs nothing. It sends a bearer token, or a user name and password.`,
    test: `**Test workflow** sends an issue of its own that looks like any other; close the incident here by hand. The test of a retired
notification channel, which has the incident id 0, opens nothing.`,
    retries: `New Relic's public documentation promises no repetition: count a delivery that was not answered as lost. The notification log of the
workflow shows what was answered.`,
  },
  retriesOn: [],
  schemes: { basic: {}, bearer: {}, header: {}, none: {} },
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('ACTIVATED'),
    resolved: sampleOf('CLOSED'),
  },
  read({ body, integration }) {
    const fields = readFields(body);
    const id = fields.first('id', 'issueId', 'issue_id');
    const alert = id !== '' ? issueOf(body, integration, id) : incidentOf(body, integration);
    if (alert === null)
      return err([{ path: 'id', message: 'must be the id of the issue, or nothing can tell its end' }]);
    return ok({ alerts: alert === 'test' ? [] : [alert], deliveryKey: null, truncated: 0 });
  },
});

const joined = (body: JsonObject, name: string): string =>
  listAt(body, name)
    .map((one) => asText(one, 300))
    .join(',');

function issueOf(body: JsonObject, integration: string, id: string): DraftAlert {
  const fields = readFields(body);
  const over = /closed|deactivated|resolved/i.test(fields.first('state', 'current_state'));
  const priority = fields.first('priority', 'severity');
  const theirs = readLabels(memberAt(body, 'labels') ?? memberAt(body, 'accumulations', 'tag'));
  const [entity] = listAt(body, 'impactedEntities');
  // In templates of one's own a title may be a list of one.
  const [title] = listAt(body, 'title');
  return {
    source: 'newrelic',
    integration,
    fingerprint: `${integration}/${identityOf(id)}`,
    status: over ? 'resolved' : 'firing',
    title: titleOf(asText(title, 300), 'Issue without a title'),
    description: fields.first('description', 'details', 'annotations.description'),
    severity: toSeverity(priority),
    sourceSeverity: asText(priority, 150) || null,
    service: asText(theirs.labels.service ?? entity, 400) || null,
    labels: labelsWith(
      {
        policy: joined(body, 'alertPolicyNames'),
        condition: joined(body, 'alertConditionNames'),
        entity: joined(body, 'impactedEntities'),
        workflow: fields.text('workflowName'),
        state: fields.text('state'),
        trigger: fields.text('trigger'),
      },
      theirs,
    ),
    startsAt: memberAt(body, 'createdAt') ?? memberAt(body, 'activatedAt'),
    endsAt: over ? (memberAt(body, 'closedAt') ?? memberAt(body, 'updatedAt')) : null,
    links: [
      ...asLink('Issue', fields.first('issueUrl', 'issuePageUrl')),
      ...asLink('Runbook', fields.text('runbookUrl')),
    ],
    remarks: [...theirs.remarks, ...fields.remarks],
  };
}

/** An incident of the retired channel; `test` for what its test button sends, null where nothing identifies it. */
function incidentOf(body: JsonObject, integration: string): DraftAlert | 'test' | null {
  const fields = readFields(body);
  const id = fields.text('incident_id');
  if (id === '') return null;
  if (id === '0') return 'test';
  const over = /closed/i.test(fields.text('current_state'));
  const word = fields.text('severity');
  const theirs = readLabels(memberAt(body, 'labels'));
  const [target] = listAt(body, 'targets');
  return {
    source: 'newrelic',
    integration,
    fingerprint: `${integration}/${identityOf(id)}`,
    status: over ? 'resolved' : 'firing',
    title: titleOf(fields.first('condition_name', 'details'), 'Incident without a name'),
    description: fields.text('details'),
    severity: toSeverity(word),
    sourceSeverity: asText(word, 150) || null,
    service: asText(memberAt(target, 'name'), 400) || null,
    labels: labelsWith(
      {
        policy: fields.text('policy_name'),
        condition: fields.text('condition_name'),
        account: fields.text('account_name'),
      },
      theirs,
    ),
    startsAt: over ? null : memberAt(body, 'timestamp'),
    endsAt: over ? memberAt(body, 'timestamp') : null,
    links: [...asLink('Incident', fields.text('incident_url')), ...asLink('Runbook', fields.text('runbook_url'))],
    remarks: [...theirs.remarks, ...fields.remarks],
  };
}
