// Deliveries that could not be used, with why and what they said; read once more with the configuration as it is now.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiDelivery } from '../../../contract/operation.ts';
import { ask } from '../../data/client.ts';
import { useDeliveries, useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, Skeleton, SkeletonRows } from '../../kit/feedback.tsx';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { ShortAge } from '../../kit/time.tsx';
import { deliveryState } from '../../model/states.ts';

const replaying = ({ receipt, integration }: ApiDelivery): PendingOrder => ({
  title: 'Read this delivery once more?',
  effect: `Reads what ${integration} sent, with the configuration as it is now, and deals with its alerts as if they came just now.`,
  label: 'Replay the delivery',
  give: (reason) => ask('POST /deliveries/:id/replay', { params: { id: receipt }, body: { reason } }),
  given: 'It is read once more',
});

/** The list. */
export function DeadLetters() {
  const queries = useQueryClient();
  const dead = useDeliveries('dead');
  const lacking = useLacking('operate');
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const items = dead.data?.items;
  const close = () => {
    setPending(null);
    void queries.invalidateQueries({ queryKey: ['deliveries'] });
  };
  return (
    <Section title="Dead letters" count={items?.length}>
      {dead.error !== null && items === undefined ? (
        <ErrorCard error={dead.error} what="The dead letters" retry={() => void dead.refetch()} />
      ) : (
        <Card>
          {items === undefined ? (
            <SkeletonRows rows={3} />
          ) : items.length === 0 ? (
            <Empty title="Every delivery was understood" />
          ) : (
            <ul className="divide-y">
              {items.map((delivery) => (
                <li key={delivery.receipt} className="space-y-2 px-4 py-3">
                  <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
                    <div className="min-w-0 flex-1 basis-72">
                      <p className="flex flex-wrap items-center gap-x-2">
                        <StateBadge state={deliveryState(delivery.status)} plain />
                        <span className="font-medium">{delivery.integration}</span>
                        <ShortAge at={delivery.receivedAt} className="text-xs text-muted" />
                      </p>
                      <p className="mt-0.5 text-sm">{delivery.error}</p>
                      <CopyId id={delivery.receipt} className="-ml-1" />
                    </div>
                    <div className="flex gap-2">
                      <Button
                        size="small"
                        kind="quiet"
                        why={lacking}
                        aria-expanded={open === delivery.receipt}
                        onClick={() => setOpen(open === delivery.receipt ? null : delivery.receipt)}
                      >
                        {open === delivery.receipt ? 'Hide' : 'What it said'}
                      </Button>
                      <Button size="small" why={lacking} onClick={() => setPending(replaying(delivery))}>
                        Replay…
                      </Button>
                    </div>
                  </div>
                  {open === delivery.receipt && <Said receipt={delivery.receipt} />}
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
      <ConfirmOrder order={pending} onClose={close} />
    </Section>
  );
}

function Said({ receipt }: { receipt: string }) {
  const { data, error } = useQuery({
    queryKey: ['delivery', receipt],
    queryFn: ({ signal }) => ask('GET /deliveries/:id', { params: { id: receipt } }, signal),
  });
  if (error) return <p className="text-xs text-red">{error.message}</p>;
  return data ? <Exactly label="What the delivery said" value={data.body} /> : <Skeleton className="h-16" />;
}
