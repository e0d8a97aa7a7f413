// Sentry's integration platform: issues, issue alerts and metric alerts; also the legacy WebHooks plugin. The shape of the body tells which.
import { toSeverity } from '../core/alert/severity.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { identityOf, labelsWith, listAt, memberAt, ObjectBody, readFields, titleOf } from './fields.ts';
import { asText, type ReadLabels, readLabels } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';

function sampleOf(action: 'created' | 'resolved') {
  return {
    action,
    data: {
      issue: {
        id: '5190274411',
        shortId: 'CHECKOUT-7F',
        title: 'TypeError: cart is undefined',
        culprit: 'checkout/total in sum',
        level: 'error',
        status: action === 'created' ? 'unresolved' : 'resolved',
        substatus: action === 'created' ? 'new' : null,
        platform: 'node',
        project: { id: '4501', slug: 'checkout-api', name: 'checkout-api' },
        firstSeen: '2026-03-01T03:04:05.678000Z',
        lastSeen: '2026-03-01T03:04:05.678000Z',
        count: '1',
        web_url: 'https://example.sentry.io/issues/5190274411/',
      },
    },
    installation: { uuid: 'c5f2a9d0-6a1b-4e0f-8f57-2d1c9b7e4a10' },
    actor: { type: 'application', id: 'sentry', name: 'Sentry' },
  };
}

const sampleHeaders = { 'content-type': 'application/json', 'sentry-hook-resource': 'issue' };

/** The source. */
export const sentry = defineSource({
  id: 'sentry',
  title: 'Sentry',
  docs: {
    setUp: `In Sentry create an internal integration (Settings, Developer Settings) with the webhook URL
\`https://firebreak.example.com/hooks/sentry\`, permission to read issues and events, and the webhook for \`issue\`. Switch **Alert Rule
Action** on to be told by the rules of your choice. Its client secret signs:

\`\`\`yaml
integrations:
  sentry:
    source: sentry
    auth: { type: hmac, secret: { env: SENTRY_CLIENT_SECRET } }
\`\`\`

An issue is one alert, known by its id, whether an issue alert, an error or the issue itself tells of it. It fires when it is created or
unresolved (also when it comes back or escalates), and for every alert of a rule; it is resolved when the issue is. Assigned, archived and ignored
change nothing: people who tidy up old issues open no incidents, and what was archived still ends when the issue is resolved. A metric
alert is another alert, known by the id of its incident: \`critical\` and \`warning\` fire, \`resolved\` ends it. Comments, installations and
resources that are not known here are taken and change nothing. An issue alert has no end of its own: without the \`issue\` webhook its
incident is closed by people.

Severity is the level of the issue, or the word of the metric alert. The service is the project. Labels are the tags of the event, with
\`project\`, \`shortId\`, \`platform\`, \`culprit\`, \`rule\` and \`environment\`.`,
    security: `Sentry signs the raw body with the client secret, and no time (\`Sentry-Hook-Timestamp\` is not signed): equal bytes within 24 hours
count once. The legacy WebHooks plugin signs nothing and never tells an end; it needs \`auth: { type: none }\` behind a proxy that lets
nobody else in, so use an internal integration.`,
    test: 'Create a test error in the project, and resolve its issue: the incident here opens, and is resolved.',
    retries: `Sentry waits one second for an answer and sends nothing again for an internal integration: what was missed is lost, until the issue
is told of again. After 1000 timeouts within a day it switches the webhook off.`,
  },
  retriesOn: [],
  schemes: {
    hmac: { header: 'Sentry-Hook-Signature', prefix: '', timestampHeader: null, allowUnstamped: true },
    none: {},
  },
  body: ObjectBody,
  headersRead: () => ['sentry-hook-timestamp'],
  sample: { headers: sampleHeaders, body: sampleOf('created'), resolved: sampleOf('resolved') },
  read({ body, integration, delivery }) {
    const data = memberAt(body, 'data');
    const sentAt = delivery.headers['sentry-hook-timestamp'];
    const alert = alertOf(body, { integration, sentAt });
    if (alert === null && data === undefined && memberAt(body, 'installation') === undefined)
      return err([{ path: 'data', message: 'must be the data of a Sentry webhook' }]);
    // An event is told once by each rule; what is told is the same.
    const event = memberAt(data, 'event') ?? memberAt(data, 'error') ?? memberAt(body, 'event');
    const key = asText(memberAt(event, 'event_id'), 300) || null;
    return ok({ alerts: alert === null ? [] : [alert], deliveryKey: key, truncated: 0 });
  },
});

type Context = { readonly integration: string; readonly sentAt: string | undefined };

/** The alert that a body tells of; null where it neither opens nor closes one. */
function alertOf(body: JsonObject, context: Context): DraftAlert | null {
  const data = memberAt(body, 'data');
  if (memberAt(data, 'issue') !== undefined) return issueAlert(body, context);
  if (memberAt(data, 'metric_alert') !== undefined) return metricAlert(body, context);
  const event = memberAt(data, 'event') ?? memberAt(data, 'error');
  if (event !== undefined) return eventAlert(event, memberAt(data, 'triggered_rule'), context);
  // The legacy plugin has the issue's id at the top.
  if (data === undefined && memberAt(body, 'event') !== undefined && memberAt(body, 'id') !== undefined)
    return pluginAlert(body, context);
  return null;
}

/** What an action on an issue means. Others change nothing about whether it goes on. */
const issueActions: { readonly [action: string]: DraftAlert['status'] } = {
  created: 'firing',
  unresolved: 'firing',
  resolved: 'resolved',
};

function issueAlert(body: JsonObject, { integration, sentAt }: Context): DraftAlert | null {
  const action = readFields(body).text('action').toLowerCase();
  const status = Object.hasOwn(issueActions, action) ? issueActions[action] : undefined;
  const issue = memberAt(body, 'data', 'issue');
  const fields = readFields(issue);
  const id = fields.text('id') || fields.text('shortId');
  if (status === undefined || id === '') return null;
  const level = fields.text('level');
  const project = fields.first('project.slug', 'project.name');
  return {
    source: 'sentry',
    integration,
    fingerprint: `${integration}/${identityOf('issue', id)}`,
    status,
    title: titleOf(fields.first('title', 'metadata.value', 'culprit'), 'Issue without a title'),
    description: fields.first('metadata.value', 'culprit'),
    severity: toSeverity(level),
    sourceSeverity: asText(level, 150) || null,
    service: asText(project, 400) || null,
    labels: labelsWith({
      project,
      shortId: fields.text('shortId'),
      platform: fields.text('platform'),
      culprit: fields.text('culprit'),
      status: fields.text('status'),
      substatus: fields.text('substatus'),
      level,
      assignee: fields.first('assignedTo.email', 'assignedTo.name'),
    }),
    // What comes back was first seen long ago; the time of sending is when it came back.
    startsAt: action === 'unresolved' ? (sentAt ?? null) : memberAt(issue, 'firstSeen'),
    endsAt: status === 'resolved' ? (sentAt ?? null) : null,
    links: asLink('Sentry', fields.first('web_url', 'permalink')),
    remarks: [...fields.remarks],
  };
}

function metricAlert(body: JsonObject, { integration, sentAt }: Context): DraftAlert | null {
  const fields = readFields(memberAt(body, 'data'));
  const action = readFields(body).text('action').toLowerCase();
  const id = fields.first('metric_alert.id', 'metric_alert.identifier');
  const known = action === 'critical' || action === 'warning' || action === 'resolved';
  if (!known || id === '') return null;
  const project = listAt(body, 'data', 'metric_alert', 'projects')
    .map((one) => asText(one, 200))
    .join(',');
  const rule = fields.text('metric_alert', 'alert_rule', 'name');
  const over = action === 'resolved';
  return {
    source: 'sentry',
    integration,
    fingerprint: `${integration}/${identityOf('metric alert', id)}`,
    status: over ? 'resolved' : 'firing',
    // metric_alert.title may be a code name that nobody knows.
    title: titleOf(fields.text('description_title') || rule || fields.text('metric_alert', 'title'), 'Metric alert'),
    description: fields.text('description_text').replaceAll('\\n', '\n'),
    severity: toSeverity(action),
    sourceSeverity: action,
    service: asText(project, 400) || null,
    labels: labelsWith({
      project,
      rule,
      status: fields.text('metric_alert', 'status'),
      rule_id: fields.text('metric_alert', 'alert_rule', 'id'),
      query: fields.text('metric_alert', 'alert_rule', 'query'),
      environment: fields.text('metric_alert', 'alert_rule', 'environment'),
    }),
    startsAt: memberAt(body, 'data', 'metric_alert', 'date_started'),
    endsAt: over ? (memberAt(body, 'data', 'metric_alert', 'date_closed') ?? sentAt ?? null) : null,
    links: asLink('Sentry', fields.text('web_url')),
    remarks: [...fields.remarks],
  };
}

/** An event that a rule told of, or an error: it belongs to an issue. */
function eventAlert(event: Json, rule: Json | undefined, { integration }: Context): DraftAlert | null {
  const fields = readFields(event);
  const urls = [fields.text('issue_url'), fields.text('web_url')];
  const [inUrl = ''] = urls.flatMap((url) => /\/issues\/([^/?#]+)/.exec(url)?.[1] ?? []);
  const id = fields.first('issue_id', 'issue.id') || inUrl;
  if (id === '') return null;
  const [, slug = ''] = /\/projects\/[^/]+\/([^/]+)\//.exec(fields.text('url')) ?? [];
  const project = slug || fields.text('project');
  const tags = tagsOf(memberAt(event, 'tags'));
  const level = fields.text('level') || (tags.labels.level ?? '');
  return {
    source: 'sentry',
    integration,
    fingerprint: `${integration}/${identityOf('issue', id)}`,
    status: 'firing',
    title: titleOf(fields.first('title', 'message', 'metadata.value', 'culprit'), 'Event without a title'),
    description: fields.first('message', 'metadata.value', 'culprit'),
    severity: toSeverity(level),
    sourceSeverity: asText(level, 150) || null,
    service: asText(project, 400) || null,
    labels: labelsWith(
      {
        project,
        rule: asText(rule, 300),
        platform: fields.text('platform'),
        culprit: fields.text('culprit'),
        environment: fields.text('environment') || (tags.labels.environment ?? ''),
        event_id: fields.text('event_id'),
      },
      tags,
    ),
    startsAt: memberAt(event, 'datetime') ?? memberAt(event, 'timestamp'),
    links: [...asLink('Sentry', fields.text('web_url'))],
    remarks: [...tags.remarks, ...fields.remarks],
  };
}

function pluginAlert(body: JsonObject, { integration }: Context): DraftAlert {
  const fields = readFields(body);
  const event = readFields(memberAt(body, 'event'));
  const tags = tagsOf(memberAt(body, 'event', 'tags'));
  const level = fields.text('level') || event.text('level');
  const project = fields.first('project_slug', 'project', 'project_name');
  return {
    source: 'sentry',
    integration,
    fingerprint: `${integration}/${identityOf('issue', fields.text('id'))}`,
    status: 'firing',
    title: titleOf(event.text('title') || fields.first('message', 'culprit'), 'Event without a title'),
    description: fields.text('message'),
    severity: toSeverity(level),
    sourceSeverity: asText(level, 150) || null,
    service: asText(project, 400) || null,
    labels: labelsWith(
      {
        project,
        culprit: fields.text('culprit'),
        environment: event.text('environment'),
        event_id: event.text('event_id'),
      },
      tags,
    ),
    startsAt: memberAt(body, 'event', 'timestamp'),
    links: asLink('Sentry', fields.text('url')),
    remarks: [...tags.remarks, ...fields.remarks, ...event.remarks],
  };
}

/** Tags come as pairs: `[["level", "error"], ["url", "https://…"]]`. */
function tagsOf(value: Json | undefined): ReadLabels {
  if (!Array.isArray(value)) return readLabels(value, 'tags');
  const pairs = (value as readonly Json[]).map((tag): Json => {
    const [key, text] = Array.isArray(tag) ? (tag as readonly Json[]) : [];
    return key === undefined || text === undefined ? tag : { key, value: text };
  });
  return readLabels(pairs, 'tags');
}
