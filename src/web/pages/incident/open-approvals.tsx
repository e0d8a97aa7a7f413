// The requests of an incident that wait for an answer, with their plan and buttons.
import { useApprovals } from '../../data/read.ts';
import { Card, Section } from '../../kit/card.tsx';
import { ApprovalRow } from '../approvals/approval-row.tsx';

/** Nothing while none is open. */
export function OpenApprovals({ incidentId }: { incidentId: string }) {
  const open = useApprovals('open').data?.items.filter((one) => one.incidentId === incidentId) ?? [];
  if (open.length === 0) return null;
  return (
    <Section title="Waiting for a decision" count={open.length} loud>
      <Card className="divide-y border-amber/50">
        {open.map((listed) => (
          <ApprovalRow key={listed.approval.id} listed={listed} about={null} />
        ))}
      </Card>
    </Section>
  );
}
