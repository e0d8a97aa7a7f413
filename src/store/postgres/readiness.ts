// Whether deliveries can be stored right now, and if not, why. Finds out from the work itself and changes nothing.
import { statfsSync } from 'node:fs';
import type { Pool } from 'pg';
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** How long a delivery that could not be stored counts against us; after that the next one is a new try. */
const rememberMs = 10_000;
/** PostgreSQL adds to its log in files of 16 MiB. With less than that left it may stop at any moment. */
const minFreeBytes = 16 * 1024 * 1024;

/** The ledger, watched, and what follows from what was seen. */
export type Readiness = {
  readonly deliveries: DeliveryLedger;
  /** null: able to store; else why not. */
  readonly ready: () => Promise<string | null>;
};

/**
 * Watches a ledger.
 * @param dataDir where an embedded database keeps its files; null: the disk is not ours to look at
 */
export function watchReadiness(
  pool: Pick<Pool, 'query'>,
  ledger: DeliveryLedger,
  runtime: Pick<Runtime, 'nowMs'>,
  dataDir: string | null,
): Readiness {
  let failed: { readonly message: string; readonly atMs: number } | null = null;
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await work;
      failed = null;
      return result;
    } catch (error) {
      failed = { message: messageOf(error), atMs: runtime.nowMs() };
      throw error;
    }
  };
  return {
    deliveries: {
      ...ledger,
      accept: (delivery, claimForMs) => watched(ledger.accept(delivery, claimForMs)),
      keepDead: (delivery) => watched(ledger.keepDead(delivery)),
    },
    async ready() {
      const shortage = dataDir === null ? null : shortageOf(dataDir);
      if (shortage !== null) return shortage;
      try {
        await pool.query('SELECT 1');
      } catch (error) {
        return `the database does not answer: ${messageOf(error)}`;
      }
      if (failed === null || runtime.nowMs() - failed.atMs > rememberMs) return null;
      return `a delivery could not be stored just now: ${failed.message}`;
    },
  };
}

function shortageOf(dataDir: string): string | null {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  if (free >= minFreeBytes) return null;
  const mib = (bytes: number) => Math.floor(bytes / 1024 / 1024);
  return `the disk under ${dataDir} is full: ${mib(free)} MiB are left, the database needs ${mib(minFreeBytes)}; free some space`;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message || String(error) : String(error));
