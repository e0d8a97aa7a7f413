// Better Stack Uptime's outgoing webhook of incidents (betterstack.com/docs/uptime/webhooks), in the manner of JSON:API.
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import { readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { asLink, defineSource } from './source.ts';

function sampleOf(event: 'started' | 'resolved') {
  return {
    event,
    data: {
      id: '25041977',
      type: 'incident',
      attributes: {
        name: 'Checkout homepage',
        url: 'https://checkout.example.com',
        http_method: 'get',
        cause: 'Status 500',
        started_at: '2026-03-01T03:04:05.678Z',
        acknowledged_at: null,
        resolved_at: event === 'resolved' ? '2026-03-01T03:16:05.678Z' : null,
        response_content: null,
      },
      relationships: { monitor: { data: { id: '4', type: 'monitor' } } },
    },
  };
}

/** Events, and since when there are statuses too: what they say of an incident. Who has acknowledged it begins and ends nothing. */
const words: { readonly [word: string]: 'firing' | 'resolved' | 'neither' } = {
  started: 'firing',
  reopened: 'firing',
  resolved: 'resolved',
  acknowledged: 'neither',
};

/** The source. */
export const betterStack = defineSource({
  id: 'better-stack',
  title: 'Better Stack Uptime',
  docs: {
    setUp: `\`\`\`yaml
integrations:
  better-stack:
    source: better-stack
    auth: { type: query, token: { env: BETTER_STACK_TOKEN } }
\`\`\`

Under *Integrations > Exporting data > Outgoing webhooks* add one of the type *Incident* with the URL
\`https://firebreak.example.com/hooks/better-stack?token=<token>\`, and tick started, resolved and reopened. Webhooks of monitors and of on-call
contacts are taken too, and change nothing.

An incident of Better Stack is the problem: it fires when it is started or reopened. Who has acknowledged it there is not taken over. It is
critical unless \`severity\` in its metadata says otherwise. The monitored URL is the service, and \`monitorId\` is a label.`,
    security: `A signature of these webhooks is not documented, so the token stands in the URL. Where your account lets you add headers to the
webhook, use \`bearer\` or \`header\` instead. Use HTTPS.`,
    test: '*Send test webhook* sends an incident of Better Stack. `firebreak alert send` sends ours as a new alert.',
    retries:
      'It is not documented whether webhooks of incidents are sent again (those of status pages are, up to ten times): count on it that they are not.',
  },
  retriesOn: [],
  body: z.looseObject({}),
  sample: {
    headers: { 'content-type': 'application/json' },
    body: sampleOf('started'),
    resolved: sampleOf('resolved'),
  },
  read({ integration, delivery }) {
    const body = readerOf(delivery.body);
    const none = ok({ alerts: [], deliveryKey: null, truncated: 0 });
    const data = body.at('data');
    const attributes = data.at('attributes');
    const kind = data.word('type');
    // Monitors, on-call contacts, status pages: other webhooks of the same place.
    if ((kind !== '' && kind !== 'incident') || body.value('event_type') !== undefined) return none;
    const id = data.text('id', 400);
    if (id === '') return err([{ path: 'data.id', message: 'is missing; it says which incident it is about' }]);
    const word = body.word('event') || attributes.word('status');
    const said = words[word] ?? (attributes.text('resolved_at') === '' ? 'firing' : 'resolved');
    if (said === 'neither') return none;
    const name = attributes.text('name', 300);
    const url = attributes.text('url', 2000);
    const read = readLabels(attributes.value('metadata'), 'metadata');
    const alert = draftAlert({
      source: 'better-stack',
      integration,
      id,
      status: said,
      title: name || attributes.text('cause', 300) || `Incident ${id}`,
      description: attributes.text('cause'),
      word: read.labels.severity ?? '',
      severity: 'critical',
      service: url || name,
      labels: withLabels(read, {
        monitorId: data.text('relationships.monitor.data.id', 100),
        team: attributes.text('team_name', 200),
      }),
      startsAt: attributes.value('started_at'),
      endsAt: attributes.value('resolved_at'),
      links: [...asLink('Monitored', url), ...asLink('Incident', attributes.text('origin_url', 2000))],
      remarks: body.remarks,
    });
    return ok({ alerts: [alert], deliveryKey: null, truncated: 0 });
  },
});
