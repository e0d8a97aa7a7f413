// Checkly's webhook alert channel (checklyhq.com/docs/alerting-and-retries/webhooks): a template of the user's, signed with a secret.
import { z } from 'zod';
import type { Severity } from '../core/alert/severity.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { plainObject } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

function sampleOf(type: 'ALERT_FAILURE' | 'ALERT_RECOVERY') {
  const failed = type === 'ALERT_FAILURE';
  return {
    event: failed ? 'Checkout API has failed' : 'Checkout API has recovered',
    alert_type: type,
    check_name: 'Checkout API',
    group_name: 'Payments',
    check_id: '927a2982-1007-4b81-b383-eae8bf717e61',
    check_type: 'API',
    check_result_id: failed ? '0d0b8c1a-52b3-4a29-9f0b-8b0a1f6b9a11' : 'a34867c0-9239-421f-92f2-4408bbd05417',
    check_error_message: failed ? 'Request failed with status code 503' : '',
    response_time: failed ? '5021' : '258',
    api_check_response_status_code: failed ? '503' : '200',
    run_location: 'Frankfurt',
    ssl_days_remaining: '',
    ssl_check_domain: '',
    started_at: failed ? '2026-03-01T03:04:05.678Z' : '2026-03-01T03:16:05.678Z',
    tags: 'prod,service:checkout-api',
    link: 'https://app.checklyhq.com/checks/927a2982-1007-4b81-b383-eae8bf717e61',
  };
}

type Meaning = { readonly status: 'firing' | 'resolved'; readonly severity: Severity; readonly begins: boolean };
const failing = { status: 'firing', severity: 'critical' } as const;
const degraded = { status: 'firing', severity: 'warning' } as const;

/** What ALERT_TYPE says. `begins`: the time in it is the start of the problem, and not of a later run. */
const meanings: { readonly [type: string]: Meaning } = {
  ALERT_FAILURE: { ...failing, begins: true },
  ALERT_FAILURE_REMAIN: { ...failing, begins: false },
  ALERT_DEGRADED: { ...degraded, begins: true },
  ALERT_DEGRADED_REMAIN: { ...degraded, begins: false },
  ALERT_DEGRADED_FAILURE: { ...failing, begins: false },
  ALERT_FAILURE_DEGRADED: { ...degraded, begins: false },
  ALERT_RECOVERY: { status: 'resolved', severity: 'critical', begins: false },
  ALERT_DEGRADED_RECOVERY: { status: 'resolved', severity: 'warning', begins: false },
  ALERT_SSL: { ...degraded, begins: true },
};

/** Names in lower case: a template may call a field as the variable is called. */
function lowerCased(body: Json): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return plainObject(Object.entries(body as JsonObject).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The source. A check is the problem, and its certificate is another one. */
export const checkly = defineSource({
  id: 'checkly',
  title: 'Checkly',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  checkly:
    source: checkly
    auth: { type: hmac, secret: { env: CHECKLY_SECRET } }
\`\`\`

Add an alert channel of the type *Webhook*: method POST, the URL \`https://firebreak.example.com/hooks/checkly\`, the same secret as *Webhook
secret*, ticked for failures, recoveries, degradations and SSL, and this body:

\`\`\`json
{
  "event": "{{ALERT_TITLE}}", "alert_type": "{{ALERT_TYPE}}", "check_name": "{{CHECK_NAME}}", "group_name": "{{GROUP_NAME}}",
  "check_id": "{{CHECK_ID}}", "check_type": "{{CHECK_TYPE}}", "check_result_id": "{{CHECK_RESULT_ID}}",
  "check_error_message": "{{CHECK_ERROR_MESSAGE}}", "response_time": "{{RESPONSE_TIME}}",
  "api_check_response_status_code": "{{API_CHECK_RESPONSE_STATUS_CODE}}", "run_location": "{{RUN_LOCATION}}",
  "ssl_days_remaining": "{{SSL_DAYS_REMAINING}}", "ssl_check_domain": "{{SSL_CHECK_DOMAIN}}",
  "started_at": "{{STARTED_AT}}", "tags": "{{TAGS}}", "link": "{{RESULT_LINK}}"
}
\`\`\`

Fields may also be called as the variables are (\`CHECK_ID\`). A check that fails is critical, one that is degraded a warning; a tag
\`severity:high\` says otherwise. A certificate that expires is a problem of its own and has no end: resolve it by hand.`,
    security: `Checkly signs the body with the webhook secret (HMAC-SHA256, hexadecimal, in \`x-checkly-signature\`); header and algorithm are
set here already. The signature covers no time: the same bytes within 24 hours are one delivery. Each run has an id of its own, so
no two alerts are alike. Headers of yours (\`bearer\`, \`header\`) work too.`,
    test: '`firebreak alert send` sends the sample as a new alert, signed. Checkly itself sends with the next check that changes its state.',
    retries:
      'It is not documented whether Checkly sends again what failed: count on it that it does not. With reminders a check that stays down is told again.',
  },
  retriesOn: [],
  schemes: {
    hmac: { header: 'x-checkly-signature', allowUnstamped: true },
    bearer: {},
    basic: {},
    header: {},
    query: {},
    none: {},
  },
  wire: { methods: ['PUT', 'PATCH'] },
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('ALERT_FAILURE'),
    resolved: sampleOf('ALERT_RECOVERY'),
  },
  read({ integration, delivery }) {
    const body = readerOf(lowerCased(delivery.body));
    const name = body.text('check_name', 300);
    const id = body.text('check_id', 400) || name;
    if (id === '')
      return err([{ path: 'check_id', message: 'is missing; put "check_id": "{{CHECK_ID}}" into the template' }]);
    const type = body.text('alert_type', 100).toUpperCase();
    if (type === '')
      return err([{ path: 'alert_type', message: 'is missing; put "alert_type": "{{ALERT_TYPE}}" into the template' }]);
    const deliveryKey = body.text('check_result_id') || null;
    const meaning = meanings[type];
    if (meaning === undefined) return ok({ alerts: [], deliveryKey, truncated: 0 });
    const { status, severity, begins } = meaning;
    const read = readLabels(body.value('tags'), 'tags');
    const startedAt = body.value('started_at');
    const alert = draftAlert({
      source: 'checkly',
      integration,
      id: type === 'ALERT_SSL' ? `${id}/certificate` : id,
      status,
      title: body.first(['event', 'alert_title'], 300) || `${name} ${type}`,
      description: body.text('check_error_message'),
      word: read.labels.severity ?? '',
      severity,
      service: read.labels.service ?? name,
      labels: withLabels(read, {
        group: body.text('group_name', 200),
        type: body.text('check_type', 100),
        location: body.first(['run_location', 'region'], 200),
        status_code: body.text('api_check_response_status_code', 20),
        domain: body.text('ssl_check_domain', 300),
        alert_type: type,
      }),
      startsAt: begins ? startedAt : null,
      endsAt: status === 'resolved' ? startedAt : null,
      links: asLink('Result', body.first(['link', 'result_link'], 2000)),
      remarks: body.remarks,
    });
    return ok({ alerts: [alert], deliveryKey, truncated: 0 });
  },
});
