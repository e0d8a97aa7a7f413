// Opsgenie's outgoing webhook integration (also Jira Service Management's, which sends the same): actions on alerts.
import { toSeverity } from '../core/alert/severity.ts';
import { err, ok } from '../core/result.ts';
import { identityOf, labelsWith, listAt, memberAt, ObjectBody, readFields, titleOf, together } from './fields.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';

function sampleOf(action: 'Create' | 'Close') {
  const createdAt = 1_772_334_245_678;
  return {
    action,
    alert: {
      alertId: '8e1f2a64-77c0-4b0e-9a55-6d1f0c2b9e10',
      message: 'checkout-api does not answer',
      tags: action === 'Create' ? ['prod', 'checkout'] : [],
      tinyId: '412',
      entity: 'checkout-api',
      alias: 'checkout-api-down',
      source: 'probe.example.com',
      createdAt,
      updatedAt: String(action === 'Create' ? 1_772_334_245_678_000_110n : 1_772_335_990_120_000_007n),
      priority: 'P1',
      description: 'No successful health check for 2 minutes.',
      details: { runbook: 'https://runbooks.example.com/checkout', region: 'eu-central-1' },
    },
    source: { name: 'web', type: 'API' },
    integrationId: '37a00b5e-8f5d-4cf5-9d0e-0b9a8f0f1c22',
    integrationName: 'Firebreak',
    integrationType: 'Webhook',
  };
}

/** What an action says of its alert. Others neither open nor close one. */
const actions: { readonly [action: string]: DraftAlert['status'] } = {
  create: 'firing',
  acknowledge: 'firing',
  unacknowledge: 'firing',
  escalate: 'firing',
  updatepriority: 'firing',
  snoozeended: 'firing',
  close: 'resolved',
  delete: 'resolved',
};

/** The source. */
export const opsgenie = defineSource({
  id: 'opsgenie',
  title: 'Opsgenie',
  docs: {
    setUp: `Name the token that Opsgenie is going to send in a header:

\`\`\`yaml
integrations:
  opsgenie:
    source: opsgenie
    auth: { type: header, header: X-Firebreak-Token, token: { env: OPSGENIE_TOKEN } }
\`\`\`

In Opsgenie add an outgoing integration of type Webhook with the URL \`https://firebreak.example.com/hooks/opsgenie\` and the custom
header \`X-Firebreak-Token\`. Let it send at least Create, Acknowledge, Unacknowledge, Close and Delete, with **alert details and
description**. Jira Service Management sends the same.

An alert is known by its id; its alias, which can come again for another alert, is a label. It fires from Create until Close. Acknowledged or
escalated it still fires, and a new priority is a new severity. Delete counts as its end, because nothing more is told of it. Notes, tags,
owners, snoozes and actions that are not known here are taken and change nothing. Severity is the priority, \`P1\` or \`1\` being the worst. The
entity is the service; labels are the tags and details, with \`alias\`, \`entity\`, \`priority\` and \`source\`.`,
    security: `Opsgenie signs nothing. It sends the headers that you write into the integration, or a user name and password in the URL.`,
    test: 'Create an alert in Opsgenie and close it: the incident here opens, and is resolved.',
    retries: `Opsgenie's public documentation promises no repetition: count a delivery that was not answered as lost. Whatever comes twice is taken
once.`,
  },
  retriesOn: [],
  schemes: { basic: {}, header: { header: 'X-Firebreak-Token' }, none: {} },
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('Create'),
    resolved: sampleOf('Close'),
  },
  read({ body, integration }) {
    const action = readFields(body).text('action');
    const alert = memberAt(body, 'alert');
    const word = action.replaceAll(/[\s_-]/g, '').toLowerCase();
    const status = Object.hasOwn(actions, word) ? actions[word] : undefined;
    if (action === '' && alert === undefined)
      return err([{ path: 'action', message: 'must be the action of an Opsgenie webhook, such as Create' }]);
    if (status === undefined) return ok({ alerts: [], deliveryKey: null, truncated: 0 });
    const fields = readFields(alert);
    const id = fields.first('alertId', 'id', 'alias', 'tinyId');
    if (id === '')
      return err([{ path: 'alert.alertId', message: 'must identify the alert, or nothing can tell its end' }]);
    const priority = fields.text('priority');
    const tags = readLabels(memberAt(alert, 'tags'), 'tags');
    const details = readLabels(memberAt(alert, 'details'), 'details');
    return ok({
      alerts: [
        {
          source: 'opsgenie',
          integration,
          fingerprint: `${integration}/${identityOf(id)}`,
          status,
          title: titleOf(fields.text('message'), 'Alert without a message'),
          description: fields.text('description'),
          // Older bodies count 1 to 5, and 1 is the worst.
          severity: toSeverity(/^\s*\d\s*$/.test(priority) ? `P${priority.trim()}` : priority),
          sourceSeverity: asText(priority, 150) || null,
          service: asText(details.labels.service || tags.labels.service || fields.text('entity'), 400) || null,
          labels: labelsWith(
            {
              alias: fields.text('alias'),
              entity: fields.text('entity'),
              priority,
              source: fields.text('source'),
              tinyId: fields.text('tinyId'),
              responders: listAt(alert, 'responders')
                .map((one) => asText(memberAt(one, 'name'), 200))
                .filter((name) => name !== '')
                .join(','),
            },
            together(tags, details),
          ),
          startsAt: memberAt(alert, 'createdAt'),
          endsAt: status === 'resolved' ? memberAt(alert, 'updatedAt') : null,
          links: asLink('Runbook', details.labels.runbook ?? details.labels.runbook_url),
          remarks: [...tags.remarks, ...details.remarks, ...fields.remarks],
        },
      ],
      deliveryKey: null,
      truncated: 0,
    });
  },
});
