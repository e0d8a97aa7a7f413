// Versions that are tried beside the live one when an alert comes: a canary that takes its place for a share of the incidents, and what one in
// shadow would do. Starts nothing.
import type { Alert } from '../../core/alert/alert.ts';
import type { AlertPlan } from '../../core/alert/staged.ts';
import { takesIncident } from '../../core/change-control/canary.ts';
import { shadowDecision } from '../../core/change-control/shadow.ts';
import { type IncidentEvent, type Recorded, systemActor } from '../../core/events.ts';
import { alertActor } from '../../core/incident/decide-alerts.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { resolveInputs } from '../../core/playbook/match.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { Trials } from './in-force.ts';

/** What trying needs. */
export type TrialParts = {
  readonly catalog: PlaybookCatalog;
  readonly trialsOf?: (playbook: string) => Trials;
};

/** The version that decides about an alert of an incident: the live one, or its canary. */
export function versionFor(
  { trialsOf }: Pick<TrialParts, 'trialsOf'>,
  live: Playbook,
  { alert, incidentId }: { readonly alert: Alert; readonly incidentId: string },
): Playbook {
  const canary = trialsOf?.(live.name).canary;
  if (!canary) return live;
  const inputs = canary.part.only ? resolveInputs(live, alert, {}) : null;
  const given = { incidentId, inputs: inputs?.ok ? inputs.value : null };
  return takesIncident(canary.part, live.name, given) ? canary.playbook : live;
}

/** What versions in shadow would do about an alert. */
export function shadowsOf(
  {
    catalog,
    trialsOf,
    traits,
    env,
  }: TrialParts & {
    readonly traits: ActionCatalog;
    readonly env: { readonly [name: string]: string };
  },
  given: {
    readonly alert: Alert;
    readonly receipt: string;
    readonly incident: IncidentState;
    readonly at: string;
    readonly plan: Pick<AlertPlan, 'playbooks'>;
  },
): readonly Recorded<IncidentEvent>[] {
  if (!trialsOf) return [];
  const { alert, receipt, incident, at, plan } = given;
  const { names, only } = plan.playbooks;
  return catalog.all().flatMap((live) => {
    const { shadow } = trialsOf(live.name);
    if (!shadow) return [];
    const trigger = {
      alert,
      receipt,
      incident,
      actor: alertActor(alert),
      at,
      env,
      isNamed: names.includes(live.name),
      triggersCount: !only,
    };
    const decided = shadowDecision({ live, shadow }, trigger, { traits, library: catalog.byName });
    return decided ? [{ ...decided, actor: systemActor }] : [];
  });
}
