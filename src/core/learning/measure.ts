// Takes from the record of one incident what can be learned from it. Reads it once; what this version cannot read is passed over. Pure but
// for a measurement that is under way.
import { type Actor, isRunEvent, type StoredEvent, type TimelineEvent } from '../events.ts';
import { evolveIncident, openIncident } from '../incident/evolve.ts';
import type { IncidentState } from '../incident/state.ts';
import { isDrill } from '../run/drill.ts';
import { elapsedMs } from '../time.ts';
import { type AlertLanes, alertLanes } from '../timeline/alert-lanes.ts';
import { changesListsOnly } from '../timeline/frame.ts';
import { isTimelineEvent, readEvent } from '../timeline/read-event.ts';
import { type RunLane, runLanes } from '../timeline/run-lanes.ts';
import { visibleText } from '../visible-text.ts';
import { type Measured, maxKept } from './measured.ts';
import { commandIn, sameThing, wordsOf } from './same-thing.ts';

type Event = Pick<StoredEvent, 'streamId' | 'type' | 'at' | 'actor' | 'data'>;
type ByHand = Measured['byHand'][number];

const personOf = ({ person, id }: Actor): string => person ?? id;
const shown = (text: string, max = 200) => visibleText(text.slice(0, max).toWellFormed());

/** A measurement that is under way: a long stream is read in parts. */
type Measuring = {
  /** Takes the next event of the stream. */
  readonly add: (event: Event) => void;
  /** null: no readable event opened the incident. */
  readonly taken: () => Measured | null;
};

/** Measures one incident's stream; null: no readable event opens it. */
export function measure(events: Iterable<Event>): Measured | null {
  const measuring = startMeasuring();
  for (const event of events) measuring.add(event);
  return measuring.taken();
}

/** Begins to measure one incident's stream. */
export function startMeasuring(): Measuring {
  const runs = runLanes();
  const alerts = alertLanes();
  const known: Known = { services: new Set(), labels: new Set(), names: new Map() };
  const byHand: ByHand[] = [];
  const cost: Costs = new Map();
  let incident: IncidentState | null = null;
  let firsts: Firsts = {};
  let humanActs = 0;
  let lastAt = '';

  return {
    add({ streamId, type, at, actor, data }) {
      lastAt = at;
      const read = readEvent({ type, data });
      if (read.outcome !== 'known' || !isTimelineEvent(read.event)) return;
      const fact = read.event;
      if (actor.kind === 'user' && isAct(fact)) humanActs += 1;
      const done = actor.kind === 'user' || fact.type === 'chat.kept' ? doneByHand(fact) : null;
      if (done && byHand.length < maxKept) byHand.push({ ...done, by: personOf(actor), at });
      const event = Object.assign(fact, { at, actor });
      if (isRunEvent(event)) {
        if (event.type === 'step.started') firsts = { action: at, ...firsts };
        if ('durationMs' in event.data && 'attempt' in event.data) spend(cost, event.data);
        return runs.add(event);
      }
      alerts.add(event, at);
      if (event.type === 'incident.acknowledged') firsts = { acknowledged: at, ...firsts };
      if (event.type === 'alert.received') learn(known, event.data.alert);
      if (event.type === 'incident.opened') incident = openIncident(streamId, event);
      else if (incident && !changesListsOnly.has(event.type))
        incident = { ...evolveIncident(incident, event), alerts: {} };
    },
    taken: () =>
      incident && takenFrom(incident, { runs: runs.all(), alerts, known, byHand, cost, firsts, humanActs, lastAt }),
  };
}

type Firsts = { readonly acknowledged?: string; readonly action?: string };
type Known = { readonly services: Set<string>; readonly labels: Set<string>; readonly names: Map<string, string> };
type Costs = Map<string, { readonly attempts: number; readonly machineMs: number }>;

/** What a whole stream said. */
type Said = {
  readonly runs: readonly RunLane[];
  readonly alerts: AlertLanes;
  readonly known: Known;
  readonly byHand: readonly ByHand[];
  readonly cost: Costs;
  readonly firsts: Firsts;
  readonly humanActs: number;
  readonly lastAt: string;
};

function takenFrom(
  incident: IncidentState,
  { runs, alerts, known, byHand, cost, firsts, humanActs, lastAt }: Said,
): Measured {
  const { openedAt, service } = incident;
  const services = new Set(known.services);
  if (service !== undefined) services.add(service);
  const since = (then: string | null | undefined) => (then ? Math.max(0, elapsedMs(openedAt, then)) : null);
  return {
    form: 1,
    id: incident.id,
    number: incident.number,
    title: shown(incident.title),
    severity: incident.severity,
    status: incident.status,
    operation: incident.kind === 'operation',
    merged: incident.mergedInto !== null,
    services: [...services].slice(0, maxKept).map((one) => shown(one)),
    labels: [...known.labels].slice(0, maxKept).map((one) => shown(one)),
    words: wordsOf(incident.title).slice(0, maxKept),
    openedAt,
    acknowledgeMs: since(firsts.acknowledged),
    firstActionMs: since(firsts.action),
    resolveMs: incident.mergedInto === null ? since(incident.resolvedAt) : null,
    waitMs: covered(runs.flatMap((lane) => waitsOf(lane, lastAt))),
    alerts: alerts
      .draw()
      .alerts.slice(0, maxKept)
      .map(({ fingerprint, name, count }) => ({
        name: known.names.get(fingerprint) ?? name,
        fingerprint: shown(fingerprint, 300),
        notifications: count,
      })),
    runs: runs.slice(0, maxKept).map((lane) => measuredRun(lane, cost, lastAt)),
    approvals: runs.flatMap(approvalsOf).slice(0, maxKept),
    byHand: [...byHand],
    humanActs,
  };
}

function spend(cost: Costs, { runId, durationMs }: { readonly runId: string; readonly durationMs: number }): void {
  const { attempts, machineMs } = cost.get(runId) ?? { attempts: 0, machineMs: 0 };
  cost.set(runId, { attempts: attempts + 1, machineMs: machineMs + Math.max(0, durationMs) });
}

type ReceivedAlert = Extract<TimelineEvent, { type: 'alert.received' }>['data']['alert'];

function learn(known: Known, { service, labels, title, fingerprint }: ReceivedAlert): void {
  if (service !== null && known.services.size < maxKept) known.services.add(service);
  const pairs = Object.entries(labels).slice(0, maxKept);
  for (const [name, value] of pairs) if (known.labels.size < 4 * maxKept) known.labels.add(`${name}=${value}`);
  if (known.names.size < 4 * maxKept) known.names.set(fingerprint, shown(labels['alertname'] ?? sameThing(title)));
}

/** Acts that show that people did more than look and end it. */
function isAct({ type }: TimelineEvent): boolean {
  return !/^(?:incident\.(?:opened|acknowledged|resolved|closed)|timeline\.|role\.|chat\.)/.test(type);
}

/** What somebody did by hand that a playbook could do. */
function doneByHand(event: TimelineEvent): Omit<ByHand, 'by' | 'at'> | null {
  switch (event.type) {
    case 'run.started': {
      const { trigger, playbook } = event.data;
      if (trigger.type !== 'manual' || isDrill({ trigger })) return null;
      return { kind: 'run', what: playbook.name, said: playbook.name };
    }
    case 'note.added':
    case 'chat.kept': {
      const command = commandIn(event.data.text);
      return command === null ? null : { kind: 'command', what: sameThing(command), said: shown(command, 300) };
    }
    case 'run.retried':
    case 'run.compensation_started':
      return {
        kind: 'order',
        what: `${event.type === 'run.retried' ? 'retry' : 'undo'} ${event.data.steps.join(', ')}`.slice(0, 200),
        said: '',
      };
    default:
      return null;
  }
}

type Wait = readonly [from: string, to: string];

/** When a run waited for people. */
function waitsOf(lane: RunLane, lastAt: string): readonly Wait[] {
  return [...lane.allSpans()].flatMap(({ whoseTurn, from, to }): Wait[] =>
    whoseTurn === null ? [] : [[from, to ?? lastAt]],
  );
}

/** Milliseconds covered by spans, where they overlap only once. */
function covered(spans: readonly Wait[]): number {
  let sum = 0;
  let upTo = Number.NEGATIVE_INFINITY;
  const sorted = spans.map(([from, to]) => [Date.parse(from), Date.parse(to)] as const).toSorted(([a], [b]) => a - b);
  for (const [from, to] of sorted) {
    sum += Math.max(0, to - Math.max(from, upTo));
    upTo = Math.max(upTo, to);
  }
  return sum;
}

function measuredRun(lane: RunLane, cost: Costs, lastAt: string): Measured['runs'][number] {
  const { state } = lane;
  const { attempts, machineMs } = cost.get(state.runId) ?? { attempts: 0, machineMs: 0 };
  const drill = isDrill(state);
  return {
    playbook: state.playbook.name,
    status: state.status,
    byHand: state.trigger.type === 'manual' && state.requestedBy.kind === 'user' && !drill,
    drill,
    attempts,
    machineMs,
    waitMs: covered(waitsOf(lane, lastAt)),
    runMs: state.finishedAt === null ? null : Math.max(0, elapsedMs(state.startedAt, state.finishedAt)),
  };
}

function approvalsOf({ state }: RunLane): readonly Measured['approvals'][number][] {
  return Object.values(state.approvals).map((approval) => {
    const answers = approval.approvals.map(({ actor, at }) => ({ actor, at }));
    const denied =
      approval.status === 'denied' && approval.decidedBy && approval.decidedAt
        ? [{ actor: approval.decidedBy, at: approval.decidedAt }]
        : [];
    return {
      playbook: state.playbook.name,
      step: approval.step,
      risk: approval.plan.risk,
      askedAt: approval.requestedAt,
      decidedAt: approval.decidedAt,
      outcome: approval.status,
      from: [...approval.rule.from],
      by: [...answers, ...denied]
        .filter(({ actor }) => actor.kind === 'user')
        .map(({ actor, at }) => ({
          person: personOf(actor),
          at,
          waitMs: Math.max(0, elapsedMs(approval.requestedAt, at)),
        })),
    };
  });
}
