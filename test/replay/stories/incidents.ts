// What happens to an incident itself.
import { ana, ben, type Story } from '../scene.ts';
import { alertOf } from './alert.ts';

export const incidents: readonly Story[] = [
  {
    name: 'incident-of-an-alert',
    about:
      'Alerts are received, repeated and resolved; a firing one opens the incident again; people resolve and close it.',
    async tell(scene) {
      await scene.deliver(alertOf('checkout'), alertOf('cart', { severity: 'error', service: null, links: [] }));
      const { incidentId } = scene;
      const channel = { channelId: 'C01', name: 'inc-1-checkout-is-slow', created: true };
      const about = 'the summary of the incident';
      const posted = { key: 'summary', channelId: 'C01', ts: '1772323200.000100', about };
      const chat: readonly Parameters<typeof scene.operations.recordChat>[0]['event'][] = [
        { type: 'channel.linked', data: channel },
        { type: 'responders.invited', data: { users: ['U0ANA', 'U0BEN'] } },
        { type: 'message.posted', data: posted },
      ];
      for (const event of chat)
        await scene.ask(scene.operations.recordChat({ ...scene.order(ana), incidentId, event }));
      await scene.later(60_000);
      await scene.deliver(alertOf('checkout'));
      await scene.later(60_000);
      await scene.deliver(alertOf('checkout', { status: 'resolved', endsAt: scene.at }));
      await scene.deliver(alertOf('cart', { status: 'resolved' }));
      await scene.later(60_000);
      await scene.deliver(alertOf('checkout', { startsAt: scene.at }));
      const because = { incidentId, reason: 'it was a test' };
      await scene.ask(scene.operations.resolveIncident({ ...scene.order(ben), ...because }));
      await scene.ask(scene.operations.closeIncident({ ...scene.order(ben), ...because }));
      const digest = `sha256:${'0'.repeat(64)}`;
      // Neither of them is ever written by this version, but both are in its vocabulary.
      await scene.append({ type: 'severity.changed', data: { from: 1, to: 2, reason: 'one region only' } });
      await scene.append({ type: 'timeline.exported', data: { format: 'md', digest } });
    },
  },
  {
    name: 'incident-declared',
    about: 'Somebody declares an incident; severity, role and notes; closed without having been resolved.',
    async tell(scene) {
      const { operations } = scene;
      const declared = { ...scene.order(ana), title: 'checkout loses orders', severity: 2 };
      const { id: incidentId } = await scene.ask(operations.declare(declared));
      await scene.ask(operations.setSeverity({ ...scene.order(ana), incidentId, severity: 1 }));
      await scene.ask(operations.assignRole({ ...scene.order(ben), incidentId, role: 'commander', user: 'U0ANA' }));
      await scene.ask(operations.assignRole({ ...scene.order(ben), incidentId, role: 'commander', user: 'U0BEN' }));
      await scene.ask(operations.note({ ...scene.order(ben), incidentId, text: 'rolled back to 41 — „schön“ 🔥' }));
      await scene.later(60_000);
      await scene.ask(operations.closeIncident({ ...scene.order(ana), incidentId, reason: 'all orders are there' }));
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
];
