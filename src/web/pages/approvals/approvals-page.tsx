// The inbox of approvals: what waits, and what was decided lately.
import { useApprovals, useIncidentPages } from '../../data/read.ts';
import { Card, PageBody, PageHead, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { useListKeys } from '../../kit/list-keys.ts';
import { useTitle } from '../../kit/title.ts';
import { ApprovalRow } from './approval-row.tsx';

/** The page. */
export function ApprovalsPage() {
  useTitle('Approvals');
  const list = useListKeys<HTMLDivElement>();
  const open = useApprovals('open');
  const all = useApprovals(undefined);
  const incidents = useIncidentPages({}).data?.pages.flatMap(({ items }) => items) ?? [];
  const aboutOf = (id: string) => {
    const incident = incidents.find((one) => one.id === id);
    return incident ? `#${incident.number} ${incident.title}` : null;
  };
  const waiting = open.data?.items.toSorted(
    (a, b) =>
      Number(a.refusal !== null) - Number(b.refusal !== null) ||
      Date.parse(a.approval.expiresAt) - Date.parse(b.approval.expiresAt),
  );
  const decided = all.data?.items.filter(({ approval }) => approval.status !== 'open');
  return (
    <>
      <PageHead title="Approvals" />
      <PageBody>
        <div ref={list} className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <Section title="Waiting" count={waiting?.length} loud>
            {open.error !== null && waiting === undefined ? (
              <ErrorCard error={open.error} what="The approvals" retry={() => void open.refetch()} />
            ) : (
              <Card className="divide-y">
                {waiting === undefined ? (
                  <SkeletonRows rows={4} />
                ) : waiting.length === 0 ? (
                  <Empty title="Nothing waits for a decision">
                    Requests appear here the moment a playbook makes them.
                  </Empty>
                ) : (
                  waiting.map((listed) => (
                    <ApprovalRow key={listed.approval.id} listed={listed} about={aboutOf(listed.incidentId)} />
                  ))
                )}
              </Card>
            )}
          </Section>
          <Section title="Decided lately">
            <Card className="divide-y">
              {decided === undefined ? (
                <SkeletonRows rows={4} />
              ) : decided.length === 0 ? (
                <Empty title="Nothing was decided yet" />
              ) : (
                decided.map((listed) => (
                  <ApprovalRow key={listed.approval.id} listed={listed} about={aboutOf(listed.incidentId)} />
                ))
              )}
            </Card>
          </Section>
        </div>
      </PageBody>
    </>
  );
}
