// The page of an incident: its head, what needs people, the swimlane with its slider, then story and ledger side by side.
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { asFailure } from '../../data/failure.ts';
import { useNames } from '../../data/names.ts';
import { useFrame, useIncident, useLedger, useRunsOf } from '../../data/read.ts';
import { PageBody } from '../../kit/card.tsx';
import { Empty, ErrorCard, Skeleton, SkeletonRows } from '../../kit/feedback.tsx';
import { useTitle } from '../../kit/title.ts';
import { Chat } from './chat.tsx';
import { Evidence } from './evidence.tsx';
import { IncidentGraph } from './incident-graph.tsx';
import { IncidentHead } from './incident-head.tsx';
import { Ledger } from './ledger.tsx';
import { OpenApprovals } from './open-approvals.tsx';
import { PostmortemLink } from './postmortem-link.tsx';
import { RunList } from './run-list.tsx';
import { Similar } from './similar.tsx';
import { Story } from './story.tsx';
import { Swimlane } from './swimlane.tsx';

const route = getRouteApi('/incidents/$number');

/** The page. */
export function IncidentPage() {
  const { number } = route.useParams();
  const { at = null } = route.useSearch();
  const navigate = route.useNavigate();
  // The moment stands in the address, so that a link shows the same.
  const moveTo = useCallback(
    (to: string | null) => navigate({ search: { at: to ?? undefined }, replace: true, resetScroll: false }),
    [navigate],
  );
  const incident = useIncident(number);
  const runs = useRunsOf(incident.data?.id);
  const frame = useFrame(number, at);
  // Asked for here, before it is known that there is such an incident: all that the page begins with is asked for at once.
  const ledger = useLedger(number, undefined, at);
  // What is checked and compared takes the server's time and this browser's: it comes after what one came for.
  const isShown = !frame.isPending && !ledger.isPending;
  const name = useNames();
  useTitle(incident.data ? `#${incident.data.number} ${incident.data.title}` : `#${number}`);
  if (incident.data === undefined)
    return incident.error === null ? <Loading /> : <Missing number={number} error={incident.error} />;
  const { id } = incident.data;
  return (
    <>
      <IncidentHead incident={incident.data} frame={at === null ? undefined : frame.data} at={at} isShown={isShown} />
      <PageBody className="space-y-6 pt-5">
        {at === null && incident.data.status !== 'open' && incident.data.mergedInto === null && (
          <PostmortemLink number={number} />
        )}
        {at === null && <OpenApprovals incidentId={id} />}
        {frame.data !== undefined && <Swimlane frame={frame.data} at={at} moveTo={moveTo} name={name} />}
        {frame.data === undefined &&
          (frame.error === null ? (
            <Skeleton className="h-56 w-full" />
          ) : (
            <div className="space-y-3">
              <ErrorCard error={frame.error} what="The swimlane" retry={() => void frame.refetch()} />
              {at !== null && (
                <Link to="/incidents/$number" params={{ number }} className="text-sm underline underline-offset-4">
                  Back to now
                </Link>
              )}
            </div>
          ))}
        <Evidence id={id} at={at} />
        <div className="grid grid-cols-1 gap-x-6 gap-y-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
          <div className="min-w-0 space-y-6">
            {at === null && <RunList runs={runs.data?.items} />}
            {frame.data !== undefined && <IncidentGraph runs={frame.data.lanes.runs} />}
            <Story id={number} at={at} isOpen={incident.data.status !== 'closed'} />
            {at === null && isShown && <Similar id={id} />}
          </div>
          <div className="min-w-0 space-y-6">
            <Chat id={number} at={at} />
            <Ledger id={number} at={at} />
          </div>
        </div>
      </PageBody>
    </>
  );
}

const Loading = () => (
  <PageBody className="space-y-6 pt-6">
    <Skeleton className="h-7 w-2/3" />
    <Skeleton className="h-56 w-full" />
    <SkeletonRows rows={6} />
  </PageBody>
);

function Missing({ number, error }: { number: string; error: Error }) {
  const { status, code, message } = asFailure(error);
  if (code === 'archived')
    return (
      <Empty title={`Incident #${number} was archived`}>
        <span className="wrap-anywhere">{message}.</span>{' '}
        <Link to="/bundle" className="underline underline-offset-4">
          Open its file
        </Link>
      </Empty>
    );
  if (status !== 404)
    return (
      <PageBody className="pt-6">
        <ErrorCard error={error} what={`Incident #${number}`} />
      </PageBody>
    );
  return (
    <Empty title={`There is no incident #${number}`}>
      The number may be mistyped, the link of another Firebreak, or the incident private.{' '}
      <Link to="/incidents" search={{ view: 'all' }} className="underline underline-offset-4">
        All incidents
      </Link>
    </Empty>
  );
}
