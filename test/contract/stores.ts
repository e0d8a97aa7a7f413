// The stores of an engine, in PostgreSQL and in memory, for the contracts that both must keep.
import pg from 'pg';
import pino from 'pino';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { AdmissionStore } from '../../src/ports/admission.ts';
import type { Correlation, DeliveryLedger } from '../../src/ports/intake.ts';
import type { EventStore, GroupStreams, RunLookups, SystemStream } from '../../src/ports/ledger.ts';
import type { TokenStore } from '../../src/ports/tokens.ts';
import type { WorkerRegistry } from '../../src/ports/work.ts';
import { openStore } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { createMemoryGroups } from '../support/race/memory-groups.ts';
import { createMemoryStore, emptyTables } from '../support/race/memory-store.ts';
import { createMemorySwitches, createMemorySystemStream, createMemoryTokens } from '../support/race/memory-system.ts';
import {
  createMemoryAdmission,
  createMemoryCorrelation,
  createMemoryDeliveries,
  createMemoryLookups,
  createMemoryRegistry,
} from '../support/race/memory-work.ts';

/** Stores on one database, or on tables in memory. */
export type Stores = {
  readonly events: EventStore;
  readonly groups: GroupStreams;
  readonly systemStream: SystemStream;
  readonly lookups: RunLookups;
  readonly deliveries: DeliveryLedger;
  readonly correlation: Correlation;
  readonly registry: WorkerRegistry;
  readonly admission: AdmissionStore;
  readonly tokens: TokenStore;
  /** The instant so many milliseconds from the stores' now. */
  readonly instant: (aheadMs: number) => string;
  /** Lets time pass for claims, leases and breakers. */
  readonly later: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens empty stores. */
export type OpenStores = () => Promise<Stores>;

/** The clock of the database cannot be moved; what it has noted can be made older. */
const older = `
UPDATE intake_queue SET claimed_until = claimed_until - $1::float * interval '1 millisecond',
  not_before = not_before - $1::float * interval '1 millisecond';
UPDATE workers SET seen_at = seen_at - $1::float * interval '1 millisecond';
UPDATE breakers SET open_until = open_until - $1::float * interval '1 millisecond';`;

async function inPostgres(): Promise<Stores> {
  const { url, folder } = await freshDatabase();
  let aheadMs = 0;
  const runtime = { ...realRuntime, nowMs: () => realRuntime.nowMs() + aheadMs };
  const store = await openStore({ databaseUrl: url, dataDir: folder }, runtime, pino({ level: 'silent' }));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    ...store,
    instant: (ms) => new Date(runtime.nowMs() + ms).toISOString(),
    async later(ms) {
      aheadMs += ms;
      for (const statement of older.split(';\n')) await client.query(statement, [ms]);
    },
    async close() {
      await client.end();
      await store.close();
    },
  };
}

async function inMemory(): Promise<Stores> {
  const tables = emptyTables();
  let ms = Date.parse('2026-03-01T00:00:00.000Z');
  const clock = { nowMs: () => ms };
  const events = createMemoryStore(tables);
  return {
    events,
    lookups: { ...events, ...createMemoryLookups(tables) },
    deliveries: createMemoryDeliveries(tables, clock),
    correlation: createMemoryCorrelation(tables),
    registry: createMemoryRegistry(tables, clock),
    groups: createMemoryGroups(tables),
    systemStream: createMemorySystemStream(tables),
    admission: {
      ...createMemorySwitches(tables),
      ...createMemoryAdmission(clock),
    },
    tokens: createMemoryTokens(tables),
    instant: (aheadMs) => new Date(ms + aheadMs).toISOString(),
    async later(passedMs) {
      ms += passedMs;
    },
    close: async () => undefined,
  };
}

/** Where the stores are. */
export const places: { readonly [place: string]: OpenStores } = { PostgreSQL: inPostgres, memory: inMemory };
