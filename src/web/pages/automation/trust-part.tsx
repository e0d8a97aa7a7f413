// Trust in every playbook in force: those that lost it first.
import { Link } from '@tanstack/react-router';
import type { ApiTrust } from '../../../contract/trust.ts';
import { useTrust } from '../../data/read-rules.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Said } from '../../kit/said.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { inOrderOfTrust, trustState } from '../../model/trust.ts';
import { TrustButtons } from './trust-buttons.tsx';

/** The part. */
export function TrustPart() {
  const { data, error, refetch } = useTrust();
  if (data === undefined && error !== null)
    return <ErrorCard error={error} what="How far playbooks are trusted" retry={() => void refetch()} />;
  return (
    <Section title="Trust" count={data?.items.length}>
      <p className="max-w-[72ch] pb-3 text-sm text-muted">
        A trusted playbook starts with its alerts and schedules. One that asks first waits for people each time. No
        trust lifts an approval that a playbook or a policy demands.
      </p>
      <Card>
        {data === undefined ? (
          <SkeletonRows rows={6} />
        ) : data.items.length === 0 ? (
          <Empty title="No playbook is in force" />
        ) : (
          <ul className="divide-y">
            {inOrderOfTrust(data.items).map((trust) => (
              <Row key={trust.playbook} trust={trust} />
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}

function Row({ trust }: { trust: ApiTrust }) {
  const { playbook, since, reason, proposedAt } = trust;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link to="/playbooks/$name" params={{ name: playbook }} className="font-medium hover:underline">
            {playbook}
          </Link>
          <StateBadge state={trustState(trust)} />
          {since !== null && <Age at={since} className="text-xs text-muted" />}
        </p>
        {reason !== null && (
          <p className="text-muted">
            <Said text={reason} />
          </p>
        )}
        {proposedAt !== null && (
          <p className="text-xs text-amber">
            More trust was proposed <Age at={proposedAt} />: its supervised runs went well
          </p>
        )}
      </div>
      <TrustButtons trust={trust} />
    </li>
  );
}
