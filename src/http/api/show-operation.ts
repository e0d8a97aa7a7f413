// What operators look at, as the API answers it: deliveries, kill switches, changes.
import type { ApiChange, ApiDelivery, ApiDeliveryBody, ApiKillSwitch } from '../../contract/operation.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { LedgerChange } from '../../ports/api.ts';
import type { Delivery } from '../../ports/intake.ts';

/** A delivery, without what it holds and without the key that tells repetitions apart. */
export function showDelivery(delivery: Omit<Delivery, 'body' | 'alerts'>): ApiDelivery {
  const { receipt, source, integration, headers, receivedAt, status, error, fault, tries } = delivery;
  return { receipt, source, integration, headers, receivedAt, status, error, fault, tries };
}

const maxShown = 16_384;

/** A delivery with what it said, known secrets masked. */
export function showDeliveryBody(delivery: Delivery, mask: (text: string) => string): ApiDeliveryBody {
  const { body, alerts } = delivery;
  return {
    ...showDelivery(delivery),
    body: mask(body.toString('utf8').toWellFormed()).slice(0, maxShown),
    bodyBytes: body.length,
    alerts: alerts.map(({ fingerprint, status, title }) => ({ fingerprint, status, title })),
  };
}

/** A kill switch. */
export const showKillSwitch = ({ scope, by, reason, at }: KillSwitch): ApiKillSwitch => ({ scope, by, reason, at });

/** A change, as the stream tells it. */
export function showChange({ incidentId, runId, seq, type, at }: LedgerChange): ApiChange {
  return { kind: runId === null ? 'incident' : 'run', id: runId ?? incidentId, incident: incidentId, seq, type, at };
}
