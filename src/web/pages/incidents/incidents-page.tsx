// Incidents in a list: open, all or one's own, searched and filtered by the address, so that a link shows the same list to everybody.
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ApiIncident } from '../../../contract/incident.ts';
import { useNames } from '../../data/names.ts';
import { useIncidentPages, useLacking, useMe } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { PageHead } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { useSettled } from '../../kit/settled.ts';
import { SeverityBadge, StateBadge, StateGlyph } from '../../kit/state-badge.tsx';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { Duration, ShortAge } from '../../kit/time.tsx';
import { useTitle } from '../../kit/title.ts';
import { leadOf, listed } from '../../model/incidents.ts';
import { incidentState } from '../../model/states.ts';
import { DeclareDialog } from './declare-dialog.tsx';
import { Filters } from './filters.tsx';

const route = getRouteApi('/incidents');

const columns: readonly Column<ApiIncident>[] = [
  { head: 'Severity', cell: ({ severity }) => <SeverityBadge severity={severity} /> },
  { head: 'No.', cell: ({ number }) => <span className="text-muted">#{number}</span>, from: 'md' },
  {
    head: 'Title',
    wide: true,
    cell: (incident) => (
      <span className="flex min-w-0 items-center gap-2">
        <StateGlyph state={incidentState(incident)} said className="md:hidden" />
        <Link
          data-row
          to="/incidents/$number"
          params={{ number: String(incident.number) }}
          className={`${rowLink} truncate`}
          title={incident.title}
        >
          {incident.title}
        </Link>
      </span>
    ),
  },
  { head: 'State', from: 'md', cell: (incident) => <StateBadge state={incidentState(incident)} plain /> },
  { head: 'Service', from: 'lg', cell: ({ service }) => <span className="text-muted">{service ?? '–'}</span> },
  { head: 'Lead', from: 'lg', cell: (incident) => <Lead incident={incident} /> },
  {
    head: 'Lasted',
    from: 'lg',
    align: 'right',
    cell: ({ openedAt, resolvedAt, closedAt }) => {
      const over = resolvedAt ?? closedAt;
      return over === null ? '' : <Duration from={openedAt} to={over} className="text-muted" />;
    },
  },
  { head: 'Age', align: 'right', cell: ({ openedAt }) => <ShortAge at={openedAt} className="text-muted" /> },
];

function Lead({ incident }: { incident: ApiIncident }) {
  const name = useNames();
  return <span className="text-muted">{name(leadOf(incident) ?? '–')}</span>;
}

/** The page. */
export function IncidentsPage() {
  useTitle('Incidents');
  const search = route.useSearch();
  const lacking = useLacking('respond');
  const { data: me } = useMe();
  const [isDeclaring, setDeclaring] = useState(false);
  const onlyOpen = search.view === undefined && search.status === undefined;
  const { q, severity } = search;
  const pages = useIncidentPages({ status: onlyOpen ? 'open' : search.status, severity, q: useSettled(q) });
  const loaded = pages.data?.pages.flatMap(({ items }) => items);
  const shown = loaded && listed(loaded, search.view, me ?? null);
  return (
    <>
      <PageHead title="Incidents">
        <Link to="/insights" className="mr-2 text-sm text-muted underline-offset-4 hover:text-ink hover:underline">
          Insights
        </Link>
        <Button why={lacking} onClick={() => setDeclaring(true)}>
          <Plus className="size-4" aria-hidden="true" /> Declare an incident
        </Button>
      </PageHead>
      <Filters />
      {pages.error !== null && loaded === undefined ? (
        <div className="p-4 md:px-6">
          <ErrorCard error={pages.error} what="The incidents" retry={() => void pages.refetch()} />
        </div>
      ) : shown === undefined ? (
        <SkeletonRows rows={10} />
      ) : shown.length === 0 ? (
        <Nothing isFiltered={Object.values(search).some((value) => value !== undefined)} />
      ) : (
        <div className="md:px-2">
          <Table label="Incidents" columns={columns} items={shown} keyOf={({ id }) => id} />
        </div>
      )}
      {pages.hasNextPage && (
        <div className="flex justify-center p-4">
          <Button onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
            {pages.isFetchingNextPage ? 'Loading…' : 'Load older incidents'}
          </Button>
        </div>
      )}
      <DeclareDialog open={isDeclaring} onClose={() => setDeclaring(false)} />
    </>
  );
}

const Nothing = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered ? (
    <Empty title="No incident fits">
      <Link to="/incidents" className="underline underline-offset-4">
        Take the filters away
      </Link>
    </Empty>
  ) : (
    <Empty title="Nothing burns">
      <Link to="/incidents" search={{ view: 'all' }} className="underline underline-offset-4">
        Show all incidents
      </Link>
    </Empty>
  );
