// A request in a list: its question, its one-line plan, who can answer, how long there is, and the buttons.
import { Link } from '@tanstack/react-router';
import type { ApiListedApproval } from '../../../contract/approval.ts';
import { useNames } from '../../data/names.ts';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { planLine, progressText, questionOf, riskText } from '../../model/approval.ts';
import { approvalState } from '../../model/states.ts';
import { DecideButtons } from './decide.tsx';
import { TimeLeft } from './time-left.tsx';

/** `about`: the incident in words, where the list does not say it. */
export function ApprovalRow({ listed, about }: { listed: ApiListedApproval; about: string | null }) {
  const { approval } = listed;
  const { plan, decidedBy, decidedAt, reason, status } = approval;
  const name = useNames();
  return (
    <article className="space-y-2 px-4 py-3">
      <div className="flex items-start gap-2">
        <StateGlyph state={approvalState(status)} said className="mt-[3px]" />
        <h3 className="contents">
          <Link
            data-row
            to="/approvals/$id"
            params={{ id: approval.id }}
            className="min-w-0 flex-1 rounded-sm font-medium decoration-strong underline-offset-4 hover:underline"
          >
            {questionOf(approval)}
          </Link>
        </h3>
        <Age at={approval.requestedAt} className="text-xs whitespace-nowrap text-muted" />
      </div>
      <code
        className="line-clamp-3 rounded-md bg-surface px-2 py-1 font-mono text-xs wrap-anywhere"
        title={planLine(plan)}
      >
        {planLine(plan)}
      </code>
      <p className="text-xs text-muted">
        {riskText(plan)} · {name(progressText(approval))}
        {about !== null && ` · ${about}`}
      </p>
      {status === 'open' ? (
        <div className="flex flex-wrap items-center justify-between gap-2">
          <DecideButtons listed={listed} />
          <TimeLeft approval={approval} />
        </div>
      ) : (
        <p className="text-xs">
          {approvalState(status).word}
          {decidedBy && ` by ${decidedBy.name ?? name(decidedBy.id)}`}
          {decidedAt && (
            <>
              , <Age at={decidedAt} />
            </>
          )}
          {reason !== null && `: “${reason}”`}
        </p>
      )}
    </article>
  );
}
