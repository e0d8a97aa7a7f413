// Azure Monitor action groups with the common alert schema. The older schemas, one per kind of alert, are refused with the way out.
import { type Severity, toSeverity } from '../core/alert/severity.ts';
import type { Json } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { identityOf, labelsWith, listAt, memberAt, ObjectBody, readFields, titleOf, together } from './fields.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

const subscription = '/subscriptions/0f4e7a52-0000-4000-8000-4b8d3c2a1f00';

function sampleOf(condition: 'Fired' | 'Resolved') {
  const over = condition === 'Resolved';
  const target = `${subscription}/resourcegroups/shop/providers/microsoft.compute/virtualmachines/checkout-1`;
  const essentials = {
    alertId: `${subscription}/providers/Microsoft.AlertsManagement/alerts/6a5f1c3e-4d2b-4c1a-9e8f-0a1b2c3d4e5f`,
    alertRule: 'checkout-cpu',
    severity: 'Sev1',
    signalType: 'Metric',
    monitorCondition: condition,
    monitoringService: 'Platform',
    alertTargetIDs: [target],
    configurationItems: ['checkout-1'],
    originAlertId: '1f2e3d4c_shop_microsoft.insights_metricAlerts_checkout-cpu_7',
    firedDateTime: '2026-03-01T03:04:05.3713213Z',
    resolvedDateTime: over ? '2026-03-01T03:33:10.1200000Z' : null,
    description: 'CPU is above 90 % for 5 minutes',
    essentialsVersion: '1.0',
    alertContextVersion: '1.0',
  };
  return {
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials,
      alertContext: {
        conditionType: 'SingleResourceMultipleMetricCriteria',
        condition: {
          windowSize: 'PT5M',
          allOf: [
            {
              metricName: 'Percentage CPU',
              operator: 'GreaterThan',
              threshold: '90',
              dimensions: [{ name: 'Role', value: 'web' }],
              metricValue: over ? 31.2 : 97.4,
            },
          ],
        },
      },
      customProperties: { service: 'checkout-api', environment: 'prod' },
    },
  };
}

/** What Azure's numbers mean: Critical, Error, Warning, Informational, Verbose. */
const bySev: readonly Severity[] = ['critical', 'error', 'warning', 'info', 'info'];

/** The source. */
export const azureMonitor = defineSource({
  id: 'azure-monitor',
  title: 'Azure Monitor',
  docs: {
    setUp: `Name the password that Azure is going to send:

\`\`\`yaml
integrations:
  azure-monitor:
    source: azure-monitor
    auth: { type: basic, username: azure, password: { env: AZURE_PASSWORD } }
\`\`\`

Add an action of type Webhook to an action group, with the URI \`https://azure:PASSWORD@firebreak.example.com/hooks/azure-monitor\`, and
switch **Enable the common alert schema** on. The older schemas are refused, with a hint.

An alert is known by its \`alertId\`, which Fired and Resolved share. Alerts of the activity log, of service health, of budgets and stateless log
alerts never tell an end: their incidents are closed by people. Severity is read as Azure means it: Sev0 is critical, Sev1 an error, Sev2 a
warning, Sev3 and Sev4 information. A new rule has Sev3 unless somebody chooses otherwise: choose. The service is \`service\` of the custom
properties, else the resource. Labels are the custom properties and the dimensions of the condition, with \`signalType\`, \`monitoringService\`,
\`alert_rule\`, \`subscription\`, \`resource_group\`, \`resource_type\` and \`resource\`.`,
    security: `Azure signs nothing. Credentials stand in the URI of the webhook: a user name and a password, or \`?token=<token>\` with
\`auth: { type: query, token: ... }\`. Tokens of Microsoft Entra, as a Secure webhook sends them, are not
checked here: let a proxy before Firebreak do that.`,
    test: `**Test action group** sends samples of the rule \`test-…\` in the resource group \`test-RG\`, or with an id that ends in \`Test_Alert\`. They are
taken (202) and open nothing.`,
    retries: `After no answer, 408, 429, 503 and 504 Azure tries again, up to five times within a bit more than a minute. A 500 is not among them.
When all of that has failed, no action group calls this address for 15 minutes.`,
  },
  retriesOn: ['no answer', 408, 429, 503, 504],
  schemes: { basic: {}, none: {} },
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: sampleOf('Fired'),
    resolved: sampleOf('Resolved'),
  },
  read({ body, integration }) {
    const essentials = memberAt(body, 'data', 'essentials');
    if (essentials === undefined)
      return err([
        { path: 'data.essentials', message: 'is missing: switch on the common alert schema for this action group' },
      ]);
    const fields = readFields(essentials);
    const id = fields.first('alertId', 'originAlertId');
    if (id === '')
      return err([
        { path: 'data.essentials.alertId', message: 'must identify the alert, or nothing can tell its end' },
      ]);
    if (isTest(essentials, id)) return ok({ alerts: [], deliveryKey: null, truncated: 0 });
    const context = memberAt(body, 'data', 'alertContext');
    const resource = resourceOf(asText(listAt(essentials, 'alertTargetIDs')[0], 1000));
    const custom = readLabels(memberAt(body, 'data', 'customProperties'), 'customProperties');
    const dimensions = listAt(context, 'condition', 'allOf').flatMap((one) => listAt(one, 'dimensions'));
    const theirs = readLabels(dimensions, 'dimensions');
    const word = fields.text('severity');
    const over = /^resolved$/i.test(fields.text('monitorCondition').trim());
    const about = readFields(context);
    const item = asText(listAt(essentials, 'configurationItems')[0], 400);
    return ok({
      alerts: [
        {
          source: 'azure-monitor',
          integration,
          fingerprint: `${integration}/${identityOf(id)}`,
          status: over ? 'resolved' : 'firing',
          title: titleOf(
            fields.first('alertRule', 'description') || about.first('AlertData.BudgetName', 'properties.title'),
            'Alert without a rule',
          ),
          description: fields.text('description') || about.text('properties', 'title'),
          severity: bySev[Number(/^\s*sev\s*(\d)\s*$/i.exec(word)?.[1] ?? Number.NaN)] ?? toSeverity(word),
          sourceSeverity: asText(word, 150) || null,
          service: asText(custom.labels.service || item || resource.resource, 400) || null,
          labels: labelsWith(
            {
              alert_rule: fields.text('alertRule'),
              signalType: fields.text('signalType'),
              monitoringService: fields.text('monitoringService'),
              subscription: resource.subscription,
              resource_group: resource.group,
              resource_type: resource.type,
              resource: resource.resource,
            },
            together(theirs, custom),
          ),
          startsAt: memberAt(essentials, 'firedDateTime'),
          endsAt: over ? memberAt(essentials, 'resolvedDateTime') : null,
          links: [
            ...asLink('Investigate', fields.text('investigationLink')),
            ...asLink('Results', asText(memberAt(listAt(context, 'condition', 'allOf')[0], 'linkToSearchResultsUI'))),
          ],
          remarks: [...custom.remarks, ...theirs.remarks, ...fields.remarks],
        },
      ],
      deliveryKey: null,
      truncated: 0,
    });
  },
});

/** What **Test action group** sends. */
function isTest(essentials: Json, id: string): boolean {
  if (/\/test_alert$/i.test(id)) return true;
  const rule = asText(memberAt(essentials, 'alertRule'), 300);
  const targets = listAt(essentials, 'alertTargetIDs').map((target) => asText(target, 1000));
  return /^test-/.test(rule) && targets.some((target) => /\/resourcegroups\/test-RG(?:\/|$)/i.test(target));
}

/** The parts of a resource id; blank where it has none. */
function resourceOf(id: string) {
  const part = (name: string) => new RegExp(`/${name}/([^/]+)`, 'i').exec(id)?.[1] ?? '';
  const [, provider = '', rest = ''] = /\/providers\/([^/]+)\/(.+)$/i.exec(id) ?? [];
  const names = rest.split('/');
  return {
    subscription: part('subscriptions'),
    group: part('resourcegroups'),
    type: provider === '' ? '' : `${provider}/${names[0] ?? ''}`,
    resource: provider === '' ? '' : (names.at(-1) ?? ''),
  };
}
