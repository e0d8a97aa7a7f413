// Google Cloud Monitoring: webhook notification channels, schema versions 1.1 and 1.2.
import { toSeverity } from '../core/alert/severity.ts';
import type { Json } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { identityOf, labelsWith, listAt, memberAt, ObjectBody, readFields, titleOf, together } from './fields.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

function sampleOf(state: 'open' | 'closed') {
  const over = state === 'closed';
  return {
    version: '1.2',
    incident: {
      incident_id: '0.nfbsample0001',
      scoping_project_id: 'shop-prod',
      scoping_project_number: 123_456_789_012,
      url: 'https://console.cloud.google.com/monitoring/alerting/incidents/0.nfbsample0001?project=shop-prod',
      severity: 'Critical',
      started_at: 1_772_334_245,
      ended_at: over ? 1_772_335_990 : null,
      state,
      summary: over ? 'Request latency returned to normal.' : 'Request latency is above the threshold of 2 s.',
      resource_display_name: 'checkout-api',
      resource_type_display_name: 'Cloud Run Revision',
      resource: { type: 'cloud_run_revision', labels: { project_id: 'shop-prod', location: 'europe-west3' } },
      metric: { type: 'run.googleapis.com/request_latencies', displayName: 'Request latency', labels: {} },
      metadata: { system_labels: {}, user_labels: {} },
      policy_name: 'Checkout latency',
      policy_user_labels: { service: 'checkout-api', team: 'payments' },
      condition_name: 'p99 above 2 s',
      threshold_value: '2',
      observed_value: over ? '0.4' : '3.1',
      documentation: { content: 'See https://runbooks.example.com/checkout', mime_type: 'text/markdown' },
    },
  };
}

/** The source. */
export const gcpMonitoring = defineSource({
  id: 'gcp-monitoring',
  title: 'Google Cloud Monitoring',
  docs: {
    setUp: `Name the password that Google is going to send:

\`\`\`yaml
integrations:
  gcp-monitoring:
    source: gcp-monitoring
    auth: { type: basic, username: google, password: { env: GCP_PASSWORD } }
\`\`\`

In Cloud Monitoring open Alerting, Edit notification channels, Webhooks, Add new: the URL is
\`https://firebreak.example.com/hooks/gcp-monitoring\`; tick **Use HTTP Basic Auth** (channel type \`webhook_basicauth\`). Add the channel to your
policies, and let them notify when incidents are closed.

An incident of Google is one alert, known by its id. Set a severity in the policy: without one Google sends \`no severity\`, which is a
warning here. Labels are the user labels of the policy and the labels of resource and metric, with \`policy\`, \`condition\`, \`project\`,
\`resource\` and \`resource_type\`. The service is the label \`service\`, else the resource.`,
    security: `Google signs nothing. It sends a user name and password; the other kind of channel (\`webhook_tokenauth\`) puts a token into the URL, where
it ends up in logs.`,
    test: '**Test connection** of the channel sends a body of the version `test`: it is taken (202) and opens nothing.',
    retries: `Google's documentation promises no number of repetitions: count a delivery that was not answered as lost. Whatever comes twice is taken
once.`,
  },
  retriesOn: [],
  schemes: { basic: {}, none: {} },
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'Google-Alerts' },
    body: sampleOf('open'),
    resolved: sampleOf('closed'),
  },
  read({ body, integration }) {
    const incident = memberAt(body, 'incident');
    const fields = readFields(incident);
    const id = fields.text('incident_id');
    if (id === '')
      return err([
        { path: 'incident.incident_id', message: 'must identify the incident, or nothing can tell its end' },
      ]);
    if (memberAt(body, 'version') === 'test') return ok({ alerts: [], deliveryKey: null, truncated: 0 });
    const over = /^closed$/i.test(fields.text('state').trim());
    const word = fields.text('severity');
    const theirs = together(
      readLabels(memberAt(incident, 'metric', 'labels'), 'metric.labels'),
      readLabels(memberAt(incident, 'resource', 'labels'), 'resource.labels'),
      readLabels(memberAt(incident, 'metadata', 'user_labels'), 'metadata.user_labels'),
      readLabels(memberAt(incident, 'policy_user_labels'), 'policy_user_labels'),
    );
    const resource = fields.first('resource_display_name', 'resource_name', 'resource_id');
    const documentation = documentationOf(memberAt(incident, 'documentation'));
    return ok({
      alerts: [
        {
          source: 'gcp-monitoring',
          integration,
          fingerprint: `${integration}/${identityOf(id)}`,
          status: over ? 'resolved' : 'firing',
          title: titleOf(fields.first('policy_name', 'condition_name', 'summary'), 'Incident without a policy'),
          description: asText([fields.text('summary'), documentation].filter((one) => one !== '').join('\n\n'), 4000),
          severity: toSeverity(word),
          sourceSeverity: asText(word, 150) || null,
          service: asText(theirs.labels.service || resource, 400) || null,
          labels: labelsWith(
            {
              policy: fields.text('policy_name'),
              condition: fields.text('condition_name'),
              project: fields.text('scoping_project_id'),
              resource,
              resource_type: fields.first('resource.type', 'resource_type_display_name'),
              metric: fields.text('metric', 'type'),
            },
            theirs,
          ),
          startsAt: memberAt(incident, 'started_at'),
          endsAt: over ? memberAt(incident, 'ended_at') : null,
          links: [
            ...asLink('Incident', fields.text('url')),
            ...listAt(incident, 'documentation', 'links')
              .slice(0, 5)
              .flatMap((one) =>
                asLink(asText(memberAt(one, 'displayName'), 60) || 'Link', asText(memberAt(one, 'url'), 2000)),
              ),
          ],
          remarks: [...theirs.remarks, ...fields.remarks],
        },
      ],
      deliveryKey: null,
      truncated: 0,
    });
  },
});

/** The text of a documentation: an object with its content, or that as a text of JSON, or the text itself. */
function documentationOf(value: Json | undefined): string {
  return typeof value === 'string' ? asText(value) : asText(memberAt(value, 'content') ?? memberAt(value, 'subject'));
}
