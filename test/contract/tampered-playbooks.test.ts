// The streams of playbooks, real and in memory, and what is done to the real ones by somebody who may do everything in the database: a version
// that nobody promoted is not live because a row says so.
import type { Pool, PoolClient } from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideLife } from '../../src/core/change-control/decide.ts';
import { playbookStreamId } from '../../src/core/change-control/state.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { RecordFaultError } from '../../src/core/timeline/record-fault.ts';
import { playbookLifeChangeOf } from '../../src/engine/append.ts';
import { auditRecord } from '../../src/engine/record/audit.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { LoadedPlaybookLife, PlaybookLives } from '../../src/ports/ledger.ts';
import { createPlaybookLives } from '../../src/store/ledger/playbook-lives.ts';
import { snapshotOn } from '../../src/store/ledger/record-snapshot.ts';
import { openSnapshotKey } from '../../src/store/ledger/signing-key.ts';
import type { SnapshotKey } from '../../src/store/ledger/snapshot-digest.ts';
import { createSnapshots } from '../../src/store/ledger/snapshots.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { createPool } from '../../src/store/postgres/pool.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { author, people, versionWith } from '../support/given/versions.ts';
import { createMemoryLives } from '../support/race/memory-lives.ts';
import { emptyTables } from '../support/race/memory-store.ts';

let store: Store;
let pool: Pool;
let client: PoolClient;
let key: SnapshotKey;
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  key = openSnapshotKey({ dataDir: folder, signingKey: null });
  pool = createPool({ connectionString: url, max: 1, applicationName: 'tampering', onError: () => undefined });
  client = await pool.connect();
});
afterAll(async () => {
  client?.release();
  await pool?.end();
  await store?.close();
});

const at = '2026-03-01T00:00:00.000Z';

/** Registers a version of a playbook on what is known of it. */
function registered(name: string, version: string, before: LoadedPlaybookLife) {
  const book = { ...versionWith(version), name };
  const command = { type: 'register_version' as const, ref: playbookRef(book), path: 'it.yaml' };
  const decided = decideLife(before.life, command, { at, actor: author, people });
  if (!decided.ok) throw new Error(decided.error.message);
  const { life, events } = decided.value;
  const change = playbookLifeChangeOf(
    { stream: 'playbook', playbookName: name, before, life, events },
    { at, cause: 'test' },
  );
  return { book, change };
}

describe.each([
  ['PostgreSQL', () => store.lives],
  ['memory', () => createMemoryLives(emptyTables())],
] as const)('the stream of a playbook in %s', (place, open) => {
  it('is loaded as it was appended, by its name, and moves on under whoever decided on what it was', async () => {
    const lives: PlaybookLives = open();
    const name = `book-${place.toLowerCase()}`;
    const empty = await lives.load(name);
    expect(empty).toEqual({ life: { name, versions: {}, wasLive: [] }, head: null });
    const first = registered(name, '1.0.0', empty);
    expect(await lives.append(first.change)).toBe('appended');
    expect(await lives.append(registered(name, '2.0.0', empty).change)).toBe('conflict');
    const loaded = await lives.load(name);
    expect(loaded).toEqual({ life: first.change.life, head: first.change.head });
    expect(await lives.append(registered(name, '2.0.0', loaded).change)).toBe('appended');
    expect((await lives.heads()).get(name)).toMatchObject({ version: 2 });
    const all = await lives.loadAll(['never-seen', name]);
    expect([...all.keys()].sort()).toEqual([name, 'never-seen'].sort());
    expect(all.get(name)).toEqual(await lives.load(name));
    expect(all.get('never-seen')).toEqual({ life: { name: 'never-seen', versions: {}, wasLive: [] }, head: null });
  });
});

type Look = { readonly lives: PlaybookLives; readonly audit: () => Promise<string> };

/** Does something to the rows, lets `look` look at them, and takes it back. */
async function done(statements: readonly (readonly [string, ...unknown[]])[], look: (at: Look) => Promise<void>) {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL session_replication_role = 'replica'`);
    for (const [text, ...values] of statements) expect((await client.query(text, values)).rowCount).not.toBe(0);
    const snapshots = createSnapshots({
      pool: client,
      key,
      sealed: { seals: async () => true },
      found: () => undefined,
    });
    await look({
      lives: createPlaybookLives(client, snapshots),
      async audit() {
        const result = await auditRecord(snapshotOn(client, key), { trusted: [], remembered: [] });
        return result.outcome === 'bad' ? result.place.problem : result.outcome;
      },
    });
  } finally {
    await client.query('ROLLBACK');
  }
}

const refused = async (load: Promise<unknown>) =>
  expect(
    await load.then(
      () => 'it was believed',
      (thrown: unknown) => thrown,
    ),
  ).toBeInstanceOf(RecordFaultError);

describe('a version', () => {
  async function stored(name: string): Promise<string> {
    const { book, change } = registered(name, '1.0.0', await store.lives.load(name));
    await store.versions.keep(book, 'text');
    expect(await store.lives.append(change)).toBe('appended');
    return playbookStreamId(name);
  }
  const edit = `UPDATE streams SET state = replace(state::text, '"draft"', '"live"')::json WHERE id = $1`;

  it('that was made live by an edit of its row is refused, and found by an audit', async () => {
    const id = await stored('edited');
    await done([[edit, id]], async ({ lives, audit }) => {
      await refused(lives.load('edited'));
      expect(await audit()).toMatch(/its stored state is not what the events lead to|no checkpoint|gone/);
    });
    // Without a digest of its own it is held against its events.
    await done(
      [
        [edit, id],
        ['UPDATE streams SET proof = NULL WHERE id = $1', id],
      ],
      ({ lives }) => refused(lives.load('edited')),
    );
  });

  it('whose row is gone, or whose definition is, is found', async () => {
    const id = await stored('gone');
    await done([['DELETE FROM streams WHERE id = $1', id]], async ({ lives, audit }) => {
      await refused(lives.load('gone'));
      expect(await audit()).toMatch(/has no head/);
    });
    const unkept = `DELETE FROM playbook_versions WHERE name = 'gone'`;
    await done([[unkept]], async ({ audit }) => expect(await audit()).toMatch(/the playbook version .* is gone/));
  });
});
