// The append-only ledger in PostgreSQL. Changes that come while others are being written share one statement, so one round
// trip and one commit; each of them is atomic and stands or falls by itself. Decides nothing.
import pg, { type DatabaseError } from 'pg';
import type { Appended, EventStore, GroupChange, IncidentChange } from '../../ports/ledger.ts';
import { createBatcher } from '../postgres/batcher.ts';
import { type Pools, withTransaction } from '../postgres/pool.ts';
import { appendSql, appendValues } from './append-changes.ts';
import { appendGroupsSql, appendGroupsValues } from './append-groups.ts';
import { readStream, streamIds } from './event-store-readers.ts';
import { createSnapshotLoads } from './snapshot-loads.ts';
import type { Snapshots } from './snapshots.ts';

const maxBatch = 64;
const writers = 1;

// Unique or exclusion violation: a group that another change opened, or moved into, at the same moment. Cardinality violation: two changes
// of one batch are about the same alert. Deadlock: another process wrote the same streams in another order.
const meetings = ['23505', '23P01', '21000', '40P01'];
const isMeeting = (error: unknown): error is DatabaseError =>
  error instanceof pg.DatabaseError && meetings.includes(error.code ?? '');
/** The index that lets one run at a time hold a concurrency key. */
const heldKeys = 'runs_holding';
const refusedBy = ({ constraint }: DatabaseError): Appended => (constraint === heldKeys ? 'locked' : 'conflict');

/** What ends comes first: another incident of its group may be opened again by the same change. */
const endedFirst = (changes: readonly (IncidentChange | GroupChange)[]) => {
  const isOpen = (change: IncidentChange | GroupChange) =>
    change.stream === 'incident' && change.incident.status === 'open';
  return [...changes.filter((change) => !isOpen(change)), ...changes.filter(isOpen)];
};

/** Rolls back changes of which not every one still fitted its stream. */
class NotAllWrittenError extends Error {
  override readonly name = 'NotAllWrittenError';
}

/**
 * The ledger on a pool of connections. Rejects only when the database cannot be reached or is broken, or with RecordFaultError
 * where a row cannot be believed.
 */
export function createEventStore({ pool, steady }: Pools, snapshots: Snapshots): EventStore {
  async function write(changes: readonly IncidentChange[]): Promise<readonly Appended[]> {
    try {
      const { rows } = await steady.query<{ id: string }>({
        name: 'append-changes',
        text: appendSql,
        values: appendValues(changes, snapshots),
      });
      const written = new Set(rows.map(({ id }) => id));
      return changes.map(({ incident }) => (written.has(incident.id) ? 'appended' : 'conflict'));
    } catch (error) {
      if (!isMeeting(error)) throw error;
      const [only] = changes;
      if (changes.length === 1 && only) return [refusedBy(error)];
      return (await Promise.all(changes.map((change) => write([change])))).flat();
    }
  }

  const statementOf = (change: IncidentChange | GroupChange) =>
    change.stream === 'group'
      ? { text: appendGroupsSql, values: appendGroupsValues([change], snapshots) }
      : { text: appendSql, values: appendValues([change], snapshots) };

  const batcher = createBatcher<IncidentChange, Appended>({
    run: write,
    concurrency: writers,
    maxBatch,
    // Two changes of one stream cannot both be next in it.
    keyOf: ({ incident }) => incident.id,
  });

  return {
    append: (change) => batcher.add(change),

    async appendTogether(changes) {
      try {
        return await withTransaction<Appended>(pool, async (client) => {
          const settled = new Set<string>();
          for (const change of endedFirst(changes)) {
            // A delivery that several of them have dealt with is settled by the first.
            const receipts = change.receipts.filter((receipt) => !settled.has(receipt));
            for (const receipt of receipts) settled.add(receipt);
            const { rows } = await client.query(statementOf({ ...change, receipts }));
            if (rows.length === 0) throw new NotAllWrittenError();
          }
          return 'appended';
        });
      } catch (error) {
        if (error instanceof NotAllWrittenError) return 'conflict';
        if (isMeeting(error)) return refusedBy(error);
        throw error;
      }
    },

    ...createSnapshotLoads(pool, snapshots),
    readStream: (streamId, fromSeq) => readStream(pool, streamId, fromSeq),
    streamIds: () => streamIds(pool),
  };
}
