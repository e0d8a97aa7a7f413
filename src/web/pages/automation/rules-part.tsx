// Policies and freezes: which freezes hold and until when, and each rule with what it does. Files set them; this shows them.
import type { ApiFreezes, ApiPolicies } from '../../../contract/rules.ts';
import { useFreezes, usePolicies } from '../../data/read-rules.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { CopyId, Mono } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Instant, Until } from '../../kit/time.tsx';
import { shortDigest } from '../../model/approval.ts';
import {
  askedWords,
  effectSentence,
  freezeState,
  heldWords,
  inOrderOfConcern,
  meantimeWords,
} from '../../model/rules.ts';

/** The part. */
export function RulesPart() {
  return (
    <>
      <Freezes />
      <Policies />
    </>
  );
}

function Freezes() {
  const { data, error, refetch } = useFreezes();
  if (data === undefined && error !== null)
    return <ErrorCard error={error} what="The freezes" retry={() => void refetch()} />;
  return (
    <Section title="Freezes" count={data?.items.length}>
      <Card>
        {data === undefined ? (
          <SkeletonRows rows={2} />
        ) : data.items.length === 0 ? (
          <Empty title="There are no freezes">
            A freeze is a time in which nothing changes. It stands under <Mono>freezes:</Mono> in firebreak.yaml.
          </Empty>
        ) : (
          <ul className="divide-y">
            {inOrderOfConcern(data.items).map((freeze) => (
              <Freeze key={freeze.name} freeze={freeze} />
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}

function Freeze({ freeze }: { freeze: ApiFreezes['items'][number] }) {
  const { name, reason } = freeze;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{name}</span>
          <StateBadge state={freezeState(freeze)} />
        </p>
        <p>{reason}</p>
        <p className="text-muted">
          {heldWords(freeze)} {meantimeWords(freeze)}
        </p>
      </div>
      <p className="basis-60">
        <FreezeTime freeze={freeze} />
      </p>
    </li>
  );
}

function FreezeTime({ freeze: { holds, startsAt, endsAt } }: { freeze: ApiFreezes['items'][number] }) {
  if (startsAt === null && !holds) return <span className="text-muted">does not come again</span>;
  if (holds)
    return endsAt === null ? (
      'until somebody ends it'
    ) : (
      <>
        until <Until at={endsAt} />
      </>
    );
  return (
    <>
      from {startsAt !== null && <Until at={startsAt} />}
      {endsAt !== null && (
        <span className="text-muted">
          , until <Instant at={endsAt} />
        </span>
      )}
    </>
  );
}

function Policies() {
  const { data, error, refetch } = usePolicies();
  if (data === undefined && error !== null)
    return <ErrorCard error={error} what="The policies" retry={() => void refetch()} />;
  if (data === undefined || data.items.length === 0)
    return (
      <Section title="Policies" count={data?.items.length}>
        <Card>
          {data === undefined ? (
            <SkeletonRows rows={4} />
          ) : (
            <Empty title="No policy is in force">
              A policy says what may not happen, and when more people are asked. It is a file such as{' '}
              <Mono>policies/production.yaml</Mono>.
            </Empty>
          )}
        </Card>
      </Section>
    );
  return (
    <Section title="Policies" count={data.items.length}>
      <div className="space-y-4">
        <p className="text-sm text-muted">
          Asked in this order; each can only make things stricter. Rule book{' '}
          <CopyId id={data.rulebook} shown={shortDigest(data.rulebook)} />
          {data.since !== null && (
            <>
              {' '}
              in force since <Instant at={data.since} />, <Age at={data.since} />
            </>
          )}
        </p>
        {data.refused !== null && (
          <div role="status" className="rounded-md bg-amber-ground px-3 py-2 text-sm text-amber">
            The latest change of the rules was denied by those in force, which therefore stay:{' '}
            <Mono>{shortDigest(data.refused)}</Mono>
          </div>
        )}
        {data.items.map((policy) => (
          <Policy key={policy.name} policy={policy} />
        ))}
      </div>
    </Section>
  );
}

function Policy({ policy: { name, description, timeZone, rules } }: { policy: ApiPolicies['items'][number] }) {
  return (
    <Card>
      <header className="border-b bg-surface px-4 py-2.5 text-sm">
        <h3 className="font-medium">{name}</h3>
        <p className="text-muted">
          {[description, timeZone === 'UTC' ? '' : `Times of ${timeZone}`].filter((text) => text !== '').join(' · ')}
        </p>
      </header>
      <ul className="divide-y">
        {rules.map((rule) => (
          <li key={rule.id} className="space-y-1 px-4 py-3 text-sm">
            <p>{effectSentence(rule)}</p>
            <p className="text-xs text-muted">
              <Mono>{rule.id}</Mono>, asked {askedWords(rule)}, where
            </p>
            <pre className="rounded-md border bg-surface px-3 py-2 font-mono text-xs whitespace-pre-wrap">
              {rule.when}
            </pre>
          </li>
        ))}
      </ul>
    </Card>
  );
}
