// The register of playbooks: what each is for, whose it is, and whether it is halted.
import { Link } from '@tanstack/react-router';
import type { ApiPlaybook } from '../../../contract/playbook.ts';
import { useKillSwitches, usePlaybooks } from '../../data/read.ts';
import { PageHead } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { useTitle } from '../../kit/title.ts';
import { states } from '../../model/states.ts';
import { durationText } from '../../model/time.ts';

const columnsWith = (halted: ReadonlySet<string>): readonly Column<ApiPlaybook>[] => [
  {
    head: 'Playbook',
    wide: true,
    cell: ({ name, description }) => (
      <span className="flex min-w-0 items-center gap-2">
        <Link data-row to="/playbooks/$name" params={{ name }} className={`${rowLink} shrink-0`}>
          {name}
        </Link>
        <span className="truncate text-muted">{description}</span>
      </span>
    ),
  },
  {
    head: 'State',
    cell: ({ name }) =>
      halted.has(name) || halted.has('*') ? (
        <StateBadge state={states.halted} plain />
      ) : (
        <StateBadge state={states.active} plain />
      ),
  },
  { head: 'Version', from: 'md', cell: ({ version }) => <span className="text-muted">{version}</span> },
  { head: 'Owner', from: 'lg', cell: ({ owner }) => <span className="text-muted">{owner.technical}</span> },
  {
    head: 'Steps',
    from: 'lg',
    align: 'right',
    cell: ({ steps }) => <span className="text-muted">{steps.length}</span>,
  },
  {
    head: 'SLA',
    from: 'lg',
    align: 'right',
    cell: ({ sla }) => <span className="text-muted">{sla === null ? '–' : durationText(sla.completeWithinMs)}</span>,
  },
];

/** The page. */
export function PlaybooksPage() {
  useTitle('Playbooks');
  const playbooks = usePlaybooks();
  const halted = new Set(useKillSwitches().data?.items.map(({ scope }) => scope));
  const items = playbooks.data?.items;
  return (
    <>
      <PageHead title="Playbooks" />
      <div className="border-t md:px-2">
        {items === undefined ? (
          playbooks.error === null ? (
            <SkeletonRows rows={6} />
          ) : (
            <div className="p-4">
              <ErrorCard error={playbooks.error} what="The playbooks" retry={() => void playbooks.refetch()} />
            </div>
          )
        ) : items.length === 0 ? (
          <Empty title="No playbook is in force">
            Put one into the folder of playbooks; `firebreak init` writes a first one.
          </Empty>
        ) : (
          <Table label="Playbooks" columns={columnsWith(halted)} items={items} keyOf={({ name }) => name} />
        )}
      </div>
    </>
  );
}
