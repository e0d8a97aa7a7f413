// One delivery: what it said, as text and never as anything else; what was made of it; and, of a dead one, reading it once more.
import { getRouteApi, Link } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ApiDeliveryBody } from '../../../contract/operation.ts';
import { asFailure } from '../../data/failure.ts';
import { useLacking } from '../../data/read.ts';
import { useDelivery } from '../../data/read-alerts.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Facts, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { StateBadge, StateGlyph } from '../../kit/state-badge.tsx';
import { Age, Instant } from '../../kit/time.tsx';
import { useTitle } from '../../kit/title.ts';
import { bytesText, readableBody } from '../../model/delivery-text.ts';
import { deliveryState, states } from '../../model/states.ts';
import { AlertsFrame } from './alerts-frame.tsx';
import { ReplayDialog } from './replay-dialog.tsx';

const route = getRouteApi('/alerts/deliveries/$receipt');
const link = 'underline underline-offset-4 decoration-strong hover:decoration-current';

/** The page. */
export function DeliveryPage() {
  const { receipt } = route.useParams();
  useTitle('Delivery');
  const delivery = useDelivery(receipt);
  return (
    <AlertsFrame part="deliveries">
      {delivery.data !== undefined ? (
        <Shown delivery={delivery.data} />
      ) : delivery.error === null ? (
        <SkeletonRows rows={6} />
      ) : asFailure(delivery.error).status === 404 ? (
        <Empty title="There is no such delivery">
          What it said may be older than what is kept.{' '}
          <Link to="/alerts/$section" params={{ section: 'deliveries' }} className={link}>
            All deliveries
          </Link>
        </Empty>
      ) : (
        <ErrorCard error={delivery.error} what="The delivery" retry={() => void delivery.refetch()} />
      )}
    </AlertsFrame>
  );
}

function Shown({ delivery }: { delivery: ApiDeliveryBody }) {
  const { integration, status, error, fault, alerts } = delivery;
  const lacking = useLacking('operate');
  const [isReplaying, setReplaying] = useState(false);
  const body = readableBody(delivery);
  return (
    <>
      <header className="flex flex-wrap items-start gap-x-4 gap-y-3 pb-5">
        <div className="min-w-0 flex-1 basis-72">
          <p className="text-sm text-muted">
            <Link to="/alerts/$section" params={{ section: 'deliveries' }} className={link}>
              Deliveries
            </Link>
          </p>
          <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
            Delivery of {integration} <StateBadge state={deliveryState(status)} />
          </h2>
          {error !== null && (
            <p className="mt-1 text-sm">
              {error}
              <span className="text-muted">
                {status === 'dead' && ' Its alerts were told to nobody.'}
                {fault === 'ours' &&
                  status !== 'processed' &&
                  ' It failed here, not at the sender, and is tried again for a day.'}
              </span>
            </p>
          )}
        </div>
        {status === 'dead' && (
          <Button kind="main" why={lacking} onClick={() => setReplaying(true)}>
            <RotateCw className="size-3.5" aria-hidden="true" /> Replay…
          </Button>
        )}
      </header>
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Section
          title="What it said"
          aside={
            <span className="text-xs text-muted">
              {bytesText(delivery.bodyBytes)}
              {!body.isWhole && ', the beginning of it'}
            </span>
          }
        >
          <Exactly label="What the delivery said" value={body.text} />
        </Section>
        <aside className="min-w-0 space-y-6" aria-label="About this delivery">
          <Card className="p-4">
            <DeliveryFacts delivery={delivery} />
          </Card>
          <AlertsInIt alerts={alerts} isDead={status === 'dead'} />
        </aside>
      </div>
      {isReplaying && <ReplayDialog delivery={delivery} onClose={() => setReplaying(false)} />}
    </>
  );
}

function AlertsInIt({ alerts, isDead }: { alerts: ApiDeliveryBody['alerts']; isDead: boolean }) {
  return (
    <Section title="Alerts in it" count={alerts.length}>
      {alerts.length === 0 ? (
        <p className="text-sm text-muted">{isDead ? 'None could be read.' : 'None.'}</p>
      ) : (
        <Card>
          <ul className="divide-y">
            {alerts.map((alert) => (
              <li key={alert.fingerprint}>
                <Link
                  to="/alerts/$section"
                  params={{ section: 'explain' }}
                  search={{ fingerprint: alert.fingerprint }}
                  className="flex min-h-9 items-center gap-2 px-3 text-sm hover:bg-surface focus-visible:-outline-offset-2"
                >
                  <StateGlyph state={alert.status === 'firing' ? states.firing : states.recovered} said />
                  <span className="min-w-0 flex-1 truncate">{alert.title}</span>
                  <span className="text-xs text-muted">Explain</span>
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Section>
  );
}

function DeliveryFacts({ delivery }: { delivery: ApiDeliveryBody }) {
  const { source, receivedAt, tries, receipt, headers } = delivery;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Source', source],
    [
      'Received',
      <span key="received">
        <Instant at={receivedAt} /> · <Age at={receivedAt} />
      </span>,
    ],
    ['Failed tries', tries],
    ['Receipt', <CopyId key="receipt" id={receipt} className="-ml-1" />],
    ...Object.entries(headers).map(([name, value]) => [name, value] as const),
  ];
  return <Facts facts={facts} />;
}
