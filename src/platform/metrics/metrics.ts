// What Firebreak counts about itself, in Prometheus' words: the subjects of this folder, joined in one registry. One name each.

import { collectDefaultMetrics, Registry } from 'prom-client';
import { allSteps, classOf, type Playbook } from '../../core/playbook/playbook.ts';
import { traceIdOf } from '../../core/trace/place.ts';
import type { Gauges, Metrics, QueueMeter, SlackMeter } from '../../ports/metrics.ts';
import type { PartState } from '../../ports/parts.ts';
import { approvalMetrics } from './approvals.ts';
import { calendarMetrics } from './calendar.ts';
import { compensationMetrics } from './compensation.ts';
import { costMetrics } from './cost.ts';
import { joinCounters, type KnownPlaybook } from './counted-events.ts';
import { createExposition, type Exposition } from './exposition.ts';
import { incidentMetrics, type Owed } from './incidents.ts';
import { ingestMetrics } from './ingest.ts';
import { createInstruments } from './instruments.ts';
import { ledgerMetrics } from './ledger.ts';
import { lookedUp } from './looked-up.ts';
import { peopleMetrics } from './people.ts';
import { processMetrics } from './process.ts';
import { queueMetrics } from './queue.ts';
import { runMetrics } from './runs.ts';
import { slackMetrics } from './slack.ts';
import { stepMetrics } from './steps.ts';
import { workerMetrics } from './workers.ts';

/** What the rest of the process tells. */
export type MetricsParts = {
  readonly parts: () => readonly PartState[];
  /** Lines of the log that were never written. */
  readonly logLinesDropped: () => number;
  /** Streams that this process has found that cannot be believed. */
  readonly recordFaults: () => number;
  /** What people are owed: ends that they were not told, messages that were refused. */
  readonly owed: () => Promise<Owed>;
  /** How much there is of what, by the database. */
  readonly gauges: () => Promise<Gauges>;
  /** The playbooks in force. */
  readonly playbooks: readonly Playbook[];
  readonly monotonicMs: () => number;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Whether runs are traced: measured durations then point at the trace as well as at the run. */
  readonly isTraced: boolean;
};

/** All metrics of one process. */
export type ProcessMetrics = Metrics & {
  readonly queue: QueueMeter;
  readonly slack: SlackMeter;
  readonly countRemoved: (kind: string, times: number) => void;
  /** A ping of a dead-man's switch, by whether its target heard it. */
  readonly countPing: (outcome: 'heard' | 'unheard') => void;
  /** An answered request: the route as it is registered, how the answer's status begins, and how long it took. */
  readonly observeRequest: (request: { readonly route: string; readonly status: number; readonly ms: number }) => void;
  readonly countRefused: (at: string, reason: string) => void;
  /** What a scrape looks up; null: the database did not answer in time. */
  readonly look: () => Promise<Gauges | null>;
  readonly countFieldFault: (source: string, field: string) => void;
  /** Answers a scrape in the format that its `Accept` asks for. Answers while the database is away, without what only that knows. */
  readonly expose: (accept: string | undefined) => Promise<Exposition>;
};

/** Fresh metrics in a registry of their own. */
export function createMetrics(given: MetricsParts): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instruments = createInstruments(registry);
  const { monotonicMs, sleep, isTraced } = given;
  const exemplarOf = (runId: string) => (isTraced ? { run_id: runId, trace_id: traceIdOf(runId) } : { run_id: runId });
  const look = lookedUp({ ask: given.gauges, monotonicMs, sleep });
  const owed = lookedUp({ ask: given.owed, monotonicMs, sleep });
  const playbooks = new Map(given.playbooks.map((playbook) => [playbook.name, knownOf(playbook)]));

  let stuck: Parameters<Metrics['setStuck']>[0] = [];

  const ingest = ingestMetrics(instruments);
  const ledger = ledgerMetrics(instruments, { look, recordFaults: given.recordFaults });
  const count = joinCounters(
    [
      ingest.counts,
      incidentMetrics(instruments, { look, owed }),
      runMetrics(instruments, { look, playbooks, exemplarOf, stuck: () => stuck }),
      stepMetrics(instruments, { playbooks, exemplarOf }),
      peopleMetrics(instruments, playbooks),
      approvalMetrics(instruments, { look, playbooks }),
      compensationMetrics(instruments, playbooks),
      costMetrics(instruments),
    ],
    (playbook) => playbooks.get(playbook)?.class ?? 'important',
  );
  const calendar = calendarMetrics(instruments, playbooks);
  const queue = queueMetrics(instruments, look);
  const slack = slackMetrics(instruments);
  const slots = workerMetrics(instruments, look);
  const { parts, logLinesDropped } = given;
  const { countRefused, observeRequest } = processMetrics(instruments, { look, parts, logLinesDropped });
  const { countAppend, countRemoved, countType } = ledger;
  const { countDelivery, countDeliveryFault, countSuppressed } = ingest.told;
  return {
    countChange(change) {
      for (const { type } of change.events) countType(type);
      count(change);
      calendar.countSlots(change);
    },
    countAppend,
    countDelivery,
    countDeliveryFault,
    countSuppressed,
    setSlots: slots.setSlots,
    moveSlots: slots.moveSlots,
    queue,
    slack,
    countPing: calendar.countPing,
    setSlo: calendar.setSlo,
    setStuck(runs) {
      stuck = runs;
    },
    observeRequest,
    countRemoved,
    countRefused,
    look,
    countFieldFault: ingest.countFieldFault,
    expose: createExposition(registry),
  };
}

const knownOf = (playbook: Playbook): KnownPlaybook => ({
  version: playbook.version,
  class: classOf(playbook),
  slaMs: playbook.sla?.completeWithinMs ?? null,
  hasTriggers: playbook.triggers.length > 0,
  isScheduled: (playbook.schedule?.length ?? 0) > 0,
  actions: new Map(allSteps(playbook).map(({ id, uses }) => [id, uses])),
});
