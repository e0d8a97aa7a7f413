// What becomes of an alert, and why: asked by people, at an instant. Looks up what is known of it and changes nothing.
import type { Alert } from '../../core/alert/alert.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { memberOf } from '../../core/group/state.ts';
import { err, ok } from '../../core/result.ts';
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { EventStore } from '../../ports/ledger.ts';
import type { AlertOperations } from '../../ports/operations.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Heartbeats } from './heartbeats.ts';
import { type PlaceParts, placeOf, takerOf } from './place.ts';
import type { Stages } from './stages.ts';

/** What explaining needs. */
export type ExplainParts = Pick<PlaceParts, 'groups' | 'correlation' | 'runtime' | 'rules' | 'catalog'> & {
  readonly pipeline: Pick<Pipeline, 'authorised' | 'sight'>;
  readonly stages: Pick<Stages, 'explain' | 'inGroup'>;
  readonly store: Pick<EventStore, 'readStream'>;
  readonly deliveries: Pick<DeliveryLedger, 'lastAlert'>;
  readonly heartbeats: Pick<Heartbeats, 'countsAs'>;
};

/** Operations on alerts that change nothing. */
export function createAlertOperations(parts: ExplainParts): AlertOperations {
  const { pipeline, groups, correlation, runtime, stages, catalog, heartbeats } = parts;

  return {
    async explainAlert({ principal, alert: given, fingerprint = '', at: asked }) {
      const allowed = await pipeline.authorised(principal, 'view', {});
      if (!allowed.ok) return allowed;
      const alert = given ?? (await lastOf(parts, principal, fingerprint));
      if (alert === null)
        return err({ code: 'not_found', message: `no alert with the fingerprint ${fingerprint} is known here` });
      const now = new Date(runtime.nowMs()).toISOString();
      const at = asked ?? now;
      const explained = await stages.explain(alert, at, async (staged) => {
        const held = (await groups.holding([alert.fingerprint])).get(alert.fingerprint);
        const place = await placeOf(parts, held ? stages.inGroup(staged, held) : staged);
        const taker = takerOf(parts, place, { alerts: [staged.alert], at: now });
        const known = taker ?? place.found ?? (await correlation.lastIncidentOf(alert.fingerprint));
        // What may not be known of is not there.
        const seen = known !== null && (await pipeline.sight(principal, known.incident));
        return {
          incident: seen ? known.incident : null,
          taken: seen && taker !== null,
          group: place.group?.group ?? null,
          playbooks: catalog.all(),
          heartbeats: heartbeats.countsAs(alert, at),
        };
      });
      return ok({ at, alert, stages: explained, knownAt: now });
    },
  };
}

/** An alert as it was told last: held, in an incident whatever became of it, or in a delivery only; null: it is not known. */
async function lastOf(parts: ExplainParts, viewer: Principal, fingerprint: string): Promise<Alert | null> {
  const { groups, correlation, store, deliveries, pipeline } = parts;
  const held = (await groups.holding([fingerprint])).get(fingerprint);
  const group = held ? await groups.byKey(held.key) : null;
  const member = group && memberOf(group.group, fingerprint);
  if (member?.alert) return member.alert;
  const told = await deliveries.lastAlert(fingerprint);
  if (told) return told;
  const home = await correlation.lastIncidentOf(fingerprint);
  if (!home || !(await pipeline.sight(viewer, home.incident))) return null;
  let last: Alert | null = null;
  for await (const { type, data } of store.readStream(home.incident.id)) {
    const { alert } = data as { readonly alert?: Alert };
    if (type === 'alert.received' && alert?.fingerprint === fingerprint) last = alert;
  }
  return last;
}
