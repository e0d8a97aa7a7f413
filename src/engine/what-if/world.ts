// Incidents and groups of a simulation, in memory and without a record: what the engine's own way of alerts looks up, and what it proposes. Keeps
// no events, and forgets what can have no more effect.

import { heldIn } from '../../core/group/state.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import { incidentWakeAt } from '../../core/incident/wake-at.ts';
import { addMs } from '../../core/time.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { GroupStreams, LoadedGroup, LoadedIncident } from '../../ports/ledger.ts';
import type { Proposal } from '../proposal.ts';
import type { Timers } from './timers.ts';

/** A world without incidents. */
export type World = {
  readonly correlation: Correlation;
  readonly groups: Pick<GroupStreams, 'byKey' | 'holding' | 'load' | 'rest'>;
  /** The incident whose timer is due; what is only to be forgotten is forgotten, and is none. */
  readonly incident: (timer: string) => LoadedIncident | undefined;
  readonly take: (proposal: Proposal) => void;
  /** Every group of which something is held is due. */
  readonly wakeHeld: (at: string) => void;
};

/** What the world of a simulation depends on; `keptMs`: how long after it was resolved an incident may still be opened again. */
type WorldParts = { readonly timers: Timers; readonly rules: IncidentRules; readonly keptMs: number };

/** Makes one. */
export function createWorld(parts: WorldParts): World {
  const incidents = incidentsOf(parts);
  const { take, wakeHeld, ...groups } = groupsOf(parts);
  return {
    correlation: incidents.correlation,
    incident: incidents.incident,
    groups,
    wakeHeld,
    take(proposal) {
      if (proposal.stream === 'incident') incidents.take(proposal);
      if (proposal.stream === 'group') take(proposal);
    },
  };
}

type Home = { readonly incidentId: string; readonly active: boolean };
type Tables = {
  readonly incidents: Map<string, LoadedIncident>;
  readonly openOfGroup: Map<string, string>;
  readonly homes: Map<string, Home>;
};

function correlationOf({ incidents, openOfGroup, homes }: Tables): Correlation {
  let numbers = 0;
  const openIn = (key: string): LoadedIncident | null => incidents.get(openOfGroup.get(key) ?? '') ?? null;
  const stateOf = (fingerprint: string) => {
    const home = homes.get(fingerprint);
    const loaded = home && incidents.get(home.incidentId);
    return loaded && loaded.incident.status !== 'closed' ? { home, loaded } : null;
  };
  return {
    async incidentFor({ fingerprint, groupKey }, since) {
      const own = stateOf(fingerprint);
      if (own?.home.active) return own.loaded;
      const open = openIn(groupKey ?? fingerprint);
      if (open || !own) return open;
      const { status, resolvedAt } = own.loaded.incident;
      return status === 'open' || (resolvedAt ?? '') > since ? own.loaded : null;
    },
    async lastIncidentOf(fingerprint) {
      return stateOf(fingerprint)?.loaded ?? null;
    },
    firingIn: async () => [
      ...new Set([...homes.values()].flatMap(({ active, incidentId }) => (active ? [incidentId] : []))),
    ],
    async activeIn(fingerprints) {
      return new Map(
        fingerprints.flatMap((fingerprint) => {
          const own = stateOf(fingerprint);
          if (!own?.home.active) return [];
          const { id, groupKey } = own.loaded.incident;
          return [[fingerprint, { incidentId: id, groupKey }] as const];
        }),
      );
    },
    openInGroup: async (key) => openIn(key),
    async nextIncidentNumber() {
      numbers += 1;
      return numbers;
    },
  };
}

function incidentsOf({ timers, rules, keptMs }: WorldParts) {
  const tables: Tables = { incidents: new Map(), openOfGroup: new Map(), homes: new Map() };
  const { incidents, openOfGroup, homes } = tables;

  function take(proposal: Extract<Proposal, { stream: 'incident' }>): void {
    const { incidentId, incident, alerts = [], before } = proposal;
    incidents.set(incidentId, { incident, head: { version: (before?.head.version ?? 0) + 1, hash: '' } });
    const { groupKey, status, resolvedAt } = incident;
    if (groupKey !== null && status === 'open') openOfGroup.set(groupKey, incidentId);
    else if (groupKey !== null && openOfGroup.get(groupKey) === incidentId) openOfGroup.delete(groupKey);
    for (const { fingerprint, active } of alerts) homes.set(fingerprint, { incidentId, active });
    timers.set(incidentId, incidentWakeAt(incident, rules));
    timers.set(`forget ${incidentId}`, status === 'open' || resolvedAt === null ? null : addMs(resolvedAt, keptMs));
  }

  function forget(incidentId: string): void {
    const known = incidents.get(incidentId);
    if (!known || known.incident.status === 'open') return;
    incidents.delete(incidentId);
    for (const fingerprint of Object.keys(known.incident.alerts))
      if (homes.get(fingerprint)?.incidentId === incidentId) homes.delete(fingerprint);
  }

  return {
    correlation: correlationOf(tables),
    take,
    incident(timer: string) {
      if (timer.startsWith('forget ')) forget(timer.slice('forget '.length));
      return incidents.get(timer);
    },
  };
}

function groupsOf({ timers }: WorldParts): World['groups'] &
  Pick<World, 'wakeHeld'> & {
    readonly take: (proposal: Extract<Proposal, { stream: 'group' }>) => void;
  } {
  const groups = new Map<string, LoadedGroup>();
  const keys = new Map<string, string>();
  const holding = new Map<string, string>();

  function take({ group, before, wakeAt }: Extract<Proposal, { stream: 'group' }>): void {
    for (const [fingerprint] of before ? heldIn(before.group) : []) holding.delete(fingerprint);
    for (const [fingerprint] of heldIn(group)) holding.set(fingerprint, group.id);
    groups.set(group.id, { group, head: { version: (before?.head.version ?? 0) + 1, hash: '' } });
    keys.set(group.key, group.id);
    timers.set(group.id, wakeAt);
  }

  return {
    take,
    wakeHeld(at) {
      for (const groupId of new Set(holding.values())) timers.set(groupId, at);
    },
    byKey: async (key) => groups.get(keys.get(key) ?? '') ?? null,
    load: async (id) => groups.get(id) ?? null,
    async holding(fingerprints) {
      return new Map(
        fingerprints.flatMap((fingerprint) => {
          const held = groups.get(holding.get(fingerprint) ?? '');
          return held ? [[fingerprint, { key: held.group.key, rule: held.group.rule }] as const] : [];
        }),
      );
    },
    async rest({ group, head }, { wakeAt }) {
      if (groups.get(group.id)?.head.version === head.version) timers.set(group.id, wakeAt);
    },
  };
}
