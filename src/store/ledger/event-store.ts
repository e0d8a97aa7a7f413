// The append-only ledger in PostgreSQL. Changes that come while others are being written share one statement, so one round
// trip and one commit; each of them is atomic and stands or falls by itself. Decides nothing.
import pg, { type DatabaseError } from 'pg';
import type { Appended, EventStore, GroupChange, IncidentChange } from '../../ports/ledger.ts';
import { createBatcher } from '../postgres/batcher.ts';
import { type Pools, withTransaction } from '../postgres/pool.ts';
import { appendSql, appendValues } from './append-changes.ts';
import { appendGroupsSql, appendGroupsValues } from './append-groups.ts';
import { causedBy, readStream, streamIds } from './event-store-readers.ts';
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

/** Changes that stand or fall together. */
type Together = readonly (IncidentChange | GroupChange)[];

const streamOf = (change: IncidentChange | GroupChange | undefined): string =>
  change === undefined ? '' : change.stream === 'group' ? change.group.id : change.incident.id;

const isOpen = (change: IncidentChange | GroupChange): boolean =>
  change.stream === 'incident' && change.incident.status === 'open';

/** In the order in which they are written. A delivery that several of them have dealt with is settled by the first. */
function settledByTheFirst(changes: Together): Together {
  const settled = new Set<string>();
  return [...changes.filter((change) => !isOpen(change)), ...changes.filter(isOpen)].map((change) => {
    const receipts = change.receipts.filter((receipt) => !settled.has(receipt));
    for (const receipt of receipts) settled.add(receipt);
    return { ...change, receipts };
  });
}

/** The statements that write changes. What ends comes first: another incident of its group may be opened again by the same change. */
function statementsOf(changes: Together, snapshots: Snapshots) {
  const incidents = changes.filter((change) => change.stream === 'incident');
  const groups = changes.filter((change) => change.stream === 'group');
  const ofIncidents = (some: readonly IncidentChange[]) => ({
    name: 'append-changes',
    text: appendSql,
    values: appendValues(some, snapshots),
    count: some.length,
  });
  const ofGroups = {
    name: 'append-groups',
    text: appendGroupsSql,
    values: appendGroupsValues(groups, snapshots),
    count: groups.length,
  };
  const ended = incidents.filter((change) => !isOpen(change));
  return [ofIncidents(ended), ofGroups, ofIncidents(incidents.filter(isOpen))].filter(({ count }) => count > 0);
}

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

  /** Writes all of these in one transaction. False: not every one of them still fitted its stream, and none is written. */
  const writtenTogether = (items: readonly Together[]): Promise<boolean> =>
    withTransaction(pool, async (client) => {
      for (const { name, text, values, count } of statementsOf(items.flatMap(settledByTheFirst), snapshots)) {
        const { rows } = await client.query({ name, text, values });
        if (rows.length !== count) throw new NotAllWrittenError();
      }
      return true;
    }).catch((error: unknown) => {
      if (error instanceof NotAllWrittenError) return false;
      throw error;
    });

  async function writeTogether(items: readonly Together[]): Promise<readonly Appended[]> {
    try {
      if (await writtenTogether(items)) return items.map(() => 'appended');
      if (items.length === 1) return ['conflict'];
    } catch (error) {
      if (!isMeeting(error)) throw error;
      if (items.length === 1) return [refusedBy(error)];
    }
    // Which of them it was is seen when each is alone.
    const alone: Appended[] = [];
    for (const item of items) alone.push(...(await writeTogether([item])));
    return alone;
  }

  const together = createBatcher<Together, Appended>({
    run: writeTogether,
    concurrency: writers,
    maxBatch,
    // Those of one group cannot both be next in it.
    keyOf: (changes) => streamOf(changes.find(({ stream }) => stream === 'group') ?? changes[0]),
  });

  const batcher = createBatcher<IncidentChange, Appended>({
    run: write,
    concurrency: writers,
    maxBatch,
    // Two changes of one stream cannot both be next in it.
    keyOf: ({ incident }) => incident.id,
  });

  return {
    append: (change) => batcher.add(change),

    appendTogether: (changes) => together.add(changes),

    ...createSnapshotLoads(pool, snapshots),
    readStream: (streamId, fromSeq) => readStream(pool, streamId, fromSeq),
    streamIds: () => streamIds(pool),
    causedBy: (streamId, cause) => causedBy(pool, streamId, cause),
  };
}
