// Alert groups in a list: how each stands, what holds it, how much was told to nobody, and its incident.
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ApiAlertGroup } from '../../../contract/alert.ts';
import { useIncidentPages } from '../../data/read.ts';
import { useGroupPages } from '../../data/read-alerts.ts';
import { Button } from '../../kit/button.tsx';
import { Card } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge, StateGlyph } from '../../kit/state-badge.tsx';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { ShortAge } from '../../kit/time.tsx';
import { cx } from '../../kit/tone.ts';
import { groupState, holdKindWords, suppressedCount } from '../../model/holds.ts';

const route = getRouteApi('/alerts');

const columnsWith = (numbers: ReadonlyMap<string, number>): readonly Column<ApiAlertGroup>[] => [
  { head: 'State', from: 'md', cell: (group) => <StateBadge state={groupState(group)} plain /> },
  {
    head: 'Group',
    wide: true,
    cell: (group) => (
      <span className="flex min-w-0 items-center gap-2">
        <StateGlyph state={groupState(group)} said className="md:hidden" />
        <Link data-row to="/alerts/groups/$id" params={{ id: group.id }} className={cx(rowLink, 'truncate')}>
          {group.title}
        </Link>
        <HeldBy group={group} />
      </span>
    ),
  },
  { head: 'Rule', from: 'lg', cell: ({ rule }) => <span className="text-muted">{rule ?? '–'}</span> },
  { head: 'Alerts', from: 'md', align: 'right', cell: ({ alerts }) => alerts },
  {
    head: 'Told to nobody',
    from: 'lg',
    align: 'right',
    cell: (group) => <span className="text-muted">{suppressedCount(group) || '–'}</span>,
  },
  {
    head: 'Incident',
    from: 'md',
    cell: ({ incident }) =>
      incident === null ? (
        <span className="text-muted">–</span>
      ) : (
        <Link
          to="/incidents/$number"
          params={{ number: String(numbers.get(incident) ?? incident) }}
          className="relative z-10 underline decoration-strong underline-offset-4 hover:decoration-current"
        >
          {numbers.has(incident) ? `#${numbers.get(incident)}` : 'Open'}
        </Link>
      ),
  },
  {
    head: 'First',
    from: 'lg',
    align: 'right',
    cell: ({ openedAt }) => <ShortAge at={openedAt} className="text-muted" />,
  },
  { head: 'Last', align: 'right', cell: ({ lastAt }) => <ShortAge at={lastAt} className="text-muted" /> },
];

function HeldBy({ group: { held } }: { group: ApiAlertGroup }) {
  if (held.length === 0) return null;
  const kinds = [...new Set(held.map(({ hold }) => holdKindWords(hold.by)))];
  return <span className="hidden truncate text-muted sm:inline">{`${held.length} held by ${kinds.join(', ')}`}</span>;
}

/** The list. */
export function GroupList() {
  const { only } = route.useSearch();
  const pages = useGroupPages(only === 'held');
  const incidents = useIncidentPages({}).data;
  const numbers = useMemo(
    () => new Map(incidents?.pages.flatMap(({ items }) => items.map(({ id, number }) => [id, number] as const))),
    [incidents],
  );
  const columns = useMemo(() => columnsWith(numbers), [numbers]);
  const groups = pages.data?.pages.flatMap(({ items }) => items);
  return (
    <div className="space-y-3">
      <nav aria-label="Which groups" className="flex gap-1">
        {([undefined, 'held'] as const).map((value) => (
          <Link
            key={value ?? 'all'}
            to="/alerts"
            search={{ only: value }}
            activeProps={{}}
            aria-current={only === value ? 'true' : undefined}
            className={cx(
              'inline-flex h-7 items-center rounded-md border px-2.5 text-xs font-medium',
              only === value ? 'border-strong bg-raised text-ink' : 'border-transparent text-muted hover:text-ink',
            )}
          >
            {value === undefined ? 'All' : 'Held now'}
          </Link>
        ))}
      </nav>
      {groups === undefined ? (
        pages.error === null ? (
          <SkeletonRows rows={8} />
        ) : (
          <ErrorCard error={pages.error} what="The alert groups" retry={() => void pages.refetch()} />
        )
      ) : groups.length === 0 ? (
        <Card>
          <Empty title={only === 'held' ? 'Nothing is held back' : 'No alert is in a group'}>
            {only === 'held'
              ? 'Every alert that fires was told to people.'
              : 'Groups come from `groups:` in the configuration, and from whatever holds an alert: silences, windows, inhibitions.'}
          </Empty>
        </Card>
      ) : (
        <Card>
          <Table label="Alert groups" columns={columns} items={groups} keyOf={({ id }) => id} />
        </Card>
      )}
      {pages.hasNextPage && (
        <div className="flex justify-center pt-1">
          <Button onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
            Load older groups
          </Button>
        </div>
      )}
    </div>
  );
}
