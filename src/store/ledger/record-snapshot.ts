// The whole record at one moment, for an audit: what is written meanwhile is not seen and is not held up.
import type { ClientBase, Pool } from 'pg';
import type { RecordSnapshot } from '../../ports/record.ts';
import { withTransaction } from '../postgres/pool.ts';
import { readArtifact } from './artifacts.ts';
import { readCheckpoints } from './checkpoints.ts';
import { readStream, streamHeads, streamIds } from './event-store-readers.ts';
import { createRowFaults } from './row-faults.ts';
import type { SnapshotKey } from './snapshot-digest.ts';

/** Runs `work` on the record as it stands now. The readers serve only until it settles, and one at a time. */
export function withSnapshot<T>(
  pool: Pool,
  key: SnapshotKey | null,
  work: (record: RecordSnapshot) => Promise<T>,
): Promise<T> {
  return withTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    // The moment is that of the first statement.
    await client.query('SELECT 1');
    return work(snapshotOn(client, key));
  });
}

/** The record as a connection sees it: inside a transaction, as it stands there. */
export function snapshotOn(client: ClientBase, key: SnapshotKey | null): RecordSnapshot {
  return {
    heads: () => streamHeads(client),
    streamIds: () => streamIds(client),
    readStream: (streamId) => readStream(client, streamId),
    checkpoints: () => readCheckpoints(client),
    artifact: (digest) => readArtifact(client, digest),
    rowFaults: createRowFaults({ db: client, key }),
  };
}
