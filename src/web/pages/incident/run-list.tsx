// The runs of an incident, with how far each is and what can be ordered of it.
import { Link } from '@tanstack/react-router';
import type { ApiRun } from '../../../contract/run.ts';
import { useNames } from '../../data/names.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge, StateGlyph } from '../../kit/state-badge.tsx';
import { Duration } from '../../kit/time.tsx';
import { doingText } from '../../model/attention.ts';
import { runState, stepState } from '../../model/states.ts';
import { RunOrders } from '../run/run-orders.tsx';

/** The list; undefined: it is not loaded yet. */
export function RunList({ runs }: { runs: readonly ApiRun[] | undefined }) {
  return (
    <Section title="Runs" count={runs?.length}>
      <Card>
        {runs === undefined ? (
          <SkeletonRows rows={2} />
        ) : runs.length === 0 ? (
          <Empty title="No playbook ran">None is triggered by its alerts. One can be started by hand.</Empty>
        ) : (
          <ul className="divide-y">
            {runs.map((run) => (
              <li key={run.id}>
                <RunRow run={run} />
                <RunOrders run={run} size="small" className="px-4 pb-3" />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}

function RunRow({ run }: { run: ApiRun }) {
  const name = useNames();
  const isOver = run.finishedAt !== null;
  return (
    <Link
      to="/runs/$id"
      params={{ id: run.id }}
      className="block px-4 py-2.5 hover:bg-surface focus-visible:-outline-offset-2"
    >
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{run.playbook.name}</span>
        <StateBadge state={runState(run)} plain />
        <Duration from={run.startedAt} to={run.finishedAt} className="text-xs text-muted" />
      </span>
      <span className="mt-1 flex items-center gap-1">
        {run.steps.map((step) => (
          <span key={step.step} title={`${step.name}: ${stepState(step, run).word}`}>
            <StateGlyph state={stepState(step, run)} />
          </span>
        ))}
        <span className="ml-1.5 min-w-0 truncate text-xs text-muted">{isOver ? run.reason : name(doingText(run))}</span>
      </span>
    </Link>
  );
}
