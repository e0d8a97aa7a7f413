// The one composition of everything between the adapters: commands, intake, driver, dispatcher, reconciler, timers, sealing.
// The program, the command line, the tests and the races call this same function with adapters of their own. Holds no rule.

import { incidentWakeAt } from '../core/incident/wake-at.ts';
import { emptyRulebook, type Rulebook } from '../core/policy/rulebook.ts';
import type { Asking } from '../core/run/draft.ts';
import { noStepUp } from '../core/step-up/needs-step-up.ts';
import { usualTrust } from '../core/trust/settings.ts';
import type { KillSwitch } from '../ports/admission.ts';
import type { AcceptDelivery } from '../ports/intake.ts';
import type { Operations } from '../ports/operations.ts';
import type { RuleOperations } from '../ports/rule-operations.ts';
import type { Sessions } from '../ports/sessions.ts';
import type { Tokens } from '../ports/tokens.ts';
import { createAcceptDelivery } from './alerts/accept-delivery.ts';
import { composeAlerts } from './alerts/compose-alerts.ts';
import { createHeartbeats } from './alerts/heartbeats.ts';
import { createDeliveryOperations } from './alerts/replay-delivery.ts';
import { attendingOpen } from './approvals/attend-open.ts';
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
import { createKeyedMutex } from './keyed-mutex.ts';
import { createLease } from './lease.ts';
import { lifeOf } from './life-of-process.ts';
import { createMendAttention } from './mend-attention.ts';
import type { Pipeline } from './pipeline.ts';
import type { ChangeControl } from './playbooks/change-control.ts';
import { changeControlOf, freshly } from './playbooks/compose-change-control.ts';
import { createInForce, type InForce } from './playbooks/in-force.ts';
import { createGoverning, type Governing } from './policy/governing.ts';
import { createRuleOperations } from './policy/rule-operations.ts';
import { adoptRules, type TakenOver, takeOverRules } from './policy/take-over-rules.ts';
import { createReconciler, takeUp } from './reconcile.ts';
import { createReadPostmortem } from './record/read-postmortem.ts';
import { createRecordOperations } from './record/record-operations.ts';
import { createRollbackWatch, type Standstill } from './record/rollback-watch.ts';
import { createSealing } from './record/seal-checkpoint.ts';
import { removeOld } from './remove-old.ts';
import { composeRuns } from './runs/compose-runs.ts';
import { createRunOperations } from './runs/run-operations.ts';
import { createDryRun, createStartRun } from './runs/start-run.ts';
import { composeSchedules } from './schedules/compose-schedules.ts';
import type { Sight } from './sight.ts';
import { watchingSlo } from './slo/watch-slo.ts';
import { createCommandSystem } from './system/command-system.ts';
import { composeProofs } from './system/compose-proofs.ts';
import { createHaltOperations, type HaltParts, takeOverSwitches } from './system/halt-operations.ts';
import { createTellOwed } from './system/tell-owed.ts';
import { createTellSystem } from './system/tell-system.ts';
import { tracedAccept } from './tracing/trace-deliveries.ts';
import { createTrustOperations } from './trust/trust-operations.ts';
import { watchingTrust } from './trust/watch-trust.ts';

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
  /** What can be asked of the rules in force. */
  readonly rules: RuleOperations;
  /** Puts rules in force if those that are recorded let them; before any run goes on. */
  readonly takeOverRules: (book: Rulebook, source: string) => Promise<TakenOver>;
  /** Puts the rules that are recorded in force; for whoever changes none. */
  readonly adoptRules: () => Promise<void>;
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
  /** Asks the checks of open requests, tells the endpoints of their ladders, falls back where nobody may decide. */
  readonly attendApprovals: () => Promise<void>;
  /** Tells people which action items are overdue, once a day. */
  readonly remindOfActionItems: () => Promise<void>;
  /** Tells the announce channel what was recorded and not told there; for a process that has Slack. */
  readonly tellOwed: () => Promise<void>;
  /** Records which error budgets are used up, and which are whole again. */
  readonly watchSlo: () => Promise<void>;
  /** Takes back canaries that are worse than their live version. */
  readonly watchCanaries: () => Promise<void>;
  /** Records which playbooks may no longer act without asking. */
  readonly watchTrust: () => Promise<void>;
  /** Removes what is old and no record, once. */
  readonly removeOld: () => Promise<void>;
  /** Ends the work of this process: nothing new starts, actions under way have `graceMs` to end; then the worker leaves the registry. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** Composes an engine. Nothing runs until one of its members is called. */
export function createEngine(ports: EnginePorts, options: EngineOptions): Engine {
  const { runtime, events, lookups, correlation, catalog, registry, traits } = ports;
  const { pool, works, rules } = options;
  const lease = createLease(runtime);
  const watch = createRollbackWatch(ports);
  const inForce = createInForce(ports.changeControl, ports.lives, ports.log);
  const governing = governingOf(ports, options, inForce);
  const known = { lease, watch, inForce };
  const { pipeline, commandRun, admission, driver, dispatcher } = composeRuns(ports, options, { ...known, governing });
  /** What acts by itself does nothing while everything stands still. */
  const unlessStanding = async (work: () => Promise<void>) => (watch.standing() ? undefined : work());
  const offer = () => (works ? driver.offer() : null);
  const incidentParts = { pipeline, store: events, runtime, correlation, rules, directory: ports.directory };
  const commandIncident = createCommandIncident(incidentParts);
  const commandSystem = commandSystemOf(ports, options, pipeline);
  const { ofProofs, proveAssertion, ...proven } = composeProofs(ports, options, { pipeline, commandSystem });
  const starting = { catalog, traits, mask: ports.masker.mask, offer, lookups, admission, governing };
  const told = { authorOf: inForce.authorOf, trialsOf: inForce.trialsOf, asking: askingOf(options) };
  const startParts = { ...incidentParts, ...starting, ...told, env: ports.masker.mask(options.env) };
  const heartbeats = heartbeatsOf(ports, options);
  const beside = { heartbeats, startParts, commandSystem, room: driver.room, standing: watch.standing };
  const { intake, advanceGroup, mutes, operations, rehearse } = composeAlerts(ports, options, beside);
  const ruling = rulesOf(ports, { ...startParts, governing, commandRun, commandSystem });
  const { takeOverRules } = ruling;
  /** Reads what other processes have put in force: versions, and rules. */
  const inForceNow = () => inForce.refresh().then(ruling.adoptRules);
  const changeControl = changeControlOf(ports, options, { pipeline, inForce, takeOverRules });
  const schedules = composeSchedules(ports, { startParts: { ...startParts, rehearse }, commandSystem, admission });
  const accept = tracedAccept(ports, createAcceptDelivery({ ...ports, intake }));
  const collector = createCollector({ ...ports, works, fetch: ports.fetchEvidence, commandIncident });
  const itself = { advanceGroup, lookAtMutes: mutes.look, collectEvidence: collector.collect };
  const reconciler = reconcilerOf(ports, options, { admission, commandRun, commandIncident, ...itself });
  const acting = { driver, reconciler, collector, intake };

  return {
    operations: fromOutside(ports.masker, {
      ...freshly(inForceNow, createStartRun({ ...startParts, rehearse })),
      dryRun: createDryRun(startParts),
      ...createRunOperations({ ...ports, commandRun, abort: driver.abort, offer, proveAssertion }),
      ...createIncidentOperations(incidentParts, commandIncident),
      ...followUpOf(ports, options, commandIncident),
      ...holdingOf(ports, options, { commandSystem, admission, commandIncident }),
      ...createRecordOperations({ ...ports, pipeline, commandSystem, watch }),
      ...createDeliveryOperations({ pipeline, commandSystem, ports }),
      ...operations,
      ...schedules.operations,
      ...changeControl.operations,
      ...ofProofs,
    }),
    ...proven,
    authorised: pipeline.authorised,
    sight: pipeline.sight,
    switches: admission.switches,
    changeControl,
    takeOverSwitches: () => watch.look().then(() => takeOverSwitches(commandSystem, ports.admission)),
    standstill: watch.standing,
    ...ruling,
    ...lifeOf(ports, options, { ...known, ...acting, admission, mutes, unlessStanding, inForceNow }),
    acceptDelivery: heartbeats.listening(accept),
    checkHeartbeats: () => unlessStanding(() => heartbeats.check(accept)),
    drainIntake: () => unlessStanding(intake.drain),
    dispatch: (runId) => unlessStanding(() => dispatcher.dispatch(runId)),
    takeUp: () => unlessStanding(() => takeUp({ registry, runtime }, pool, dispatcher.dispatch)),
    seal: sealingOf(ports),
    lookAtSchedules: () => unlessStanding(schedules.look),
    ...watchingOf(ports, options, { commandSystem, unlessStanding }),
    attendApprovals: attendingOpen(ports, options, { commandRun, unlessStanding }),
    watchCanaries: () => unlessStanding(changeControl.watchCanaries),
    removeOld: () => unlessStanding(() => removeOld(ports.retention, ports.log)),
  };
}

const heartbeatsOf = ({ heartbeats: store, runtime }: EnginePorts, { heartbeats, alertRules }: EngineOptions) =>
  createHeartbeats({ rules: heartbeats, intervals: alertRules.intervals, store, runtime });

const reconcilerOf = (
  ports: EnginePorts,
  { rules }: EngineOptions,
  given: Omit<Parameters<typeof createReconciler>[0], 'ports' | 'mendAttention'>,
) => createReconciler({ ...given, ports, mendAttention: mendingOf(ports, rules) });
/** What keeps playbooks from starting: kill switches, and that people are asked first. */
const holdingOf = (
  { events, lookups, catalog, systemStream }: EnginePorts,
  { trust: settings = usualTrust }: EngineOptions,
  given: Pick<HaltParts, 'commandSystem' | 'admission' | 'commandIncident'>,
) => ({
  ...createHaltOperations({ ...given, events, lookups, library: catalog.byName }),
  ...createTrustOperations({ ...given, catalog, systemStream, settings }),
});

/** What people do after an incident. */
const followUpOf = ({ events }: EnginePorts, { documents, people }: EngineOptions, commandIncident: CommandIncident) =>
  createFollowUpOperations({
    commandIncident,
    people: Object.keys(people),
    readPostmortem: createReadPostmortem({ events, documents }),
  });

/** What tells people what is overdue and what they are owed, and records which error budgets are used up. */
function watchingOf(
  ports: EnginePorts,
  options: EngineOptions,
  given: Parameters<typeof watchingSlo>[2],
): Pick<Engine, 'remindOfActionItems' | 'tellOwed' | 'watchSlo' | 'watchTrust'> {
  const { actionItems: items = async () => [], announce, runtime, log } = ports;
  const { remindAt: hour = null, documents: { timeZone = 'UTC', people = new Map() } = {} } = options;
  const remind = createRemindOfActionItems({ items, announce, runtime, log, hour, timeZone, people });
  return {
    remindOfActionItems: () => given.unlessStanding(remind),
    tellOwed: createTellOwed({ ports, tell: createTellSystem({ ports, people: options.people }) }),
    watchSlo: watchingSlo(ports, options, given),
    watchTrust: watchingTrust(ports, options, given),
  };
}

const commandSystemOf = (
  { systemStream, events, catalog, lookups }: EnginePorts,
  { people }: EngineOptions,
  pipeline: Pipeline,
) => createCommandSystem({ pipeline, systemStream, events, catalog, lookups, people });

function sealingOf({ sealing: given, runtime, log }: EnginePorts): Engine['seal'] {
  const sealing = given && createSealing({ ...given, runtime, log });
  return async ({ final }) => (sealing ? sealing({ final }) : 'off');
}

/** What is asked of the rules, and how they come into force. */
function rulesOf(
  ports: EnginePorts,
  given: Omit<Parameters<typeof createRuleOperations>[0], 'systemStream'> &
    Pick<Parameters<typeof takeOverRules>[0], 'commandSystem'>,
): Pick<Engine, 'rules' | 'adoptRules' | 'takeOverRules'> {
  const { governing, commandSystem } = given;
  const { rulebooks, systemStream, log } = ports;
  const parts = { governing, commandSystem, rulebooks, systemStream, log };
  // One after the other: what was read before a change must not take its place.
  const mutex = createKeyedMutex();
  return {
    rules: createRuleOperations({ ...given, systemStream }),
    adoptRules: () =>
      mutex('rules', async () => {
        if (await adoptRules(ports, governing))
          log.info({ digest: governing.current().digest }, 'other rules are in force, by another process');
      }),
    takeOverRules: (book, source) => mutex('rules', () => takeOverRules(parts, book, source)),
  };
}

/** The rules that the process was started with are in force until they are taken over. */
const governingOf = (
  { rulebooks }: EnginePorts,
  { rulebook = emptyRulebook }: EngineOptions,
  { stageOf }: Pick<InForce, 'stageOf'>,
): Governing => createGoverning(rulebook, { pastRuns: rulebooks?.pastRuns ?? (async () => []), stageOf });

/** What the configuration says of all approvals. */
const askingOf = ({ access, stepUp = noStepUp }: EngineOptions): Asking => ({
  // A reload changes both: they are read anew with every question.
  get selfApproval() {
    return access.selfApproval;
  },
  get stepUp() {
    return { ...stepUp, passkey: null };
  },
});

/** What mends rows that say that they want attention too late. */
const mendingOf = ({ attention, versions, runtime, log }: EnginePorts, rules: EngineOptions['rules']) =>
  createMendAttention({
    attention,
    versions,
    incidentWakeAt: (incident) => incidentWakeAt(incident, rules),
    runtime,
    log,
  });
