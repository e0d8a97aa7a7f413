// The kill switch: engage, release, and a note in every incident that is held up or set free. The rules are the system stream's.
import { type Caller, isOneRequest, systemPrincipal } from '../../core/authority/principal.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { err, ok } from '../../core/result.ts';
import { switchOf } from '../../core/system/state.ts';
import type { AdmissionStore } from '../../ports/admission.ts';
import type { EventStore, RunLookups } from '../../ports/ledger.ts';
import type { SystemOperations } from '../../ports/operations.ts';
import type { Admission } from '../admission.ts';
import type { CommandIncident } from '../incidents/incident-operations.ts';
import { type CommandSystem, stateOf } from './command-system.ts';

/** What the kill switch needs. */
export type HaltParts = {
  readonly commandSystem: CommandSystem;
  readonly admission: Pick<Admission, 'switches' | 'refresh'>;
  readonly lookups: Pick<RunLookups, 'atWork'>;
  readonly events: Pick<EventStore, 'causedBy'>;
  readonly commandIncident: CommandIncident;
  /** The playbooks in force, whose labels rights can be bound to. */
  readonly library: (name: string) => Pick<Playbook, 'labels'> | undefined;
};

const nameOfScope = (scope: string) => (scope === '*' ? 'every playbook' : `the playbook ${scope}`);

/** The operations of the kill switch. */
export function createHaltOperations(parts: HaltParts): SystemOperations {
  const { commandSystem, admission, lookups, events, commandIncident, library } = parts;
  const resourceOf = (scope: string) => (scope === '*' ? {} : { playbook: scope, labels: library(scope)?.labels });

  /** Writes it into the timeline of every incident that it holds up or sets free, once however often the order comes. */
  async function noteAtWork({ principal, cause }: Caller, scope: string, text: string) {
    for (const incidentId of await lookups.atWork(scope))
      if (!isOneRequest(cause) || (await events.causedBy(incidentId, cause)) === null)
        await commandIncident({ principal, cause }, incidentId, { type: 'note', text }, 'operate');
  }

  return {
    killSwitches: () => admission.switches(),

    async halt({ scope, reason, principal, cause }) {
      const caller = { principal, cause };
      const resource = resourceOf(scope);
      const command = { type: 'engage_switch' as const, scope, reason };
      const state = stateOf(await commandSystem({ caller, right: 'operate', resource, command }));
      if (!state.ok) return state;
      await admission.refresh();
      await noteAtWork(caller, scope, `halted ${nameOfScope(scope)}: ${reason}`);
      const engaged = switchOf(state.value, scope);
      // The request came again, and somebody has released it since.
      return engaged ? ok(engaged) : err({ code: 'wrong_state', message: `${scope} was halted, and released since` });
    },

    async release({ scope, reason, principal, cause }) {
      const caller = { principal, cause };
      const command = { type: 'release_switch' as const, scope, reason };
      const state = stateOf(await commandSystem({ caller, right: 'operate', resource: resourceOf(scope), command }));
      if (!state.ok) return state;
      await admission.refresh();
      await noteAtWork(caller, scope, `released ${nameOfScope(scope)}; its runs go on`);
      return ok({ scope });
    },
  };
}

/**
 * Records switches that stand in the table while nothing at all is in the record: they were engaged by a version that recorded
 * none. Nothing that is engaged is lost, and it can be released. Later the table decides nothing.
 */
export async function takeOverSwitches(
  commandSystem: CommandSystem,
  { keptSwitches }: Pick<AdmissionStore, 'keptSwitches'>,
): Promise<void> {
  const engaged = await keptSwitches();
  if (engaged.length === 0) return;
  const caller = { principal: systemPrincipal, cause: 'start' };
  await commandSystem({ caller, right: 'operate', command: { type: 'take_over_switches', engaged } });
}
