// Approving and denying: exactly what runs is seen before it is approved, and the approval is bound to that plan.
import { useState } from 'react';
import type { ApiApproval, ApiListedApproval } from '../../../contract/approval.ts';
import { ask } from '../../data/client.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { approveIt } from '../../data/passkey.ts';
import { Button } from '../../kit/button.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { byPasskey, planLine, questionOf, riskText, stepName } from '../../model/approval.ts';
import { states } from '../../model/states.ts';
import { ExactPlan } from './exact-plan.tsx';

const approving = (approval: ApiApproval): PendingOrder => ({
  title: questionOf(approval),
  effect: `Runs exactly this, as soon as everybody who must agree has agreed: ${riskText(approval.plan)}.${approval.rule.stepUp ? byPasskey : ''}`,
  label: `Approve ${stepName(approval)}`,
  give: (reason) => approveIt(approval, reason),
  given: `Approved: ${stepName(approval)}`,
  givenState: states.approved,
  children: <ExactPlan approval={approval} />,
});

const denying = (approval: ApiApproval): PendingOrder => ({
  title: `Deny ${stepName(approval)}?`,
  effect: 'It does not run. The playbook says what happens then; what is done so far stays as it is.',
  label: `Deny ${stepName(approval)}`,
  isGrave: true,
  give: (reason) => {
    const { id, planDigest } = approval;
    return ask('POST /approvals/:id/deny', { params: { id }, body: { planDigest, reason } });
  },
  given: `Denied: ${stepName(approval)}`,
  givenState: states.denied,
  children: <code className="block font-mono text-xs">{planLine(approval.plan)}</code>,
});

/** The two buttons of a request; for whoever may not decide it, why. */
export function DecideButtons({
  listed: { approval, refusal, excluded },
}: {
  listed: Pick<ApiListedApproval, 'approval' | 'refusal' | 'excluded'>;
}) {
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const offline = useWhyNoOrders();
  if (approval.status !== 'open') return null;
  if (refusal !== null) return <p className="text-xs text-muted">Not for you to decide: {refusal}.</p>;
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        kind="main"
        size="small"
        why={offline ?? excluded ?? null}
        aria-label={`Approve ${stepName(approval)}`}
        onClick={() => setPending(approving(approval))}
      >
        Approve…
      </Button>
      <Button
        size="small"
        why={offline}
        aria-label={`Deny ${stepName(approval)}`}
        onClick={() => setPending(denying(approval))}
      >
        Deny…
      </Button>
      <ConfirmOrder order={pending} onClose={() => setPending(null)} />
    </div>
  );
}
