// Kibana's alerting rules through a webhook connector (bodies are Mustache templates of the user's), their summaries, and Watcher.
import { z } from 'zod';
import type { Json, JsonObject } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { type BodyReader, itemsOf, readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, type DraftAlert, defineSource } from './source.ts';

function sampleOf(status: 'active' | 'recovered') {
  const fires = status === 'active';
  return {
    rule: {
      id: '6a2f0a10-3f5b-11ee-9d3b-2f1b6a7c8d90',
      name: 'Checkout error rate',
      type: 'logs.alert.document.count',
      spaceId: 'default',
      tags: ['service:checkout-api', 'severity:critical'],
      url: 'https://kibana.example.com/app/management/insightsAndAlerting/triggersActions/rule/6a2f0a10',
    },
    alert: {
      id: 'checkout-api',
      uuid: '0d6c2d6e-8b3f-4a0a-9b59-6f6f6c1a2b3c',
      actionGroup: fires ? 'logs.threshold.fired' : 'recovered',
      actionGroupName: fires ? 'Fired' : 'Recovered',
      flapping: false,
    },
    context: { reason: '152 log entries in the last 5 mins. Alert when ≥ 75.', group: 'checkout-api' },
    status,
    date: fires ? '2026-03-01T03:04:05.678Z' : '2026-03-01T03:16:05.678Z',
  };
}

const resolvedWords = new Set(['recovered', 'resolved', 'ok', 'closed', 'inactive', 'untracked']);

/** The source. Rule and alert (one group of the rule) are the problem; `alert.uuid` is one episode of it. */
export const elasticKibana = defineSource({
  id: 'elastic-kibana',
  title: 'Elastic / Kibana',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  kibana:
    source: elastic-kibana
    auth: { type: basic, username: kibana, password: { env: KIBANA_PASSWORD } }
\`\`\`

Add a connector of the type *Webhook*: method POST, the URL \`https://firebreak.example.com/hooks/elastic-kibana/kibana\`, basic
authentication (or a header \`Authorization\`), and a header \`Content-Type: application/json\`. In each rule add two actions with it, *For each
alert, on status changes*: one run when the group fires, with this body, and one when it is **Recovered**, with the same body and
\`"status": "recovered"\`:

\`\`\`json
{
  "status": "active", "date": "{{date}}",
  "rule": { "id": "{{rule.id}}", "name": "{{rule.name}}", "type": "{{rule.type}}", "spaceId": "{{rule.spaceId}}",
            "tags": "{{rule.tags}}", "url": "{{{rule.url}}}" },
  "alert": { "id": "{{alert.id}}", "uuid": "{{alert.uuid}}", "actionGroup": "{{alert.actionGroup}}" },
  "context": { "reason": "{{context.reason}}", "group": "{{context.group}}", "viewInAppUrl": "{{{context.viewInAppUrl}}}" }
}
\`\`\`

A summary is understood too: \`{ "rule": …, "new": {{{alerts.new.data}}}, "ongoing": {{{alerts.ongoing.data}}}, "recovered": {{{alerts.recovered.data}}} }\`.
So are objects that a template renders whole, which arrive as JSON in a text, and Watcher's \`{ "payload": {{#toJson}}ctx{{/toJson}} }\`.

Rule and alert together are the problem. Tags of the rule are labels; \`severity:high\` among them, \`severity\` of the body, or
\`kibana.alert.severity\` of a summary say how severe it is. \`context.group\` is the service unless a tag \`service:\` names it.`,
    security: 'Kibana signs nothing. It sends a user name and a password, or headers that you write; use HTTPS.',
    test: '*Test* of the connector sends a body that you write: take the one above. `firebreak alert send` sends the sample as a new alert.',
    retries: `Kibana retries an action a few times where the connector says that the error may pass (429 and 5xx); how often is not documented. A rule
that goes on to fire runs its action again at the frequency that you set. Watcher never tells an end: resolve by hand.`,
  },
  retriesOn: [429, '5xx'],
  wire: { methods: ['PUT'] },
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('active'),
    resolved: sampleOf('recovered'),
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const alerts = summaryOf(body, integration) ?? [watcherOf(body, integration) ?? alertOf(body, integration)];
    const known = alerts.filter((alert) => alert !== null);
    if (known.length < alerts.length)
      return err([
        {
          path: 'rule.id',
          message: 'neither rule.id nor rule.name is there; take the body of the page docs/sources/elastic-kibana.md',
        },
      ]);
    return ok({ alerts: known, deliveryKey: null, truncated: 0 });
  },
});

/** Where the parts of a rule's message stand: in our template, and in those that render whole objects. */
const places = {
  rule: ['rule', 'webhook_body.rule_info', 'rule_info'],
  alert: ['alert', 'webhook_body.alert_info', 'alert_info'],
  context: ['context', 'webhook_body.context_info', 'context_info'],
};

function partOf(body: BodyReader, part: keyof typeof places): BodyReader {
  const at = places[part].find((path) => body.value(path) !== undefined);
  return body.at(at ?? part);
}

function alertOf(body: BodyReader, integration: string): DraftAlert | null {
  const [rule, alert, context] = [partOf(body, 'rule'), partOf(body, 'alert'), partOf(body, 'context')];
  const of = rule.first(['id', 'name'], 200) || body.first(['ruleId', 'rule_id', 'alertId'], 200);
  if (of === '') return null;
  const name = rule.text('name', 300) || body.first(['ruleName', 'rule_name'], 300);
  const group = alert.text('id', 200) || context.text('group', 200);
  const said = body.word('status') || alert.word('actionGroup');
  const isOver = resolvedWords.has(said) || alert.word('actionGroup') === 'recovered';
  const read = readLabels(rule.value('tags'), 'rule.tags');
  const date = body.value('date');
  return draftAlert({
    source: 'elastic-kibana',
    integration,
    id: [of, group].filter((part) => part !== '').join('|'),
    status: isOver ? 'resolved' : 'firing',
    title: name || context.text('reason', 300),
    description: context.first(['reason', 'message']) || body.text('message'),
    word: body.text('severity', 100) || context.text('severity', 100) || (read.labels.severity ?? ''),
    service: read.labels.service ?? (context.text('group', 400) || alert.text('id', 400)),
    labels: withLabels(read, {
      rule: name,
      space: rule.text('spaceId', 100),
      actionGroup: isOver ? '' : alert.text('actionGroup', 200),
    }),
    startsAt: isOver ? null : date,
    endsAt: isOver ? date : null,
    links: [
      ...asLink('Kibana', context.first(['viewInAppUrl', 'alertDetailsUrl'], 2000)),
      ...asLink('Rule', rule.text('url', 2000)),
    ],
    remarks: body.remarks,
  });
}

const summaries = [
  ['new', 'firing'],
  ['ongoing', 'firing'],
  ['recovered', 'resolved'],
] as const;
/** More are in no summary that Kibana renders. */
const maxSummed = 1000;

const isObject = (item: Json): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item);

/** The alerts of a summary; null if it is none. */
function summaryOf(body: BodyReader, integration: string): (DraftAlert | null)[] | null {
  const root = body.value('alerts') === undefined ? body : body.at('alerts');
  const found = summaries.flatMap(([name, status]) => {
    const value = root.value(`${name}.data`) ?? root.value(name);
    return value === undefined ? [] : [{ status, items: itemsOf(value).filter(isObject) }];
  });
  if (found.length === 0) return null;
  const rule = partOf(body, 'rule');
  return found.flatMap(({ status, items }) =>
    items.slice(0, maxSummed).map((item): DraftAlert | null => {
      const doc = fieldsOf(item);
      const of = doc('rule.uuid') || rule.first(['id', 'name'], 200);
      if (of === '') return null;
      const read = readLabels(rule.value('tags') ?? readerOf(item).value('tags'), 'tags');
      return draftAlert({
        source: 'elastic-kibana',
        integration,
        id: [of, doc('instance.id')].filter((part) => part !== '').join('|'),
        status,
        title: doc('rule.name') || rule.text('name', 300),
        description: doc('reason'),
        word: doc('severity') || (read.labels.severity ?? ''),
        service: read.labels.service ?? doc('instance.id'),
        labels: read,
        startsAt: doc('start'),
        endsAt: doc('end'),
        links: asLink('Kibana', doc('url')),
      });
    }),
  );
}

/** Fields of an alert as it is indexed: flat names such as `kibana.alert.reason`, or objects within objects. */
const fieldsOf = (doc: JsonObject) => {
  const reader = readerOf(doc);
  return (name: string): string => asText(doc[`kibana.alert.${name}`]) || reader.text(`kibana.alert.${name}`);
};

/** Watcher renders its whole context. */
function watcherOf(body: BodyReader, integration: string): DraftAlert | null {
  const watch = body.value('payload.watch_id') === undefined ? body.at('ctx') : body.at('payload');
  const id = watch.text('watch_id', 300);
  if (id === '') return null;
  const read = readLabels(watch.value('metadata.labels'), 'metadata.labels');
  return draftAlert({
    source: 'elastic-kibana',
    integration,
    id,
    status: resolvedWords.has(body.word('status')) ? 'resolved' : 'firing',
    title: watch.text('metadata.name', 300) || id,
    description: body.text('message'),
    word: watch.text('metadata.severity', 100) || body.text('severity', 100),
    service: watch.text('metadata.service', 400) || id,
    labels: withLabels(read, { watch: id }),
    startsAt: watch.value('trigger.triggered_time') ?? watch.value('execution_time'),
    remarks: body.remarks,
  });
}
