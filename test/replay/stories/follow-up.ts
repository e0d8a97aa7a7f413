// What people do after an incident: its postmortem and its action items.
import { ana, ben, type Story } from '../scene.ts';
import { alertOf } from './alert.ts';

export const followUp: readonly Story[] = [
  {
    name: 'incident-that-is-learned-from',
    about:
      'The postmortem is edited, sent to its reviewers with the drafts of the ledger, changed, approved and reviewed; action items are added, changed, linked, done, dropped, opened again and removed.',
    async tell(scene) {
      await scene.deliver(alertOf('checkout'));
      const { incidentId, operations } = scene;
      const as = (who: typeof ana) => ({ ...scene.caller(who), incidentId });
      await scene.later(60_000);
      await scene.ask(operations.resolveIncident({ ...as(ana), reason: 'restarted' }));
      await scene.later(60_000);
      const refs = [{ stream: incidentId, seq: 2 }];
      const sections = {
        summary: 'Checkout was slow for a minute.',
        impact: { who: 'shoppers', what: 'paying', measured: 'orders per minute' },
        story: [{ phase: 'detection' as const, text: 'an alert fired', refs }],
        factors: [{ type: 'capacity' as const, text: 'the pool was small', refs }],
        surprise: 'the pool had never been full',
        helped: [{ text: 'the restart', refs }],
        notHelped: [{ text: 'waiting', refs: [] }],
        followUps: 'See the action items.',
        custom: { legal: 'nothing to report' },
      };
      await scene.ask(operations.editPostmortem({ ...as(ana), expectedVersion: 0, sections }));
      await scene.ask(
        operations.setPostmortemStatus({ ...as(ana), to: 'in_review', reviewers: ['ben'], reason: 'please' }),
      );
      const wanted = { verdict: 'wants_changes' as const, comment: 'who was hit?', expectedVersion: 1 };
      await scene.ask(operations.reviewPostmortem({ ...as(ben), ...wanted }));
      await scene.ask(
        operations.editPostmortem({ ...as(ana), expectedVersion: 1, sections: { summary: 'Shoppers could not pay.' } }),
      );
      await scene.ask(operations.reviewPostmortem({ ...as(ben), verdict: 'approves', expectedVersion: 2 }));
      await scene.ask(operations.setPostmortemStatus({ ...as(ana), to: 'reviewed' }));
      const words = { owner: 'U0BEN', due: '2026-04-01', factor: 'f1', verify: 'a load test' };
      await scene.ask(operations.addActionItem({ ...as(ana), text: 'a larger pool', ...words }));
      await scene.ask(operations.addActionItem({ ...as(ana), text: 'an alert on it' }));
      const link = { url: 'https://github.com/acme/shop/issues/1', key: 'acme/shop#1' };
      await scene.ask(operations.changeActionItem({ ...as(ana), id: '1-1', due: null, link }));
      const [first, second] = ['1-1', '1-2'];
      await scene.ask(operations.endActionItem({ ...as(ben), id: first, outcome: 'done' }));
      await scene.ask(operations.endActionItem({ ...as(ben), id: second, outcome: 'dropped', reason: 'there is one' }));
      await scene.ask(operations.reopenActionItem({ ...as(ben), id: second, reason: 'it is another one' }));
      await scene.ask(operations.removeActionItem({ ...as(ben), id: second, reason: 'added twice' }));
    },
  },
  {
    name: 'incident-whose-draft-is-reviewed',
    about: 'A postmortem goes to its reviewers as the ledger drafted it.',
    async tell(scene) {
      await scene.deliver(alertOf('checkout'));
      const as = { ...scene.caller(ana), incidentId: scene.incidentId };
      await scene.ask(scene.operations.resolveIncident({ ...as, reason: 'restarted' }));
      await scene.ask(scene.operations.setPostmortemStatus({ ...as, to: 'in_review' }));
    },
  },
];
