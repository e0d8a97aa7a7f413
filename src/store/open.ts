// Opens the store: a PostgreSQL that is configured or the embedded one, every adapter on one pool. A process that owns the database
// makes it and brings its schema up to date; one that visits it finds it as it should be, or is told what to do.
import type { Pool } from 'pg';
import type { BadPlace } from '../core/timeline/chain.ts';
import type { AdmissionStore } from '../ports/admission.ts';
import type { IdempotencyKeys, LedgerChanges } from '../ports/api.ts';
import type { ArchiveCandidates } from '../ports/archive.ts';
import type { ChangeControlPorts, VersionTrials } from '../ports/change-control.ts';
import type { DeliveryNoteStore } from '../ports/delivery-notes.ts';
import type { DigestReads } from '../ports/digests.ts';
import type { EvidenceIndex } from '../ports/evidence.ts';
import type { HeartbeatStore } from '../ports/heartbeats.ts';
import type { Correlation, DeliveryLedger, FiringAlerts } from '../ports/intake.ts';
import type {
  Artifacts,
  EventStore,
  GroupStreams,
  PlaybookHistory,
  PlaybookLives,
  PlaybookVersions,
  RunLookups,
  SystemStream,
} from '../ports/ledger.ts';
import type { LedgerReads } from '../ports/ledger-reads.ts';
import type { MeasuredIncidents } from '../ports/measured.ts';
import type { ReadGauges } from '../ports/metrics.ts';
import type { ReadModels } from '../ports/reads.ts';
import type { Checkpoints, CheckpointWitness, RecordSnapshot } from '../ports/record.ts';
import type { Retention } from '../ports/retention.ts';
import type { Rulebooks } from '../ports/rulebooks.ts';
import type { Log, Runtime } from '../ports/runtime.ts';
import type { SessionStore } from '../ports/sessions.ts';
import type { SlackMessages } from '../ports/slack-memory.ts';
import type { SlackRates } from '../ports/slack-rates.ts';
import type { SloTallies } from '../ports/slo.ts';
import type { StepUpMemory } from '../ports/step-up.ts';
import type { StuckReads } from '../ports/stuck.ts';
import type { TokenStore } from '../ports/tokens.ts';
import type { TrustReads } from '../ports/trust.ts';
import type { UsedProofs } from '../ports/used-proofs.ts';
import type { AttentionIndex, WorkerRegistry } from '../ports/work.ts';
import { createAdmissionStore } from './access/admission.ts';
import { createIdempotencyKeys } from './access/idempotency.ts';
import { createSessionStore } from './access/sessions.ts';
import { createStepUpMemory } from './access/step-up.ts';
import { createTokenStore } from './access/tokens.ts';
import { createUsedProofs } from './access/used-proofs.ts';
import { createAlertHomes } from './intake/alert-homes.ts';
import { createCorrelation } from './intake/correlation.ts';
import { createDeliveries } from './intake/deliveries.ts';
import { createDeliveryNotes } from './intake/delivery-notes.ts';
import { createFiringAlerts } from './intake/firing-alerts.ts';
import { createHeartbeats } from './intake/heartbeats.ts';
import { deliveriesSince } from './intake/read-deliveries.ts';
import { createRepetitions } from './intake/repetition.ts';
import { createArchiveCandidates, createRestingGroups } from './ledger/archive-candidates.ts';
import { createArtifacts } from './ledger/artifacts.ts';
import { createAttentionIndex } from './ledger/attention-index.ts';
import { createLedgerChanges } from './ledger/changes.ts';
import { createWitness } from './ledger/checkpoint-witness.ts';
import { createCheckpoints } from './ledger/checkpoints.ts';
import { createDigestReads } from './ledger/digest-reads.ts';
import { createEventStore } from './ledger/event-store.ts';
import { createEvidenceIndex } from './ledger/evidence-index.ts';
import { createReadGauges } from './ledger/gauges.ts';
import { createGroupStreams } from './ledger/group-streams.ts';
import { createLedgerReads } from './ledger/ledger-reads.ts';
import { createMeasuredIncidents } from './ledger/measured-incidents.ts';
import { createPlaybookLives } from './ledger/playbook-lives.ts';
import { createReadModels } from './ledger/read-models.ts';
import { createRecordFaults } from './ledger/record-faults.ts';
import { openRecordKey } from './ledger/record-key.ts';
import { withSnapshot } from './ledger/record-snapshot.ts';
import { createRunLookups } from './ledger/run-lookups.ts';
import { createSealedHeads } from './ledger/sealed-heads.ts';
import { openSnapshotKey } from './ledger/signing-key.ts';
import { createSloTallies } from './ledger/slo-tallies.ts';
import { createSnapshots, type Snapshots } from './ledger/snapshots.ts';
import { createStuckReads } from './ledger/stuck-reads.ts';
import { createSystemStream } from './ledger/system-stream.ts';
import { createTrustReads } from './ledger/trust-reads.ts';
import { createWorkerRegistry } from './ledger/worker-registry.ts';
import { type DatabasePlace, openDatabase, type StoreUse } from './open-database.ts';
import { createPlaybookHistory } from './playbook/playbook-history.ts';
import { createPlaybookVersions } from './playbook/playbook-versions.ts';
import { recordedRuns } from './playbook/recorded-runs.ts';
import { createVersionTrials } from './playbook/version-trials.ts';
import { createRulebooks } from './policy/rulebooks.ts';
import { databaseNowMs } from './postgres/database-now.ts';
import { watchReadiness } from './postgres/readiness.ts';
import { createRetention } from './retention/retention.ts';
import { createSlackMessages } from './slack/slack-messages.ts';
import { createSlackRates } from './slack/slack-rates.ts';

/** The store, open. */
export type Store = {
  readonly url: string;
  readonly events: EventStore;
  readonly groups: GroupStreams;
  readonly firing: FiringAlerts;
  readonly heartbeats: HeartbeatStore;
  readonly systemStream: SystemStream;
  readonly tokens: TokenStore;
  readonly sessions: SessionStore;
  readonly reads: ReadModels;
  readonly ledger: LedgerReads;
  readonly measured: MeasuredIncidents;
  readonly slo: SloTallies;
  readonly stuck: StuckReads;
  readonly trust: TrustReads;
  readonly deliveries: DeliveryLedger;
  /** What was accepted since an instant, in its order, without what it said. */
  readonly deliveriesSince: (since: string) => ReturnType<typeof deliveriesSince>;
  readonly deliveryNotes: DeliveryNoteStore;
  readonly versions: PlaybookVersions;
  readonly playbookHistory: PlaybookHistory;
  readonly lives: PlaybookLives;
  readonly recordedRuns: ChangeControlPorts['recordedRuns'];
  readonly trials: VersionTrials;
  readonly rulebooks: Rulebooks;
  readonly artifacts: Artifacts;
  readonly evidence: EvidenceIndex;
  readonly correlation: Correlation;
  readonly messages: SlackMessages;
  readonly slackRates: SlackRates;
  readonly registry: WorkerRegistry;
  readonly attention: AttentionIndex;
  readonly lookups: RunLookups;
  readonly admission: AdmissionStore;
  readonly keys: IdempotencyKeys;
  readonly usedProofs: UsedProofs;
  readonly stepUp: StepUpMemory;
  readonly changes: LedgerChanges;
  readonly checkpoints: Checkpoints;
  readonly witness: CheckpointWitness;
  readonly archiveCandidates: ArchiveCandidates;
  readonly restingGroups: ArchiveCandidates;
  readonly retention: Retention;
  /** How much there is of what, for metrics. */
  readonly gauges: ReadGauges;
  readonly digests: DigestReads;
  /** Places of the record that this process has found contradicted so far, one for each stream. */
  readonly faults: () => readonly BadPlace[];
  /** Runs `work` on the record as it stands at this moment; its readers serve until then. */
  readonly snapshot: <T>(work: (record: RecordSnapshot) => Promise<T>) => Promise<T>;
  /** The time of the database, in epoch milliseconds. */
  readonly nowMs: () => Promise<number>;
  /** null: able to store; else why not. */
  readonly ready: () => Promise<string | null>;
  readonly close: () => Promise<void>;
};

export type { StoreUse } from './open-database.ts';

const usesOfKey = { own: 'serve', visit: 'visit', archive: 'visit', read: 'look' } as const;

/** What is kept of playbooks, and of the rules that they run under. */
const playbookStores = (
  pool: Pool,
  snapshots: Snapshots,
  found: (place: BadPlace) => void,
): Pick<Store, 'versions' | 'playbookHistory' | 'lives' | 'recordedRuns' | 'trials' | 'rulebooks'> => ({
  trials: createVersionTrials(pool),
  versions: createPlaybookVersions(pool, found),
  playbookHistory: createPlaybookHistory(pool),
  lives: createPlaybookLives(pool, snapshots),
  recordedRuns: (playbook, limit) => recordedRuns(pool, playbook, limit),
  rulebooks: createRulebooks(pool, { snapshots, found }),
});

/** The memories of what may come once. */
const onceOnly = (...of: Parameters<typeof createIdempotencyKeys>) => ({
  keys: createIdempotencyKeys(...of),
  usedProofs: createUsedProofs(of[0]),
  stepUp: createStepUpMemory(of[0]),
});

/**
 * Opens it. Rejects with a clear message if the database cannot be used.
 * @throws NoDatabaseError if it is to be visited and is not there
 * @throws SchemaMismatchError if its schema is not that of this program
 * @throws SigningKeyError if something is to be written, and the key that vouches for it cannot be had or is not that of the record
 */
export async function openStore(
  where: DatabasePlace,
  runtime: Runtime,
  log: Log,
  use: StoreUse = 'own',
): Promise<Store> {
  const { url, pool, steady, owner, asOwner, isEmbedded, close, prepare } = await openDatabase(where, log, use);
  try {
    const place = { dataDir: where.dataDir, signingKey: where.signingKey ?? null };
    await prepare(() => openSnapshotKey(place));
    const keys = { place, formerKeys: where.formerKeys ?? [] };
    const { key, trusted } = await openRecordKey(pool, keys, { use: usesOfKey[use], log });
    const { found, known: faults } = createRecordFaults(log);
    // Whoever looks acts on nothing.
    const sealed = use === 'read' ? null : createSealedHeads(pool, trusted);
    const snapshots = createSnapshots({ pool, key, sealed, found });
    const homes = createAlertHomes(pool, snapshots);
    const repetitions = createRepetitions({ pool, key, homes });
    const { deliveries, ready } = watchReadiness(
      pool,
      createDeliveries({ pool, steady, key, runtime, repetitions }),
      runtime,
      isEmbedded ? where.dataDir : null,
    );
    const registry = createWorkerRegistry(pool);
    // An embedded database has one user: whatever process it remembers is gone.
    if (isEmbedded && use === 'own') {
      await registry.forgetOthers();
      await deliveries.releaseClaims();
    }
    const systemStream = createSystemStream(pool, snapshots, { owner, asOwner });
    return {
      url,
      faults,
      deliveries,
      deliveriesSince: (since) => deliveriesSince(pool, since),
      deliveryNotes: createDeliveryNotes(pool),
      ready,
      registry,
      attention: createAttentionIndex(pool, snapshots),
      events: createEventStore({ pool, steady }, snapshots),
      groups: createGroupStreams(pool, snapshots),
      firing: createFiringAlerts(pool),
      heartbeats: createHeartbeats(pool),
      systemStream,
      tokens: createTokenStore(pool, systemStream, runtime),
      sessions: createSessionStore(pool, key),
      reads: createReadModels(pool, snapshots, deliveries),
      ledger: createLedgerReads(pool),
      measured: createMeasuredIncidents(pool),
      slo: createSloTallies(pool),
      ...looksAt(pool, snapshots),
      ...playbookStores(pool, snapshots, found),
      artifacts: createArtifacts(pool, found),
      evidence: createEvidenceIndex(pool),
      correlation: createCorrelation(pool, snapshots, homes),
      lookups: createRunLookups(pool, snapshots),
      admission: createAdmissionStore(pool, systemStream),
      messages: createSlackMessages(pool),
      slackRates: createSlackRates(pool),
      ...onceOnly(pool, runtime),
      changes: createLedgerChanges(pool),
      checkpoints: createCheckpoints(pool, snapshots),
      witness: createWitness(where.dataDir),
      archiveCandidates: createArchiveCandidates(pool),
      restingGroups: createRestingGroups(pool),
      retention: createRetention(pool),
      gauges: createReadGauges(pool),
      digests: createDigestReads(pool),
      nowMs: () => databaseNowMs(pool),
      snapshot: (work) => withSnapshot(pool, key, work),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reads for what looks again and again at how runs go. */
const looksAt = (pool: Pool, snapshots: Snapshots): Pick<Store, 'stuck' | 'trust'> => ({
  stuck: createStuckReads(pool, snapshots),
  trust: createTrustReads(pool, snapshots),
});
