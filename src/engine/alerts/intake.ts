// From an accepted delivery to incident and runs, in one commit per incident. Idempotent: a delivery that was dealt with does nothing.
import { type Alert, severityLevel } from '../../core/alert/alert.ts';
import { type Actor, type Recorded, systemActor } from '../../core/events.ts';
import { evolveIncident, type IncidentState, openIncident } from '../../core/incident/state.ts';
import { canonicalJson, type JsonObject } from '../../core/json.ts';
import { kindOf } from '../../core/playbook/action-traits.ts';
import { resolveInputs, triggers } from '../../core/playbook/match.ts';
import { allSteps, type Playbook, playbookRef, type Step } from '../../core/playbook/playbook.ts';
import { alertResolved } from '../../core/run/advance-node.ts';
import { decide } from '../../core/run/decide.ts';
import type { Offer } from '../../core/run/draft.ts';
import { startEvents } from '../../core/run/start.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { addMs } from '../../core/time.ts';
import type { ClaimedDelivery, Correlation, DeliveryLedger } from '../../ports/intake.ts';
import type { LoadedIncident, PlaybookCatalog } from '../../ports/ledger.ts';
import type { ReadModels } from '../../ports/reads.ts';
import type { CommandDeps } from '../handle-command.ts';
import { commit } from '../ledger.ts';
import { type PrepareDeps, prepareRun } from '../runs/prepare-run.ts';

/** What intake needs. */
export type IntakeDeps = CommandDeps &
  PrepareDeps & {
    readonly deliveries: Pick<DeliveryLedger, 'isOpen' | 'settle'>;
    readonly correlation: Correlation;
    readonly reads: Pick<ReadModels, 'runsOfIncident'>;
    readonly catalog: PlaybookCatalog;
    readonly env: { readonly [name: string]: string };
    /** What a worker in this process would start in the same commit. */
    readonly offer: () => Offer | null;
  };

/** An alert that fires again this soon after its incident was resolved reopens it. */
const reopenWithinMs = 30 * 60_000;
const maxConflicts = 20;

/** Deals with one delivery. What it leads to is committed, and told through `committed`, when this resolves. */
export async function processDelivery(deps: IntakeDeps, delivery: ClaimedDelivery): Promise<void> {
  const groups = new Map<string, Alert[]>();
  for (const alert of delivery.alerts) {
    const key = groupOf(alert);
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  let left = groups.size;
  for (const alerts of groups.values()) {
    left -= 1;
    await processGroup(deps, delivery.receipt, alerts, left === 0);
  }
}

/** Alerts of one group share an incident while it is open. */
export const groupOf = (alert: Alert): string => alert.groupKey ?? alert.fingerprint;

async function processGroup(deps: IntakeDeps, receipt: string, alerts: readonly Alert[], last: boolean): Promise<void> {
  const [first] = alerts;
  if (!first) return;
  const now = () => new Date(deps.runtime.nowMs()).toISOString();
  const find = () => deps.correlation.incidentFor(first, addMs(now(), -reopenWithinMs));
  const seen = await find();
  const place = async (waited: boolean) => {
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const at = now();
      const found = waited || conflicts > 0 ? await find() : seen;
      const draft = await placeAlerts(deps, found, receipt, alerts, at);
      const receipts = last ? [receipt] : [];
      if (draft.events.length === 0) {
        if (last) await deps.deliveries.settle(receipt);
        return;
      }
      const change = await commit(deps.store, {
        ...draft,
        expected: found?.head ?? null,
        incident: found?.incident ?? null,
        at,
        cause: receipt,
        receipts,
      });
      if (typeof change === 'object') {
        deps.committed(change);
        return;
      }
      // Somebody else moved the incident, or dealt with this very delivery.
      if (!(await deps.deliveries.isOpen(receipt))) return;
    }
    throw new Error(`the incident of delivery ${receipt} changed under every one of ${maxConflicts} tries`);
  };
  await (seen ? deps.mutex(seen.incident.id, place) : place(false));
}

type Placed = {
  readonly incidentId: string;
  readonly events: readonly Recorded[];
  /** Runs that the events change, and the playbooks of all that they start or change. */
  readonly runs: ReadonlyMap<string, RunState>;
  readonly playbooks: ReadonlyMap<string, Playbook>;
  readonly alerts: readonly { fingerprint: string; active: boolean }[];
};

async function placeAlerts(
  deps: IntakeDeps,
  found: LoadedIncident | null,
  receipt: string,
  alerts: readonly Alert[],
  at: string,
): Promise<Placed> {
  const offer = deps.offer();
  const events: Recorded[] = [];
  const playbooks = new Map<string, Playbook>();
  const touched = new Map<string, boolean>();
  const signalled = new Map<string, RunState>();
  let state: IncidentState | null = found?.incident ?? null;
  const incidentId = state?.id ?? deps.runtime.newId('inc');
  const runs: RunState[] = found ? (await deps.reads.runsOfIncident(incidentId)).map((row) => row.state) : [];
  const record = (event: Recorded): void => {
    events.push(event);
    if ('runId' in event.data) return;
    const timed = { ...event, at } as Parameters<typeof evolveIncident>[1];
    state = timed.type === 'incident.opened' ? openIncident(incidentId, timed) : state && evolveIncident(state, timed);
  };
  const firing = alerts.find(({ status }) => status === 'firing');
  if (!state) {
    // A resolve of something never heard of opens nothing.
    if (!firing) return { incidentId, events, runs: signalled, playbooks, alerts: [] };
    record(await opened(deps, firing));
  }
  let room = offer?.capacity ?? 0;
  for (const alert of alerts) {
    const actor: Actor = { kind: 'alert', id: `${alert.source}/${alert.integration}` };
    const before = (state as IncidentState | null)?.alerts[alert.fingerprint];
    const event = alertEvent(alert, before, receipt);
    if (!event) continue;
    record({ ...event, actor });
    touched.set(alert.fingerprint, alert.status === 'firing');
    if (event.type === 'alert.resolved') {
      for (const waiting of await waitingForResolve(deps, runs, alert.fingerprint)) {
        const command = { type: 'signal' as const, name: alertResolved, data: null };
        const decision = decide(waiting.run, command, {
          at,
          actor,
          playbook: waiting.playbook,
          traits: deps.traits,
          offer,
        });
        if (!decision.ok) continue;
        signalled.set(waiting.run.runId, waiting.run);
        playbooks.set(waiting.run.playbook.digest, waiting.playbook);
        for (const step of decision.value) record(step);
      }
    }
    if (event.type !== 'alert.received' || !state) continue;
    for (const playbook of deps.catalog.all().filter((candidate) => triggers(candidate, alert))) {
      const inputs = resolveInputs(playbook, alert, {});
      if (!inputs.ok) {
        const faults = inputs.error.map(({ path, message }) => `${path} ${message}`).join('; ');
        const text = `playbook ${playbook.name} was triggered but cannot start: ${faults}`;
        record({ type: 'note.added', actor: systemActor, data: { text } });
        continue;
      }
      if (underWay(runs, playbook, canonicalJson(inputs.value))) continue;
      const prepared = await prepareRun(deps, playbook, { alert, inputs: inputs.value, at });
      if (!prepared.ok) {
        const text = `playbook ${playbook.name} was triggered but is not started: ${prepared.error}`;
        record({ type: 'note.added', actor: systemActor, data: { text } });
        continue;
      }
      const started = startEvents(
        {
          ...{ runId: deps.runtime.newId('run'), incident: state, playbook, alert, actor, at, env: deps.env },
          trigger: { type: 'alert', fingerprint: alert.fingerprint, source: alert.source, receipt },
          inputs: inputs.value,
          ...prepared.value,
        },
        { traits: deps.traits, offer: offer && room > 0 ? { ...offer, capacity: room } : null },
      );
      room -= started.filter(({ type }) => type === 'step.started').length;
      playbooks.set(playbookRef(playbook).digest, playbook);
      for (const step of started) record(step);
    }
  }
  const after = state as IncidentState | null;
  const resolved = after?.status === 'open' && Object.values(after.alerts).every(({ status }) => status === 'resolved');
  if (resolved && events.length > 0)
    record({ type: 'incident.resolved', actor: systemActor, data: { reason: 'every alert is resolved' } });
  return {
    incidentId,
    events,
    runs: signalled,
    playbooks,
    alerts: [...touched].map(([fingerprint, active]) => ({ fingerprint, active })),
  };
}

/** Runs whose playbook waits for the end of the alert that started them. */
async function waitingForResolve(deps: IntakeDeps, runs: readonly RunState[], fingerprint: string) {
  const found: { readonly run: RunState; readonly playbook: Playbook }[] = [];
  for (const run of runs) {
    if (isTerminal(run.status) || run.alert?.fingerprint !== fingerprint) continue;
    const playbook = await deps.versions.byDigest(run.playbook.digest);
    const waits = (step: Step) =>
      kindOf(deps.traits, step) === 'timer' && (step.with as JsonObject | null)?.alertResolved === true;
    if (playbook && allSteps(playbook).some(waits)) found.push({ run, playbook });
  }
  return found;
}

async function opened(deps: IntakeDeps, alert: Alert): Promise<Recorded> {
  const number = await deps.correlation.nextIncidentNumber();
  const groupKey = groupOf(alert);
  const data = { number, title: alert.title, severity: severityLevel(alert.severity), groupKey };
  return { type: 'incident.opened', actor: { kind: 'alert', id: `${alert.source}/${alert.integration}` }, data };
}

/** A new episode is received, the same one again is repeated, an end is resolved; what changes nothing is not written. */
function alertEvent(alert: Alert, before: IncidentState['alerts'][string] | undefined, receipt: string) {
  if (alert.status === 'resolved') {
    if (before?.status !== 'firing') return null;
    const { fingerprint, endsAt } = alert;
    return { type: 'alert.resolved' as const, data: { fingerprint, endsAt, receipt } };
  }
  const sameEpisode = before?.status === 'firing' && (alert.startsAt === null || before.startsAt === alert.startsAt);
  if (!sameEpisode) return { type: 'alert.received' as const, data: { alert, receipt } };
  return {
    type: 'alert.repeated' as const,
    data: { fingerprint: alert.fingerprint, count: before.count + 1, receipt },
  };
}

/** The same playbook with the same inputs is at work already: the alert joins it. */
function underWay(runs: readonly RunState[], playbook: Playbook, inputs: string): boolean {
  return runs.some(
    (run) => run.playbook.name === playbook.name && !isTerminal(run.status) && canonicalJson(run.inputs) === inputs,
  );
}
