// Metrics of the ledger: what is appended, how fast, what stood in the way, and whether all of it is sealed.
import type { Gauges, Metrics } from '../../ports/metrics.ts';
import type { Looked } from './incidents.ts';
import { type Instruments, quickBuckets } from './instruments.ts';

/** What they are made of. */
type LedgerMetricsParts = {
  readonly look: Looked<Gauges>;
  /** Streams that this process has found that cannot be believed. */
  readonly recordFaults: () => number;
};

/** Makes them. */
export function ledgerMetrics(instruments: Instruments, parts: LedgerMetricsParts) {
  const { counter, histogram } = instruments;
  const events = counter({ name: 'firebreak_events_total', help: 'Timeline events by type', labels: ['type'] });
  const append = histogram({
    name: 'firebreak_ledger_append_seconds',
    help: 'How long appends took that became durable, by kind of stream (incident, group, system)',
    labels: ['stream'],
    buckets: quickBuckets,
  });
  const conflicts = counter({
    name: 'firebreak_ledger_conflicts_total',
    help: 'Appends that were decided anew, by kind of stream and why (conflict: it had moved on; locked: another run holds the key)',
    labels: ['stream', 'outcome'],
  });
  const removed = counter({
    name: 'firebreak_removed_rows_total',
    help: 'Rows that were removed because they were kept long enough, by kind',
    labels: ['kind'],
  });
  addGauges(instruments.gauge, parts);
  const countAppend: Metrics['countAppend'] = ({ stream, outcome, ms }) =>
    outcome === 'appended' ? append({ stream }, ms / 1000) : conflicts({ stream, outcome });
  return {
    countAppend,
    countType: (type: string) => events({ type }),
    countRemoved: (kind: string, times: number) => removed({ kind }, times),
  };
}

function addGauges(gauge: Instruments['gauge'], { look, recordFaults }: LedgerMetricsParts): void {
  const record = async () => (await look())?.record ?? null;
  gauge({
    name: 'firebreak_record_faults',
    help: 'Streams whose stored state this process found contradicted, and does not act on',
    collect: (add) => add({}, recordFaults()),
  });
  gauge({
    name: 'firebreak_ledger_checkpoint_age_seconds',
    help: 'Since the last checkpoint was made; while nothing happens none is made',
    async collect(add) {
      const age = (await record())?.checkpointAgeMs ?? null;
      if (age !== null) add({}, age / 1000);
    },
  });
  gauge({
    name: 'firebreak_ledger_unsealed_streams',
    help: 'Streams that have moved since a checkpoint covered them',
    async collect(add) {
      const found = await record();
      if (found !== null) add({}, found.unsealedStreams);
    },
  });
  gauge({
    name: 'firebreak_ledger_unsealed_seconds',
    help: 'For how long the stream of them that moved first waits for a checkpoint; 0 where none waits',
    async collect(add) {
      const found = await record();
      if (found !== null) add({}, found.unsealedMs / 1000);
    },
  });
  gauge({
    name: 'firebreak_record_complete_ratio',
    help: 'Of the runs that began in the last day and have ended, but not in the last two minutes: the share whose record a checkpoint covers and nothing contradicts',
    async collect(add) {
      const found = await record();
      if (found !== null) add({}, found.endedRuns === 0 ? 1 : found.coveredRuns / found.endedRuns);
    },
  });
}
