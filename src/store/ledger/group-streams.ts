// The streams of alert groups in PostgreSQL. Changes and lookups that come at the same time share one statement. What a row leads to counts
// only if the vouched state says so too. Decides nothing.

import pg, { type Pool } from 'pg';
import { memberOf } from '../../core/group/state.ts';
import type { GroupChange, GroupStreams, LoadedGroup } from '../../ports/ledger.ts';
import { createBatcher } from '../postgres/batcher.ts';
import { appendGroupsSql, appendGroupsValues } from './append-groups.ts';
import type { IncidentColumns, Snapshots } from './snapshots.ts';

const columns = 's.id, s.state::text AS state, s.proof, s.version, s.head_hash';
/** A group's row, by those columns; each is null where there is no row. */
type Row = IncidentColumns | { readonly [column in keyof IncidentColumns]: null };

// Whether events open a group of the key: then its row must be there too.
const byKeys = `
SELECT w.n::int, ${columns}, (SELECT e.stream_id FROM events e WHERE e.type = 'group.opened' AND e.data->>'key' = w.key
  AND s.id IS NULL LIMIT 1) AS opened
FROM unnest($1::text[]) WITH ORDINALITY AS w(key, n) LEFT JOIN streams s ON s.key = w.key`;

const maxBatch = 200;
const maxWritten = 64;

// Exclusion or unique violation: a group that another change opened at the same moment. Deadlock: another process wrote the same streams in
// another order.
const meetings = ['23P01', '23505', '40P01'];
const isMeeting = (error: unknown): boolean => error instanceof pg.DatabaseError && meetings.includes(error.code ?? '');

type HolderRow = IncidentColumns & { readonly held: readonly string[] };
type Holding = Awaited<ReturnType<GroupStreams['holding']>>;
type Written = 'appended' | 'conflict';

type Parts = { readonly pool: Pool; readonly snapshots: Pick<Snapshots, 'ofGroup' | 'loadGroup' | 'refuse'> };

/** The group streams on a pool of connections. Rejects where the database is broken, or with RecordFaultError. */
export function createGroupStreams(pool: Pool, snapshots: Parts['snapshots']): GroupStreams {
  const parts = { pool, snapshots };
  return { ...loads(parts), ...holding(parts), ...inventory(parts), ...timers(parts), append: appending(parts) };
}

function appending({ pool, snapshots }: Parts): GroupStreams['append'] {
  async function write(changes: readonly GroupChange[]): Promise<readonly Written[]> {
    try {
      const { rows } = await pool.query<{ id: string }>({
        name: 'append-groups',
        text: appendGroupsSql,
        values: appendGroupsValues(changes, snapshots),
      });
      const written = new Set(rows.map(({ id }) => id));
      return changes.map(({ group }) => (written.has(group.id) ? 'appended' : 'conflict'));
    } catch (error) {
      if (!isMeeting(error)) throw error;
      if (changes.length === 1) return ['conflict'];
      return (await Promise.all(changes.map((change) => write([change])))).flat();
    }
  }

  const batcher = createBatcher<GroupChange, Written>({
    run: write,
    concurrency: 1,
    maxBatch: maxWritten,
    // Two changes of one stream cannot both be next in it.
    keyOf: ({ group }) => group.id,
  });
  return batcher.add;
}

function loads({ pool, snapshots }: Parts): Pick<GroupStreams, 'byKey' | 'load'> {
  async function ofKey(key: string, row: Row, opened: string | null): Promise<LoadedGroup | null> {
    if (row.id === null)
      return opened === null
        ? null
        : snapshots.refuse(opened, 'its events open it, and its row is gone or has another key');
    const loaded = await snapshots.loadGroup(row);
    if (loaded.group.key !== key)
      snapshots.refuse(row.id, `it was found as the alert group of ${key}, which its state is not`);
    return loaded;
  }

  // A row that cannot be believed concerns whoever asked for it, and nobody else in the batch.
  const lookups = createBatcher<string, () => Promise<LoadedGroup | null>>({
    concurrency: 2,
    maxBatch,
    async run(keys) {
      const { rows } = await pool.query<Row & { n: number; opened: string | null }>({
        name: 'groups-of-keys',
        text: byKeys,
        values: [keys],
      });
      const found = new Map(rows.map((row) => [row.n, row]));
      return keys.map((key, i) => {
        const row = found.get(i + 1);
        return async () => (row ? ofKey(key, row, row.opened) : null);
      });
    },
  });

  return {
    async byKey(key) {
      const load = await lookups.add(key);
      return load();
    },

    async load(id) {
      const { rows } = await pool.query<Row & { known: boolean }>({
        name: 'load-group',
        text: `SELECT ${columns}, EXISTS (SELECT 1 FROM events e WHERE e.stream_id = w.id) AS known
               FROM unnest(ARRAY[$1::text]) AS w(id) LEFT JOIN streams s ON s.id = w.id`,
        values: [id],
      });
      const [row] = rows;
      if (!row) return null;
      if (row.id !== null) return snapshots.loadGroup(row);
      return row.known ? snapshots.refuse(id, 'it has events, and its row is gone') : null;
    },
  };
}

function holding({ pool, snapshots }: Parts): Pick<GroupStreams, 'holding'> {
  const holders = createBatcher<readonly string[], () => Promise<Holding>>({
    concurrency: 2,
    maxBatch,
    async run(asked) {
      const { rows } = await pool.query<HolderRow>({
        name: 'groups-that-hold',
        text: `SELECT ${columns}, s.held FROM streams s WHERE s.held <> '{}' AND s.held && $1::text[] ORDER BY s.updated_at, s.id`,
        values: [[...new Set(asked.flat())]],
      });
      const loads = new Map<HolderRow, Promise<LoadedGroup>>();
      const load = (row: HolderRow) => {
        const loaded = loads.get(row) ?? snapshots.loadGroup(row);
        loads.set(row, loaded);
        return loaded;
      };
      return asked.map((fingerprints) => () => holdingOf(fingerprints, rows, load));
    },
  });

  /** Which of these rows hold which of these alerts; the one that was written last, where several do. */
  async function holdingOf(
    fingerprints: readonly string[],
    rows: readonly HolderRow[],
    load: (row: HolderRow) => Promise<LoadedGroup>,
  ): Promise<Holding> {
    const found = new Map<string, { readonly key: string; readonly rule: string | null }>();
    const wanted = new Set(fingerprints);
    for (const row of rows) {
      const named = row.held.filter((one) => wanted.has(one));
      if (named.length === 0) continue;
      const { group } = await load(row);
      for (const fingerprint of named) {
        const member = memberOf(group, fingerprint);
        if (!member?.alert || !member.hold)
          snapshots.refuse(row.id, `it was found to hold the alert ${fingerprint}, which its state does not`);
        found.set(fingerprint, { key: group.key, rule: group.rule });
      }
    }
    return found;
  }

  return {
    async holding(fingerprints) {
      if (fingerprints.length === 0) return new Map();
      const look = await holders.add(fingerprints);
      return look();
    },
  };
}

/** What groups hold, for people who ask. */
const inventory = ({ pool, snapshots }: Parts): Pick<GroupStreams, 'holders' | 'silenced'> => ({
  async holders(limit) {
    const { rows } = await pool.query<IncidentColumns>({
      name: 'groups-that-hold-anything',
      text: `SELECT ${columns} FROM streams s WHERE s.held <> '{}' ORDER BY s.updated_at DESC, s.id LIMIT $1`,
      values: [limit],
    });
    const groups: LoadedGroup[] = [];
    for (const row of rows) groups.push(await snapshots.loadGroup(row));
    return groups;
  },

  async silenced(names) {
    const { rows } = await pool.query<{ name: string; count: number; lastAt: string }>({
      name: 'what-silences-held',
      text: `SELECT w.name, found.count, found.last AS "lastAt" FROM unnest($1::text[]) AS w(name), LATERAL (
               SELECT count(*)::int AS count, max(e.at) AS last FROM events e
               WHERE e.type IN ('group.alert_held', 'group.hold_changed') AND e.data->'hold'->>'by' = 'silence'
                 AND e.data->'hold'->>'name' = w.name) found
             WHERE found.count > 0`,
      values: [names],
    });
    return new Map(rows.map(({ name, count, lastAt }) => [name, { count, lastAt }]));
  },
});

const timers = ({ pool }: Parts): Pick<GroupStreams, 'due' | 'wakeHeld' | 'rest'> => ({
  async due(at, limit) {
    const { rows } = await pool.query<{ id: string }>({
      name: 'due-groups',
      text: "SELECT id FROM streams WHERE kind = 'group' AND wake_at <= $1 ORDER BY wake_at, id LIMIT $2",
      values: [at, limit],
    });
    return rows.map(({ id }) => id);
  },

  async wakeHeld(at) {
    // In order: two that wake the same groups at the same time must not wait for each other.
    await pool.query({
      name: 'wake-held-groups',
      text: `UPDATE streams SET wake_at = $1 WHERE id IN (
               SELECT id FROM streams WHERE held <> '{}' ORDER BY id FOR UPDATE)`,
      values: [at],
    });
  },

  async rest({ group, head }, { lookedAt, wakeAt }) {
    await pool.query({
      name: 'rest-group',
      text: 'UPDATE streams SET wake_at = $5 WHERE id = $1 AND version = $2 AND head_hash = $3 AND wake_at <= $4',
      values: [group.id, head.version, head.hash, lookedAt, wakeAt],
    });
  },
});
