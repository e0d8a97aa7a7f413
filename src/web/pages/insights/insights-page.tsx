// What is learned from incidents: how long things take and how sure that is, what comes again, what is done by hand, what nobody needs.
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ApiInsights } from '../../../contract/insights.ts';
import { useNames } from '../../data/names.ts';
import { useInsights } from '../../data/read-insights.ts';
import { Card, PageBody, PageHead, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { useTitle } from '../../kit/title.ts';
import { countText } from '../../model/count-text.ts';
import { Costs, QuietAlerts, Recurrences } from './again.tsx';
import { Attention } from './attention.tsx';
import { RangeFields } from './range-fields.tsx';
import { Times } from './times.tsx';
import { Toil } from './toil.tsx';

const route = getRouteApi('/insights');

/** The page. */
export function InsightsPage() {
  useTitle('Insights');
  const search = route.useSearch();
  const insights = useInsights(search);
  const { data, error } = insights;
  return (
    <>
      <PageHead title="Insights" below={data && <Counted data={data} />} />
      <RangeFields />
      {data === undefined ? (
        <PageBody className="pt-4">
          {error === null ? (
            <SkeletonRows rows={10} />
          ) : (
            <ErrorCard error={error} what="Insights" retry={() => void insights.refetch()} />
          )}
        </PageBody>
      ) : (
        <Shown data={data} />
      )}
    </>
  );
}

function Counted({ data: { incidents, operations, pending, cut } }: { data: ApiInsights }) {
  return (
    <span role="status">
      {countText(incidents, 'incident')}
      {operations > 0 && ` and ${countText(operations, 'operation')}, whose runs and approvals count`}
      {pending > 0 && ` · ${pending} more are being counted…`}
      {cut && ' · there are more; the newest count'}
    </span>
  );
}

function Part({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  return (
    <Section title={title}>
      <p className="mb-2 max-w-[72ch] text-sm text-muted">{note}</p>
      {children}
    </Section>
  );
}

/** Rows, or a sentence that there are none. */
const OrNone = ({ count, none, children }: { count: number; none: string; children: ReactNode }) =>
  count === 0 ? (
    <Card>
      <Empty title={none} />
    </Card>
  ) : (
    children
  );

function Shown({ data }: { data: ApiInsights }) {
  const name = useNames();
  const { times, recurrences, toil, approvals, quietAlerts, costs, methods, by } = data;
  return (
    <PageBody className="space-y-10 pt-5">
      <Part title="How long it takes" note={`Times: ${methods.median}. Shares: ${methods.share}.`}>
        <OrNone count={times.length} none="No incident in this time">
          <Times rows={times} by={by} />
        </OrNone>
      </Part>
      <Part title="What comes again" note="The same alert opened more than one incident: what mends it for good?">
        <OrNone count={recurrences.length} none="Nothing came twice">
          <Recurrences rows={recurrences} />
        </OrNone>
      </Part>
      <Part
        title="Done by hand again and again"
        note="Each of these could be a playbook; the draft is one to begin with."
      >
        <OrNone count={toil.length} none="Nothing was done by hand more than once">
          <Toil items={toil.map((one) => ({ ...one, people: one.people.map(name) }))} />
        </OrNone>
      </Part>
      <Part
        title="What approvals ask of people"
        note="A step that is always approved may not need asking; one that nobody answers asks the wrong people."
      >
        <OrNone count={approvals.asked} none="Nobody was asked">
          <Attention approvals={approvals} name={name} />
        </OrNone>
      </Part>
      <Part
        title="Alerts that never led to anything"
        note="No run, and no act of a person. The share says how many of them may matter all the same."
      >
        <OrNone count={quietAlerts.length} none="Every alert led to something">
          <QuietAlerts rows={quietAlerts} />
        </OrNone>
      </Part>
      <Part title="What runs cost" note="Time that machines worked, and time that runs waited for people.">
        <OrNone count={costs.length} none="Nothing ran">
          <Costs rows={costs} />
        </OrNone>
      </Part>
    </PageBody>
  );
}
