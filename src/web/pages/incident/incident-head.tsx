// The head of an incident: how bad, what, since when, who leads, whether the record is sound, and what can be done. It stays in view.
import { Link } from '@tanstack/react-router';
import { Hash, History, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiFrame } from '../../../contract/frame.ts';
import type { ApiIncident } from '../../../contract/incident.ts';
import { useNames } from '../../data/names.ts';
import { SeverityBadge, StateBadge } from '../../kit/state-badge.tsx';
import { ClockTime, Duration, Instant } from '../../kit/time.tsx';
import { leadOf } from '../../model/incidents.ts';
import { incidentState } from '../../model/states.ts';
import { IncidentActions } from './incident-actions.tsx';
import { Seal } from './seal.tsx';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex items-center gap-1.5">
    <dt className="text-muted">{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** As it is now; with `frame` as it was known at an instant, which is said. */
export function IncidentHead({
  incident,
  frame,
  at,
  isShown,
}: {
  incident: ApiIncident;
  frame: ApiFrame | undefined;
  at: string | null;
  /** The rest of the page is there. */
  isShown: boolean;
}) {
  const known = frame?.incident;
  const over = known ? known.clocks.over : (incident.resolvedAt ?? incident.closedAt);
  const state = incidentState({
    status: known?.status ?? incident.status,
    acknowledgedAt: known ? known.clocks.acknowledged : incident.acknowledgedAt,
    mitigatedAt: known ? known.clocks.mitigated : incident.mitigatedAt,
    mergedInto: known ? known.mergedInto : incident.mergedInto,
  });
  const service = known?.service ?? incident.service;
  return (
    <header className="z-20 border-b bg-page px-4 py-3 md:sticky md:top-0 md:px-6">
      <div className="flex min-h-8 max-w-[1200px] flex-wrap items-start gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-1 basis-80 items-start gap-2.5">
          <span className="shrink-0 pt-1">
            <SeverityBadge severity={known?.severity ?? incident.severity} />
          </span>
          <h1 className="min-w-0 text-xl font-semibold">
            <span className="font-normal text-muted">#{incident.number}</span> {known?.title ?? incident.title}
          </h1>
          {known?.drill && (
            <span className="mt-1 rounded-sm bg-violet-ground px-1.5 text-xs font-semibold text-violet">DRILL</span>
          )}
        </div>
        {at === null && <IncidentActions incident={incident} />}
      </div>
      <div className="mt-2 flex max-w-[1200px] flex-wrap items-center gap-x-4 gap-y-1 text-xs">
        <StateBadge state={state} />
        <dl className="contents">
          <Fact name={over === null ? 'for' : 'lasted'}>
            <Duration from={incident.openedAt} to={over ?? at} className="font-medium" />
          </Fact>
          <Fact name="opened">
            <Instant at={incident.openedAt} />
          </Fact>
          <Fact name="lead">
            <PersonName of={known ? known.lead : leadOf(incident)} />
          </Fact>
          {service !== null && <Fact name="service">{service}</Fact>}
        </dl>
        {incident.channel !== null && (
          <span className="inline-flex items-center gap-0.5 text-muted">
            <Hash className="size-3" aria-hidden="true" />
            {incident.channel.name}
          </span>
        )}
        {incident.private && (
          <span className="inline-flex items-center gap-1 text-muted">
            <Lock className="size-3" aria-hidden="true" /> private
          </span>
        )}
        {incident.mergedInto !== null && <GoesOn number={incident.mergedInto.number} />}
        {at === null ? (
          <Seal id={incident.id} version={incident.version} isShown={isShown} />
        ) : (
          <span className="inline-flex items-center gap-1 font-medium text-accent">
            <History className="size-3.5" aria-hidden="true" /> as known at <ClockTime at={at} />
          </span>
        )}
      </div>
    </header>
  );
}

/** Somebody by name, or nobody. */
function PersonName({ of }: { of: string | null }) {
  const name = useNames();
  return of === null ? 'nobody' : name(of);
}

const GoesOn = ({ number }: { number: number }) => (
  <span>
    goes on in{' '}
    <Link to="/incidents/$number" params={{ number: String(number) }} className="underline underline-offset-4">
      #{number}
    </Link>
  </span>
);
