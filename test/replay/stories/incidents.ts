// What happens to an incident itself.
import type { RecordCommand } from '../../../src/core/incident/command.ts';
import { addMs } from '../../../src/core/time.ts';
import { ana, ben, type Story } from '../scene.ts';
import { alertOf } from './alert.ts';
import { shell } from './ends.ts';

export const incidents: readonly Story[] = [
  {
    name: 'incident-of-an-alert',
    about:
      'Alerts are received, repeated and resolved; a firing one opens the incident again; people resolve and close it.',
    async tell(scene) {
      await scene.deliver(alertOf('checkout'), alertOf('cart', { severity: 'error', service: null, links: [] }));
      const { incidentId } = scene;
      const commands: readonly RecordCommand[] = [
        { type: 'link_channel', channelId: 'C01', name: 'inc-1-checkout-is-slow', created: true },
        { type: 'invite_responders', users: ['U0ANA', 'U0BEN'] },
        {
          type: 'record_message',
          key: 'summary',
          channelId: 'C01',
          ts: '1772323200.000100',
          about: 'the summary of the incident',
        },
      ];
      for (const command of commands)
        await scene.ask(scene.operations.record({ ...scene.caller(ana), incidentId, command }));
      await scene.later(60_000);
      await scene.deliver(alertOf('checkout'));
      await scene.later(60_000);
      await scene.deliver(alertOf('checkout', { status: 'resolved', endsAt: scene.at }));
      await scene.deliver(alertOf('cart', { status: 'resolved' }));
      await scene.later(60_000);
      await scene.deliver(alertOf('checkout', { startsAt: scene.at }));
      const because = { incidentId, reason: 'it was a test' };
      await scene.ask(scene.operations.resolveIncident({ ...scene.caller(ben), ...because }));
      await scene.ask(scene.operations.closeIncident({ ...scene.caller(ben), ...because }));
      const command = { type: 'record_export' as const, format: 'md', digest: `sha256:${'0'.repeat(64)}` };
      await scene.ask(scene.operations.record({ ...scene.caller(ana), incidentId, command }));
    },
  },
  {
    name: 'group-that-lists-a-part',
    about:
      'A sender leaves alerts of its group out, a worse one joins, one comes late, people resolve too early; the group ends.',
    async tell(scene) {
      const unlisted = { count: 3, group: 'firing' as const };
      await scene.deliver(alertOf('cart', { severity: 'warning', unlisted, remarks: ['labels: 2 are left out'] }));
      await scene.later(60_000);
      await scene.deliver(alertOf('cart', { severity: 'warning', startsAt: scene.at }), alertOf('checkout'));
      const { incidentId } = scene;
      await scene.ask(scene.operations.resolveIncident({ ...scene.caller(ana), incidentId, reason: 'restarted' }));
      await scene.later(60_000);
      await scene.deliver(alertOf('cart', { severity: 'error', unlisted }));
      const over = { status: 'resolved' as const, endsAt: scene.at };
      await scene.deliver(alertOf('checkout', { ...over, unlisted: { count: 3, group: 'resolved' } }));
      await scene.deliver(alertOf('checkout', { startsAt: addMs(scene.at, -86_400_000) }));
    },
  },
  {
    name: 'incident-that-is-split',
    about: 'Two alerts of one group are two problems: one goes on in an incident of its own, and ends there.',
    incidents: 2,
    async tell(scene) {
      await scene.deliver(alertOf('checkout'), alertOf('cart', { severity: 'warning' }));
      const { incidentId } = scene;
      await scene.ask(scene.operations.split({ ...scene.caller(ana), incidentId, fingerprints: ['prod/cart'] }));
      await scene.deliver(alertOf('checkout', { status: 'resolved' }), alertOf('cart', { status: 'resolved' }));
    },
  },
  {
    name: 'incident-from-a-split',
    about: 'The incident that takes alerts out of another one: its history begins with them.',
    incidents: 2,
    history: 'last',
    async tell(scene) {
      await scene.deliver(alertOf('checkout'), alertOf('cart', { severity: 'warning' }));
      const { incidentId } = scene;
      const asked = { ...scene.caller(ana), incidentId, fingerprints: ['prod/cart'], title: 'the cart is slow' };
      await scene.ask(scene.operations.split(asked));
      await scene.deliver(alertOf('cart', { status: 'resolved' }));
    },
  },
  {
    name: 'incident-that-settles',
    about:
      'Routes say who owns it, and a window holds what it would start; it settles, something fires, it settles again and is over.',
    configuration: `
groups: [ { name: all, by: [service], wait: 0s, pause: 0s, flapping: off, resolve: { on: all, settle: 5m } } ]
routes: [ { name: shop, owner: team-shop, channel: thread, escalation: ["@lead"] } ]
silences:
  - { name: deploy, sets: [ { match: alertname=~".+" } ], startsAt: "2026-03-01T00:02:00Z", endsAt: "2026-03-01T00:04:00Z", owner: ana, reason: deploy }
`,
    async tell(scene) {
      await scene.deliver(alertOf('checkout', { labels: { alertname: 'Slow' } }));
      await scene.later(150_000);
      await scene.deliver(alertOf('checkout', { labels: { alertname: 'Slow' } }));
      await scene.later(150_000);
      const over = { status: 'resolved' as const, labels: { alertname: 'Slow' } };
      await scene.deliver(alertOf('checkout', over));
      await scene.later(60_000);
      await scene.deliver(alertOf('checkout', { labels: { alertname: 'Slow' }, startsAt: scene.at }));
      await scene.later(60_000);
      await scene.deliver(alertOf('checkout', over));
      await scene.later(600_000);
    },
  },
  {
    name: 'incident-declared',
    about: 'Somebody declares an incident; severity, role and notes; closed without having been resolved.',
    async tell(scene) {
      const { operations } = scene;
      const declared = { ...scene.caller(ana), title: 'checkout loses orders', severity: 2 };
      const { id: incidentId } = await scene.ask(operations.declare(declared));
      await scene.ask(operations.setSeverity({ ...scene.caller(ana), incidentId, severity: 1, reason: 'every order' }));
      await scene.ask(operations.assignRole({ ...scene.caller(ben), incidentId, role: 'commander', user: 'U0ANA' }));
      await scene.ask(operations.assignRole({ ...scene.caller(ben), incidentId, role: 'commander', user: 'U0BEN' }));
      await scene.ask(operations.note({ ...scene.caller(ben), incidentId, text: 'rolled back to 41 — „schön“ 🔥' }));
      await scene.later(60_000);
      await scene.ask(operations.closeIncident({ ...scene.caller(ana), incidentId, reason: 'all orders are there' }));
    },
  },
  {
    name: 'incident-that-is-private',
    about:
      'A private incident: people are let in, come into its channel, leave it, are taken out; another one ends in it.',
    incidents: 2,
    async tell(scene) {
      const { operations } = scene;
      const declared = { ...scene.caller(ana), title: 'somebody reads the pay-roll', severity: 2 };
      const { id: incidentId } = await scene.ask(operations.declare({ ...declared, privateTo: ['@security'] }));
      await scene.ask(operations.addMembers({ ...scene.caller(ana), incidentId, members: ['U0BEN', 'token:ci'] }));
      const channel = { type: 'record_joined' as const, members: ['U0LEA'] };
      await scene.ask(operations.record({ ...scene.caller(ana), incidentId, command: channel }));
      await scene.ask(operations.assignRole({ ...scene.caller(ana), incidentId, role: 'lead', user: 'U0EVE' }));
      await scene.ask(operations.removeMembers({ ...scene.caller(ana), incidentId, members: ['token:ci'] }));
      const gone = { type: 'record_left' as const, members: ['U0LEA'] };
      await scene.ask(operations.record({ ...scene.caller(ana), incidentId, command: gone }));
      const { id } = await scene.ask(operations.declare({ ...declared, title: 'the same', privateTo: ['U0DAN'] }));
      await scene.ask(operations.merge({ ...scene.caller(ana), incidentId: id, into: incidentId }));
    },
  },
  {
    name: 'triggered-and-not-started',
    about: 'A playbook is triggered and cannot start: a note says why.',
    async tell(scene) {
      const step = 'id: a, uses: assert, with: { that: true }';
      const inputs = 'inputs: { cell: { type: string, from: alert.labels.cell } }\n';
      scene.book('restart', [step], `triggers: [{ source: alertmanager }]\n${inputs}`);
      await scene.deliver(alertOf('checkout', { severity: 'info' }));
    },
  },
  {
    name: 'incident-acknowledged-and-reopened',
    about:
      'Two people acknowledge an incident; it is resolved, opened again, closed, opened again and acknowledged anew.',
    async tell(scene) {
      const { operations } = scene;
      const declared = { ...scene.caller(ana), title: 'checkout is slow', severity: 3 };
      const { id: incidentId } = await scene.ask(operations.declare(declared));
      await scene.ask(operations.acknowledge({ ...scene.caller(ana), incidentId }));
      await scene.later(60_000);
      await scene.ask(operations.acknowledge({ ...scene.caller(ben), incidentId, reason: 'my shift begins' }));
      const because = (reason: string) => ({ ...scene.caller(ben), incidentId, reason });
      await scene.ask(operations.resolveIncident(because('rolled back')));
      await scene.later(60_000);
      await scene.ask(operations.reopenIncident(because('it is slow again')));
      await scene.ask(operations.closeIncident(because('another team has it')));
      await scene.ask(operations.reopenIncident(because('they gave it back')));
      await scene.ask(operations.acknowledge({ ...scene.caller(ana), incidentId }));
    },
  },
  {
    name: 'incident-closed-by-itself',
    about: 'An incident that stays resolved is closed by a timer, and not before.',
    rules: { closeAfterMs: 3_600_000 },
    async tell(scene) {
      await scene.deliver(alertOf('checkout'));
      const { incidentId } = scene;
      await scene.deliver(alertOf('checkout', { status: 'resolved', endsAt: scene.at }));
      await scene.later(20 * 60_000);
      await scene.deliver(alertOf('checkout', { startsAt: scene.at }));
      const resolve = { ...scene.caller(ben), incidentId, reason: 'the alert is wrong' };
      await scene.ask(scene.operations.resolveIncident(resolve));
      await scene.later(2 * 3_600_000);
    },
  },
  {
    name: 'incident-acknowledged-for-a-time',
    about: 'An acknowledgement ends by itself, is renewed before it would end again, and ends with the incident.',
    rules: { acknowledgeForMs: 3_600_000 },
    async tell(scene) {
      const { operations } = scene;
      await scene.deliver(alertOf('checkout'));
      const { incidentId } = scene;
      await scene.ask(operations.acknowledge({ ...scene.caller(ana), incidentId }));
      await scene.later(2 * 3_600_000);
      await scene.ask(operations.acknowledge({ ...scene.caller(ana), incidentId }));
      await scene.later(30 * 60_000);
      await scene.ask(operations.acknowledge({ ...scene.caller(ana), incidentId }));
      await scene.later(40 * 60_000);
      await scene.deliver(alertOf('checkout', { status: 'resolved', endsAt: scene.at }));
    },
  },
  {
    name: 'incident-merged',
    about: 'An incident with alerts and a run is merged into another one, which goes on.',
    incidents: 2,
    async tell(scene) {
      scene.book('restart', [`id: a, ${shell}`], 'triggers: [{ source: alertmanager }]\n');
      await scene.deliver(alertOf('checkout'));
      const declared = { ...scene.caller(ana), title: 'the database is slow', severity: 1 };
      const { id: into } = await scene.ask(scene.operations.declare(declared));
      await scene.ask(scene.operations.merge({ ...scene.caller(ana), incidentId: scene.incidentId, into }));
      await scene.succeed(scene.run(), 'a');
    },
  },
  {
    name: 'incident-that-absorbs',
    about: 'An incident takes over the alerts of another one; it was resolved and is open again by that.',
    incidents: 2,
    async tell(scene) {
      await scene.deliver(alertOf('checkout'));
      const { incidentId: into } = scene;
      await scene.deliver(alertOf('checkout', { status: 'resolved' }));
      await scene.deliver(alertOf('cart', { groupKey: 'cart' }), alertOf('search', { groupKey: 'cart' }));
      const [, incidentId = ''] = scene.tables.incidents.keys();
      await scene.later(60_000);
      await scene.ask(scene.operations.merge({ ...scene.caller(ben), incidentId, into }));
      await scene.deliver(alertOf('cart', { groupKey: 'cart', status: 'resolved' }));
    },
  },
  {
    name: 'incident-that-people-work-on',
    about:
      'Messages are kept, edited and deleted; the lead is missing, taken and handed over; updates are owed, given and put off; it is mitigated, and its channel is given up.',
    rules: { leadWithinMs: { 1: 300_000 }, updateEveryMs: { 1: 1_800_000 }, archiveAfterMs: 86_400_000 },
    async tell(scene) {
      const { operations } = scene;
      const declared = { ...scene.caller(ana), title: 'nobody can pay', severity: 1, service: 'checkout' };
      const { id: incidentId } = await scene.ask(operations.declare(declared));
      const on = (who: typeof ana) => ({ ...scene.caller(who), incidentId });
      const record = (command: RecordCommand) => scene.ask(operations.record({ ...on(ana), command }));
      await record({ type: 'link_channel', channelId: 'C01', name: 'inc-1', created: true });
      const place = { channelId: 'C01', ts: '1772323200.000100' };
      const message = {
        ...{ ...place, saidAt: scene.at, author: { id: 'U0BEN', name: 'Ben' }, text: 'the disk is full' },
        permalink: 'https://slack.example/archives/C01/p1772323200000100',
        files: [{ name: 'disk.png', url: null }],
        how: 'reaction' as const,
      };
      await scene.ask(operations.keepMessage({ ...on(ana), message }));
      const edit = { type: 'record_chat_edit' as const, ...place, editedAt: '1772323300.000000', by: message.author };
      await record({ ...edit, text: 'the disk of db-1 is full' });
      await record({ type: 'record_chat_deletion', ...place });
      await scene.later(10 * 60_000);
      await scene.ask(operations.assignRole({ ...on(ana), role: 'lead', user: 'U0ANA' }));
      await scene.ask(operations.assignRole({ ...on(ana), role: 'lead', user: 'U0BEN' }));
      await scene.later(30 * 60_000);
      await scene.ask(operations.snoozeUpdates({ ...on(ben), forMs: 600_000 }));
      await scene.ask(operations.giveUpdate({ ...on(ben), text: 'we free the disk' }));
      await scene.ask(operations.mitigate({ ...on(ben), reason: 'the disk is free' }));
      await scene.ask(operations.closeIncident({ ...on(ben), reason: 'done' }));
      await scene.later(2 * 86_400_000);
    },
  },
];
