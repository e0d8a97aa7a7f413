// What CloudWatch and others publish through Amazon SNS, as an alert: alarms, EventBridge events, plain texts. Pure.
import type { Severity } from '../../core/alert/severity.ts';
import { toSeverity } from '../../core/alert/severity.ts';
import type { Json } from '../../core/json.ts';
import { identityOf, labelsWith, listAt, memberAt, readFields, titleOf, together } from '../fields.ts';
import { asText, readLabels } from '../labels.ts';
import { asLink, type DraftAlert } from '../source.ts';

/** What is known of a message beside its content. */
export type Published = {
  readonly source: string;
  readonly integration: string;
  /** What an alarm counts as; AWS says nothing. */
  readonly severity: Severity;
  readonly subject: string;
  readonly topic: string;
  readonly messageId: string;
  /** When SNS sent it. */
  readonly timestamp: Json | undefined;
};

/** The alert of a message; its content as JSON if it is JSON, else as text. */
export function alertOf(content: Json, about: Published): DraftAlert {
  if (memberAt(content, 'AlarmName') !== undefined && memberAt(content, 'NewStateValue') !== undefined)
    return alarmAlert(content, about);
  if (memberAt(content, 'detail-type') !== undefined) return eventAlert(content, about);
  return otherAlert(content, about);
}

/** What the three states of an alarm mean. Without data nobody knows whether it is over. */
const states: { readonly [state: string]: DraftAlert['status'] } = {
  ALARM: 'firing',
  INSUFFICIENT_DATA: 'firing',
  OK: 'resolved',
};
const stateOf = (word: string): DraftAlert['status'] =>
  (Object.hasOwn(states, word) ? states[word] : undefined) ?? 'firing';

function alarmAlert(alarm: Json, about: Published): DraftAlert {
  const fields = readFields(alarm);
  const state = fields.text('NewStateValue').trim().toUpperCase();
  const arn = fields.text('AlarmArn');
  const name = fields.text('AlarmName');
  const account = fields.text('AWSAccountId');
  const region = fields.text('Region');
  const dimensions = readLabels(
    listAt(alarm, 'Trigger', 'Dimensions').concat(
      listAt(alarm, 'Trigger', 'Metrics').flatMap((one) => listAt(one, 'MetricStat', 'Metric', 'Dimensions')),
    ),
    'Dimensions',
  );
  const namespace = fields.text('Trigger', 'Namespace');
  const changed = memberAt(alarm, 'StateChangeTime') ?? about.timestamp;
  const status = stateOf(state);
  const description = [fields.text('AlarmDescription'), fields.text('NewStateReason')].filter((one) => one !== '');
  return {
    source: about.source,
    integration: about.integration,
    fingerprint: `${about.integration}/${arn === '' ? identityOf(account, region, name) : identityOf(arn)}`,
    status,
    title: titleOf(name, 'Alarm without a name'),
    description: asText(description.join('\n\n'), 4000),
    severity: state === 'INSUFFICIENT_DATA' ? 'info' : about.severity,
    sourceSeverity: null,
    service: asText(dimensions.labels.ServiceName || namespace, 400) || null,
    labels: labelsWith(
      {
        alarm: name,
        account,
        region,
        namespace,
        metric: fields.text('Trigger', 'MetricName'),
        topic: about.topic,
      },
      dimensions,
    ),
    // The time of this change. Of an end it also says that nothing that began later is meant.
    startsAt: changed,
    endsAt: status === 'resolved' ? changed : null,
    links: asLink('CloudWatch', consoleUrl(arn)),
    remarks: [...dimensions.remarks, ...fields.remarks],
  };
}

/** The alarm's page in the console of its partition; undefined without an ARN. */
function consoleUrl(arn: string): string | undefined {
  const [, partition, region, name] = /^arn:(aws|aws-cn):cloudwatch:([a-z0-9-]+):\d+:alarm:(.+)$/.exec(arn) ?? [];
  if (partition === undefined || region === undefined || name === undefined) return undefined;
  const host = partition === 'aws-cn' ? 'console.amazonaws.cn' : 'console.aws.amazon.com';
  return `https://${host}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name)}`;
}

/** An event that EventBridge published. */
function eventAlert(event: Json, about: Published): DraftAlert {
  const fields = readFields(event);
  const kind = fields.text('detail-type');
  const resources = listAt(event, 'resources').map((one) => asText(one, 300));
  const state = fields.first('detail.state.value', 'detail.statusCode', 'detail.status').trim();
  const over = /^(?:ok|closed|resolved)$/i.test(state);
  const alarm = fields.text('detail', 'alarmName');
  const identity = fields.text('detail', 'eventArn') || resources[0] || fields.text('id') || about.messageId;
  const word = fields.first('detail.severity', 'detail.severity.label');
  return {
    source: about.source,
    integration: about.integration,
    fingerprint: `${about.integration}/${identityOf(kind, identity)}`,
    status: over ? 'resolved' : 'firing',
    title: titleOf(alarm || kind || about.subject, 'Event without a type'),
    description: asText(
      memberAt(listAt(event, 'detail', 'eventDescription')[0], 'latestDescription') ??
        memberAt(event, 'detail', 'state', 'reason') ??
        memberAt(event, 'detail', 'description'),
    ),
    severity: word === '' ? about.severity : toSeverity(word),
    sourceSeverity: asText(word, 150) || null,
    service: asText(fields.text('detail', 'service') || fields.text('source'), 400) || null,
    labels: labelsWith({
      event: kind,
      account: fields.text('account'),
      region: fields.text('region'),
      resource: resources[0] ?? '',
      event_type: fields.text('detail', 'eventTypeCode'),
      topic: about.topic,
    }),
    startsAt: memberAt(event, 'detail', 'startTime') ?? memberAt(event, 'time') ?? about.timestamp,
    endsAt: over ? (memberAt(event, 'detail', 'endTime') ?? memberAt(event, 'time')) : null,
    remarks: [...fields.remarks],
  };
}

/** Anything else: nothing tells its end, and every message is a problem of its own unless it says otherwise. */
function otherAlert(content: Json, about: Published): DraftAlert {
  const isText = typeof content !== 'object' || content === null;
  const fields = readFields(isText ? {} : content);
  const labels = readLabels(memberAt(content, 'labels') ?? memberAt(content, 'tags'));
  const id = fields.first('fingerprint', 'id');
  const word = fields.text('severity');
  const over = /^(?:ok|resolved|closed|recovered)$/i.test(fields.first('status', 'state').trim());
  const text = asText(content);
  return {
    source: about.source,
    integration: about.integration,
    fingerprint: `${about.integration}/${identityOf(about.topic, id || about.messageId || text)}`,
    status: over ? 'resolved' : 'firing',
    title: titleOf(
      about.subject || fields.first('title', 'message', 'name') || text.slice(0, 200),
      'Message without a text',
    ),
    description: text,
    severity: word === '' ? about.severity : toSeverity(word),
    sourceSeverity: asText(word, 150) || null,
    service: asText(fields.text('service'), 400) || null,
    labels: labelsWith({ topic: about.topic }, together(labels)),
    startsAt: about.timestamp,
    remarks: [...labels.remarks, ...fields.remarks],
  };
}
