// What alerts mean for runs: a new episode starts the playbooks it triggers, an end is a signal for runs that wait for it.
// Works on an incident's decision and adds to it; appends nothing.
import type { Alert } from '../../core/alert/alert.ts';
import type { AlertPlan } from '../../core/alert/staged.ts';
import { type IncidentEvent, type Recorded, systemActor } from '../../core/events.ts';
import { alertActor } from '../../core/incident/decide-alerts.ts';
import { evolveIncident } from '../../core/incident/evolve.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import { canonicalJson, type JsonObject } from '../../core/json.ts';
import { type ActionCatalog, kindOf } from '../../core/playbook/action-traits.ts';
import { matchTriggers, resolveInputs } from '../../core/playbook/match.ts';
import { allSteps, type Playbook, type Step } from '../../core/playbook/playbook.ts';
import { alertResolved } from '../../core/run/advance-node.ts';
import { decide } from '../../core/run/decide.ts';
import type { Offer } from '../../core/run/draft.ts';
import { decideStart } from '../../core/run/start.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import type { Masker } from '../../core/secret/masker.ts';
import type { EventStore, PlaybookCatalog, PlaybookVersions } from '../../ports/ledger.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Trials } from '../playbooks/in-force.ts';
import { shadowsOf, versionFor } from '../playbooks/trials.ts';
import { believed } from '../record/believed.ts';
import { type PrepareParts, prepareRun } from '../runs/prepare-run.ts';

/** Characters of a note that the engine writes. */
const maxNote = 3000;

/** What starting runs for alerts needs. */
export type AlertRunParts = PrepareParts & {
  readonly runtime: Pick<Runtime, 'newId'>;
  readonly traits: ActionCatalog;
  readonly mask: Masker['mask'];
  readonly store: Pick<EventStore, 'runsOf'>;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly catalog: PlaybookCatalog;
  readonly env: { readonly [name: string]: string };
  /** Versions that are tried beside the live one; absent: none ever is. */
  readonly trialsOf?: (playbook: string) => Trials;
  /** What a worker in this process would start in the same commit. */
  readonly offer: () => Offer | null;
};

/** What the incident has decided about some alerts. */
type Placed = {
  readonly incident: IncidentState;
  /** True: nothing of it is stored yet, so it has no runs. */
  readonly isNew: boolean;
  readonly events: readonly Recorded<IncidentEvent>[];
  readonly receipt: string;
  readonly at: string;
  /** The alerts that were placed, and what the stages say of them. */
  readonly alerts: readonly Alert[];
  readonly plan: Pick<AlertPlan, 'playbooks'>;
};

/** A change of runs in the making. */
type RunChanges = {
  readonly events: Recorded[];
  readonly runs: Map<string, { state: RunState; playbook: Playbook }>;
  /** Every run of the incident as it is by now. */
  readonly known: Map<string, RunState>;
  /** Steps that the worker still has room for. */
  room: number;
};

/** The events that follow from an incident's decision, the runs they change, and the incident after them. */
export async function runsForAlerts(
  parts: AlertRunParts,
  placed: Placed,
): Promise<{
  events: readonly Recorded[];
  runs: readonly { state: RunState; playbook: Playbook }[];
  incident: IncidentState;
}> {
  let { incident } = placed;
  const begins = placed.events.map((event) => {
    const alert = startsFor(event, placed.alerts);
    return { event, alert, triggered: alert && triggeredBy(parts, alert, placed) };
  });
  // Most alerts concern no run: then none is looked for.
  const concernsRuns = begins.some(({ event, triggered }) => event.type === 'alert.resolved' || triggered?.starting[0]);
  const offer = parts.offer();
  const runs = placed.isNew || !concernsRuns ? [] : await parts.store.runsOf(placed.incident.id);
  const known = new Map(runs.map((run) => [run.runId, run]));
  const changes: RunChanges = { events: [], runs: new Map(), known, room: offer?.capacity ?? 0 };
  for (const { event, alert, triggered } of begins) {
    if (event.type === 'alert.resolved')
      await signalWaiting(parts, changes, {
        fingerprint: event.data.fingerprint,
        actor: event.actor,
        offer,
        at: placed.at,
      });
    if (!alert || !triggered) continue;
    const shadows = shadowsOf(parts, { ...placed, alert });
    changes.events.push(...shadows);
    incident = shadows.reduce((state, event) => evolveIncident(state, { ...event, at: placed.at }), incident);
    await startTriggered(parts, changes, { ...placed, alert, triggered, offer });
  }
  return { events: changes.events, runs: [...changes.runs.values()], incident };
}

/** The alert that an event starts playbooks for; null: none. What came in a maintenance window starts them when it is over. */
function startsFor(event: Recorded<IncidentEvent>, alerts: readonly Alert[]): Alert | null {
  if (event.type === 'alert.received') return event.data.unacted ? null : event.data.alert;
  if (event.type !== 'alert.repeated' || !event.data.acts) return null;
  return alerts.find(({ fingerprint }) => fingerprint === event.data.fingerprint) ?? null;
}

/** Tells runs whose playbook waits for the end of the alert that started them. */
async function signalWaiting(
  parts: AlertRunParts,
  changes: RunChanges,
  given: {
    readonly fingerprint: string;
    readonly actor: Recorded['actor'];
    readonly offer: Offer | null;
    readonly at: string;
  },
): Promise<void> {
  const { fingerprint, actor, offer, at } = given;
  for (const run of changes.known.values()) {
    if (isTerminal(run.status) || run.alert?.fingerprint !== fingerprint) continue;
    const playbook = await believed(parts.versions.byDigest(run.playbook.digest));
    if (!playbook || !allSteps(playbook).some((step) => waitsForResolve(step, parts.traits))) continue;
    const command = { type: 'signal' as const, name: alertResolved, data: null };
    const governance = await parts.governing.of(playbook.name, at);
    const known = { traits: parts.traits, mask: parts.mask, ...parts.asking, ...(governance && { governance }) };
    const decision = decide(run, command, { at, actor, playbook, ...known, offer });
    if (!decision.ok) continue;
    take(changes, decision.value, playbook);
  }
}

const waitsForResolve = (step: Step, traits: ActionCatalog): boolean =>
  kindOf(traits, step) === 'timer' && (step.with as JsonObject | null)?.alertResolved === true;

async function startTriggered(
  parts: AlertRunParts,
  changes: RunChanges,
  given: Placed & { readonly alert: Alert; readonly triggered: Triggered; readonly offer: Offer | null },
): Promise<void> {
  const { alert, incident, at, offer, receipt } = given;
  const note = (text: string) => changes.events.push({ type: 'note.added', actor: systemActor, data: { text } });
  const { starting, unclear } = given.triggered;
  if (unclear.length > 0) changes.events.push(unclearNote(unclear));
  for (const playbook of starting) {
    const inputs = resolveInputs(playbook, alert, {});
    if (!inputs.ok) {
      const faults = inputs.error.map(({ path, message }) => `${path} ${message}`).join('; ');
      note(`playbook ${playbook.name} was triggered but cannot start: ${faults}`);
      continue;
    }
    if (isUnderWay(changes, playbook, canonicalJson(inputs.value))) continue;
    const runId = parts.runtime.newId('run');
    const trigger = { type: 'alert' as const, fingerprint: alert.fingerprint, source: alert.source, receipt };
    const about = { runId, incident, trigger, routes: incident.handling?.routes, actor: alertActor(alert), at };
    const prepared = await prepareRun(parts, playbook, { ...about, alert, inputs: inputs.value });
    if (!prepared.ok) {
      note(`playbook ${playbook.name} was triggered but is not started: ${prepared.error}`);
      continue;
    }
    const { governance, ...ready } = prepared.value;
    const started = decideStart(
      {
        runId,
        incident,
        playbook,
        alert,
        actor: alertActor(alert),
        at,
        env: parts.env,
        trigger,
        inputs: inputs.value,
        ...ready,
      },
      {
        traits: parts.traits,
        mask: parts.mask,
        offer: offer && changes.room > 0 ? { ...offer, capacity: changes.room } : null,
        ...parts.asking,
        ...(governance && { governance }),
      },
    );
    take(changes, started, playbook);
  }
}

type Unclear = { readonly name: string; readonly reasons: readonly string[] };
/** The playbooks that an alert starts, and those of which it cannot be said. */
type Triggered = { readonly starting: readonly Playbook[]; readonly unclear: readonly Unclear[] };

/**
 * The playbooks that an alert starts, by its route or by their triggers, and those of which it cannot be said. For its share of the
 * incidents a canary stands in the place of its live version.
 */
function triggeredBy(
  parts: Pick<AlertRunParts, 'catalog' | 'trialsOf'>,
  alert: Alert,
  { plan, incident }: Pick<Placed, 'plan' | 'incident'>,
): Triggered {
  const { names, only } = plan.playbooks;
  const starting: Playbook[] = [];
  const unclear: Unclear[] = [];
  for (const live of parts.catalog.all()) {
    const playbook = versionFor(parts, live, { alert, incidentId: incident.id });
    if (names.includes(playbook.name)) starting.push(playbook);
    if (only || names.includes(playbook.name)) continue;
    const match = matchTriggers(playbook, alert);
    if (match.outcome === 'starts') starting.push(playbook);
    else if (match.outcome === 'unclear') unclear.push({ name: playbook.name, reasons: match.reasons });
  }
  return { starting, unclear };
}

/** One note for all of them: a label that is missing is missed by every playbook that reads it. */
function unclearNote(unclear: readonly Unclear[]): Recorded<IncidentEvent> {
  const each = unclear.map(({ name, reasons }) => `${name}: ${reasons.join('; ')}`).join('\n');
  const text = `Triggers could not be evaluated, so nothing was started:\n${each}`.slice(0, maxNote);
  return { type: 'note.added', actor: systemActor, data: { text, unclearTriggers: unclear.map(({ name }) => name) } };
}

function take(changes: RunChanges, { events, state }: ReturnType<typeof decideStart>, playbook: Playbook): void {
  if (events.length === 0) return;
  changes.events.push(...events);
  changes.runs.set(state.runId, { state, playbook });
  changes.known.set(state.runId, state);
  changes.room -= events.filter(({ type }) => type === 'step.started').length;
}

/** The same playbook with the same inputs is at work already: the alert joins it. */
function isUnderWay({ known }: RunChanges, playbook: Playbook, inputs: string): boolean {
  return [...known.values()].some(
    (run) => run.playbook.name === playbook.name && !isTerminal(run.status) && canonicalJson(run.inputs) === inputs,
  );
}
