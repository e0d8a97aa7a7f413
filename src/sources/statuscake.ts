// StatusCake's webhook of a contact group: a form, and in it a Token that never changes: the MD5 of user name and API key.
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import type { InboundRequest } from '../spi/auth-scheme.ts';
import { Secret } from '../spi/secret.ts';
import { sameSecret } from './auth/same-secret.ts';
import { readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

function sampleOf(status: 'Down' | 'Up') {
  return {
    Token: 'md5-of-user-name-and-api-key',
    Status: status,
    StatusCode: status === 'Down' ? '503' : '200',
    URL: 'https://checkout.example.com',
    IP: '192.0.2.10',
    Tags: 'prod,service:checkout-api',
    Checkrate: '300',
    Name: 'Checkout homepage',
    TestID: '1234567',
    Method: 'Website',
  };
}

/** More than any form of StatusCake's. */
const maxLookedAt = 100_000;

/** The Token in a form, or in the JSON of one. */
function tokenIn({ raw }: InboundRequest): string {
  const text = raw.subarray(0, maxLookedAt).toString('utf8').trim();
  if (!text.startsWith('{')) {
    const tokens = new URLSearchParams(text).getAll('Token');
    return tokens.length === 1 ? (tokens[0] ?? '') : '';
  }
  try {
    const body: unknown = JSON.parse(text);
    const token = typeof body === 'object' && body !== null && 'Token' in body ? body.Token : null;
    return typeof token === 'string' ? token : '';
  } catch {
    return '';
  }
}

/** The source. */
export const statuscake = defineSource({
  id: 'statuscake',
  title: 'StatusCake',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  statuscake:
    source: statuscake
    token: { env: STATUSCAKE_TOKEN }
\`\`\`

\`STATUSCAKE_TOKEN\` is what StatusCake sends as \`Token\`: the MD5 of your user name followed by the API key of the account, in lower case hex:

\`\`\`sh
printf '%s%s' "$STATUSCAKE_USER" "$STATUSCAKE_API_KEY" | md5sum | cut -d' ' -f1
\`\`\`

Give the contact group of the tests the webhook URL \`https://firebreak.example.com/hooks/statuscake\`, method POST.

\`Down\` fires as critical, \`Up\` is resolved; a tag \`severity:high\` says otherwise. Tags are labels, \`status_code\`, \`method\` and \`ip\` too; a
tag \`service:\` is the service, else the URL. StatusCake sends no time: that of the delivery counts.`,
    security: `The Token is all that StatusCake can send. It proves the account and not the body, is the same in every delivery, and is masked
where the body is stored: use HTTPS. With \`auth: { type: query, token: ... }\` a second token in the URL must be right besides.`,
    test: '*Test* beside the contact group sends a test message. `firebreak alert send` sends the sample without your Token, and is refused 401: send a body with it by `--file`.',
    retries:
      'It is not documented whether StatusCake sends again what failed: count on it that it does not. The contact group can be alerted again while a test is down.',
  },
  retriesOn: [],
  wire: { methods: ['GET'], forms: 'fields' },
  settings: z.strictObject({
    /** The Token of the account. */
    token: Secret,
  }),
  async verify(request, { settings }) {
    const { token } = settings as { readonly token: string };
    const sent =
      request.method === 'GET'
        ? (new URL(request.url, 'http://localhost').searchParams.get('Token') ?? '')
        : tokenIn(request);
    if (sent === '') return err('the field Token of the form is missing');
    return sameSecret(sent, token) ? ok(undefined) : err('the Token in the form is wrong');
  },
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: sampleOf('Down'),
    resolved: sampleOf('Up'),
    settings: { token: { env: 'STATUSCAKE_TOKEN' } },
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const id = body.first(['TestID', 'Name', 'URL'], 400);
    if (id === '') return err([{ path: 'TestID', message: 'is missing; it says which test it is about' }]);
    const word = body.word('Status');
    const status = word === 'up' ? ('resolved' as const) : word === 'down' ? ('firing' as const) : null;
    if (status === null) return ok({ alerts: [], deliveryKey: null, truncated: 0 });
    const read = readLabels(body.value('Tags'), 'Tags');
    const [name, url, code] = [body.text('Name', 300), body.text('URL', 2000), body.text('StatusCode', 20)];
    const alert = draftAlert({
      source: 'statuscake',
      integration,
      id,
      status,
      title: name || url || `Test ${id} is ${word}`,
      description: code === '' ? '' : `${url} answered ${code}`,
      word: read.labels.severity ?? '',
      severity: 'critical',
      service: read.labels.service ?? url,
      labels: withLabels(read, { status_code: code, method: body.text('Method', 100), ip: body.text('IP', 100) }),
      links: asLink('Monitored', url),
      remarks: body.remarks,
    });
    return ok({ alerts: [alert], deliveryKey: null, truncated: 0 });
  },
});
