// What becomes of an alert, and why: asked by people, at an instant. Looks up what is known of it and changes nothing.
import type { Alert } from '../../core/alert/alert.ts';
import { memberOf } from '../../core/group/state.ts';
import { alertOf } from '../../core/incident/state.ts';
import { err, ok } from '../../core/result.ts';
import { addMs } from '../../core/time.ts';
import type { EventStore } from '../../ports/ledger.ts';
import type { AlertOperations } from '../../ports/operations.ts';
import type { Pipeline } from '../pipeline.ts';
import type { PlaceParts } from './place.ts';
import type { Stages } from './stages.ts';

/** What explaining needs. */
export type ExplainParts = Pick<PlaceParts, 'groups' | 'correlation' | 'runtime' | 'rules' | 'catalog'> & {
  readonly pipeline: Pick<Pipeline, 'authorised'>;
  readonly stages: Pick<Stages, 'explain'>;
  readonly store: Pick<EventStore, 'readStream'>;
};

/** Operations on alerts that change nothing. */
export function createAlertOperations(parts: ExplainParts): AlertOperations {
  const { pipeline, groups, correlation, runtime, rules, stages, catalog } = parts;

  return {
    async explainAlert({ principal, alert: given, fingerprint, at: asked }) {
      const allowed = await pipeline.authorised(principal, 'view', {});
      if (!allowed.ok) return allowed;
      const now = new Date(runtime.nowMs()).toISOString();
      const alert = given ?? (await lastOf(parts, fingerprint ?? ''));
      if (alert === null)
        return err({ code: 'not_found', message: `no alert with the fingerprint ${fingerprint} is known here` });
      const held = (await groups.holding([alert.fingerprint])).get(alert.fingerprint);
      const group = await groups.byKey(held?.key ?? alert.groupKey ?? alert.fingerprint);
      const found = await correlation.incidentFor(alert, addMs(now, -rules.reopenWithinMs));
      const at = asked ?? now;
      const explained = await stages.explain(alert, at, {
        incident: found && {
          number: found.incident.number,
          status: found.incident.status,
          alert: alertOf(found.incident, alert.fingerprint),
        },
        group: group?.group ?? null,
        playbooks: catalog.all(),
      });
      return ok({ at, alert, stages: explained });
    },
  };
}

/** An alert as it was told last; null: none with this fingerprint is known. */
async function lastOf({ groups, correlation, store }: ExplainParts, fingerprint: string): Promise<Alert | null> {
  const held = (await groups.holding([fingerprint])).get(fingerprint);
  const group = held ? await groups.byKey(held.key) : null;
  const member = group && memberOf(group.group, fingerprint);
  if (member?.alert) return member.alert;
  const home = (await correlation.activeIn([fingerprint])).get(fingerprint);
  if (!home) return null;
  let last: Alert | null = null;
  for await (const { type, data } of store.readStream(home.incidentId)) {
    const { alert } = data as { readonly alert?: Alert };
    if (type === 'alert.received' && alert?.fingerprint === fingerprint) last = alert;
  }
  return last;
}
