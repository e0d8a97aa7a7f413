// Deliveries of the monitoring sources, newest first: accepted, dealt with, or not understood, with why.
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ApiDelivery, ApiDeliveryStatus } from '../../../contract/operation.ts';
import { useDeliveryPages } from '../../data/read-alerts.ts';
import { Button } from '../../kit/button.tsx';
import { Card } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge, StateGlyph } from '../../kit/state-badge.tsx';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { ShortAge } from '../../kit/time.tsx';
import { cx } from '../../kit/tone.ts';
import { deliveryState } from '../../model/states.ts';

const route = getRouteApi('/alerts/$section');

const filters: readonly (readonly [ApiDeliveryStatus | undefined, string])[] = [
  [undefined, 'All'],
  ['dead', 'Dead letters'],
  ['accepted', 'Accepted'],
  ['processed', 'Dealt with'],
];

const nothing: { readonly [S in ApiDeliveryStatus | 'all']: string } = {
  all: 'Nothing was delivered yet',
  dead: 'Every delivery was understood',
  accepted: 'Nothing waits to be dealt with',
  processed: 'Nothing was dealt with yet',
};

const columns: readonly Column<ApiDelivery>[] = [
  { head: 'State', from: 'md', cell: ({ status }) => <StateBadge state={deliveryState(status)} plain /> },
  {
    head: 'Delivery',
    wide: true,
    cell: ({ receipt, integration, status, error }) => (
      <span className="flex min-w-0 items-center gap-2">
        <StateGlyph state={deliveryState(status)} said className="md:hidden" />
        <Link
          data-row
          to="/alerts/deliveries/$receipt"
          params={{ receipt }}
          className={cx(rowLink, 'shrink-0')}
          aria-label={`Delivery of ${integration}, ${receipt}`}
        >
          {integration}
        </Link>
        <span className="truncate text-muted">{error}</span>
      </span>
    ),
  },
  {
    head: 'Tries',
    from: 'lg',
    align: 'right',
    cell: ({ tries }) => <span className="text-muted">{tries === 0 ? '–' : tries}</span>,
  },
  {
    head: 'Receipt',
    from: 'lg',
    cell: ({ receipt }) => <span className="font-mono text-xs text-muted">…{receipt.slice(-8)}</span>,
  },
  { head: 'Age', align: 'right', cell: ({ receivedAt }) => <ShortAge at={receivedAt} className="text-muted" /> },
];

/** The list. */
export function DeliveryList() {
  const { status } = route.useSearch();
  const pages = useDeliveryPages(status);
  const items = pages.data?.pages.flatMap((page) => page.items);
  return (
    <div className="space-y-3">
      <nav aria-label="Which deliveries" className="flex flex-wrap gap-1">
        {filters.map(([value, name]) => (
          <Link
            key={name}
            to="/alerts/$section"
            params={{ section: 'deliveries' }}
            search={{ status: value }}
            activeProps={{}}
            aria-current={status === value ? 'true' : undefined}
            className={cx(
              'inline-flex h-7 items-center rounded-md border px-2.5 text-xs font-medium',
              status === value ? 'border-strong bg-raised text-ink' : 'border-transparent text-muted hover:text-ink',
            )}
          >
            {name}
          </Link>
        ))}
      </nav>
      {items === undefined ? (
        pages.error === null ? (
          <SkeletonRows rows={8} />
        ) : (
          <ErrorCard error={pages.error} what="The deliveries" retry={() => void pages.refetch()} />
        )
      ) : (
        <Card>
          {items.length === 0 ? (
            <Empty title={nothing[status ?? 'all']} />
          ) : (
            <Table label="Deliveries" columns={columns} items={items} keyOf={({ receipt }) => receipt} />
          )}
        </Card>
      )}
      {pages.hasNextPage && (
        <div className="flex justify-center pt-1">
          <Button onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
            Load older deliveries
          </Button>
        </div>
      )}
    </div>
  );
}
