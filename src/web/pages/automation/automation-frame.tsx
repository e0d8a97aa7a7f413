// The head of every page of automation: what stops all of it, and its parts as tabs.
import { Link } from '@tanstack/react-router';
import { CirclePause } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useKillSwitches, useLacking } from '../../data/read.ts';
import { useFreezes, useTrust } from '../../data/read-rules.ts';
import { Button } from '../../kit/button.tsx';
import { PageBody, PageHead } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { halting } from './halt-orders.ts';

/** A part of automation. */
export type AutomationPart = 'work' | 'rules' | 'trust';

const headLink = 'flex h-9 items-center rounded-md px-3 text-sm text-muted hover:bg-raised hover:text-ink';

/** The head, and below it what a part shows. */
export function AutomationFrame({ part, children }: { part: AutomationPart; children: ReactNode }) {
  const switches = useKillSwitches();
  const lacking = useLacking('operate');
  const holding = useFreezes().data?.items.filter(({ holds }) => holds).length;
  const lost = useTrust().data?.items.filter(({ because }) => because !== null).length;
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const close = () => {
    setPending(null);
    void switches.refetch();
  };
  const to = '/automation/$section';
  return (
    <>
      <PageHead title="Automation">
        <Link to="/digests" className={headLink}>
          Digests
        </Link>
        <Link to="/insights" className={headLink}>
          Insights
        </Link>
        <Button kind="grave" why={lacking} onClick={() => setPending(halting('*'))}>
          <CirclePause className="size-4" aria-hidden="true" /> Halt all automation…
        </Button>
      </PageHead>
      <Tabs
        label="Parts of automation"
        tabs={[
          { name: 'At work', to: '/automation', isHere: part === 'work' },
          {
            name: 'Policies and freezes',
            to,
            params: { section: 'policies' },
            isHere: part === 'rules',
            count: holding,
          },
          { name: 'Trust', to, params: { section: 'trust' }, isHere: part === 'trust', count: lost },
        ]}
      />
      <PageBody className="space-y-8 pt-4">{children}</PageBody>
      <ConfirmOrder order={pending} onClose={close} />
    </>
  );
}
