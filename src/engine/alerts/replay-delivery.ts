// Replaying a dead delivery: its stored body is read with today's configuration, and it waits again as if it had just been accepted.
import { isOneRequest } from '../../core/authority/principal.ts';
import { err, ok } from '../../core/result.ts';
import { systemStreamId } from '../../core/system/events.ts';
import type { DeliveryOperations } from '../../ports/operations.ts';
import type { EnginePorts } from '../engine-ports.ts';
import type { Pipeline } from '../pipeline.ts';
import type { CommandSystem } from '../system/command-system.ts';

/** What replaying needs. */
export type ReplayParts = {
  readonly ports: Pick<EnginePorts, 'deliveries' | 'events' | 'masker' | 'remap' | 'wakeups'>;
  readonly pipeline: Pick<Pipeline, 'authorised'>;
  readonly commandSystem: CommandSystem;
};

/**
 * The operation. That it was replayed, and by whom, stands in the system stream before the delivery waits again: a replay that is recorded and
 * then cut off leaves the delivery dead, to be replayed once more; one that is not recorded never happens.
 */
export function createDeliveryOperations(parts: ReplayParts): DeliveryOperations {
  const { pipeline, commandSystem } = parts;
  const { deliveries, events, masker, remap, wakeups } = parts.ports;
  return {
    async replayDelivery({ principal, cause, receipt, reason }) {
      const allowed = await pipeline.authorised(principal, 'operate', {});
      if (!allowed.ok) return allowed;
      const delivery = await deliveries.find(receipt);
      if (!delivery) return err({ code: 'not_found', message: `there is no delivery ${receipt}` });
      if (delivery.status !== 'dead') {
        // The very order that let it go on has come again.
        const isDone = isOneRequest(cause) && (await events.causedBy(systemStreamId, cause)) !== null;
        if (isDone) return ok({ receipt, alerts: delivery.alerts.length });
        return err({ code: 'wrong_state', message: notDead(delivery.status) });
      }
      if (delivery.unbelievable !== null) return err({ code: 'wrong_state', message: edited(delivery.unbelievable) });
      const read = remap(delivery);
      if (!read.ok) return err({ code: 'wrong_state', message: `it still cannot be used: ${read.error}` });
      const alerts = masker.incoming(read.value);
      const { source, integration } = delivery;
      const command = { type: 'replay_delivery' as const, receipt, source, integration, alerts: alerts.length, reason };
      const recorded = await commandSystem({ caller: { principal, cause }, right: 'operate', command });
      if (recorded.outcome === 'refused') return err(recorded.refusal);
      if (!(await deliveries.requeue(receipt, alerts)))
        return err({ code: 'wrong_state', message: 'somebody else has just replayed it' });
      wakeups.wakeIntake();
      return ok({ receipt, alerts: alerts.length });
    },
  };
}

const notDead = (status: 'accepted' | 'processed') =>
  status === 'accepted'
    ? 'the delivery is not dead: it is tried again by itself'
    : 'the delivery is not dead: it was dealt with';

const edited = (why: string) => `it cannot be believed (${why}); let its sender send it again`;
