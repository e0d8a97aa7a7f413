// The orders to a postmortem as questions that are asked first, each with its effect.
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { ask } from '../../data/client.ts';
import type { PendingOrder } from '../../kit/confirm-order.tsx';
import { states } from '../../model/states.ts';

/** All of them; which of them has a button, the panel says. */
export function postmortemOrders({ incident, version }: ApiPostmortem) {
  const params = { id: incident.id };
  const approve: PendingOrder = {
    title: `Approve the postmortem of #${incident.number}?`,
    effect: 'Says that you have read this version and agree. Once somebody edits it, it needs a review anew.',
    label: 'Approve it',
    reason: 'asked',
    give: (comment) =>
      ask('POST /incidents/:id/postmortem/reviews', {
        params,
        body: { verdict: 'approves', comment, expectedVersion: version },
      }),
    given: 'Approved',
  };
  const wantChanges: PendingOrder = {
    title: 'Ask for changes?',
    effect: 'It is not reviewed while somebody wants changes of this version.',
    label: 'Ask for changes',
    reason: 'needed',
    give: (comment) =>
      ask('POST /incidents/:id/postmortem/reviews', {
        params,
        body: { verdict: 'wants_changes', comment, expectedVersion: version },
      }),
    given: 'Changes are asked for',
    givenState: states.inReview,
  };
  const reviewed: PendingOrder = {
    title: 'Mark it reviewed?',
    effect: 'It has its approvals and is edited no more, unless somebody sets it back to draft.',
    label: 'Mark it reviewed',
    reason: 'none',
    give: () =>
      ask('POST /incidents/:id/postmortem/status', { params, body: { to: 'reviewed', expectedVersion: version } }),
    given: 'The postmortem is reviewed',
    givenState: states.reviewed,
  };
  const draft: PendingOrder = {
    title: 'Set it back to draft?',
    effect: 'It can be edited again, and needs a review anew.',
    label: 'Back to draft',
    reason: 'needed',
    give: (reason) =>
      ask('POST /incidents/:id/postmortem/status', { params, body: { to: 'draft', reason: reason ?? '' } }),
    given: 'It is a draft again',
    givenState: states.draft,
  };
  return { approve, wantChanges, reviewed, draft };
}
