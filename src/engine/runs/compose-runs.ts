// The pipeline with its interceptors, and what drives runs through it, out of the ports and the options. Holds no rule.

import type { IncidentState } from '../../core/incident/state.ts';
import { incidentWakeAt } from '../../core/incident/wake-at.ts';
import { usualTrust } from '../../core/trust/settings.ts';
import type { Directory } from '../../ports/directory.ts';
import { createAdmission } from '../admission.ts';
import { createAppend } from '../append.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import { makeInterceptors } from '../interceptors/definition.ts';
import * as interceptors from '../interceptors/index.ts';
import { intercept } from '../interceptors/interceptor.ts';
import { createKeyedMutex } from '../keyed-mutex.ts';
import type { Lease } from '../lease.ts';
import { createPipeline } from '../pipeline.ts';
import type { InForce } from '../playbooks/in-force.ts';
import type { Governing } from '../policy/governing.ts';
import { type RollbackWatch, standstillText } from '../record/rollback-watch.ts';
import { createSight } from '../sight.ts';
import { createCommandRun } from './command-run.ts';
import { createDispatcher, type Dispatcher } from './dispatch-run.ts';
import { createDriver, type Driver } from './drive-run.ts';
import { driverParts } from './driver-parts.ts';

/** The pipeline with its interceptors, and what drives runs through it. */
export function composeRuns(
  ports: EnginePorts,
  options: EngineOptions,
  given: {
    readonly lease: Lease;
    readonly watch: RollbackWatch;
    readonly governing: Governing;
    readonly inForce: Pick<InForce, 'authorOf'>;
  },
) {
  const { lease, watch, governing, inForce } = given;
  const { runtime, events, lookups, versions, catalog, traits } = ports;
  // The wake-up rule drives what is made below: it is asked for when something has changed.
  const late: { driver?: Driver; dispatcher?: Dispatcher } = {};
  const made = <K extends keyof typeof late>(part: K) => {
    const found = late[part];
    if (!found) throw new Error(`the ${part} is not there yet`);
    return found as NonNullable<(typeof late)[K]>;
  };
  const parts = { ports, options, driver: () => made('driver'), dispatcher: () => made('dispatcher') };
  const around = intercept(makeInterceptors(interceptors, parts));
  const incidentTimer = (incident: IncidentState) => incidentWakeAt(incident, options.rules);
  const append = createAppend({
    store: events,
    groups: ports.groups,
    lives: ports.lives,
    systemStream: ports.systemStream,
    mask: ports.masker.mask,
    around,
    incidentWakeAt: incidentTimer,
  });
  const directory: Pick<Directory, 'belongsTo'> = {
    belongsTo: (principal, names) => ports.directory().belongsTo(principal, names),
  };
  const mutex = createKeyedMutex();
  const standing = () => {
    const found = watch.standing();
    return found && { reason: standstillText(found), since: found.since };
  };
  const pipeline = createPipeline({
    access: options.access,
    directory,
    runtime,
    clock: ports.clock,
    mutex,
    append,
    around,
    sight: createSight({ store: events, directory }),
    standstill: () => standing()?.reason ?? null,
  });
  const commandRun = createCommandRun({
    pipeline,
    store: events,
    versions,
    runtime,
    traits,
    mask: ports.masker.mask,
    rules: options.rules,
    people: options.people,
    access: options.access,
    authorOf: inForce.authorOf,
    stepUp: options.stepUp,
    systemStream: ports.systemStream,
    library: catalog.byName,
    correlation: ports.correlation,
    governing,
  });
  const admission = createAdmission({
    store: ports.admission,
    lookups,
    runtime,
    storm: options.storm,
    trust: options.trust ?? usualTrust,
    standstill: standing,
  });
  const driver = createDriver(driverParts(ports, options, { commandRun, admission, around, lease, governing }));
  const dispatcher = createDispatcher({ store: events, versions, commandRun, lookups, driver });
  Object.assign(late, { driver, dispatcher });
  return { pipeline, commandRun, admission, driver, dispatcher };
}
