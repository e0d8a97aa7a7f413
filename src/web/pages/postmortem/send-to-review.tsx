// Sends a postmortem to its reviewers.
import { useState } from 'react';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { ask } from '../../data/client.ts';
import { ConfirmOrder } from '../../kit/confirm-order.tsx';
import { Field, Input } from '../../kit/field.tsx';
import { states } from '../../model/states.ts';

/** The question. */
export function SendToReview({ postmortem, onClose }: { postmortem: ApiPostmortem; onClose: () => void }) {
  const { incident, version } = postmortem;
  const [names, setNames] = useState(postmortem.reviewers.join(', '));
  const reviewers = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return (
    <ConfirmOrder
      onClose={onClose}
      order={{
        title: `Send the postmortem of #${incident.number} to review?`,
        effect:
          'Drafts of the ledger that nobody has touched are written down as they stand, so that reviewers read what stays.',
        label: 'Send it',
        reason: 'none',
        give: () =>
          ask('POST /incidents/:id/postmortem/status', {
            params: { id: incident.id },
            body: { to: 'in_review', expectedVersion: version, reviewers },
          }),
        given: 'It is in review',
        givenState: states.inReview,
        children: (
          <Field label="Reviewers" hint="Names or Slack user ids, parted by commas. Anybody with the right may review.">
            {(its) => <Input {...its} value={names} onChange={(event) => setNames(event.target.value)} />}
          </Field>
        ),
      }}
    />
  );
}
