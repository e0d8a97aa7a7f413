// What else can be done about a request: ask a question, hand it on, have people reminded; for who holds `bypass`, break the glass.
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import type { ApiApproval } from '../../../contract/approval.ts';
import { ask } from '../../data/client.ts';
import { breakGlass } from '../../data/passkey.ts';
import { useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Menu, MenuItem } from '../../kit/menu.tsx';
import { asked, byPasskey, riskText, stepName } from '../../model/approval.ts';
import { ExactPlan } from './exact-plan.tsx';
import { HandOver } from './hand-over.tsx';

const reminding = (approval: ApiApproval): PendingOrder => ({
  title: `Remind people of ${stepName(approval)}?`,
  effect: `Calls ${asked(approval).join(', ')} once more. Every five minutes at the utmost.`,
  label: 'Remind them',
  reason: 'none',
  give: () => ask('POST /approvals/:id/remind', { params: { id: approval.id }, body: {} }),
  given: 'They are called once more',
});

const asking = (approval: ApiApproval): PendingOrder => ({
  title: `Ask about ${stepName(approval)}?`,
  effect: 'The question is told in the channel, and the request stays open.',
  label: 'Ask',
  reason: 'needed',
  give: (question) =>
    ask('POST /approvals/:id/ask', { params: { id: approval.id }, body: { question: question ?? '' } }),
  given: 'Asked',
});

/** Goes on against the rule. Exactly what runs is seen before it. */
const breaking = (approval: ApiApproval): PendingOrder => ({
  title: `Break the glass for ${stepName(approval)}?`,
  effect: `Runs exactly this at once, against its rule: ${riskText(approval.plan)}. ${approval.rule.from.join(', ')} and whoever else would decide are told, and a review is owed.${approval.rule.stepUp ? byPasskey : ''}`,
  label: 'Break the glass',
  isGrave: true,
  reason: 'needed',
  give: (reason) => breakGlass(approval, reason ?? ''),
  given: `Glass broken: ${stepName(approval)} goes on`,
  children: <ExactPlan approval={approval} />,
});

/** The menu. */
export function AttendButtons({ approval }: { approval: ApiApproval }) {
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const [isHanding, setHanding] = useState(false);
  const mayBreak = useLacking('bypass') === null;
  return (
    <>
      <Menu
        label="More about this request"
        trigger={
          <Button size="small" aria-label="More about this request" className="!px-0 w-7">
            <Ellipsis className="size-4" />
          </Button>
        }
      >
        <MenuItem onSelect={() => setPending(asking(approval))}>Ask a question…</MenuItem>
        <MenuItem onSelect={() => setHanding(true)}>Hand it on…</MenuItem>
        <MenuItem onSelect={() => setPending(reminding(approval))}>Remind people…</MenuItem>
        {mayBreak && (
          <MenuItem isGrave onSelect={() => setPending(breaking(approval))}>
            Break the glass…
          </MenuItem>
        )}
      </Menu>
      <ConfirmOrder order={pending} onClose={() => setPending(null)} />
      {isHanding && <HandOver approval={approval} onClose={() => setHanding(false)} />}
    </>
  );
}
