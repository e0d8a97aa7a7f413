// One alert group: what it holds and until when, what of it was told to nobody, its incident, and the six stages of one of its alerts.
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { ApiAlertGroup } from '../../../contract/alert.ts';
import { asFailure } from '../../data/failure.ts';
import { useExplained, useGroup, useIncidentOf } from '../../data/read-alerts.ts';
import { Card, Facts, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, Skeleton, SkeletonRows } from '../../kit/feedback.tsx';
import { Select } from '../../kit/field.tsx';
import { CopyId, Mono } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Duration, Instant, Until } from '../../kit/time.tsx';
import { useTitle } from '../../kit/title.ts';
import { groupState, holdKindWords, holdState, waitsForText } from '../../model/holds.ts';
import { alertState } from '../../model/states.ts';
import { AlertsFrame } from './alerts-frame.tsx';
import { Stages } from './stages.tsx';

const route = getRouteApi('/alerts/groups/$id');
const link = 'underline underline-offset-4 decoration-strong hover:decoration-current';

/** The page. */
export function GroupPage() {
  const { id } = route.useParams();
  const group = useGroup(id);
  useTitle(group.data?.title ?? 'Alert group');
  return <AlertsFrame part="groups">{group.data ? <Shown group={group.data} /> : <Missing id={id} />}</AlertsFrame>;
}

function Missing({ id }: { id: string }) {
  const { error, refetch } = useGroup(id);
  if (error === null) return <SkeletonRows rows={6} />;
  if (asFailure(error).status === 404)
    return (
      <Empty title="There is no such alert group">
        It may be older than what is kept, or the link of another Firebreak.{' '}
        <Link to="/alerts" className={link}>
          All groups
        </Link>
      </Empty>
    );
  return <ErrorCard error={error} what="The alert group" retry={() => void refetch()} />;
}

function Shown({ group }: { group: ApiAlertGroup }) {
  const { title, held } = group;
  return (
    <>
      <header className="pb-5">
        <p className="text-sm text-muted">
          <Link to="/alerts" className={link}>
            Groups
          </Link>
        </p>
        <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
          {title} <StateBadge state={groupState(group)} />
        </h2>
      </header>
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0 space-y-6">
          <Section title="What it waits for" count={held.length}>
            <Card>
              {held.length === 0 ? (
                <Empty title="Nothing of it is held">All that fires of it was told to people.</Empty>
              ) : (
                <ul className="divide-y">
                  {held.map((alert) => (
                    <HeldAlert key={alert.fingerprint} alert={alert} />
                  ))}
                </ul>
              )}
            </Card>
          </Section>
          <GroupStages group={group} />
        </div>
        <GroupFacts group={group} />
      </div>
    </>
  );
}

function HeldAlert({ alert }: { alert: ApiAlertGroup['held'][number] }) {
  const { hold, count, since, told, status } = alert;
  return (
    <li className="space-y-1 px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 font-medium">{alert.title}</span>
        <StateBadge state={alertState({ status })} plain />
        <StateBadge state={holdState(hold)} plain />
      </p>
      <p className="text-sm">
        {waitsForText(hold)}
        {hold.until !== null && (
          <>
            {', until '}
            <Until at={hold.until} />
          </>
        )}
      </p>
      <p className="text-xs text-muted">
        Held for <Duration from={since} /> · {count} {count === 1 ? 'notification' : 'notifications'} ·{' '}
        {told ? 'people know that it fires' : 'nobody was told'}
      </p>
    </li>
  );
}

/** The alerts of a group whose stages can be asked for: those that it holds, and those of its incident. */
function GroupStages({ group }: { group: ApiAlertGroup }) {
  const incident = useIncidentOf(group.incident).data;
  const known = [
    ...group.held.map(({ fingerprint, title }) => ({ fingerprint, title })),
    ...Object.entries(incident?.alerts ?? {}).map(([fingerprint, { title }]) => ({ fingerprint, title })),
  ];
  const alerts = [...new Map(known.map((one) => [one.fingerprint, one])).values()];
  const [chosen, choose] = useState<string | null>(null);
  const fingerprint = chosen ?? alerts[0]?.fingerprint ?? null;
  const explained = useExplained(fingerprint, undefined);
  const [first] = explained.data?.alerts ?? [];
  if (fingerprint === null) return null;
  return (
    <Section
      title="Its stages, as they would be now"
      aside={
        alerts.length > 1 ? (
          <Select
            aria-label="Of which alert"
            className="max-w-48"
            value={fingerprint}
            onChange={(event) => choose(event.target.value)}
          >
            {alerts.map((one) => (
              <option key={one.fingerprint} value={one.fingerprint}>
                {one.title}
              </option>
            ))}
          </Select>
        ) : undefined
      }
    >
      {first !== undefined ? (
        <Stages alert={first} />
      ) : explained.error === null ? (
        <Skeleton className="h-64 w-full" />
      ) : (
        <ErrorCard error={explained.error} what="Its stages" retry={() => void explained.refetch()} />
      )}
    </Section>
  );
}

function GroupFacts({ group }: { group: ApiAlertGroup }) {
  const incident = useIncidentOf(group.incident);
  const suppressed = Object.entries(group.suppressed);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'Incident',
      group.incident === null ? (
        'none in this window'
      ) : (
        <Link
          key="incident"
          to="/incidents/$number"
          params={{ number: String(incident.data?.number ?? group.incident) }}
          className={link}
        >
          {incident.data ? `#${incident.data.number} ${incident.data.title}` : 'Open it'}
        </Link>
      ),
    ],
    ['Rule', group.rule ?? 'none: something held an alert of it'],
    ['Alerts', group.alerts],
    ['In common', <Mono key="key">{group.key}</Mono>],
    ['First', <Instant key="first" at={group.openedAt} />],
    ['Last', <Age key="last" at={group.lastAt} />],
    ['Id', <CopyId key="id" id={group.id} className="-ml-1" />],
  ];
  return (
    <aside className="min-w-0 space-y-6" aria-label="About this group">
      <Card className="p-4">
        <Facts facts={facts} />
      </Card>
      <Section title="Told to nobody so far">
        {suppressed.length === 0 ? (
          <p className="text-sm text-muted">Nothing of it was kept from people.</p>
        ) : (
          <Card className="p-4">
            <Facts
              facts={suppressed.map(([by, count]) => [
                `by ${holdKindWords(by as Parameters<typeof holdKindWords>[0])}`,
                <span
                  key={by}
                  className="tabular"
                >{`${count} ${count === 1 ? 'notification' : 'notifications'}`}</span>,
              ])}
            />
          </Card>
        )}
      </Section>
    </aside>
  );
}
