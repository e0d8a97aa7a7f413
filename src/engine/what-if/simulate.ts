// Stored deliveries once more through a configuration, in simulated time: the engine's own way of alerts, over incidents and groups in memory. By
// no clock but the deliveries' own. Every run is taken to end at once, and no person to do anything.

import type { Actor } from '../../core/actor.ts';
import type { Alert } from '../../core/alert/alert.ts';
import type { EnrichAlert } from '../../core/alert/enrich.ts';
import { type Heartbeat, isHeartbeat } from '../../core/alert/heartbeat.ts';
import { systemActor } from '../../core/events.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { type Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import { evolveMutes, type MuteEvent, noMutes, windowOf } from '../../core/system/mutes.ts';
import type { FiringAlerts } from '../../ports/intake.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { type AdvanceGroupParts, createAdvanceGroup } from '../alerts/advance-group.ts';
import { type IntakeParts, processDelivery } from '../alerts/intake.ts';
import { type AlertRules, createStages, type StageParts } from '../alerts/stages.ts';
import type { Pipeline } from '../pipeline.ts';
import { ungoverned } from '../policy/governing.ts';
import type { IncidentProposal, Proposal } from '../proposal.ts';
import { createTimers } from './timers.ts';
import { createWorld, type World } from './world.ts';

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
  /** What people silenced, in its order: each holds from its own time on, as it did. */
  readonly mutes: readonly MuteFact[];
  readonly heartbeats: readonly Heartbeat[];
  readonly enrich: EnrichAlert;
};

/** Something that was recorded about silences and windows. */
export type MuteFact = MuteEvent & { readonly at: string; readonly actor: Actor };

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
export type WhatIfResult = {
  readonly deliveries: number;
  readonly alerts: number;
  readonly incidents: readonly SimulatedIncident[];
};

/** A simulation in which deliveries are taken one after the other. */
export type Simulator = {
  readonly take: (delivery: StoredDelivery) => Promise<void>;
  /** What there would have been until then: what is due by then, and no delivery told, is done. */
  readonly end: (at: string) => Promise<WhatIfResult>;
};

const dayMs = 86_400_000;
/** Due when something about silences and windows was recorded. */
const mutesTimer = 'mutes';

/** Simulated time: what stands for the clock, and where ids are counted. */
type Moment = { nowMs: number; ids: number };

const runtimeOf = (moment: Moment): Runtime => ({
  nowMs: () => moment.nowMs,
  monotonicMs: () => moment.nowMs,
  random: () => 0.5,
  newId(prefix) {
    moment.ids += 1;
    return `${prefix}_${String(moment.ids).padStart(26, '0')}`;
  },
});

/** Makes one. */
export function createSimulator(simulated: Simulated): Simulator {
  const { rules, incidents, mutes } = simulated;
  const moment: Moment = { nowMs: 0, ids: 0 };
  const totals = { deliveries: 0, alerts: 0 };
  const timers = createTimers();
  const reopen = rules.groups.map(({ reopenWithin }) => reopenWithin ?? 0);
  const world = createWorld({ timers, rules: incidents, keptMs: Math.max(dayMs, incidents.reopenWithinMs, ...reopen) });
  const tally = createTally();
  const take = (proposal: Proposal): void => {
    world.take(proposal);
    if (proposal.stream === 'incident') tally.take(proposal);
  };
  const parts = partsOf(simulated, { runtime: runtimeOf(moment), world, tally, take });
  const advanceGroup = createAdvanceGroup(parts);
  const now = () => new Date(moment.nowMs).toISOString();

  function advanceIncident(timer: string): void {
    const before = world.incident(timer);
    if (!before) return;
    const context = { at: now(), rules: incidents, openInGroup: null, actor: systemActor };
    const decision = decideIncident(before.incident, { type: 'advance' }, context);
    if (!decision.ok || decision.value.state === null || decision.value.events.length === 0) return;
    const { state, events } = decision.value;
    take({
      stream: 'incident',
      incidentId: timer,
      before,
      incident: state,
      events,
      runs: [],
      alerts: [],
      receipts: [],
    });
  }

  /** What is held is looked at anew when people silence something, or end that. */
  function followMutes(at: string): void {
    world.wakeHeld(at);
    timers.set(mutesTimer, mutes.find((fact) => fact.at > at)?.at ?? null);
  }
  timers.set(mutesTimer, mutes[0]?.at ?? null);

  async function runTimers(by: string): Promise<void> {
    for (let due = timers.next(by); due; due = timers.next(by)) {
      moment.nowMs = Math.max(moment.nowMs, Date.parse(due.at));
      if (due.name === mutesTimer) followMutes(due.at);
      else if (due.name.startsWith('grp_')) await advanceGroup(due.name);
      else advanceIncident(due.name);
    }
  }

  return {
    async take(delivery) {
      await runTimers(delivery.receivedAt);
      moment.nowMs = Math.max(moment.nowMs, Date.parse(delivery.receivedAt));
      totals.deliveries += 1;
      totals.alerts += delivery.alerts.length;
      await processDelivery(parts, { ...delivery, tries: 0 });
    },
    async end(at) {
      await runTimers(at);
      return { deliveries: totals.deliveries, alerts: totals.alerts, incidents: tally.seen };
    },
  };
}

type Tally = {
  readonly seen: SimulatedIncident[];
  readonly take: (proposal: IncidentProposal) => void;
  readonly lastRun: (cooldownKey: string, since: string, nth?: number) => LastRun | null;
};
type LastRun = { readonly runId: string; readonly startedAt: string };

/** What is remembered of the incidents for the result, and of the runs for those that would follow too soon. */
function createTally(): Tally {
  const seen: SimulatedIncident[] = [];
  const byId = new Map<string, SimulatedIncident>();
  const lastRuns = new Map<string, LastRun[]>();
  return {
    seen,
    lastRun(cooldownKey, since, nth = 1) {
      const last = lastRuns.get(cooldownKey)?.at(-nth);
      return last && last.startedAt > since ? last : null;
    },
    take({ incidentId, incident, before, events, runs }) {
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
      one.opened += events.filter(({ type }) => type === 'incident.opened' || type === 'incident.reopened').length;
      for (const { state } of runs) {
        one.runs.push(state.playbook.name);
        if (state.cooldownKey == null) continue;
        const run = { runId: state.runId, startedAt: state.startedAt };
        const known = lastRuns.get(state.cooldownKey);
        if (known) known.push(run);
        else lastRuns.set(state.cooldownKey, [run]);
      }
    },
  };
}

/** What the engine's own way of alerts needs, over the world of the simulation. */
function partsOf(
  { rules, incidents, playbooks, traits, mutes, heartbeats, enrich }: Simulated,
  { runtime, world, tally, take }: SimulatedParts,
): IntakeParts & AdvanceGroupParts {
  const pipeline: Pick<Pipeline, 'execute'> = {
    async execute(command) {
      const loaded = await command.load();
      if (loaded === null) return { outcome: 'refused', refusal: { code: 'not_found', message: command.missing } };
      const at = new Date(runtime.nowMs()).toISOString();
      const decision = await command.decide(loaded, { at, belongsTo: [] });
      if (decision.outcome === 'refused') return decision;
      // Nothing is committed here: whoever ordered it has nothing more to do.
      if (decision.outcome === 'proposed') for (const proposal of decision.proposals) take(proposal);
      return { outcome: 'unchanged', loaded };
    },
  };
  const byDigest = new Map(playbooks.map((playbook) => [playbookRef(playbook).digest, playbook]));
  return {
    runtime,
    traits,
    pipeline,
    stages: createStages({
      rules,
      byPeople: createByPeople(mutes, runtime),
      refresh: async () => undefined,
      firing: createFiring(),
      enrich,
    }),
    rules: incidents,
    correlation: world.correlation,
    groups: world.groups,
    mask: (value) => value,
    store: { runsOf: async () => [] },
    versions: { byDigest: async (digest) => byDigest.get(digest) ?? null },
    catalog: { all: () => playbooks, byName: (name) => playbooks.find((one) => one.name === name) },
    env: {},
    offer: () => null,
    lookups: { lastRunOf: async (key, since, nth) => tally.lastRun(key, since, nth) },
    admission: { storm: async () => null, supervised: () => null },
    governing: ungoverned,
    asking: {},
    heartbeats: {
      withoutHeartbeats(alerts) {
        if (heartbeats.length === 0) return alerts;
        const moment = { at: new Date(runtime.nowMs()).toISOString(), intervals: rules.intervals };
        return alerts.filter((alert) => !heartbeats.some((one) => isHeartbeat(one, alert, moment)));
      },
    },
    deliveries: { isOpen: async () => true, settle: async () => undefined, toldSince: async () => [] },
  };
}

type SimulatedParts = {
  readonly runtime: Runtime;
  readonly world: World;
  readonly tally: Tally;
  readonly take: (proposal: Proposal) => void;
};

/** What people silenced, as it was known at each simulated instant. */
function createByPeople(facts: readonly MuteFact[], { nowMs }: Pick<Runtime, 'nowMs'>): StageParts['byPeople'] {
  let known = noMutes;
  let folded = 0;
  let current: ReturnType<StageParts['byPeople']> = { silences: [], windows: [] };
  return () => {
    const at = new Date(nowMs()).toISOString();
    const before = folded;
    for (let fact = facts[folded]; fact && fact.at <= at; fact = facts[folded]) {
      known = evolveMutes(known, fact);
      folded += 1;
    }
    if (folded > before)
      current = { silences: Object.values(known.silences), windows: Object.values(known.windows).map(windowOf) };
    return current;
  };
}

/** Each change is told once: there is one reader. */
function createFiring(): FiringAlerts {
  let changed: Alert[] = [];
  return {
    async put(alerts) {
      changed.push(...alerts);
    },
    async changedSince() {
      const alerts = changed;
      changed = [];
      return { alerts, look: '' };
    },
  };
}
