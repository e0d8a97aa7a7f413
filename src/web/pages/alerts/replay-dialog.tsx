// Reads a dead delivery once more: first what the configuration as it is now would make of it, which changes nothing, then the order.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiExplained } from '../../../contract/alert.ts';
import type { ApiDeliveryBody } from '../../../contract/operation.ts';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { ConfirmOrder } from '../../kit/confirm-order.tsx';
import { Skeleton } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { readableBody } from '../../model/delivery-text.ts';
import { explainedState } from '../../model/explain.ts';

/** The question. */
export function ReplayDialog({ delivery, onClose }: { delivery: ApiDeliveryBody; onClose: () => void }) {
  const queries = useQueryClient();
  const { receipt, integration } = delivery;
  return (
    <ConfirmOrder
      onClose={() => {
        void queries.invalidateQueries({ queryKey: ['deliveries'] });
        onClose();
      }}
      order={{
        title: 'Read this delivery once more?',
        effect: `Reads what ${integration} sent, with the configuration as it is now, and deals with its alerts as if they came just now: groups, silences and playbooks apply.`,
        label: 'Replay the delivery',
        give: (reason) => ask('POST /deliveries/:id/replay', { params: { id: receipt }, body: { reason } }),
        given: 'It is read once more',
        children: <WouldBe delivery={delivery} />,
      }}
    />
  );
}

function WouldBe({ delivery }: { delivery: ApiDeliveryBody }) {
  const { source, integration, headers, body, receipt } = delivery;
  const { isWhole } = readableBody(delivery);
  const trial = useQuery({
    queryKey: ['replay-trial', receipt],
    queryFn: ({ signal }) =>
      ask('POST /explain', { body: { delivery: { source, integration, headers, body } } }, signal),
    enabled: isWhole,
    retry: false,
    staleTime: 0,
  });
  return (
    <section
      aria-label="What would happen"
      aria-live="polite"
      className="rounded-md border bg-surface px-3 py-2.5 text-sm"
    >
      {!isWhole ? (
        <p className="text-muted">It is too long to be tried from here; the server reads all of it.</p>
      ) : trial.error !== null ? (
        <p className="text-muted">It could not be tried: {asFailure(trial.error).message}</p>
      ) : trial.data === undefined ? (
        <Skeleton className="h-5 w-2/3" />
      ) : (
        <Trial explained={trial.data} />
      )}
    </section>
  );
}

function Trial({ explained: { delivery, alerts } }: { explained: ApiExplained }) {
  if (delivery?.status === 'refused')
    return (
      <>
        <p className="font-medium text-red">It still cannot be used: {delivery.detail ?? delivery.outcome}</p>
        {delivery.fields.map(({ field, message }) => (
          <p key={field + message}>
            <code className="font-mono text-xs">{field}</code> {message}
          </p>
        ))}
        <p className="text-muted">
          Mend the integration, or the sender, first. A replay would be refused, and changes nothing.
        </p>
      </>
    );
  return (
    <>
      <p className="font-medium">
        It can be used now: {alerts.length} {alerts.length === 1 ? 'alert' : 'alerts'}
      </p>
      <ul className="mt-1 max-h-48 space-y-1.5 overflow-y-auto">
        {alerts.map((one) => (
          <li key={one.alert.fingerprint}>
            <p className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate">{one.alert.title}</span>
              <StateBadge state={explainedState(one)} plain />
            </p>
            <p className="text-xs text-muted">{one.stages.find(({ stage }) => stage === 'act')?.outcome}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
