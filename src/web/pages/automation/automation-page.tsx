// Automation: what is halted and how to halt, what runs, what starts by itself, and who is on call. Other parts have addresses of their own.
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useKillSwitches, useLacking, useLiveRuns, useOnCall } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Instant } from '../../kit/time.tsx';
import { useTitle } from '../../kit/title.ts';
import { states } from '../../model/states.ts';
import { AutomationColumn } from '../now/automation-column.tsx';
import { AutomationFrame } from './automation-frame.tsx';
import { haltedText, releasing } from './halt-orders.ts';
import { RulesPart } from './rules-part.tsx';
import { SchedulesSection } from './schedules-section.tsx';
import { TrustPart } from './trust-part.tsx';

/** The page. */
export function AutomationPage() {
  useTitle('Automation');
  const switches = useKillSwitches();
  const runs = useLiveRuns();
  const lacking = useLacking('operate');
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const items = switches.data?.items;
  const close = () => {
    setPending(null);
    void switches.refetch();
  };
  return (
    <AutomationFrame part="work">
      <Section title="Halted" count={items?.length}>
        {switches.error !== null && items === undefined ? (
          <ErrorCard error={switches.error} what="The kill switches" retry={() => void switches.refetch()} />
        ) : (
          <Card>
            {items === undefined ? (
              <SkeletonRows rows={1} />
            ) : items.length === 0 ? (
              <Empty title="Nothing is halted">
                Playbooks start with their alerts. One alone is halted on its own page.
              </Empty>
            ) : (
              <ul className="divide-y">
                {items.map((one) => (
                  <li key={one.scope} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
                    <StateBadge state={states.halted} />
                    <p className="min-w-0 flex-1 basis-60 text-sm">
                      <span className="font-medium">{haltedText(one)}</span> by {one.by.name ?? one.by.id},{' '}
                      <Age at={one.at} />: “{one.reason}”
                    </p>
                    <Button size="small" why={lacking} onClick={() => setPending(releasing(one.scope))}>
                      Release…
                    </Button>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        )}
      </Section>
      <AutomationColumn runs={runs.data} />
      <SchedulesSection />
      <OnCall />
      <ConfirmOrder order={pending} onClose={close} />
    </AutomationFrame>
  );
}

const section = getRouteApi('/automation/$section');

/** Another part by its address. */
export function AutomationSectionPage() {
  const { section: part } = section.useParams();
  useTitle('Automation');
  if (part === 'policies')
    return (
      <AutomationFrame part="rules">
        <RulesPart />
      </AutomationFrame>
    );
  if (part === 'trust')
    return (
      <AutomationFrame part="trust">
        <TrustPart />
      </AutomationFrame>
    );
  return <Empty title="There is no such part of automation">The link may be cut, or of another Firebreak.</Empty>;
}

function OnCall() {
  const { data } = useOnCall();
  if (!data || data.items.length === 0) return null;
  return (
    <Section title="On call">
      <Card>
        <ul className="divide-y">
          {data.items.map(({ name, who, until, trouble }) => (
            <li key={name} className="flex flex-wrap items-center gap-x-4 px-4 py-2.5 text-sm">
              <span className="font-medium">{name}</span>
              <span className="min-w-0 flex-1">{who.length === 0 ? 'nobody' : who.join(', ')}</span>
              {until !== null && (
                <span className="text-xs text-muted">
                  until <Instant at={until} />
                </span>
              )}
              {trouble !== null && <span className="w-full text-xs text-amber">{trouble}</span>}
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}
