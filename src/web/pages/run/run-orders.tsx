// What can be ordered of a run, as buttons named by their effect; only what would not be refused stands there.
import { useState } from 'react';
import type { ApiRun } from '../../../contract/run.ts';
import { ask } from '../../data/client.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { cx } from '../../kit/tone.ts';
import { type ButtonOrder, offeredOrders, runOrderWords } from '../../model/orders.ts';
import { states } from '../../model/states.ts';

function pendingOrder(run: ApiRun, order: ButtonOrder): PendingOrder {
  const { label, effect, given, isGrave } = runOrderWords(order, run);
  return {
    title: `${label}: ${run.playbook.name}?`,
    effect,
    label,
    isGrave,
    given,
    givenState: order === 'pause' ? states.paused : order === 'compensate' ? states.undoing : states.running,
    give: (reason) => ask(`POST /runs/:id/${order}`, { params: { id: run.id }, body: { reason } }),
  };
}

/** The buttons; nothing where none is offered. */
export function RunOrders({
  run,
  size = 'normal',
  className,
}: {
  run: ApiRun;
  size?: 'small' | 'normal';
  className?: string;
}) {
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const lacking = useLacking('order');
  const offline = useWhyNoOrders();
  const offered = offeredOrders(run);
  if (offered.length === 0) return null;
  return (
    <div className={cx('flex flex-wrap gap-2', className)}>
      {offered.map((order, i) => {
        const { label, isGrave } = runOrderWords(order, run);
        return (
          <Button
            key={order}
            size={size}
            kind={isGrave ? 'grave' : i === 0 && order !== 'pause' ? 'main' : 'plain'}
            why={lacking ?? offline}
            aria-label={`${label}: ${run.playbook.name}`}
            onClick={() => setPending(pendingOrder(run, order))}
          >
            {label}
          </Button>
        );
      })}
      <ConfirmOrder order={pending} onClose={() => setPending(null)} />
    </div>
  );
}
