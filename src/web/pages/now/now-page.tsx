// The start: what needs people, what burns, what automation does. Three columns that fold; on a phone one below the other.
import { useApprovals, useIncidentPages, useLiveRuns, useRunPages, useStuck } from '../../data/read.ts';
import { PageBody } from '../../kit/card.tsx';
import { ErrorCard } from '../../kit/feedback.tsx';
import { useTitle } from '../../kit/title.ts';
import { burningOf, needsOf } from '../../model/attention.ts';
import { AutomationColumn } from './automation-column.tsx';
import { BurningColumn } from './burning-column.tsx';
import { HaltedBanner } from './halted-banner.tsx';
import { NeedsColumn } from './needs-column.tsx';
import { StuckSection } from './stuck-section.tsx';

/** The page. */
export function NowPage() {
  useTitle('Now');
  const incidents = useIncidentPages({ status: 'open' });
  const approvals = useApprovals('open');
  const runs = useLiveRuns();
  const failed = [incidents, approvals, runs].find(({ error, data }) => error !== null && data === undefined);
  const all = incidents.data?.pages.flatMap(({ items }) => items);
  const live = runs.data ?? [];
  const stuck = useStuck().data?.items ?? [];
  const recent = useRunPages({}).data?.pages[0]?.items ?? [];
  const needs = approvals.data && runs.data && needsOf(approvals.data.items, live);
  return (
    <PageBody className="pt-5">
      <h1 className="sr-only">Now</h1>
      <HaltedBanner />
      {failed ? (
        <ErrorCard error={failed.error} what="What happens now" retry={() => void failed.refetch()} />
      ) : (
        <div className="grid grid-cols-1 gap-x-6 gap-y-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,4fr)]">
          <NeedsColumn needs={needs} incidents={all ?? []} />
          <BurningColumn burning={all && burningOf(all, live, recent)} />
          <div className="min-w-0 space-y-6">
            <StuckSection stuck={stuck} />
            <AutomationColumn runs={runs.data} />
          </div>
        </div>
      )}
    </PageBody>
  );
}
