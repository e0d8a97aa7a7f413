// What is halted, for as long as anything is, with the way to release it.
import { CirclePause } from 'lucide-react';
import { useState } from 'react';
import { useKillSwitches, useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Age } from '../../kit/time.tsx';
import { haltedText, releasing } from '../automation/halt-orders.ts';

/** The banner; nothing while nothing is halted. */
export function HaltedBanner() {
  const { data } = useKillSwitches();
  const lacking = useLacking('operate');
  const [pending, setPending] = useState<PendingOrder | null>(null);
  if (!data || data.items.length === 0) return null;
  return (
    <div
      role="status"
      aria-label="What is halted"
      className="mb-5 divide-y divide-amber/30 rounded-lg border border-amber bg-amber-ground text-amber"
    >
      {data.items.map((one) => (
        <div key={one.scope} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 text-sm">
          <CirclePause className="size-4 shrink-0" aria-hidden="true" />
          <p className="min-w-0 flex-1 basis-60">
            <strong className="font-semibold">{haltedText(one)}</strong> by {one.by.name ?? one.by.id},{' '}
            <Age at={one.at} />: “{one.reason}”. Running steps finish; nothing new starts.
          </p>
          <Button size="small" why={lacking} onClick={() => setPending(releasing(one.scope))}>
            Release…
          </Button>
        </div>
      ))}
      <ConfirmOrder order={pending} onClose={() => setPending(null)} />
    </div>
  );
}
