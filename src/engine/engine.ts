// The one composition of everything between the adapters: commands, intake, driver, dispatcher, reconciler, timers, sealing.
// The program, the command line, the tests and the races call this same function with adapters of their own. Holds no rule.

import { incidentWakeAt } from '../core/incident/wake-at.ts';
import type { KillSwitch } from '../ports/admission.ts';
import type { AcceptDelivery } from '../ports/intake.ts';
import type { Operations } from '../ports/operations.ts';
import type { Sessions } from '../ports/sessions.ts';
import type { Tokens } from '../ports/tokens.ts';
import type { Admission } from './admission.ts';
import { createAcceptDelivery } from './alerts/accept-delivery.ts';
import { composeAlerts } from './alerts/compose-alerts.ts';
import type { Intake } from './alerts/drain-intake.ts';
import { createHeartbeats } from './alerts/heartbeats.ts';
import type { MuteWatch } from './alerts/mute-watch.ts';
import { createDeliveryOperations } from './alerts/replay-delivery.ts';
import { composeRuns } from './compose-runs.ts';
import type { EngineOptions, EnginePorts } from './engine-ports.ts';
import { createCollector } from './evidence/collect-owed.ts';
import { fromOutside } from './from-outside.ts';
import { createFollowUpOperations } from './incidents/follow-up-operations.ts';
import {
  type CommandIncident,
  createCommandIncident,
  createIncidentOperations,
} from './incidents/incident-operations.ts';
import { createRemindOfActionItems } from './incidents/remind-action-items.ts';
import { createLease, type Lease } from './lease.ts';
import { createMendAttention } from './mend-attention.ts';
import type { Pipeline } from './pipeline.ts';
import type { ChangeControl } from './playbooks/change-control.ts';
import { changeControlOf, freshly } from './playbooks/compose-change-control.ts';
import { createInForce, type InForce } from './playbooks/in-force.ts';
import { createReconciler, takeUp } from './reconcile.ts';
import { createReadPostmortem } from './record/read-postmortem.ts';
import { createRecordOperations } from './record/record-operations.ts';
import { createRollbackWatch, type RollbackWatch, type Standstill } from './record/rollback-watch.ts';
import { createSealing } from './record/seal-checkpoint.ts';
import { removeOld } from './remove-old.ts';
import { abortCancelled } from './runs/abort-cancelled.ts';
import type { Driver } from './runs/drive-run.ts';
import { createRunOperations } from './runs/run-operations.ts';
import { createDryRun, createStartRun } from './runs/start-run.ts';
import { composeSchedules } from './schedules/compose-schedules.ts';
import type { Sight } from './sight.ts';
import { watchingSlo } from './slo/watch-slo.ts';
import { createCommandSystem } from './system/command-system.ts';
import { composeProofs } from './system/compose-proofs.ts';
import { createHaltOperations, takeOverSwitches } from './system/halt-operations.ts';
import { tracedAccept } from './tracing/trace-deliveries.ts';

/** An engine. Whatever it does is set off by one of these. */
export type Engine = {
  readonly operations: Operations;
  /** Recognises presented service tokens. */
  readonly tokens: Tokens;
  /** Begins, recognises and ends the sessions of people. */
  readonly sessions: Sessions;
  /** Whether a principal has a right, for questions that change nothing. */
  readonly authorised: Pipeline['authorised'];
  /** Whether somebody may know of an incident. */
  readonly sight: Sight;
  readonly switches: () => readonly KillSwitch[];
  /** Versions of playbooks: what the folder holds is recorded, and read anew. */
  readonly changeControl: Pick<ChangeControl, 'recordFolder' | 'reload'>;
  /** Records kill switches that a version engaged which recorded none; before anything is ordered of a database that may be old. */
  readonly takeOverSwitches: () => Promise<void>;
  /** Reads what is halted, and sends the first heartbeat of this worker; before anything else is asked of it. */
  readonly start: () => Promise<void>;
  /** Writes a delivery down; it is dealt with here at once where that can be, else intake is woken. */
  readonly acceptDelivery: AcceptDelivery;
  /** Delivers an alert for each heartbeat that is missing, and its end when it is heard again. */
  readonly checkHeartbeats: () => Promise<void>;
  /** Works through the deliveries that wait. */
  readonly drainIntake: () => Promise<void>;
  /** Brings one run as far as it goes. */
  readonly dispatch: (runId: string) => Promise<void>;
  /** Finds everything that no job points at any more, once. */
  readonly reconcile: () => Promise<void>;
  /** Renews this worker's lease; settles the steps that the ledger says it holds, and ends those that are to be cancelled. */
  readonly heartbeat: () => Promise<void>;
  /** Dispatches everything that is due in this worker's pool; for a worker that has just started. */
  readonly takeUp: () => Promise<void>;
  /** Why this process acts on nothing: the database went back in time; null: it acts. Deliveries are accepted all the same. */
  readonly standstill: () => Standstill | null;
  /** Seals what has moved; `final`: for the shutdown. `lost`: nothing can be sealed; `off`: another process seals. */
  readonly seal: (options: { readonly final: boolean }) => Promise<'done' | 'lost' | 'off'>;
  /** Claims and starts the slots of schedules that are due. */
  readonly lookAtSchedules: () => Promise<void>;
  /** Tells people which action items are overdue, once a day. */
  readonly remindOfActionItems: () => Promise<void>;
  /** Records which error budgets are used up, and which are whole again. */
  readonly watchSlo: () => Promise<void>;
  /** Takes back canaries that are worse than their live version. */
  readonly watchCanaries: () => Promise<void>;
  /** Removes what is old and no record, once. */
  readonly removeOld: () => Promise<void>;
  /** Ends the work of this process: nothing new starts, actions under way have `graceMs` to end; then the worker leaves the registry. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** Composes an engine. Nothing runs until one of its members is called. */
export function createEngine(ports: EnginePorts, options: EngineOptions): Engine {
  const { runtime, events, systemStream, lookups, correlation, catalog, registry, traits } = ports;
  const { pool, works, rules } = options;
  const { mask } = ports.masker;
  const lease = createLease(runtime);
  const watch = createRollbackWatch(ports);
  const inForce = createInForce(ports.changeControl, ports.lives, ports.log);
  const known = { lease, watch, inForce };
  const { pipeline, commandRun, admission, driver, dispatcher } = composeRuns(ports, options, known);
  /** What acts by itself does nothing while everything stands still. */
  const unlessStanding = async (work: () => Promise<void>) => (watch.standing() ? undefined : work());
  const offer = () => (works ? driver.offer() : null);
  const incidentParts = { pipeline, store: events, runtime, correlation, rules, directory: ports.directory };
  const commandIncident = createCommandIncident(incidentParts);
  const people = Object.keys(options.people);
  const commandSystem = createCommandSystem({ pipeline, systemStream, catalog, lookups, people });
  const { tokens, sessions, ofProofs } = composeProofs(ports, options, { pipeline, commandSystem });
  const { authorOf, trialsOf } = inForce;
  const env = mask(options.env);
  const startParts = { ...incidentParts, catalog, env, traits, mask, offer, lookups, admission, authorOf, trialsOf };
  const heartbeats = heartbeatsOf(ports, options);
  const around = { heartbeats, startParts, commandSystem, room: driver.room, standing: watch.standing };
  const { intake, advanceGroup, mutes, operations } = composeAlerts(ports, options, around);
  const changeControl = changeControlOf(ports, options, { pipeline, inForce });
  const schedules = composeSchedules(ports, { startParts, commandSystem, admission });
  const accept = tracedAccept(ports, createAcceptDelivery({ ...ports, intake }));
  const collector = createCollector({ ...ports, works, fetch: ports.fetchEvidence, commandIncident });
  const itself = { advanceGroup, lookAtMutes: mutes.look, collectEvidence: collector.collect };
  const reconciler = reconcilerOf(ports, options, { admission, commandRun, commandIncident, ...itself });
  const sealing = ports.sealing && createSealing({ ...ports.sealing, runtime, log: ports.log });

  return {
    operations: fromOutside(ports.masker, {
      ...freshly(inForce.refresh, createStartRun(startParts)),
      dryRun: createDryRun(startParts),
      ...createRunOperations({ commandRun, abort: driver.abort, offer, directory: ports.directory, store: events }),
      ...createIncidentOperations(incidentParts, commandIncident),
      ...followUpOf(ports, options, commandIncident),
      ...createHaltOperations({ commandSystem, admission, lookups, commandIncident, library: catalog.byName }),
      ...createRecordOperations({ ...ports, pipeline, commandSystem, watch }),
      ...createDeliveryOperations({ pipeline, commandSystem, ports }),
      ...operations,
      ...schedules.operations,
      ...changeControl.operations,
      ...ofProofs,
    }),
    tokens,
    sessions,
    authorised: pipeline.authorised,
    sight: pipeline.sight,
    switches: admission.switches,
    changeControl,
    takeOverSwitches: () => watch.look().then(() => takeOverSwitches(commandSystem, ports.admission)),
    standstill: watch.standing,
    ...lifeOf(ports, options, { ...known, admission, mutes, driver, reconciler, collector, intake, unlessStanding }),
    acceptDelivery: heartbeats.listening(accept),
    checkHeartbeats: () => unlessStanding(() => heartbeats.check(accept)),
    drainIntake: () => unlessStanding(intake.drain),
    dispatch: (runId) => unlessStanding(() => dispatcher.dispatch(runId)),
    takeUp: () => unlessStanding(() => takeUp({ registry, runtime }, pool, dispatcher.dispatch)),
    seal: async ({ final }) => (sealing ? sealing({ final }) : 'off'),
    lookAtSchedules: () => unlessStanding(schedules.look),
    ...watchingOf(ports, options, { commandSystem, unlessStanding }),
    watchCanaries: () => unlessStanding(changeControl.watchCanaries),
    removeOld: () => unlessStanding(() => removeOld(ports.retention, ports.log)),
  };
}

/** How the work of a process begins, goes on and ends. */
function lifeOf(
  ports: EnginePorts,
  { worker, pool, works }: Pick<EngineOptions, 'worker' | 'pool' | 'works'>,
  given: {
    readonly lease: Lease;
    readonly watch: RollbackWatch;
    readonly inForce: InForce;
    readonly admission: Admission;
    readonly mutes: MuteWatch;
    readonly driver: Driver;
    readonly reconciler: ReturnType<typeof createReconciler>;
    readonly collector: ReturnType<typeof createCollector>;
    readonly intake: Intake;
    readonly unlessStanding: (work: () => Promise<void>) => Promise<void>;
  },
): Pick<Engine, 'start' | 'reconcile' | 'heartbeat' | 'stop'> {
  const { registry, actions } = ports;
  const { lease, watch, inForce, admission, mutes, driver, reconciler, collector, intake, unlessStanding } = given;
  const renewLease = () => lease.renew(() => registry.heartbeat(worker, pool, [...actions.keys()]));
  return {
    async start() {
      await watch.look();
      await admission.refresh();
      await mutes.refresh();
      await inForce.refresh();
      if (works) await renewLease();
    },
    async reconcile() {
      await watch.look();
      await inForce.refresh();
      await (watch.standing() ? admission.refresh() : reconciler.reconcile());
    },
    async heartbeat() {
      const { holding, cancelling } = await renewLease();
      await abortCancelled(ports, driver, cancelling);
      await unlessStanding(() => driver.reclaim(holding));
    },
    async stop(graceMs) {
      await Promise.all([driver.stop(graceMs), collector.stop()]);
      await intake.idle();
      if (works) await registry.leave(worker);
    },
  };
}

const heartbeatsOf = ({ heartbeats: store, runtime }: EnginePorts, { heartbeats, alertRules }: EngineOptions) =>
  createHeartbeats({ rules: heartbeats, intervals: alertRules.intervals, store, runtime });

const reconcilerOf = (
  ports: EnginePorts,
  { rules }: EngineOptions,
  given: Omit<Parameters<typeof createReconciler>[0], 'ports' | 'mendAttention'>,
) => createReconciler({ ...given, ports, mendAttention: mendingOf(ports, rules) });
/** What people do after an incident. */
const followUpOf = ({ events }: EnginePorts, { documents, people }: EngineOptions, commandIncident: CommandIncident) =>
  createFollowUpOperations({
    commandIncident,
    people: Object.keys(people),
    readPostmortem: createReadPostmortem({ events, documents }),
  });

/** What tells people once a day what is overdue, and records which error budgets are used up. */
function watchingOf(
  ports: EnginePorts,
  options: EngineOptions,
  given: Parameters<typeof watchingSlo>[2],
): Pick<Engine, 'remindOfActionItems' | 'watchSlo'> {
  const { actionItems: items = async () => [], announce, runtime, log } = ports;
  const { remindAt: hour = null, documents: { timeZone = 'UTC', people = new Map() } = {} } = options;
  const remind = createRemindOfActionItems({ items, announce, runtime, log, hour, timeZone, people });
  return {
    remindOfActionItems: () => given.unlessStanding(remind),
    watchSlo: watchingSlo(ports, options, given),
  };
}

/** What mends rows that say that they want attention too late. */
const mendingOf = ({ attention, versions, runtime, log }: EnginePorts, rules: EngineOptions['rules']) =>
  createMendAttention({
    attention,
    versions,
    incidentWakeAt: (incident) => incidentWakeAt(incident, rules),
    runtime,
    log,
  });
