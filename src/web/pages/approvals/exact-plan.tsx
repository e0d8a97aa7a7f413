// What exactly a request would run, and what would undo it, with the digest that an approval is bound to.
import type { ApiApproval } from '../../../contract/approval.ts';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { planLine, shortDigest } from '../../model/approval.ts';

/** All of a plan. Secrets are masked by the server. */
export function ExactPlan({ approval: { plan, planDigest } }: { approval: Pick<ApiApproval, 'plan' | 'planDigest'> }) {
  return (
    <div className="space-y-3">
      <code className="block rounded-md border bg-surface px-3 py-2 font-mono text-xs">{planLine(plan)}</code>
      <div className="space-y-1">
        <h3 className="text-xs font-medium text-muted">
          Exactly this runs: {plan.uses}
          {plan.target === null ? '' : ` on ${plan.target}`}
        </h3>
        <Exactly label="What exactly runs" value={plan.with} />
      </div>
      {plan.undo && (
        <div className="space-y-1">
          <h3 className="text-xs font-medium text-muted">This would undo it: {plan.undo.uses}</h3>
          <Exactly label="What exactly undoes it" value={plan.undo.with} />
        </div>
      )}
      <p className="flex flex-wrap items-center gap-x-1 text-xs text-muted">
        Bound to plan <CopyId id={planDigest} shown={shortDigest(planDigest)} /> Another plan is asked about anew.
      </p>
    </div>
  );
}
