// Writes incidents and runs into a ledger for the contracts: what is stored is what counts, no rule leads there.
import type { IncidentAlert, IncidentState } from '../../src/core/incident/state.ts';
import { startedEvent } from '../../src/core/run/started.ts';
import type { NodeState, RunState } from '../../src/core/run/state.ts';
import type { IncidentChange, RunSnapshot } from '../../src/ports/ledger.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { ana, playbook, start } from '../support/given/given.ts';
import type { Stores } from './stores.ts';

/** What writing needs of a store. */
type Stored = Pick<Stores, 'correlation' | 'events'>;

const book = playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] } }');
let count = 0;
/** A name that no other test of the file has. */
export const fresh = (what: string): string => {
  count += 1;
  return `${what}_${String(count).padStart(26, '0')}`;
};

/** What is to be known of an incident, apart from what every one has. */
export type GivenIncident = Partial<Pick<IncidentState, 'groupKey' | 'status' | 'resolvedAt'>> &
  Partial<Pick<IncidentChange, 'incidentWakeAt' | 'alerts' | 'receipts'>>;

const known = ({ fingerprint, active }: IncidentChange['alerts'][number]): readonly [string, IncidentAlert] => [
  fingerprint,
  {
    status: active ? 'firing' : 'resolved',
    title: 't',
    source: 's',
    count: 1,
    startsAt: null,
    firstAt: start,
    lastAt: start,
  },
];

/** The change that opens an incident. */
export async function openingOf(stores: Stored, given: GivenIncident = {}): Promise<IncidentChange> {
  const { incidentWakeAt, alerts = [], receipts = [], ...state } = given;
  const number = await stores.correlation.nextIncidentNumber();
  const data = { number, title: 't', severity: 2, groupKey: null };
  const change = changeFrom({
    incidentId: fresh('inc'),
    before: null,
    events: [{ type: 'incident.opened', actor: ana, data }],
    at: start,
  });
  const incident = { ...change.incident, ...state, alerts: Object.fromEntries(alerts.map(known)) };
  return { ...change, incident, alerts, receipts, incidentWakeAt: incidentWakeAt ?? null };
}

/** Opens an incident; throws if the ledger does not take it. */
export async function openIncident(stores: Stored, given: GivenIncident = {}): Promise<IncidentChange> {
  const change = await openingOf(stores, given);
  const outcome = await stores.events.append(change);
  if (outcome !== 'appended') throw new Error(outcome);
  return change;
}

/** What is to be known of a run. `workers`: each holds a step of it. */
export type GivenRun = Partial<
  Pick<RunState, 'status' | 'startedAt' | 'finishedAt' | 'cooldownKey' | 'trigger' | 'drill'>
> &
  Partial<Pick<RunSnapshot, 'wakeAt' | 'pools'>> & {
    readonly playbookName?: string;
    readonly workers?: readonly string[];
  };

const heldBy = (worker: string): NodeState => ({
  attempts: 1,
  round: 1,
  tries: 1,
  firstStartedAt: start,
  acted: null,
  probe: false,
  status: 'running',
  attempt: 1,
  fence: 1,
  worker,
  startedAt: start,
  approvalId: null,
  planDigest: 'sha256:0',
});

/** Writes a run into an incident of its own. */
export async function storeRun(
  stores: Stored,
  given: GivenRun = {},
  runId = fresh('run'),
): Promise<{ runId: string; incidentId: string }> {
  const { wakeAt = null, pools = ['default'], playbookName = 'test', workers = [], ...changed } = given;
  const { incident, head } = await openIncident(stores);
  const trigger = { type: 'manual' as const };
  const change = changeFrom({
    incidentId: incident.id,
    before: { incident, head },
    playbooks: [book],
    events: [
      startedEvent({
        runId,
        incident,
        playbook: book,
        trigger,
        inputs: {},
        alert: null,
        actor: ana,
        at: start,
        env: {},
      }),
    ],
    at: start,
  });
  const runs = change.runs.map(({ state }) => ({
    wakeAt,
    pools,
    state: {
      ...state,
      ...changed,
      playbook: { ...state.playbook, name: playbookName },
      nodes: { ...state.nodes, ...Object.fromEntries(workers.map((worker, n) => [`held${n}`, heldBy(worker)])) },
    },
  }));
  const outcome = await stores.events.append({ ...change, runs });
  if (outcome !== 'appended') throw new Error(outcome);
  return { runId, incidentId: incident.id };
}
