// How far one playbook is trusted to act without asking, and what would change that.
import type { ReactNode } from 'react';
import { useTrust } from '../../data/read-rules.ts';
import { Card, Facts, Section } from '../../kit/card.tsx';
import { ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Said } from '../../kit/said.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { lostWhen, trustState } from '../../model/trust.ts';
import { TrustButtons } from '../automation/trust-buttons.tsx';

/** The section. */
export function Trust({ name }: { name: string }) {
  const { data, error, refetch } = useTrust();
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={2} />
    ) : (
      <ErrorCard error={error} what="How far it is trusted" retry={() => void refetch()} />
    );
  const trust = data.items.find(({ playbook }) => playbook === name);
  if (trust === undefined) return null;
  const { since, reason, reviewedAt, proposedAt, settings } = trust;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'Level',
      <span key="level" className="inline-flex flex-wrap items-center gap-x-2">
        <StateBadge state={trustState(trust)} /> {since !== null && <Age at={since} className="text-muted" />}
      </span>,
    ],
    ...(reason === null ? [] : [['Why', <Said key="why" text={reason} />] as const]),
    ...(trust.level === 'trusted'
      ? ([['Is lost', lostWhen(trust)]] as const)
      : ([['Is proposed', `after ${settings.cleanRuns} clean supervised runs in a row`]] as const)),
    ['Last review', reviewedAt === null ? 'never' : <Age key="review" at={reviewedAt} />],
  ];
  return (
    <Section title="Trust" aside={<TrustButtons trust={trust} />}>
      <Card className="space-y-3 p-4">
        <Facts facts={facts} />
        {proposedAt !== null && (
          <p className="rounded-md bg-amber-ground px-3 py-2 text-sm text-amber">
            More trust was proposed <Age at={proposedAt} />: its supervised runs went well.
          </p>
        )}
      </Card>
    </Section>
  );
}
