// Pingdom's webhook: one state change of one check, as JSON.
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import { readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

function sampleOf(state: 'DOWN' | 'UP') {
  const isDown = state === 'DOWN';
  return {
    version: 1,
    check_id: 8033180,
    check_name: 'Checkout homepage',
    check_type: 'HTTP',
    check_params: { hostname: 'checkout.example.com', full_url: 'https://checkout.example.com/', port: 443, url: '/' },
    tags: ['service:checkout-api', 'prod'],
    current_state: state,
    previous_state: isDown ? 'UP' : 'DOWN',
    importance_level: 'HIGH',
    state_changed_timestamp: isDown ? 1772334245 : 1772334965,
    state_changed_utc_time: isDown ? '2026-03-01T03:04:05' : '2026-03-01T03:16:05',
    description: isDown ? 'HTTP Error 503' : 'OK',
    long_description: isDown ? 'HTTP Server Error 503 Service Unavailable' : 'OK',
    first_probe: { location: 'Stockholm 2, Sweden', ip: '192.0.2.20' },
  };
}

const resolvedStates = new Set(['up', 'success', 'ok']);
/** States that say nothing about the check. */
const idleStates = new Set(['paused', 'unknown', 'unconfirmed', '']);

/** The source. A check is the problem; `importance_level` is a setting of it, the same when it ends. */
export const pingdom = defineSource({
  id: 'pingdom',
  title: 'Pingdom',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  pingdom:
    source: pingdom
    auth: { type: query, token: { env: PINGDOM_TOKEN } }
\`\`\`

Add an integration of the type *Webhook* with the URL \`https://firebreak.example.com/hooks/pingdom?token=<token>\`, and tick it on the checks.

\`DOWN\` and \`FAILING\` fire, \`UP\` and \`SUCCESS\` are resolved. *Importance* of the check is its severity: high is an error, low is for
information; a tag \`severity:critical\` goes before it. Tags are labels, \`check_type\` is one too, and the host is the service.`,
    security: `Pingdom signs nothing and sends no header of yours: the token stands in the URL. Use HTTPS, and let Pingdom's published addresses
alone reach the path.`,
    test: '*Test* beside the integration sends a sample of Pingdom. `firebreak alert send` sends ours as a new alert.',
    retries:
      'It is not documented whether Pingdom sends again what failed: count on it that it does not. A check that stays down is not told again unless the check says to resend.',
  },
  retriesOn: [],
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/json', 'user-agent': 'Pingdom.com_webhook' },
    body: sampleOf('DOWN'),
    resolved: sampleOf('UP'),
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const id = body.first(['check_id', 'check_name'], 400);
    if (id === '') return err([{ path: 'check_id', message: 'is missing; it says which check it is about' }]);
    const state = body.word('current_state');
    if (idleStates.has(state)) return ok({ alerts: [], deliveryKey: null, truncated: 0 });
    const status = resolvedStates.has(state) ? ('resolved' as const) : ('firing' as const);
    const read = readLabels(body.value('tags'), 'tags');
    const changed = body.value('state_changed_timestamp') ?? body.value('state_changed_utc_time');
    const name = body.text('check_name', 300);
    const alert = draftAlert({
      source: 'pingdom',
      integration,
      id,
      status,
      title: name || `Check ${id} is ${state}`,
      description: body.first(['long_description', 'description', 'custom_message']),
      word: read.labels.severity ?? body.text('importance_level', 100),
      severity: 'critical',
      service: read.labels.service ?? body.first(['check_params.hostname', 'check_params.full_url'], 400),
      labels: withLabels(read, { check_type: body.text('check_type', 100), check: name }),
      startsAt: status === 'firing' ? changed : null,
      endsAt: status === 'resolved' ? changed : null,
      links: asLink('Monitored', body.text('check_params.full_url', 2000)),
      remarks: body.remarks,
    });
    return ok({ alerts: [alert], deliveryKey: null, truncated: 0 });
  },
});
