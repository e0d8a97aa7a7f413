// Pings of cron jobs and the like: one URL that is called when all is well, and that says so when it is not. Whether one is missing is decided by
// the engine.
import { z } from 'zod';
import { heartbeatFingerprint } from '../core/alert/heartbeat.ts';
import { err, ok } from '../core/result.ts';
import { readerOf } from './body-reader.ts';
import { asText } from './labels.ts';
import { defineSource } from './source.ts';

const good = ['', 'ok', 'up', 'success', 'complete', 'completed'];
/** `missing` is what stands in deliveries of our own. */
const bad = ['fail', 'failed', 'failure', 'error', 'down', 'missing'];

/** The source. The integration is the heartbeat. */
export const heartbeat = defineSource({
  id: 'heartbeat',
  title: 'Heartbeat',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  nightly-backup:
    source: heartbeat
    auth: { type: query, token: { env: HEARTBEAT_TOKEN } }
heartbeats:
  - { name: nightly-backup, every: 1d, grace: 1h, severity: critical, service: database }
\`\`\`

Let the job call \`https://firebreak.example.com/hooks/heartbeat/nightly-backup\` when it has done its work, with GET, HEAD or POST. If it was
not called for \`every\` and \`grace\`, the alert \`heartbeat/nightly-backup\` fires; it is over when the URL is called again.
\`/fail\` behind the name, as Healthchecks has it, raises the alert at once; so does \`?state=fail\`, or a body
\`{"state":"fail","message":"disk full"}\`. \`ok\` or nothing is well; any other word is
refused. The integration and the entry under \`heartbeats\` have the same name.

Other senders need no URL of their own: \`from: <integration>\` takes every delivery of an integration as a heartbeat, and
\`where: { match: alertname="Watchdog" }\` every alert that fits and fires. Such an alert opens no incident by itself.

Looked at every five seconds on the database's clock. After a time in which Firebreak or its database was away every heartbeat has all its
time once more, so that an absence of ours raises nothing.`,
    security:
      'Whoever knows the URL and the token can keep the alert quiet. Prefer `bearer` where the job can set a header; a token in the query ends up in logs of proxies.',
    test: '`curl -X POST "https://firebreak.example.com/hooks/heartbeat/nightly-backup/fail?token=…"` raises the alert, the same without `/fail` ends it.',
    retries:
      '`curl` retries nothing by itself; `curl --retry 3` does after 408, 429, 500, 502, 503 and 504. A call that is lost is made up for by the next one, or by `grace`.',
  },
  retriesOn: ['no answer', 408, 429, 503, 504],
  wire: { methods: ['GET', 'HEAD'], forms: 'fields', multipart: true, texts: 'any', states: ['fail'] },
  body: z.unknown(),
  queryRead: () => ['state', 'message'],
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'curl' },
    body: { state: 'fail', message: 'disk full' },
    resolved: null,
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const state = (delivery.query?.state ?? body.text('state', 100)).trim().toLowerCase();
    if (good.includes(state)) return ok({ alerts: [], deliveryKey: null, truncated: 0 });
    if (!bad.includes(state)) return err([{ path: 'state', message: 'must be ok or fail' }]);
    const alert = {
      source: 'heartbeat',
      integration,
      fingerprint: heartbeatFingerprint(integration),
      status: 'firing' as const,
      title: `${integration} reports a failure`,
      description: asText(delivery.query?.message ?? body.text('message'), 4000),
      severity: 'error' as const,
      labels: { heartbeat: integration },
      remarks: [...body.remarks],
    };
    return ok({ alerts: [alert], deliveryKey: null, truncated: 0 });
  },
});
