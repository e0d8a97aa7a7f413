// What automation does: runs under way with what each is at, and whether anything is stuck.
import { Link } from '@tanstack/react-router';
import type { ApiRun } from '../../../contract/run.ts';
import { useNames } from '../../data/names.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, SkeletonRows } from '../../kit/feedback.tsx';
import { useListKeys } from '../../kit/list-keys.ts';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { ShortAge } from '../../kit/time.tsx';
import { doingText } from '../../model/attention.ts';
import { runState } from '../../model/states.ts';

/** The column; undefined: it is not loaded yet. */
export function AutomationColumn({ runs }: { runs: readonly ApiRun[] | undefined }) {
  const list = useListKeys<HTMLUListElement>();
  const more = (
    <Link to="/runs" className="text-xs text-muted hover:text-ink">
      All runs
    </Link>
  );
  return (
    <Section title="Automation" count={runs?.length} folds aside={more}>
      <Card>
        {runs === undefined ? (
          <SkeletonRows rows={3} />
        ) : runs.length === 0 ? (
          <Empty title="Nothing runs">Playbooks start with their alerts, or by hand.</Empty>
        ) : (
          <ul ref={list} className="divide-y">
            {runs.map((run) => (
              <li key={run.id}>
                <LiveRun run={run} />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}

function LiveRun({ run }: { run: ApiRun }) {
  const name = useNames();
  return (
    <Link
      data-row
      to="/runs/$id"
      params={{ id: run.id }}
      className="flex items-start gap-2 px-4 py-2.5 hover:bg-surface focus-visible:-outline-offset-2"
    >
      <StateGlyph state={runState(run)} said className="mt-[3px]" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{run.playbook.name}</span>
        <span className="block text-xs text-muted">
          {name(doingText(run))} · #{run.incident.number}
        </span>
        {run.overdueAt !== null && <span className="block text-xs text-red">Takes longer than its SLA allows</span>}
      </span>
      <ShortAge at={run.startedAt} className="text-xs whitespace-nowrap text-muted" />
    </Link>
  );
}
