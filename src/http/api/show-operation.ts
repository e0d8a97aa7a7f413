// What operators look at, as the API answers it: deliveries, kill switches, changes.
import type { Change, Delivery, KillSwitch } from '../../contract/operation.ts';
import type { KillSwitch as Engaged } from '../../ports/admission.ts';
import type { LedgerChange } from '../../ports/api.ts';
import type { Delivery as Received } from '../../ports/intake.ts';

/** A delivery, without what it holds and without the key that tells repetitions apart. */
export function showDelivery(delivery: Omit<Received, 'body' | 'alerts'>): Delivery {
  const { receipt, source, integration, headers, receivedAt, status, error } = delivery;
  return { receipt, source, integration, headers, receivedAt, status, error };
}

/** A kill switch. */
export const showKillSwitch = ({ scope, by, reason, at }: Engaged): KillSwitch => ({ scope, by, reason, at });

/** A change, as the stream tells it. */
export function showChange({ incidentId, runId, seq, type, at }: LedgerChange): Change {
  return { kind: runId === null ? 'incident' : 'run', id: runId ?? incidentId, incident: incidentId, seq, type, at };
}
