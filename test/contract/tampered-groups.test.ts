// What is done to stored alert groups by somebody who may do everything in the database: whoever loads one is told, and an audit finds it.
import type { Pool, PoolClient } from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordFaultError } from '../../src/core/timeline/record-fault.ts';
import { auditRecord } from '../../src/engine/record/audit.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { GroupChange, GroupStreams } from '../../src/ports/ledger.ts';
import type { MovedHeads } from '../../src/ports/record.ts';
import { createGroupStreams } from '../../src/store/ledger/group-streams.ts';
import { snapshotOn } from '../../src/store/ledger/record-snapshot.ts';
import { openSnapshotKey } from '../../src/store/ledger/signing-key.ts';
import type { SnapshotKey } from '../../src/store/ledger/snapshot-digest.ts';
import { createSnapshots } from '../../src/store/ledger/snapshots.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { createPool } from '../../src/store/postgres/pool.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { endedAlert, groupChange, heldAlert, openedGroup } from '../support/engine/group-change.ts';
import { anAlert } from '../support/given/incident.ts';
import { fresh } from './stored-run.ts';

let store: Store;
let pool: Pool;
let client: PoolClient;
let key: SnapshotKey;
/** What checkpoints say of the end of any stream. */
let isSealed = true;
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

async function stored(): Promise<GroupChange> {
  const groupId = fresh('grp');
  const change = groupChange({
    groupId,
    before: null,
    events: [openedGroup(`key of ${groupId}`), heldAlert(anAlert('a'))],
  });
  expect(await store.groups.append(change)).toBe('appended');
  return change;
}

type Statement = readonly [text: string, ...values: readonly unknown[]];
type Look = { readonly groups: GroupStreams; readonly audit: () => Promise<string> };

/** Does something to the rows, lets `look` look at them, and takes it back. */
async function done(statements: readonly Statement[], look: (at: Look) => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    // Foreign keys and append-only triggers do not stop whoever owns the database.
    await client.query(`SET LOCAL session_replication_role = 'replica'`);
    for (const [text, ...values] of statements) expect((await client.query(text, values)).rowCount).not.toBe(0);
    const snapshots = createSnapshots({
      pool: client,
      key,
      sealed: { seals: async () => isSealed },
      found: () => undefined,
    });
    await look({
      // A connection asks as a pool does.
      groups: createGroupStreams(client as unknown as Pool, snapshots),
      async audit() {
        const result = await auditRecord(snapshotOn(client, key), { trusted: [], remembered: [] });
        return result.outcome === 'bad' ? result.place.problem : result.outcome;
      },
    });
  } finally {
    await client.query('ROLLBACK');
  }
}

async function expectRefused(load: Promise<unknown>, problem: RegExp): Promise<void> {
  const error: unknown = await load.then(
    () => 'it was believed',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RecordFaultError);
  expect(String(error)).toMatch(problem);
}

describe('an alert group', () => {
  it('that nobody touched is loaded, audited, and listed for the next checkpoint', async () => {
    const { group, head } = await stored();
    await done([], async ({ groups, audit }) => {
      expect(await groups.load(group.id)).toEqual({ group, head });
      expect(await audit()).toBe('unwitnessed');
    });
    const moved: MovedHeads[number][] = [];
    const noting = (_: unknown, heads: MovedHeads) => {
      moved.push(...heads);
      return null;
    };
    for (const whole of [true, false]) await store.checkpoints.advance({ limit: 100, whole }, noting);
    const own = { streamId: group.id, version: head.version, hash: head.hash };
    expect(moved.filter(({ streamId }) => streamId === group.id)).toEqual([own, own]);
  });

  const edit = `UPDATE streams SET state = replace(state::text, '"firing"', '"resolved"')::json WHERE id = $1`;

  it('whose state was edited is refused by every load and found by an audit', async () => {
    const { group } = await stored();
    await done([[edit, group.id]], async ({ groups, audit }) => {
      await expectRefused(groups.load(group.id), /alert group was edited: it does not match its digest/);
      await expectRefused(groups.byKey(group.key), /edited/);
      expect(await audit()).toMatch(/its stored state is not what the events lead to \(members\)/);
    });
  });

  it('that got the state of another one, or its own old state, is refused, digest and all', async () => {
    const [one, other] = [await stored(), await stored()];
    const copied = 'UPDATE streams s SET state = o.state, proof = o.proof FROM streams o WHERE s.id = $1 AND o.id = $2';
    await done([[copied, one.group.id, other.group.id]], async ({ groups }) =>
      expectRefused(groups.load(one.group.id), /edited/),
    );
    const { rows } = await client.query('SELECT state::text, proof FROM streams WHERE id = $1', [one.group.id]);
    const { group, head } = one;
    const ended = groupChange({ groupId: group.id, before: { group, head }, events: [endedAlert(anAlert('a'))] });
    expect(await store.groups.append(ended)).toBe('appended');
    const old = 'UPDATE streams SET state = $2::json, proof = $3 WHERE id = $1';
    await done([[old, group.id, rows[0].state, rows[0].proof]], async ({ groups, audit }) => {
      await expectRefused(groups.byKey(group.key), /edited/);
      expect(await audit()).toMatch(/its stored state/);
    });
  });

  it('without a digest is held against its events, and taken if they agree', async () => {
    const { group, head } = await stored();
    const bare: Statement = ['UPDATE streams SET proof = NULL WHERE id = $1', group.id];
    await done([bare], async ({ groups }) => expect(await groups.load(group.id)).toEqual({ group, head }));
    await done([bare, [edit, group.id]], async ({ groups }) =>
      expectRefused(groups.load(group.id), /alert group is not what its events lead to \(members\)/),
    );
  });

  it('without a digest, whose end no checkpoint seals, is refused however well its events link up', async () => {
    const { group } = await stored();
    isSealed = false;
    try {
      await done([['UPDATE streams SET proof = NULL WHERE id = $1', group.id]], async ({ groups }) =>
        expectRefused(groups.load(group.id), /no digest vouches for its row, and no checkpoint seals its end/),
      );
    } finally {
      isSealed = true;
    }
  });

  it('whose row is gone is refused, by its id and by its key, and found by an audit', async () => {
    const { group } = await stored();
    await done([['DELETE FROM streams WHERE id = $1', group.id]], async ({ groups, audit }) => {
      await expectRefused(groups.load(group.id), /its row is gone/);
      await expectRefused(groups.byKey(group.key), /its row is gone or has another key/);
      expect(await audit()).toMatch(/the stream has no head/);
    });
  });

  it('whose key was edited is refused by the old key and by the new one', async () => {
    const { group } = await stored();
    await done([[`UPDATE streams SET key = 'forged' WHERE id = $1`, group.id]], async ({ groups, audit }) => {
      await expectRefused(groups.byKey(group.key), /its row is gone or has another key/);
      await expectRefused(groups.byKey('forged'), /found as the alert group of forged, which its state is not/);
      expect(await audit()).toMatch(/key is "forged", and the events lead to/);
    });
  });

  it('that is said to hold an alert which its state does not is refused to whoever asks for that alert', async () => {
    const { group } = await stored();
    const said = `UPDATE streams SET held = '{forged}' WHERE id = $1`;
    await done([[said, group.id]], async ({ groups }) =>
      expectRefused(groups.holding(['forged']), /found to hold the alert forged, which its state does not/),
    );
  });

  it.each([
    ['kind', `'system'`],
    ['held', `'{}'`],
    ['updated_at', `updated_at + interval '1 second'`],
    ['sealed_version', '7'],
    ['proof', `'feedfeedfeedfeed.x'`],
  ])('whose column %s was edited is found by an audit', async (column, value) => {
    const { group } = await stored();
    await done([[`UPDATE streams SET ${column} = ${value} WHERE id = $1`, group.id]], async ({ audit }) =>
      expect(await audit()).not.toBe('unwitnessed'),
    );
  });

  it('that was invented, or whose end a second row tells of, is found by an audit', async () => {
    const { group } = await stored();
    const invented = `INSERT INTO streams (id, kind, key, version, head_hash, state, proof, updated_at, held)
      SELECT id || 'x', kind, key || 'x', version, head_hash, state, proof, updated_at, held FROM streams WHERE id = $1`;
    await done([[invented, group.id]], async ({ groups, audit }) => {
      await expectRefused(groups.byKey(`${group.key}x`), /edited/);
      expect(await audit()).not.toBe('unwitnessed');
    });
    const second = `INSERT INTO incidents (id, number, severity, status, version, head_hash, state, proof, opened_at, updated_at)
      SELECT id, 1000, 2, 'open', version, head_hash, state, proof, updated_at, updated_at FROM streams WHERE id = $1`;
    await done([[second, group.id]], async ({ audit }) => expect(await audit()).toMatch(/two rows say where it ends/));
  });

  it('whose state was edited is never sealed', async () => {
    const { group } = await stored();
    // It stays as it is, so this comes last.
    await client.query(edit, [group.id]);
    let moved: MovedHeads = [];
    await store.checkpoints.advance({ limit: 100, whole: false }, (_, heads) => {
      moved = heads;
      return null;
    });
    expect(moved).not.toEqual([]);
    expect(moved.map(({ streamId }) => streamId)).not.toContain(group.id);
    expect(store.faults().map(({ streamId }) => streamId)).toContain(group.id);
  });
});
