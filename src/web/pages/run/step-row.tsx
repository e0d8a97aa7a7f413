// One step of a run; opened, with its attempts, plan, output, error and evidence.
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ApiRun } from '../../../contract/run.ts';
import type { ApiNode, ApiStepError } from '../../../contract/step.ts';
import { useNames } from '../../data/names.ts';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { cx, toneText } from '../../kit/tone.ts';
import type { DetailedStep } from '../../model/run-steps.ts';
import { approvalState, stepState } from '../../model/states.ts';
import { durationText } from '../../model/time.ts';
import { ExactPlan } from '../approvals/exact-plan.tsx';
import { Attempts } from './attempts.tsx';

/** The row; a step that failed or is unclear stands open. */
export function StepRow({ detail, run }: { detail: DetailedStep; run: ApiRun }) {
  const name = useNames();
  const { step, nodes, approvals, workedMs, waitedMs } = detail;
  const state = stepState(step, run);
  const isLoud = step.status === 'failed' || step.status === 'unknown';
  const [approval] = approvals.slice(-1);
  return (
    <details className="group" open={isLoud}>
      <summary className="flex min-h-11 items-start gap-2.5 px-4 py-2.5 hover:bg-surface focus-visible:-outline-offset-2">
        <StateGlyph state={state} className="mt-[3px]" />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{step.name}</span>
            <span className={`text-xs ${toneText[state.tone]}`}>{state.word}</span>
            {step.items && (
              <span className="tabular text-xs text-muted">
                {step.items.done} of {step.items.total} items
              </span>
            )}
            {step.attempts > 1 && <span className="text-xs text-muted">{step.attempts} attempts</span>}
          </span>
          {step.about !== '' && (
            <span className={cx('block text-xs text-muted', isLoud && 'group-open:hidden')}>{step.about}</span>
          )}
        </span>
        <span className="tabular shrink-0 text-right text-xs text-muted">
          {workedMs !== null && (workedMs > 0 || step.status === 'succeeded') && durationText(workedMs, true)}
          {waitedMs !== null && waitedMs > 0 && (
            <span className="block text-amber">waited {durationText(waitedMs)}</span>
          )}
        </span>
        <ChevronRight
          className="mt-0.5 size-4 shrink-0 text-muted transition-transform group-open:rotate-90"
          aria-hidden="true"
        />
      </summary>
      <div className="space-y-4 px-4 pt-1 pb-4 pl-[42px]">
        {approval && (
          <div className="space-y-2">
            <p className="text-sm">
              <Link
                to="/approvals/$id"
                params={{ id: approval.id }}
                className="underline decoration-strong underline-offset-4 hover:decoration-current"
              >
                {approvalState(approval.status).word}
              </Link>
              {approval.decidedBy && ` by ${approval.decidedBy.name ?? name(approval.decidedBy.id)}`}
              {approval.decidedAt && (
                <>
                  , <Age at={approval.decidedAt} />
                </>
              )}
              {approval.reason !== null && `: “${approval.reason}”`}
            </p>
            <ExactPlan approval={approval} />
          </div>
        )}
        {nodes.map(({ key, node }) => (
          <NodeDetail key={key} name={nodes.length > 1 ? key : null} node={node} />
        ))}
        <Attempts incidentId={run.incidentId} stepKey={step.step} attempts={step.attempts} />
        {step.runs.map((id) => (
          <p key={id} className="text-sm">
            <Link to="/runs/$id" params={{ id }} className="underline decoration-strong underline-offset-4">
              The run that carries it out
            </Link>
          </p>
        ))}
      </div>
    </details>
  );
}

function Fault({ error }: { error: ApiStepError }) {
  return (
    <div className="space-y-2">
      <p className="text-sm">
        <span className="font-medium text-red">{error.message}</span>{' '}
        <span className="font-mono text-xs text-muted">
          {error.class} · {error.code}
        </span>
      </p>
      {error.output !== undefined && <Exactly label="What the action had in hand" value={error.output} />}
    </div>
  );
}

function NodeDetail({ name, node }: { name: string | null; node: ApiNode }) {
  const heading = name === null ? null : <p className="font-mono text-xs text-muted">{name}</p>;
  switch (node.status) {
    case 'failed':
    case 'retry_wait':
      return (
        <div className="space-y-1">
          {heading}
          <Fault error={node.error} />
          {node.status === 'retry_wait' && (
            <p className="text-xs text-muted">
              Tried again <Age at={node.retryAt} />.
            </p>
          )}
        </div>
      );
    case 'unknown':
      return (
        <div className="space-y-1">
          {heading}
          <p className="text-sm">{node.reason}</p>
          {node.output !== undefined && <Exactly label="What the action had said by then" value={node.output} />}
        </div>
      );
    case 'succeeded':
      return (
        <div className="space-y-2">
          {heading}
          {node.output !== null && <Exactly label="Output" value={node.output} />}
          {node.artifacts.map(({ name: file, digest, bytes }) => (
            <p key={digest + file} className="flex flex-wrap items-center gap-2 text-xs text-muted">
              Kept as evidence: <span className="font-medium text-ink">{file}</span> {bytes.toLocaleString('en')} bytes
              <CopyId id={digest} shown={digest.slice(0, 19)} />
            </p>
          ))}
        </div>
      );
    case 'skipped':
      return (
        <div>
          {heading}
          <p className="text-sm text-muted">Skipped: {node.reason}</p>
        </div>
      );
    case 'running':
      return (
        <p className="text-xs text-muted">
          Attempt {node.attempt} since <Age at={node.startedAt} /> on <CopyId id={node.worker} />
        </p>
      );
    default:
      return heading;
  }
}
