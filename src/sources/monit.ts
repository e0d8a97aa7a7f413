// Monit: a program of ours that its rules execute. Its collector protocol is not taken: it carries the password of Monit's own server.
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import { readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { defineSource } from './source.ts';

function sampleOf(state: 'firing' | 'resolved') {
  const fires = state === 'firing';
  return {
    state,
    rule: 'http',
    host: 'web-01.example.com',
    service: 'nginx',
    event: fires ? 'Connection failed' : 'Connection succeeded',
    description: fires ? 'failed protocol test [HTTP] at [localhost]:80' : 'connection succeeded to [localhost]:80',
    time: fires ? '1772334245' : '1772334965',
  };
}

/** Endings of Monit's events that say that all is well, where the program was given no state. */
const wellEnded = /\b(?:succeeded|recovery|exists|not changed|changed not|ok)$/i;

/** The source. */
export const monit = defineSource({
  id: 'monit',
  title: 'Monit',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  monit:
    source: monit
    auth: { type: bearer, token: { env: MONIT_TOKEN } }
\`\`\`

Monit executes a program without a shell and gives it the texts in its environment. Put this into \`/usr/local/lib/firebreak-monit\` (mode 0755):

\`\`\`sh
#!/bin/sh
# Sends one event of Monit: firebreak-monit firing|resolved RULE. Texts come through the environment, which no shell reads as a command.
exec curl --silent --show-error --fail --max-time 10 --retry 360 --retry-delay 10 --retry-connrefused \\
  --header @/etc/monit/firebreak.header \\
  --data-urlencode "state=$1" \\
  --data-urlencode "rule=$2" \\
  --data-urlencode "time=$(date +%s)" \\
  --data-urlencode "host=$MONIT_HOST" \\
  --data-urlencode "service=$MONIT_SERVICE" \\
  --data-urlencode "event=$MONIT_EVENT" \\
  --data-urlencode "description=$MONIT_DESCRIPTION" \\
  https://firebreak.example.com/hooks/monit
\`\`\`

\`/etc/monit/firebreak.header\`, readable for root alone, holds the line \`Authorization: Bearer <token>\`. Then say in each rule what begins and
what ends, with a name for the rule where a service has several:

\`\`\`text
check process nginx with pidfile /run/nginx.pid
  if does not exist for 2 cycles
    then exec "/usr/local/lib/firebreak-monit firing process"
    else if succeeded then exec "/usr/local/lib/firebreak-monit resolved process"
  if failed port 80 protocol http for 2 cycles
    then exec "/usr/local/lib/firebreak-monit firing http" repeat every 10 cycles
    else if succeeded then exec "/usr/local/lib/firebreak-monit resolved http"
\`\`\`

Host, service and rule together are the problem. It is an error unless a field \`severity\` says otherwise; a field \`labels\`
(\`key=value\` between commas) gives labels. JSON with the same names is taken too.`,
    security: `Monit signs nothing. The program sends a header from a file, so that the token stands in no list of processes. Use HTTPS. Do not
point \`set mmonit\` at Firebreak: what it sends holds the password of Monit's own web server, and is refused.`,
    test: 'Run `MONIT_HOST=test MONIT_SERVICE=test /usr/local/lib/firebreak-monit firing test`, then the same with `resolved`. `firebreak alert send` sends the sample as a new alert.',
    retries: `curl tries every ten seconds for an hour, on no answer, 408, 429 and 5xx, and Monit goes on meanwhile; Monit itself does not try again. With \`repeat every\`
a problem that lasts is told again; repetitions change nothing here.`,
  },
  // curl of the documented program tries these again.
  retriesOn: ['no answer', 408, 429, '5xx'],
  wire: { methods: ['PUT'], forms: 'fields' },
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'curl/8.5.0' },
    body: sampleOf('firing'),
    resolved: sampleOf('resolved'),
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const [host, service, rule] = [body.text('host', 200), body.text('service', 200), body.text('rule', 200)];
    if (host === '' && service === '')
      return err([{ path: 'service', message: 'is missing; the program must send MONIT_SERVICE and MONIT_HOST' }]);
    const state = body.word('state');
    const event = body.text('event', 300);
    const isOver = state === 'resolved' || (state !== 'firing' && wellEnded.test(event));
    const read = readLabels(body.value('labels'), 'labels');
    const time = body.value('time');
    const alert = draftAlert({
      source: 'monit',
      integration,
      id: [host, service, rule].filter((part) => part !== '').join('/'),
      status: isOver ? 'resolved' : 'firing',
      title: [service, event].filter((part) => part !== '').join(': ') || `${host}: ${rule}`,
      description: body.text('description'),
      word: body.text('severity', 100) || (read.labels.severity ?? ''),
      severity: 'error',
      service: read.labels.service ?? service,
      labels: withLabels(read, { host, rule }),
      startsAt: isOver ? null : time,
      endsAt: isOver ? time : null,
      remarks: body.remarks,
    });
    return ok({ alerts: [alert], deliveryKey: null, truncated: 0 });
  },
});
