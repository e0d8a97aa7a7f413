// The kill switch: engage, release, and a note in every incident that is held up or set free. The rules are the pipeline's.
import { actorOf } from '../../core/authority/principal.ts';
import { err, ok } from '../../core/result.ts';
import type { PlaybookCatalog, RunLookups } from '../../ports/ledger.ts';
import type { SystemOperations } from '../../ports/operations.ts';
import type { Admission } from '../admission.ts';
import type { CommandIncident } from '../incidents/incident-operations.ts';
import type { Pipeline } from '../pipeline.ts';

/** What the kill switch needs. */
export type HaltParts = {
  readonly pipeline: Pick<Pipeline, 'authorised'>;
  readonly admission: Pick<Admission, 'switches' | 'engage' | 'release'>;
  readonly catalog: Pick<PlaybookCatalog, 'byName'>;
  readonly lookups: Pick<RunLookups, 'atWork'>;
  readonly commandIncident: CommandIncident;
};

const nameOfScope = (scope: string) => (scope === '*' ? 'every playbook' : `the playbook ${scope}`);
const resourceOf = (scope: string) => (scope === '*' ? {} : { playbook: scope });

/** The operations of the kill switch. */
export function createHaltOperations(parts: HaltParts): SystemOperations {
  const { pipeline, admission, catalog, lookups, commandIncident } = parts;

  /** Writes it into the timeline of every incident that it holds up or sets free. */
  async function noteAtWork(
    { principal, cause }: Parameters<SystemOperations['release']>[0],
    scope: string,
    text: string,
  ) {
    for (const incidentId of await lookups.atWork(scope))
      await commandIncident({ principal, cause }, incidentId, { type: 'note', text }, 'operate');
  }

  return {
    killSwitches: () => admission.switches(),

    async halt({ scope, reason, ...caller }) {
      const allowed = await pipeline.authorised(caller.principal, 'operate', resourceOf(scope));
      if (!allowed.ok) return allowed;
      if (scope !== '*' && !catalog.byName(scope))
        return err({ code: 'not_found', message: `there is no playbook ${scope}; name one, or * for everything` });
      const killSwitch = await admission.engage(scope, actorOf(caller.principal), reason);
      await noteAtWork({ ...caller, scope }, scope, `halted ${nameOfScope(scope)}: ${reason}`);
      return ok(killSwitch);
    },

    async release({ scope, ...caller }) {
      const allowed = await pipeline.authorised(caller.principal, 'operate', resourceOf(scope));
      if (!allowed.ok) return allowed;
      if (!(await admission.release(scope)))
        return err({ code: 'wrong_state', message: `nothing is halted for ${scope}` });
      await noteAtWork({ ...caller, scope }, scope, `released ${nameOfScope(scope)}; its runs go on`);
      return ok({ scope });
    },
  };
}
