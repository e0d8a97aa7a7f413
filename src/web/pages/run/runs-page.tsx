// Runs in a list, newest first.
import { Link } from '@tanstack/react-router';
import type { ApiRun } from '../../../contract/run.ts';
import { useRunPages } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { PageHead } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge, StateGlyph } from '../../kit/state-badge.tsx';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { Duration, ShortAge } from '../../kit/time.tsx';
import { useTitle } from '../../kit/title.ts';
import { runState } from '../../model/states.ts';

const columns: readonly Column<ApiRun>[] = [
  { head: 'State', from: 'md', cell: (run) => <StateBadge state={runState(run)} plain /> },
  {
    head: 'Run',
    wide: true,
    cell: (run) => (
      <span className="flex min-w-0 items-center gap-2">
        <StateGlyph state={runState(run)} said className="md:hidden" />
        <Link data-row to="/runs/$id" params={{ id: run.id }} className={`${rowLink} shrink-0`}>
          {run.playbook.name}
        </Link>
        <span className="truncate text-muted">
          #{run.incident.number} {run.incident.title}
        </span>
      </span>
    ),
  },
  {
    head: 'Took',
    from: 'md',
    align: 'right',
    cell: (run) => <Duration from={run.startedAt} to={run.finishedAt} className="text-muted" />,
  },
  { head: 'Age', align: 'right', cell: (run) => <ShortAge at={run.startedAt} className="text-muted" /> },
];

/** The list of runs; of one playbook, or of all. */
export function RunTable({ playbook }: { playbook?: string }) {
  const pages = useRunPages(playbook === undefined ? {} : { playbook });
  const runs = pages.data?.pages.flatMap(({ items }) => items);
  if (runs === undefined)
    return pages.error === null ? (
      <SkeletonRows rows={8} />
    ) : (
      <ErrorCard error={pages.error} what="The runs" retry={() => void pages.refetch()} />
    );
  if (runs.length === 0) return <Empty title="Nothing ran yet">Playbooks start with their alerts, or by hand.</Empty>;
  return (
    <>
      <Table label="Runs" columns={columns} items={runs} keyOf={({ id }) => id} />
      {pages.hasNextPage && (
        <div className="flex justify-center p-4">
          <Button onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
            Load older runs
          </Button>
        </div>
      )}
    </>
  );
}

/** The page. */
export function RunsPage() {
  useTitle('Runs');
  return (
    <>
      <PageHead title="Runs" />
      <div className="border-t md:px-2">
        <RunTable />
      </div>
    </>
  );
}
