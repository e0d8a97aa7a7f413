// Incidents and groups of a simulation, in memory and without a record: what the engine's own way of alerts looks up, and what it proposes. Keeps
// no events, and forgets what can have no more effect.
import type { IncidentRules } from '../../core/incident/rules.ts';
import { addMs } from '../../core/time.ts';
import { heldIn } from '../../core/group/state.ts';
import { incidentWakeAt } from '../../core/incident/wake-at.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { GroupStreams, LoadedGroup, LoadedIncident } from '../../ports/ledger.ts';
import type { Proposal } from '../proposal.ts';
import type { Timers } from './timers.ts';

/** A world without incidents. */
export type World = {
  readonly correlation: Correlation;
  readonly groups: Pick<GroupStreams, 'byKey' | 'holding' | 'load' | 'rest'>;
  readonly incident: (id: string) => LoadedIncident | undefined;
  readonly take: (proposal: Proposal) => void;
};

/** Makes one; `keptMs`: how long after it was resolved an incident may still be opened again. */
export function createWorld(timers: Timers, rules: IncidentRules, keptMs: number): World {
  const incidents = new Map<string, LoadedIncident>();
  const openOfGroup = new Map<string, string>();
  const homes = new Map<string, { readonly incidentId: string; readonly active: boolean }>();
  const groups = new Map<string, LoadedGroup>();
  const keys = new Map<string, string>();
  const holding = new Map<string, string>();
  let numbers = 0;

  const openIn = (key: string): LoadedIncident | null => incidents.get(openOfGroup.get(key) ?? '') ?? null;
  const stateOf = (fingerprint: string) => {
    const home = homes.get(fingerprint);
    const loaded = home && incidents.get(home.incidentId);
    return loaded && loaded.incident.status !== 'closed' ? { home, loaded } : null;
  };

  const correlation: Correlation = {
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

  function takeIncident(proposal: Extract<Proposal, { stream: 'incident' }>): void {
    const { incidentId, incident, alerts = [], before } = proposal;
    incidents.set(incidentId, { incident, head: { version: (before?.head.version ?? 0) + 1, hash: '' } });
    const { groupKey, status, resolvedAt } = incident;
    if (groupKey !== null && status === 'open') openOfGroup.set(groupKey, incidentId);
    else if (groupKey !== null && openOfGroup.get(groupKey) === incidentId) openOfGroup.delete(groupKey);
    for (const { fingerprint, active } of alerts) homes.set(fingerprint, { incidentId, active });
    timers.set(incidentId, incidentWakeAt(incident, rules));
    timers.set(`forget ${incidentId}`, status === 'open' || resolvedAt === null ? null : addMs(resolvedAt, keptMs));
  }

  function takeGroup({ group, before, wakeAt }: Extract<Proposal, { stream: 'group' }>): void {
    for (const [fingerprint] of before ? heldIn(before.group) : []) holding.delete(fingerprint);
    for (const [fingerprint] of heldIn(group)) holding.set(fingerprint, group.id);
    groups.set(group.id, { group, head: { version: (before?.head.version ?? 0) + 1, hash: '' } });
    keys.set(group.key, group.id);
    timers.set(group.id, wakeAt);
  }

  function forget(incidentId: string): void {
    const known = incidents.get(incidentId);
    if (!known || known.incident.status === 'open') return;
    incidents.delete(incidentId);
    for (const fingerprint of Object.keys(known.incident.alerts))
      if (homes.get(fingerprint)?.incidentId === incidentId) homes.delete(fingerprint);
  }

  return {
    correlation,
    groups: {
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
    },
    incident(id) {
      if (id.startsWith('forget ')) forget(id.slice('forget '.length));
      return incidents.get(id);
    },
    take(proposal) {
      if (proposal.stream === 'incident') takeIncident(proposal);
      if (proposal.stream === 'group') takeGroup(proposal);
    },
  };
}
