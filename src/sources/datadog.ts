// Datadog's Webhooks integration: the body is a template of the user, so every usual name of a variable is read, and the default body as well.
import { type Severity, severityLevel, toSeverity } from '../core/alert/severity.ts';
import { err, ok } from '../core/result.ts';
import { type FieldReader, identityOf, labelsWith, memberAt, ObjectBody, readFields, titleOf } from './fields.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

function sampleOf(transition: 'Triggered' | 'Recovered') {
  const over = transition === 'Recovered';
  return {
    alert_transition: transition,
    monitor_id: '81273645',
    alert_scope: 'host:web-07,service:checkout-api',
    alert_cycle_key: '7716548234011230001',
    alert_priority: 'P1',
    alert_type: over ? 'success' : 'error',
    title: `[P1] [${transition} on {host:web-07,service:checkout-api}] checkout-api is slow`,
    body: '%%%\np99 is above 2 s @webhook-firebreak\n%%%',
    date: over ? '1772335990000' : '1772334245000',
    tags: 'env:prod,host:web-07,monitor,service:checkout-api,team:payments',
    link: 'https://app.datadoghq.com/event/event?id=7716548234011230001',
    event_type: 'query_alert_monitor',
    id: over ? '7716548234011230002' : '7716548234011230001',
  };
}

const template = `{
  "alert_transition": "$ALERT_TRANSITION", "monitor_id": "$ALERT_ID", "alert_scope": "$ALERT_SCOPE",
  "alert_cycle_key": "$ALERT_CYCLE_KEY", "alert_priority": "$ALERT_PRIORITY", "alert_type": "$ALERT_TYPE",
  "title": "$EVENT_TITLE", "body": "$EVENT_MSG", "date": "$DATE", "tags": "$TAGS", "link": "$LINK",
  "event_type": "$EVENT_TYPE", "id": "$ID"
}`;

/** The source. */
export const datadog = defineSource({
  id: 'datadog',
  title: 'Datadog',
  docs: {
    setUp: `Name the token that Datadog is going to send in a header:

\`\`\`yaml
integrations:
  datadog:
    source: datadog
    auth: { type: header, header: X-Firebreak-Token, token: { env: DATADOG_TOKEN } }
\`\`\`

In Datadog open Integrations, Webhooks, New. URL: \`https://firebreak.example.com/hooks/datadog\`. Custom headers:
\`{"X-Firebreak-Token": "..."}\`. **Encode as form** may be on or off. Payload:

\`\`\`json
${template}
\`\`\`

Then mention \`@webhook-NAME\` in the message of each monitor. The monitor and its scope are one problem. The default payload is read too, but
names neither monitor nor state: these are then taken from the title, so that two monitors of one name are one problem. A variable that
Datadog leaves as it is (\`$ALERT_CYCLE_KEY\`) counts as missing.

\`Triggered\`, \`Warn\`, \`No Data\`, their \`Re-\` forms and \`Renotify\` fire, \`Recovered\` resolves. \`Warn\` and \`No Data\` are never more than a
warning here, whatever the priority of the monitor: if the threshold of the alert is crossed after that, the incident becomes more severe. No data
means that nobody watches: it fires, and does not resolve. Severity is the priority (\`P1\` to \`P5\`), else the type of the alert. Labels are the
tags, with \`monitor_id\` and \`scope\`.`,
    security: `Datadog signs nothing. It sends a header of yours, a bearer token (OAuth2) or a user name and password in the URL. A secret in the payload would
be stored with every delivery; do not put one there.`,
    test: 'In the monitor choose **Test Notifications**: the title then begins with `[TEST]`, and the delivery is taken (202) and opens nothing.',
    retries: `Datadog waits 15 seconds for an answer. It sends again after 5xx, and up to five times where no connection was made. After 4xx the
delivery is lost here, and its body is kept as a dead letter if it was proved. Reminders (\`Renotify\`) change nothing.`,
  },
  retriesOn: ['no answer', '5xx'],
  wire: { forms: 'fields' },
  schemes: { basic: {}, bearer: {}, header: { header: 'X-Firebreak-Token' }, none: {} },
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('Triggered'),
    resolved: sampleOf('Recovered'),
  },
  read({ body, integration }) {
    const fields = readFields(body);
    const given = (...names: readonly string[]) => firstExpanded(fields, names);
    const title = given('title', 'alert_title', 'event_title');
    if (/^\s*\[TEST\]/.test(title)) return ok({ alerts: [], deliveryKey: null, truncated: 0 });
    const marked = inTitle(title);
    const tags = readLabels(given('tags', 'event_tags', 'TAGS'), 'tags');
    const transition = given('alert_transition', 'transition') || marked.transition;
    const type = given('alert_type').toLowerCase();
    const over = transition === '' ? type === 'success' : /^recovered$/i.test(transition.trim());
    const monitor = given('monitor_id', 'alert_id');
    const scope = given('alert_scope', 'scopes', 'scope') || marked.scope;
    const rank = rankOf(given('alert_priority', 'severity', 'priority')) || rankOf(title);
    const at = memberAt(body, 'date') ?? memberAt(body, 'last_updated');
    const when = isExpanded(asText(at, 60)) ? at : undefined;
    const host = given('host', 'hostname') || tags.labels.host || /(?:^|,)host:([^,]+)/.exec(scope)?.[1] || '';
    const cycle = given('alert_cycle_key');
    if (`${monitor}${cycle}${scope}${host}${marked.rest}`.trim() === '')
      return err([
        {
          path: 'monitor_id',
          message: 'must be $ALERT_ID, or the body must have a title: nothing else identifies the alert',
        },
      ]);
    return ok({
      alerts: [
        {
          source: 'datadog',
          integration,
          fingerprint: `${integration}/${
            monitor !== '' && scope !== ''
              ? identityOf(monitor, scope)
              : cycle !== ''
                ? identityOf('cycle', cycle)
                : monitor !== ''
                  ? identityOf(monitor)
                  : identityOf(scope || host, marked.rest)
          }`,
          status: over ? 'resolved' : 'firing',
          title: titleOf(title, 'Alert without a title'),
          description: plainText(given('body', 'event_msg', 'text_only_msg', 'message')),
          severity: severityOf({ rank, type, transition }),
          sourceSeverity: asText(rank || type, 150) || null,
          service: asText(given('service') || tags.labels.service || inQuery(given('alert_query')), 400) || null,
          labels: labelsWith({ host, monitor_id: monitor, scope, event_type: given('event_type') }, tags),
          // The time of this event. Of an end it also says that nothing that began later is meant.
          startsAt: when,
          endsAt: over ? when : null,
          links: [...asLink('Datadog', given('link', 'url')), ...asLink('Snapshot', given('snapshot'))],
          groupKey: groupOf(integration, given('aggreg_key', 'agg_reg_key', 'aggregation_key')),
          remarks: [...tags.remarks, ...fields.remarks],
        },
      ],
      deliveryKey: null,
      truncated: 0,
    });
  },
});

/** A variable that Datadog did not know stands there as it was written. */
const isExpanded = (text: string): boolean => !/^\$[A-Z][A-Z0-9_]*(?:\[.*\])?$/.test(text.trim());

function firstExpanded(fields: FieldReader, names: readonly string[]): string {
  for (const name of names) {
    const text = fields.text(name).trim();
    if (text !== '' && isExpanded(text)) return text;
  }
  return '';
}

const groupOf = (integration: string, key: string): string | null =>
  key === '' ? null : `${integration}/${asText(key, 1500)}`;

/** What a title such as `[P2] [Re-Triggered on {host:web-03}] CPU high` holds; `rest` is the same for every state. */
function inTitle(title: string): { readonly transition: string; readonly scope: string; readonly rest: string } {
  const found =
    /^\s*(?:\[P\d\]\s*)?\[((?:Re-)?(?:Triggered|Recovered|Warn|No Data|Renotify|Alert))(?: on \{([^}]{0,1000})\})?\]\s*/i.exec(
      title,
    );
  const rest = title.slice(found?.[0].length ?? 0);
  return { transition: found?.[1] ?? '', scope: found?.[2] ?? '', rest };
}

/** The service that a monitor's query is about. */
const inQuery = (query: string): string => /\bservice:([\w.-]{1,200})/.exec(query)?.[1] ?? '';

/** `P1` to `P5` in a text. `$PRIORITY`, which says `normal` or `low` of the event, says nothing of the alert. */
const rankOf = (text: string): string => /(?:^|\[)\s*(P[0-5])\b/i.exec(text)?.[1]?.toUpperCase() ?? '';

function severityOf({ rank, type, transition }: { rank: string; type: string; transition: string }): Severity {
  const said = rank !== '' ? toSeverity(rank) : type === 'success' || type === '' ? 'warning' : toSeverity(type);
  const isLess = /warn|no data/i.test(transition);
  return isLess && severityLevel(said) < severityLevel('warning') ? 'warning' : said;
}

/** Without the marks that Datadog puts around Markdown. */
const plainText = (text: string): string => text.replace(/^\s*%%%\s*/, '').replace(/\s*%%%\s*$/, '');
