// Notifications of Nagios, Icinga and what descends from them: the fields that our notification commands send, and what they mean.
import { z } from 'zod';
import { err, ok } from '../core/result.ts';
import { readerOf } from './body-reader.ts';
import { draftAlert, withLabels } from './draft-alert.ts';
import { readLabels } from './labels.ts';
import { asLink, defineSource, type SourceDefinition } from './source.ts';

/** A delivery as the command of the docs sends it. */
function notificationSample(type: 'PROBLEM' | 'RECOVERY') {
  const isOver = type === 'RECOVERY';
  return {
    type,
    host: 'db-1.example.com',
    address: '192.0.2.30',
    service: 'disk /var',
    state: isOver ? 'OK' : 'CRITICAL',
    output: isOver ? 'DISK OK - free space: /var 41 GiB (40 %)' : 'DISK CRITICAL - free space: /var 2 GiB (2 %)',
    time: isOver ? '1772334965' : '1772334245',
  };
}

const resolvedTypes = new Set(['recovery']);
const firingTypes = new Set(['problem']);
/** States in which nothing is wrong: of a service, of a host; as words and as the numbers of plugins. */
const goodStates = new Set(['ok', 'up', '0']);

/** What the two have in common; what differs is how the command is written. */
export function notificationSource(own: Pick<SourceDefinition<z.ZodType, z.ZodObject>, 'id' | 'title' | 'docs'>) {
  return defineSource({
    ...own,
    // curl of the documented command tries these again.
    retriesOn: ['no answer', 408, 429, '5xx'],
    wire: { methods: ['PUT'], forms: 'fields', multipart: true },
    body: z.looseObject({}),
    sample: {
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'curl/8.5.0' },
      body: notificationSample('PROBLEM'),
      resolved: notificationSample('RECOVERY'),
    },
    read({ integration, delivery }) {
      const body = readerOf(delivery.body);
      const host = body.text('host', 300);
      if (host === '')
        return err([{ path: 'host', message: 'is missing; the notification command must send the name of the host' }]);
      const service = body.text('service', 300);
      const state = body.text('state', 100);
      const status = statusOf(body.word('type'), state.toLowerCase());
      const time = body.value('time');
      const id = body.text('id', 100);
      // Numbers of notifications begin anew with a new installation; with the time they do not.
      const deliveryKey = id === '' ? null : `${id}/${body.text('time', 100)}/${host}/${service}`;
      if (status === null) return ok({ alerts: [], deliveryKey, truncated: 0 });
      const what = service === '' ? host : `${service} on ${host}`;
      const alert = draftAlert({
        source: own.id,
        integration,
        id: service === '' ? host : `${host}/${service}`,
        status,
        title: `${what} is ${state || (status === 'firing' ? 'in trouble' : 'well')}`,
        description: [body.text('output'), body.text('longoutput')].filter((part) => part !== '').join('\n'),
        word: body.text('severity', 100) || (status === 'firing' ? state : ''),
        service: service || host,
        labels: withLabels(readLabels(body.value('labels'), 'labels'), {
          host,
          service,
          address: body.text('address', 100),
          groups: body.text('groups', 1000),
        }),
        startsAt: status === 'firing' ? time : null,
        endsAt: status === 'resolved' ? time : null,
        links: [...asLink('Monitoring', body.text('url', 2000)), ...asLink('Notes', body.text('notesurl', 2000))],
        remarks: body.remarks,
      });
      return ok({ alerts: [alert], deliveryKey, truncated: 0 });
    },
  });
}

/** Acknowledgements, flapping, downtimes and what people send by hand begin and end nothing. Without a type the state tells. */
function statusOf(type: string, state: string): 'firing' | 'resolved' | null {
  if (resolvedTypes.has(type)) return 'resolved';
  if (firingTypes.has(type)) return goodStates.has(state) ? 'resolved' : 'firing';
  if (type !== '' || state === '') return null;
  return goodStates.has(state) ? 'resolved' : 'firing';
}

/** The words both pages share: what the fields mean. */
export const notificationFields = `\`PROBLEM\` fires, \`RECOVERY\` is resolved; acknowledgements, flapping, downtimes and custom notifications are taken and change
nothing. Host and service together are the problem. \`CRITICAL\` and \`DOWN\` are critical, \`WARNING\`, \`UNKNOWN\` and \`UNREACHABLE\` warnings; a
field \`severity\` goes before them. Fields besides: \`severity\`, \`groups\`, \`labels\` (\`key=value\` between commas), \`url\` and \`notesurl\`
for links, \`longoutput\`. JSON with the same names is taken too.`;
