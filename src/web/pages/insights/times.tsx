// How long it took: to acknowledge, to the first action, to the end, and how much of it was waiting for people.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ApiInsights } from '../../../contract/insights.ts';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { type Grouping, groupings, keyWords } from '../../model/insights.ts';
import { Estimate } from './estimate.tsx';

type Row = ApiInsights['times'][number];

/** Leads to what the row is made of. */
function Key({ row: { key }, by }: { row: Row; by: Grouping }): ReactNode {
  const words = keyWords(key, by);
  if (key === 'all')
    return (
      <Link data-row to="/incidents" search={{ view: 'all' }} className={`${rowLink} font-semibold`}>
        {words}
      </Link>
    );
  if (by === 'playbook')
    return (
      <Link data-row to="/playbooks/$name" params={{ name: key }} className={rowLink}>
        {words}
      </Link>
    );
  const search = by === 'severity' ? { view: 'all' as const, severity: Number(key) } : { view: 'all' as const, q: key };
  return (
    <Link data-row to="/incidents" search={search} className={rowLink}>
      {words}
    </Link>
  );
}

const columnsBy = (by: Grouping): readonly Column<Row>[] => [
  { head: groupings[by], wide: true, cell: (row) => <Key row={row} by={by} /> },
  {
    head: 'Incidents',
    align: 'right',
    cell: ({ incidents, open }) => (
      <span className="tabular">
        {incidents.toLocaleString('en')}
        {open > 0 && <span className="text-xs text-muted">, {open} open</span>}
      </span>
    ),
  },
  { head: 'To acknowledge', from: 'lg', align: 'right', cell: ({ acknowledgeMs }) => <Estimate of={acknowledgeMs} /> },
  {
    head: 'Acknowledged',
    from: 'lg',
    align: 'right',
    cell: ({ acknowledged }) => <Estimate of={acknowledged} as="share" />,
  },
  { head: 'To first action', from: 'md', align: 'right', cell: ({ firstActionMs }) => <Estimate of={firstActionMs} /> },
  { head: 'To resolve', align: 'right', cell: ({ resolveMs }) => <Estimate of={resolveMs} /> },
  { head: 'Waiting for people', from: 'md', align: 'right', cell: ({ waitMs }) => <Estimate of={waitMs} /> },
];

/** The table. */
export const Times = ({ rows, by }: { rows: readonly Row[]; by: Grouping }) => (
  <Table label={`Times by ${by}`} columns={columnsBy(by)} items={rows} keyOf={({ key }) => key} />
);
