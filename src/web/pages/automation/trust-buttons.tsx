// The buttons that order how far a playbook is trusted; each asks for the reason first.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiTrust } from '../../../contract/trust.ts';
import { ask } from '../../data/client.ts';
import { keys } from '../../data/keys.ts';
import { useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { type TrustOrder, trustOrders, trustOrderWords } from '../../model/trust.ts';

const pendingOf = (order: TrustOrder, name: string): PendingOrder => {
  const { label, question, effect, given } = trustOrderWords(order, name);
  return {
    title: question,
    effect,
    label,
    reason: 'needed',
    give: (reason = '') => ask(`POST /trust/:name/${order}`, { params: { name }, body: { reason } }),
    given,
  };
};

/** The buttons of one playbook. */
export function TrustButtons({ trust }: { trust: Pick<ApiTrust, 'playbook' | 'level'> }) {
  const { playbook } = trust;
  const queries = useQueryClient();
  const design = useLacking('design');
  const operate = useLacking('operate');
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const close = () => {
    setPending(null);
    void queries.invalidateQueries({ queryKey: keys.trust });
  };
  return (
    <div className="flex gap-2">
      {trustOrders(trust).map((order) => {
        const { label } = trustOrderWords(order, playbook);
        return (
          <Button
            key={order}
            size="small"
            aria-label={`${label}: ${playbook}…`}
            why={order === 'lower' ? operate : design}
            onClick={() => setPending(pendingOf(order, playbook))}
          >
            {label}…
          </Button>
        );
      })}
      <ConfirmOrder order={pending} onClose={close} />
    </div>
  );
}
