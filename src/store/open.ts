// Opens the store: a PostgreSQL of one's own or the embedded one, its schema up to date, every adapter on one pool.
import type {
  Artifacts,
  BrakeStore,
  Checkpoints,
  CheckpointWitness,
  Correlation,
  DeliveryLedger,
  EventStore,
  Host,
  IdempotencyKeys,
  LedgerChanges,
  Log,
  PlaybookVersions,
  ReadModels,
  RecordSnapshot,
  RunLookups,
  SlackMessages,
  WorkerRegistry,
} from '../ports.ts';
import { createArtifacts } from './artifacts.ts';
import { createBrakes } from './brakes.ts';
import { createLedgerChanges } from './changes.ts';
import { createWitness } from './checkpoint-witness.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createCorrelation } from './correlation.ts';
import { createDeliveries } from './deliveries.ts';
import { startEmbeddedPostgres } from './embedded.ts';
import { createEventStore } from './event-store.ts';
import { createIdempotencyKeys } from './idempotency.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createPlaybookVersions } from './playbook-versions.ts';
import { createPool } from './pool.ts';
import { createReadModels } from './read-models.ts';
import { watchReadiness } from './readiness.ts';
import { withSnapshot } from './record-snapshot.ts';
import { createRunLookups } from './run-lookups.ts';
import { createSlackMessages } from './slack-messages.ts';
import { createWorkerRegistry } from './worker-registry.ts';

/** The store, open. */
export type Store = {
  readonly url: string;
  readonly events: EventStore;
  readonly reads: ReadModels;
  readonly deliveries: DeliveryLedger;
  readonly versions: PlaybookVersions;
  readonly artifacts: Artifacts;
  readonly correlation: Correlation;
  readonly messages: SlackMessages;
  readonly registry: WorkerRegistry;
  readonly lookups: RunLookups;
  readonly brakes: BrakeStore;
  readonly keys: IdempotencyKeys;
  readonly changes: LedgerChanges;
  readonly checkpoints: Checkpoints;
  readonly witness: CheckpointWitness;
  /** Runs `work` on the record as it stands at this moment; its readers serve until then. */
  readonly snapshot: <T>(work: (record: RecordSnapshot) => Promise<T>) => Promise<T>;
  /** null: able to store; else why not. */
  readonly ready: () => Promise<string | null>;
  readonly close: () => Promise<void>;
};

/** Opens it. Rejects with a clear message if the database cannot be used. */
export async function openStore(
  where: { readonly databaseUrl: string | null; readonly dataDir: string },
  host: Host,
  log: Log,
): Promise<Store> {
  const embedded = where.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: where.dataDir, log }) : null;
  const url = embedded?.url ?? where.databaseUrl ?? '';
  // A connection may still be saying goodbye when our own database ends.
  let closing = false;
  const open = (limits: { readonly max: number; readonly statementTimeoutMs?: number }) =>
    createPool({
      ...{ connectionString: url, applicationName: 'firebreak', ...limits },
      onError(error) {
        if (!closing) log.warn({ error: error.message }, 'a database connection was lost');
      },
    });
  const pool = open({ max: 16 });
  const close = async () => {
    closing = true;
    await pool.end();
    await embedded?.stop();
  };
  try {
    // Waiting for another process's migration, or running a long one, is no slow statement.
    const unhurried = open({ max: 1, statementTimeoutMs: 0 });
    await migrate(unhurried, migrations).finally(() => unhurried.end());
    const { deliveries, ready } = watchReadiness(pool, createDeliveries(pool, host), host, embedded && where.dataDir);
    const registry = createWorkerRegistry(pool);
    // An embedded database has one user: whatever process it remembers is gone.
    if (embedded) {
      await registry.forgetOthers();
      await deliveries.releaseClaims();
    }
    return {
      url,
      deliveries,
      ready,
      registry,
      events: createEventStore(pool),
      reads: createReadModels(pool, deliveries),
      versions: createPlaybookVersions(pool),
      artifacts: createArtifacts(pool),
      correlation: createCorrelation(pool),
      lookups: createRunLookups(pool),
      brakes: createBrakes(pool),
      messages: createSlackMessages(pool),
      keys: createIdempotencyKeys(pool, host),
      changes: createLedgerChanges(pool),
      checkpoints: createCheckpoints(pool),
      witness: createWitness(where.dataDir),
      snapshot: (work) => withSnapshot(pool, work),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
