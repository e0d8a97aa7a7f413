// Healthchecks.io and its self-hosted kind: a webhook whose body is a template of the user's (hc/integrations/webhook/transport.py).
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import { readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { defineSource } from './source.ts';

function sampleOf(status: 'down' | 'up') {
  return {
    code: '5f6b1c0e-9d0b-4b9f-8a52-0c1d2e3f4a5b',
    status,
    now: status === 'down' ? '2026-03-01T03:00:05+00:00' : '2026-03-01T03:20:05+00:00',
    name: 'Nightly backup of "prod"',
    tags: 'prod db',
    check: {
      name: 'Nightly backup of "prod"',
      slug: 'nightly-backup-prod',
      tags: 'prod db',
      desc: 'pg_dump to the archive',
      status,
      last_ping: '2026-02-28T02:00:11+00:00',
      unique_key: 'a6c7b0a8a66bed0df66abfdab3c77736861703ee',
    },
  };
}

/** The source. A check is the problem. */
export const healthchecks = defineSource({
  id: 'healthchecks',
  title: 'Healthchecks',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  healthchecks:
    source: healthchecks
    auth: { type: bearer, token: { env: HEALTHCHECKS_TOKEN } }
\`\`\`

Add the integration *Webhook*. Give *Execute when a check goes down* and *Execute when a check goes up* the same method POST, the URL
\`https://firebreak.example.com/hooks/healthchecks\`, the body and the headers:

\`\`\`json
{"code":"$CODE","status":"$STATUS","now":"$NOW","name":$NAME_JSON,"tags":"$TAGS","check":$JSON}
\`\`\`

\`\`\`text
Content-Type: application/json
Authorization: Bearer <token>
\`\`\`

\`$NAME_JSON\` and \`$JSON\` bring their own quotes. \`"$NAME"\` breaks the body where a name has a quote in it, and is refused as no JSON.
\`$JSON\` alone is understood too, and so are a form and the query of a GET (\`?code=$CODE&status=$STATUS&name=$NAME\`).

\`down\` fires, \`up\` is resolved, anything else changes nothing. Tags are labels (\`severity=high\` is the label \`severity\`); without that one
a check that is down is an error. The slug is the service.`,
    security: 'Healthchecks signs nothing. It sends headers that you write; use HTTPS.',
    test: '*Test!* beside the integration sends the body with a check of its own, which fires and has no end. `firebreak alert send` sends the sample as a new alert.',
    retries: `Healthchecks tries a notification that failed up to two times more within seconds, and does not come back to it later; what *Test!*
sends it does not try again. The end is told by a request of its own.`,
  },
  retriesOn: ['no answer', '5xx'],
  wire: { methods: ['GET', 'PUT'], forms: 'fields', multipart: false },
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'healthchecks.io' },
    body: sampleOf('down'),
    resolved: sampleOf('up'),
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const check = body.value('check') === undefined ? body : body.at('check');
    const id = body.first(['code', 'uuid'], 400) || check.first(['uuid', 'unique_key', 'slug', 'name'], 400);
    if (id === '')
      return err([{ path: 'code', message: 'is missing; put "code":"$CODE" into the body of the webhook' }]);
    const word = body.word('status') || check.word('status');
    const status = word === 'down' ? ('firing' as const) : word === 'up' ? ('resolved' as const) : null;
    if (status === null) return ok({ alerts: [], deliveryKey: null, truncated: 0 });
    const name = body.text('name', 300) || check.text('name', 300);
    const slug = check.text('slug', 400);
    const tags = body.value('tags') ?? check.value('tags');
    const labels = withLabels(readLabels(tags, 'tags'), { check: name });
    const now = body.value('now');
    const alert = draftAlert({
      source: 'healthchecks',
      integration,
      id,
      status,
      title: name || slug || `Check ${id} is ${word}`,
      description: check.text('desc'),
      word: labels.labels.severity ?? '',
      severity: 'error',
      service: labels.labels.service ?? slug,
      labels,
      startsAt: status === 'firing' ? now : null,
      endsAt: status === 'resolved' ? now : null,
      remarks: body.remarks,
    });
    return ok({ alerts: [alert], deliveryKey: null, truncated: 0 });
  },
});
