// Zabbix: the body that the media type of our page sends, and those of scripts with the usual names for the same things.
import { toSeverity } from '../core/alert/severity.ts';
import { err, ok } from '../core/result.ts';
import { type FieldReader, identityOf, labelsWith, memberAt, ObjectBody, readFields, titleOf } from './fields.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

function sampleOf(status: 'PROBLEM' | 'RESOLVED') {
  const over = status === 'RESOLVED';
  return {
    id: '812377',
    trigger_id: '23460',
    status,
    value: over ? '0' : '1',
    name: 'Free space on /var is below 5 %',
    severity: 'High',
    host: 'db-1',
    host_ip: '192.0.2.17',
    opdata: over ? '21.4 %' : '3.1 %',
    tags: '[{"tag":"service","value":"orders"},{"tag":"component","value":"storage"}]',
    started: '2026.03.01 03:04:05',
    ended: over ? '2026.03.01 03:35:40' : '',
    url: 'https://zabbix.example.com',
    update: '',
  };
}

const script = `var p = JSON.parse(value), r = new HttpRequest();
r.addHeader('Content-Type: application/json');
r.addHeader('X-Firebreak-Token: ' + p.token);
var url = p.url; delete p.token; delete p.url; p.url = p.zabbix_url; delete p.zabbix_url;
r.post(url, JSON.stringify(p));
if (r.getStatus() < 200 || r.getStatus() >= 300) throw 'Firebreak answered ' + r.getStatus();
return 'OK';`;

/** The source. */
export const zabbix = defineSource({
  id: 'zabbix',
  title: 'Zabbix',
  docs: {
    setUp: `Name the token that Zabbix is going to send:

\`\`\`yaml
integrations:
  zabbix:
    source: zabbix
    auth: { type: header, header: X-Firebreak-Token, token: { env: ZABBIX_TOKEN } }
\`\`\`

Add a media type of type Webhook with these parameters:

| name | value |
|---|---|
| \`url\` | \`https://firebreak.example.com/hooks/zabbix\` |
| \`token\` | the token |
| \`id\` | \`{EVENT.ID}\` |
| \`trigger_id\` | \`{TRIGGER.ID}\` |
| \`status\` | \`{EVENT.STATUS}\` |
| \`value\` | \`{EVENT.VALUE}\` |
| \`name\` | \`{EVENT.NAME}\` |
| \`severity\` | \`{EVENT.SEVERITY}\` |
| \`host\` | \`{HOST.NAME}\` |
| \`host_ip\` | \`{HOST.IP}\` |
| \`opdata\` | \`{EVENT.OPDATA}\` |
| \`tags\` | \`{EVENT.TAGSJSON}\` |
| \`started\` | \`{EVENT.DATE} {EVENT.TIME}\` |
| \`ended\` | \`{EVENT.RECOVERY.DATE} {EVENT.RECOVERY.TIME}\` |
| \`update\` | \`{EVENT.UPDATE.ACTION}\` |
| \`zabbix_url\` | \`{$ZABBIX.URL}\` |

and this script:

\`\`\`js
${script}
\`\`\`

Give the media to a user, and the user to an action with operations for problems, recovery and updates. A problem is known by \`{EVENT.ID}\`,
which is that of the problem in its recovery too. An update (acknowledged, commented, another severity) of a problem that goes on says that
it still fires. Bodies of other scripts are read where they use usual names (\`event_id\`, \`trigger\`, \`hostname\`, \`state\`, \`link\` with
\`eventid=\`, \`alert_uid\` and others).

Severity is the word of Zabbix: Disaster is critical, High an error, Average and Warning a warning, Information information, Not classified a
warning. The service is the tag \`service\`, else the host. Zabbix sends the local time of its server without a zone, and it is read as UTC:
where that is not so, leave \`started\` and \`ended\` out, and the time of the delivery counts.`,
    security: 'Zabbix signs nothing; its script sends what you write into it. Keep the token in a secret macro.',
    test: '**Test** of the media type sends what you enter: use an id of your own, and send it again with the status `RESOLVED`.',
    retries: `The script throws unless it is answered with 2xx, and Zabbix then tries again: 3 attempts, 10 seconds apart, unless the media type says
otherwise (**Attempts**, **Attempt interval**). After that the notification has failed and is not sent again; a further step of the action is.`,
  },
  retriesOn: ['no answer', '4xx', '5xx'],
  schemes: { basic: {}, bearer: {}, header: { header: 'X-Firebreak-Token' }, none: {} },
  body: ObjectBody,
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'Zabbix 7.0.0' },
    body: sampleOf('PROBLEM'),
    resolved: sampleOf('RESOLVED'),
  },
  read({ body, integration }) {
    const fields = readFields(body);
    const link = fields.first('link', 'link_to_upstream_details');
    const host = fields.first('host', 'host_name', 'hostname');
    const name = fields.first('name', 'event_name', 'trigger', 'trigger_name', 'title', 'subject');
    const id =
      fields.first('id', 'event_id', 'eventid', 'alert_uid') || (/[?&]eventid=([^&#]+)/i.exec(link)?.[1] ?? '');
    const trigger = fields.first('trigger_id', 'triggerId', 'triggerid');
    if (id === '' && trigger === '' && name === '')
      return err([{ path: 'id', message: 'must be {EVENT.ID} of the problem, or nothing can tell its end' }]);
    const tags = readLabels(memberAt(body, 'tags') ?? memberAt(body, 'event_tags'), 'tags');
    const over = isOver(fields);
    const word = fields.first('severity', 'event_severity', 'nseverity', 'priority');
    const update = fields.first('update', 'update_action');
    return ok({
      alerts: [
        {
          source: 'zabbix',
          integration,
          fingerprint: `${integration}/${id !== '' ? identityOf(id) : identityOf('trigger', trigger || name, host)}`,
          status: over ? 'resolved' : 'firing',
          title: titleOf(name, 'Problem without a name'),
          description: fields.first('description', 'message', 'opdata', 'item'),
          severity: toSeverity(word),
          sourceSeverity: asText(word, 150) || null,
          service: asText(tags.labels.service || fields.text('service') || host, 400) || null,
          labels: labelsWith(
            {
              host,
              host_ip: fields.first('host_ip', 'ip'),
              trigger_id: trigger,
              event_id: id,
              item: fields.first('item', 'item_name'),
              acknowledged: /acknowledged/i.test(update) ? 'true' : '',
            },
            tags,
          ),
          startsAt: timeOf(fields, 'started', 'event_date', 'lastReceived'),
          endsAt: over ? timeOf(fields, 'ended', 'recovery_date', 'lastReceived') : null,
          links: [...asLink('Zabbix', link), ...asLink('Zabbix', fields.first('url', 'zabbix_url'))],
          remarks: [...tags.remarks, ...fields.remarks],
        },
      ],
      deliveryKey: null,
      truncated: 0,
    });
  },
});

/** The state is a word; a script that sends none sends the value of the trigger. */
function isOver(fields: FieldReader): boolean {
  const word = fields.first('status', 'state', 'event_status').trim().toLowerCase();
  if (word !== '') return ['ok', 'resolved', 'recovered', 'recovery', 'normal', 'closed', '0'].includes(word);
  return fields.first('value', 'event_value').trim() === '0';
}

/** A time of one of these names; a macro that Zabbix left as it is says nothing. */
function timeOf(fields: FieldReader, ...names: readonly string[]): string | null {
  const text = fields.first(...names).trim();
  return text === '' || text.includes('{') ? null : text;
}
