// Splunk's webhook alert action ("Use a webhook alert action"): one row of the results of a saved search. Splunk never tells an end.
import { z } from 'zod';
import { canonicalJson, type Json, type JsonObject, sha256 } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import { readerOf } from './body-reader.ts';
import { draftAlert } from './draft-alert.ts';
import { asText, readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

/** The source. */
export const splunk = defineSource({
  id: 'splunk',
  title: 'Splunk',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  splunk:
    source: splunk
    auth: { type: query, token: { env: SPLUNK_TOKEN } }
\`\`\`

Add the action *Webhook* to the alert, with the URL \`https://firebreak.example.com/hooks/splunk?token=<token>\`. The URL must be on Splunk's
allow list (*Settings > Server settings > Webhook allow list*, from 9.0 and in Splunk Cloud).

App and name of the search are the problem. Splunk sends the first row of the results alone; with *Trigger: For each result* it sends every
row by itself, and then \`key\` says which fields of a row tell one problem from another:

\`\`\`yaml
integrations:
  splunk:
    source: splunk
    key: [host]
    auth: { type: query, token: { env: SPLUNK_TOKEN } }
\`\`\`

The fields of the row are labels, save for those that begin with \`_\`. A field \`severity\`, \`urgency\` or \`priority\` of the row says how
severe it is, \`service\` what is affected (else the app), \`message\` what has happened: add them to the search with \`eval\`.`,
    security: `The webhook action can send neither a header nor a signature: the token stands in the URL, and whoever may edit the alert reads
it. Use HTTPS, and let the addresses of your search heads alone reach the path. A proxy before Firebreak that adds a header lets you use
\`header\` instead.`,
    test: '`firebreak alert send` sends the sample as a new alert. In Splunk, save an alert on `| makeresults` that runs each minute.',
    retries: `Splunk does not send again what failed: it writes it to \`splunkd.log\` (\`sendmodalert\`). A search that still finds something
alerts again with its next run, unless it is throttled. An end is never told: resolve by hand.`,
  },
  retriesOn: [],
  settings: z.strictObject({
    /** Fields of the row that belong to the identity of the problem. */
    key: z.array(z.string().min(1)).max(10).default([]),
  }),
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'Splunk/DEADBEEF-0000-0000-0000-000000000000' },
    body: {
      result: {
        host: 'web-01',
        count: '137',
        service: 'login',
        severity: 'high',
        _time: '1772334245',
        _raw: 'failed login',
      },
      sid: 'scheduler__admin__search__RMD5a1b2c3d4e5f60718_at_1772334240_132',
      results_link:
        'https://splunk.example.com:8000/app/search/@go?sid=scheduler__admin__search__RMD5a1b2c3d4e5f60718_at_1772334240_132',
      search_name: 'Failed logins > 100',
      owner: 'admin',
      app: 'search',
    },
    resolved: null,
  },
  read({ integration, settings, delivery }) {
    const body = readerOf(delivery.body);
    const row = body.at('result');
    const sid = body.text('sid');
    const name = body.text('search_name', 300);
    // A search that is not saved has no name: each run of it is a problem of its own.
    if (name === '' && sid === '')
      return err([
        { path: 'search_name', message: 'neither search_name nor sid is there; one of them says what it is about' },
      ]);
    const app = body.text('app', 200);
    const keys = settings.key.map((field) => row.text(field, 400));
    const alert = draftAlert({
      source: 'splunk',
      integration,
      id: [app, name || sid, ...keys].join('/'),
      status: 'firing',
      title: name || row.first(['message', '_raw'], 300) || 'A search that is not saved',
      description: row.first(['message', 'description', '_raw']),
      word: row.first(['severity', 'urgency', 'priority'], 100),
      service: row.text('service', 400) || app,
      labels: readLabels(shownOf(body.value('result')), 'result'),
      startsAt: row.value('_time'),
      links: asLink('Results', body.text('results_link', 2000)),
      remarks: body.remarks,
    });
    // Every row that is sent by itself has the same sid.
    const digest = sha256(canonicalJson(body.value('result') ?? null)).slice(0, 16);
    return ok({ alerts: [alert], deliveryKey: sid === '' ? null : `${sid}/${digest}`, truncated: 0 });
  },
});

/** The fields that people see: those that begin with `_` are Splunk's own. */
function shownOf(result: Json | undefined): Json | undefined {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return result;
  return Object.fromEntries(
    Object.entries(result as JsonObject)
      .filter(([field, value]) => !field.startsWith('_') && value !== '')
      // A field of several values.
      .map(([field, value]) => [
        field,
        Array.isArray(value) ? (value as readonly Json[]).map((one) => asText(one)).join(',') : value,
      ]),
  );
}
