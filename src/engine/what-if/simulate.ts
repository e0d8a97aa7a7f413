// Stored deliveries once more through a configuration, in simulated time: the engine's own way of alerts, over incidents and groups in memory. By
// no clock but the deliveries' own. Every run is taken to end at once, and no person to do anything.
import type { Alert } from '../../core/alert/alert.ts';
import { type IncidentEvent, type Recorded, systemActor } from '../../core/events.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { type Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { createAdvanceGroup } from '../alerts/advance-group.ts';
import { processDelivery } from '../alerts/intake.ts';
import { type AlertRules, createStages } from '../alerts/stages.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Proposal } from '../proposal.ts';
import { createTimers } from './timers.ts';
import { createWorld } from './world.ts';

/** A delivery as it was stored. */
export type StoredDelivery = {
  readonly receipt: string;
  readonly source: string;
  readonly integration: string;
  readonly receivedAt: string;
  readonly alerts: readonly Alert[];
};

/** The configuration that deliveries go through. */
export type Simulated = {
  readonly rules: AlertRules;
  readonly incidents: IncidentRules;
  readonly playbooks: readonly Playbook[];
  readonly traits: ActionCatalog;
};

/** An incident that there would have been. */
export type SimulatedIncident = {
  readonly openedAt: string;
  readonly title: string;
  /** How people would have heard of it; `channel` where no route says anything. */
  readonly told: 'channel' | 'thread' | 'line' | 'none';
  readonly owner: string | null;
  /** How often it was opened: once, and each time it was opened again. */
  opened: number;
  /** The playbooks that would have started, in their order. */
  readonly runs: string[];
};

/** What there would have been. */
export type Simulation = {
  readonly deliveries: number;
  readonly alerts: number;
  readonly incidents: readonly SimulatedIncident[];
};

/** A simulation in which deliveries are taken one after the other. */
export type Simulator = {
  readonly take: (delivery: StoredDelivery) => Promise<void>;
  readonly result: () => Simulation;
};

const dayMs = 86_400_000;

/** Makes one. */
export function createSimulator({ rules, incidents: incidentRules, playbooks, traits }: Simulated): Simulator {
  const seen: SimulatedIncident[] = [];
  const byId = new Map<string, SimulatedIncident>();
  const totals = { deliveries: 0, alerts: 0, ids: 0, nowMs: 0 };
  const timers = createTimers();
  const reopen = rules.groups.map(({ reopenWithin }) => reopenWithin ?? 0);
  const world = createWorld(timers, incidentRules, Math.max(dayMs, incidentRules.reopenWithinMs, ...reopen));
  const lastRuns = new Map<string, { readonly runId: string; readonly startedAt: string }>();
  const runtime: Runtime = {
    nowMs: () => totals.nowMs,
    monotonicMs: () => totals.nowMs,
    random: () => 0.5,
    newId(prefix) {
      totals.ids += 1;
      return `${prefix}_${String(totals.ids).padStart(26, '0')}`;
    },
  };
  const now = () => new Date(totals.nowMs).toISOString();

  function take(proposal: Proposal): void {
    world.take(proposal);
    if (proposal.stream !== 'incident') return;
    const { incidentId, incident, before, events, runs } = proposal;
    const one: SimulatedIncident = byId.get(incidentId) ?? {
      openedAt: incident.openedAt,
      title: incident.title,
      told: incident.handling?.channel ?? 'channel',
      owner: incident.handling?.owner ?? null,
      opened: 0,
      runs: [],
    };
    if (before === null) {
      byId.set(incidentId, one);
      seen.push(one);
    }
    one.opened += openings(events);
    for (const { state } of runs) {
      one.runs.push(state.playbook.name);
      if (state.cooldownKey != null) lastRuns.set(state.cooldownKey, { runId: state.runId, startedAt: state.startedAt });
    }
  }

  const pipeline: Pick<Pipeline, 'execute'> = {
    async execute(command) {
      const loaded = await command.load();
      if (loaded === null) return { outcome: 'refused', refusal: { code: 'not_found', message: command.missing } };
      const decision = await command.decide(loaded, { at: now(), belongsTo: [] });
      if (decision.outcome === 'refused') return decision;
      // Nothing is committed here: whoever ordered it has nothing more to do.
      if (decision.outcome === 'proposed') for (const proposal of decision.proposals) take(proposal);
      return { outcome: 'unchanged', loaded };
    },
  };
  const firing = new Map<string, Alert>();
  let changed: Alert[] = [];
  const stages = createStages({
    rules,
    byPeople: () => ({ silences: [], windows: [] }),
    firing: {
      async put(alerts) {
        for (const alert of alerts) firing.set(alert.fingerprint, alert);
        changed.push(...alerts);
      },
      async changedSince() {
        const since = changed;
        changed = [];
        return since;
      },
    },
    enrich: async (alert) => alert,
    nowMs: runtime.nowMs,
  });
  const byDigest = new Map(playbooks.map((playbook) => [playbookRef(playbook).digest, playbook]));
  const parts = {
    runtime,
    traits,
    pipeline,
    stages,
    rules: incidentRules,
    correlation: world.correlation,
    groups: world.groups,
    mask: <T>(value: T) => value,
    store: { runsOf: async () => [] },
    versions: { byDigest: async (digest: string) => byDigest.get(digest) ?? null },
    catalog: { all: () => playbooks, byName: (name: string) => playbooks.find((one) => one.name === name) },
    env: {},
    offer: () => null,
    lookups: { lastRunOf: async (key: string, since: string) => lastRunSince(lastRuns.get(key), since) },
    admission: { storm: async () => null },
    deliveries: { isOpen: async () => true, settle: async () => undefined, toldSince: async () => [] },
  };
  const advanceGroup = createAdvanceGroup(parts);

  async function runTimers(by: string): Promise<void> {
    for (let due = timers.next(by); due; due = timers.next(by)) {
      totals.nowMs = Math.max(totals.nowMs, Date.parse(due.at));
      if (due.name.startsWith('grp_')) await advanceGroup(due.name);
      else advanceIncident(due.name);
    }
  }

  function advanceIncident(name: string): void {
    const before = world.incident(name);
    if (!before) return;
    const context = { at: now(), rules: incidentRules, openInGroup: null, actor: systemActor };
    const decision = decideIncident(before.incident, { type: 'advance' }, context);
    if (!decision.ok || decision.value.state === null || decision.value.events.length === 0) return;
    const { state, events } = decision.value;
    take({ stream: 'incident', incidentId: name, before, incident: state, events, runs: [], alerts: [], receipts: [] });
  }

  return {
    async take(delivery) {
      await runTimers(delivery.receivedAt);
      totals.nowMs = Math.max(totals.nowMs, Date.parse(delivery.receivedAt));
      totals.deliveries += 1;
      totals.alerts += delivery.alerts.length;
      await processDelivery(parts, { ...delivery, tries: 0 });
    },
    result: () => ({ deliveries: totals.deliveries, alerts: totals.alerts, incidents: seen }),
  };
}

const openings = (events: readonly Recorded[] | readonly Recorded<IncidentEvent>[]): number =>
  events.filter(({ type }) => type === 'incident.opened' || type === 'incident.reopened').length;

const lastRunSince = (last: { readonly runId: string; readonly startedAt: string } | undefined, since: string) =>
  last && last.startedAt > since ? last : null;
