// Uptime Kuma's webhook notification (its server/notification-providers/webhook.js): JSON, a multipart form, or the query of a GET.
import { z } from 'zod';
import { sha256 } from '../core/json.ts';
import { ok } from '../core/result.ts';
import { type BodyReader, readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

function sampleOf(status: 0 | 1) {
  return {
    heartbeat: {
      monitorID: 12,
      status,
      time: status === 0 ? '2026-03-01 03:04:05.678' : '2026-03-01 03:16:05.678',
      msg: status === 0 ? 'connect ECONNREFUSED 192.0.2.10:443' : '200 - OK',
      important: true,
      duration: 60,
      timezone: 'Europe/Berlin',
      timezoneOffset: '+01:00',
    },
    monitor: {
      id: 12,
      name: 'Checkout API',
      pathName: 'Production / Checkout API',
      url: 'https://checkout.example.com/healthz',
      type: 'http',
      tags: [{ tag_id: 1, monitor_id: 12, name: 'service', value: 'checkout-api', color: '#DC2626' }],
    },
    msg:
      status === 0 ? '[Checkout API] [🔴 Down] connect ECONNREFUSED 192.0.2.10:443' : '[Checkout API] [✅ Up] 200 - OK',
  };
}

/** The source. A monitor is the problem; Uptime Kuma has no id of an incident and none of a delivery. */
export const uptimeKuma = defineSource({
  id: 'uptime-kuma',
  title: 'Uptime Kuma',
  docs: {
    setUp: `Name the token that Uptime Kuma is going to send:

\`\`\`yaml
integrations:
  uptime-kuma:
    source: uptime-kuma
    auth: { type: bearer, token: { env: KUMA_TOKEN } }
\`\`\`

Add a notification of the type *Webhook* with the URL \`https://firebreak.example.com/hooks/uptime-kuma\`, the body *Preset -
application/json*, and under *Additional Headers* \`{ "Authorization": "Bearer <token>" }\`. Apply it to the monitors. The body *form-data*
and the method GET are understood too; a custom body is not: leave it out, or use the source \`generic\`.

A monitor that is down fires, one that is up is resolved; pending and maintenance change nothing. Tags are labels, and \`monitor\`, \`type\`
and \`host\` are labels too. A tag \`severity\` says how severe it is; without one a monitor that is down is critical. A warning about a
certificate or a domain that expires fires as a warning and has no end: resolve it by hand. The test message is taken and changes nothing.`,
    security: `Uptime Kuma signs nothing. It sends headers that you write; use HTTPS. Where a URL of a monitor holds a user name and a password
Uptime Kuma sends them along; they are left out of labels and links here, but stand in the stored body.`,
    test: `*Test* in Uptime Kuma sends a message without a monitor: it must be accepted. \`firebreak alert send\` sends the sample as a new
alert. Pausing is no test: nothing is sent.`,
    retries: `Uptime Kuma does not send again what was refused or not answered: it logs it and goes on. Set *Resend Notification if Down X times
consecutively* on the monitors, so that what was lost is told again while it lasts. Repetitions change nothing here.`,
  },
  retriesOn: [],
  wire: { methods: ['GET', 'PUT'], forms: 'fields', multipart: true },
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'axios/1.7.0' },
    body: sampleOf(0),
    resolved: sampleOf(1),
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const alert = body.text('heartbeat.status', 20) === '' ? expiryOf(body, integration) : monitorOf(body, integration);
    return ok({ alerts: alert, deliveryKey: null, truncated: 0 });
  },
});

/** What its numbers mean; pending and maintenance, and what is not known, begin and end nothing. */
const statuses: { readonly [word: string]: 'firing' | 'resolved' } = {
  '0': 'firing',
  '1': 'resolved',
  down: 'firing',
  up: 'resolved',
};

function monitorOf(body: BodyReader, integration: string) {
  const heartbeat = body.at('heartbeat');
  const monitor = body.at('monitor');
  const status = statuses[heartbeat.word('status')];
  const id = monitor.text('id') || heartbeat.text('monitorID') || monitor.text('name');
  if (status === undefined || id === '') return [];
  const name = monitor.first(['name', 'pathName'], 300);
  const url = withoutCredentials(monitor.text('url', 2000));
  const labels = withLabels(readLabels(monitor.value('tags'), 'monitor.tags'), {
    monitor: name,
    type: monitor.text('type', 100),
    host: monitor.text('hostname', 300) || hostOf(url),
  });
  return [
    draftAlert({
      source: 'uptime-kuma',
      integration,
      id,
      status,
      title:
        body.text('msg', 300).split('\n')[0] || `${name || `Monitor ${id}`} is ${status === 'firing' ? 'down' : 'up'}`,
      description: heartbeat.text('msg'),
      word: labels.labels.severity ?? labels.labels.priority ?? '',
      severity: 'critical',
      service: name,
      labels,
      startsAt: status === 'firing' ? heartbeat.value('time') : null,
      endsAt: status === 'resolved' ? heartbeat.value('time') : null,
      links: asLink('Monitored', url),
      remarks: body.remarks,
    }),
  ];
}

/** Without a heartbeat only the text tells an expiry from a test. */
function expiryOf(body: BodyReader, integration: string) {
  const msg = body.text('msg', 2000);
  if (!/\bexpire[ds]?\b/i.test(msg)) return [];
  // The days that are left change from message to message.
  const what = msg.replace(/\d+ days?/g, 'days');
  return [
    draftAlert({
      source: 'uptime-kuma',
      integration,
      id: `expiry/${sha256(what).slice(0, 24)}`,
      status: 'firing',
      title: msg,
      remarks: body.remarks,
    }),
  ];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

function withoutCredentials(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  return url.href;
}
