// How far a postmortem is, who said what of it, and the next step with its effect.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { keys } from '../../data/keys.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useLacking, useMe } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { actorText, counts, whyNoReview } from '../../model/postmortem.ts';
import { postmortemState } from '../../model/states.ts';
import { postmortemOrders } from './postmortem-orders.ts';
import { SendToReview } from './send-to-review.tsx';

/** The panel. */
export function ReviewPanel({ postmortem }: { postmortem: ApiPostmortem }) {
  const queries = useQueryClient();
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const [isSending, setSending] = useState(false);
  const lacking = useLacking('respond');
  const offline = useWhyNoOrders();
  const me = useMe().data?.actor;
  const why = lacking ?? offline;
  const orders = postmortemOrders(postmortem);
  const { status, incident } = postmortem;
  const notOver = incident.status === 'open' ? 'It goes to its reviewers once the incident is over.' : null;
  const close = () => {
    setPending(null);
    setSending(false);
    void queries.invalidateQueries({ queryKey: keys.postmortem(String(incident.number)) });
  };
  return (
    <Section title="Review" aside={<StateBadge state={postmortemState(status)} />}>
      <Card className="space-y-3 p-4">
        {status === 'draft' && (
          <Button kind="main" className="w-full" why={why ?? notOver} onClick={() => setSending(true)}>
            Send to review
          </Button>
        )}
        {status === 'in_review' && (
          <div className="flex flex-wrap gap-2">
            <Button kind="main" why={why ?? whyNoReview(postmortem, me)} onClick={() => setPending(orders.approve)}>
              Approve
            </Button>
            <Button why={why} onClick={() => setPending(orders.wantChanges)}>
              Ask for changes
            </Button>
            <Button why={why} onClick={() => setPending(orders.reviewed)}>
              Mark reviewed
            </Button>
          </div>
        )}
        <Reviewers postmortem={postmortem} />
        {status !== 'draft' && (
          <Button size="small" kind="quiet" why={why} onClick={() => setPending(orders.draft)} className="-ml-2">
            Back to draft
          </Button>
        )}
      </Card>
      <ConfirmOrder order={pending} onClose={close} />
      {isSending && <SendToReview postmortem={postmortem} onClose={close} />}
    </Section>
  );
}

const verdicts = { approves: 'approves', wants_changes: 'wants changes' } as const;

function Reviewers({ postmortem }: { postmortem: ApiPostmortem }) {
  const { reviewers, reviews, status } = postmortem;
  if (reviews.length === 0)
    return (
      <p className="text-sm text-muted">
        {status === 'draft'
          ? 'Not sent to anybody yet.'
          : `Nobody has reviewed it yet${reviewers.length === 0 ? '' : `; asked: ${reviewers.join(', ')}`}.`}
      </p>
    );
  return (
    <ul className="space-y-2" aria-label="Reviews">
      {reviews.toReversed().map((review) => (
        <li key={review.at + review.by.id} className={counts(review, postmortem) ? 'text-sm' : 'text-sm text-muted'}>
          <p>
            <span className="font-medium">{actorText(review.by)}</span> {verdicts[review.verdict]}
            {!counts(review, postmortem) && ' an earlier version'}{' '}
            <span className="text-xs text-muted">
              <Age at={review.at} />
            </span>
          </p>
          {review.comment !== null && <p className="text-muted wrap-anywhere">“{review.comment}”</p>}
        </li>
      ))}
    </ul>
  );
}
