// The ledger in memory, with the same optimistic concurrency as the real one: what may be appended, what is a conflict, what is locked.
// test/contract/stores.test.ts holds both to the same promises. For tests that need thousands of races.
import type { PlaybookLife } from '../../../src/core/change-control/state.ts';
import type { StoredEvent } from '../../../src/core/events.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import { isTerminal } from '../../../src/core/run/state.ts';
import type { KillSwitch, TokenRecord } from '../../../src/core/system/state.ts';
import type {
  Appended,
  EventStore,
  GroupChange,
  IncidentChange,
  LoadedGroup,
  LoadedIncident,
  LoadedSystem,
  RunLookups,
  RunSnapshot,
  StreamHead,
} from '../../../src/ports/ledger.ts';
import { copy } from './copy.ts';
import { isNextOfGroup, writeGroup } from './memory-groups.ts';

/** A row of runs: everything in it went through JSON, as it does in a database. */
type MemoryRun = RunSnapshot & {
  readonly incidentId: string;
  readonly holdsKey: string | null;
  readonly queuesFor: string | null;
};

/** What the ledger shares with deliveries and correlation, which stand beside it in the same database. */
export type MemoryTables = {
  readonly incidents: Map<string, LoadedIncident>;
  readonly runs: Map<string, MemoryRun>;
  readonly events: Map<string, StoredEvent[]>;
  readonly alerts: Map<string, { incidentId: string; active: boolean }>;
  /** When each incident next wants attention by itself. */
  readonly incidentTimers: Map<string, string | null>;
  /** By the name of the playbook. */
  readonly lives: Map<string, { readonly life: PlaybookLife; readonly head: StreamHead }>;
  /** By id. */
  readonly groups: Map<string, LoadedGroup & { readonly wakeAt: string | null }>;
  /** Receipts that are not dealt with. */
  readonly open: Set<string>;
  /** Where the system stream ends, and what it leads to; null: nothing is recorded yet. */
  system: LoadedSystem | null;
  readonly switches: Map<string, KillSwitch>;
  /** By hash. */
  readonly tokens: Map<string, TokenRecord>;
};

export const emptyTables = (): MemoryTables => ({
  incidents: new Map(),
  runs: new Map(),
  events: new Map(),
  alerts: new Map(),
  incidentTimers: new Map(),
  groups: new Map(),
  lives: new Map(),
  open: new Set(),
  system: null,
  switches: new Map(),
  tokens: new Map(),
});

function rowOf({ state, wakeAt, pools }: RunSnapshot): MemoryRun {
  const { status, concurrencyKey, incidentId } = state;
  const holdsKey = status === 'queued' || isTerminal(status) ? null : concurrencyKey;
  return copy({ state, wakeAt, pools, incidentId, holdsKey, queuesFor: status === 'queued' ? concurrencyKey : null });
}

/** The ledger on tables in memory. */
export function createMemoryStore(tables: MemoryTables): EventStore & Pick<RunLookups, 'firstInLine' | 'holderOf'> {
  const { incidents, runs, events } = tables;

  function isNext(change: IncidentChange | GroupChange): boolean {
    if (change.stream === 'group') return isNextOfGroup(tables, change);
    const { incident, expected, receipts } = change;
    if (!receipts.every((receipt) => tables.open.has(receipt))) return false;
    const head = incidents.get(incident.id)?.head;
    return head?.version === expected?.version && head?.hash === expected?.hash;
  }

  /** Whether two incidents would stand in each other's way after these changes. */
  function clash(changes: readonly IncidentChange[]): boolean {
    const after = new Map([...incidents].map(([id, { incident }]) => [id, incident]));
    for (const { incident } of changes) after.set(incident.id, incident);
    return changes.some(({ incident }) => [...after.values()].some((other) => meets(other, incident)));
  }

  /** Two open incidents of one group, or two with one number. */
  const meets = (other: IncidentState, own: IncidentState) =>
    other.id !== own.id &&
    (other.number === own.number ||
      (own.groupKey !== null && own.groupKey === other.groupKey && own.status === 'open' && other.status === 'open'));

  function isLocked(rows: readonly MemoryRun[]): boolean {
    const after = new Map(runs);
    for (const row of rows) after.set(row.state.runId, row);
    const held = [...after.values()].flatMap(({ holdsKey }) => holdsKey ?? []);
    return new Set(held).size < held.length;
  }

  const byAge = (a: MemoryRun, b: MemoryRun) =>
    `${a.state.startedAt} ${a.state.runId}` < `${b.state.startedAt} ${b.state.runId}` ? -1 : 1;

  function write(change: IncidentChange, rows: readonly MemoryRun[]): void {
    const { id } = change.incident;
    incidents.set(id, copy({ incident: change.incident, head: change.head }));
    tables.incidentTimers.set(id, change.incidentWakeAt);
    events.set(id, [...(events.get(id) ?? []), ...copy(change.events)]);
    for (const row of rows) runs.set(row.state.runId, row);
    for (const { fingerprint, active } of change.alerts) tables.alerts.set(fingerprint, { incidentId: id, active });
    for (const receipt of change.receipts) tables.open.delete(receipt);
  }

  async function appendTogether(changes: readonly (IncidentChange | GroupChange)[]): Promise<Appended> {
    const ofIncidents = changes.filter((change) => change.stream === 'incident');
    if (!changes.every(isNext) || clash(ofIncidents)) return 'conflict';
    if (isLocked(ofIncidents.flatMap(({ runs: changed }) => changed.map(rowOf)))) return 'locked';
    for (const change of ofIncidents) write(change, change.runs.map(rowOf));
    for (const change of changes) if (change.stream === 'group') writeGroup(tables, change);
    return 'appended';
  }

  return {
    append: (change) => appendTogether([change]),
    appendTogether,
    async loadRun(runId) {
      const row = runs.get(runId);
      const incident = row && incidents.get(row.incidentId);
      return incident ? copy({ run: row.state, ...incident }) : null;
    },
    async runsOf(incidentId) {
      return copy([...runs.values()].flatMap((row) => (row.incidentId === incidentId ? [row.state] : [])));
    },
    async loadIncident(incidentId) {
      return copy(incidents.get(incidentId) ?? null);
    },
    async *readStream(streamId, fromSeq = 1) {
      for (const event of events.get(streamId) ?? []) if (event.seq >= fromSeq) yield copy(event);
    },
    async *streamIds() {
      yield* [...events.keys()].sort();
    },
    async causedBy(streamId, cause) {
      return copy((events.get(streamId) ?? []).findLast((event) => event.cause === cause) ?? null);
    },
    async firstInLine(key) {
      const queue = [...runs.values()].filter(({ queuesFor }) => queuesFor === key).sort(byAge);
      return queue[0]?.state.runId ?? null;
    },
    async holderOf(key) {
      return [...runs.values()].find(({ holdsKey }) => holdsKey === key)?.state.runId ?? null;
    },
  };
}
