// What is done to stored snapshots by somebody who may do everything in the database: whoever loads one is told, and it is not taken.
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import pg, { type Pool } from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointRef, seal } from '../../src/core/timeline/checkpoint.ts';
import { signerOf } from '../../src/core/timeline/key-text.ts';
import { RecordFaultError } from '../../src/core/timeline/record-fault.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openSigner, openSnapshotKey, SigningKeyError } from '../../src/store/ledger/signing-key.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { createPlaybookVersions } from '../../src/store/playbook/playbook-versions.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { ana, playbook, start } from '../support/given/given.ts';
import { openIncident, storeRun } from './stored-run.ts';
import type { Stores } from './stores.ts';

let store: Store;
let client: pg.Client;
let where: { databaseUrl: string; dataDir: string };
const silent = pino({ level: 'silent' });
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  where = { databaseUrl: url, dataDir: folder };
  store = await openStore(where, realRuntime, silent);
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await store?.close();
});

const stores = () => store as unknown as Stores;
/** The incident by everything that loads it. */
const loads = (incidentId: string) => [
  () => store.events.loadIncident(incidentId),
  () => store.reads.incident(incidentId),
];
const runLoads = (runId: string, incidentId: string) => [
  () => store.events.loadRun(runId),
  () => store.events.runsOf(incidentId),
  () => store.reads.run(runId),
];
const place = () => ({ dataDir: where.dataDir, signingKey: null });
const foreign = `'feedfeedfeedfeed.' || split_part(proof, '.', 2)`;
/** A checkpoint of everything that can be believed. */
async function sealAll(): Promise<void> {
  const signer = openSigner(place());
  await store.checkpoints.advance({ limit: 1000, whole: true }, (last, moved) =>
    seal(last && checkpointRef(last), start, moved, signer),
  );
}
async function expectRefused(all: readonly (() => Promise<unknown>)[], problem: RegExp): Promise<void> {
  for (const load of all) await expect(load()).rejects.toThrow(RecordFaultError);
  for (const load of all) await expect(load()).rejects.toThrow(problem);
}
/** A note in the incident, which leaves its state and its runs as they are. */
async function note(incidentId: string): Promise<void> {
  const before = await store.events.loadIncident(incidentId);
  const events = [{ type: 'note.added' as const, actor: ana, data: { text: 'x' } }];
  const change = changeFrom({ incidentId, before, events, at: start });
  expect(await store.events.append(change)).toBe('appended');
}

describe('an incident', () => {
  it('whose state was edited is refused by every load, and left out of lists that show the others', async () => {
    const [{ incident }, other] = [await openIncident(stores()), await openIncident(stores())];
    await client.query(
      `UPDATE incidents SET state = replace(state::text, '"severity":2', '"severity":4')::json WHERE id = $1`,
      [incident.id],
    );
    await expectRefused(loads(incident.id), /edited: it does not match its digest/);
    const listed = (await store.reads.incidents({ limit: 100, cursor: null })).items.map(({ id }) => id);
    expect(listed).toContain(other.incident.id);
    expect(listed).not.toContain(incident.id);
    expect(store.faults().map(({ streamId }) => streamId)).toContain(incident.id);
  });

  it('that got the state of another one is refused, digest and all', async () => {
    const [{ incident }, other] = [await openIncident(stores()), await openIncident(stores())];
    await client.query(
      'UPDATE incidents i SET state = o.state, proof = o.proof FROM incidents o WHERE i.id = $1 AND o.id = $2',
      [incident.id, other.incident.id],
    );
    await expectRefused(loads(incident.id), /edited/);
  });

  it('whose old state was put back is refused, and so is one with another end', async () => {
    const [{ incident }, other] = [await openIncident(stores()), await openIncident(stores())];
    const { rows } = await client.query('SELECT state::text, proof FROM incidents WHERE id = $1', [incident.id]);
    await note(incident.id);
    await client.query('UPDATE incidents SET state = $2::json, proof = $3 WHERE id = $1', [
      incident.id,
      rows[0].state,
      rows[0].proof,
    ]);
    await expectRefused(loads(incident.id), /edited/);
    await client.query(`UPDATE incidents SET head_hash = md5('x') WHERE id = $1`, [other.incident.id]);
    await expectRefused(loads(other.incident.id), /edited/);
  });

  it.each([
    ['without a digest', 'NULL', /no digest vouches for its row, and no checkpoint seals its end/],
    ['whose digest was made with another key', foreign, /another key, and no checkpoint seals its end/],
  ])('%s is refused, however well its events link up, and its end is not sealed', async (_, proof, problem) => {
    const { incident } = await openIncident(stores());
    await client.query(`UPDATE incidents SET proof = ${proof} WHERE id = $1`, [incident.id]);
    await expectRefused(loads(incident.id), problem);
    await sealAll();
    await expectRefused(loads(incident.id), problem);
  });

  it.each([
    ['without a digest', 'NULL'],
    ['whose digest was made with another key', foreign],
  ])(
    '%s is held against its events where a checkpoint of ours seals its end, and vouched for by its next change',
    async (_, proof) => {
      const { incident } = await openIncident(stores());
      await sealAll();
      await client.query(`UPDATE incidents SET proof = ${proof} WHERE id = $1`, [incident.id]);
      expect((await store.events.loadIncident(incident.id))?.incident).toEqual(incident);
      await note(incident.id);
      const { rows } = await client.query('SELECT proof FROM incidents WHERE id = $1', [incident.id]);
      expect(rows[0].proof).toMatch(new RegExp(`^${openSnapshotKey(place()).id}\\.`));
      await sealAll();
      await client.query(
        `UPDATE incidents SET proof = ${proof}, state = replace(state::text, '"severity":2', '"severity":1')::json WHERE id = $1`,
        [incident.id],
      );
      await expectRefused(loads(incident.id), /is not what its events lead to \(severity\)/);
    },
  );

  it('is refused where the checkpoint that seals its end was signed by a stranger', async () => {
    const { incident, head } = await openIncident(stores());
    await client.query('UPDATE incidents SET proof = NULL WHERE id = $1', [incident.id]);
    const last = await store.checkpoints.newest();
    const stranger = signerOf(generateKeyPairSync('ed25519').privateKey);
    const ends = [{ streamId: incident.id, version: head.version, hash: head.hash }];
    const { body, signature, keyId } = seal(last && checkpointRef(last), start, ends, stranger);
    await client.query('INSERT INTO checkpoints (seq, at, body, signature, key_id) VALUES ($1, $2, $3, $4, $5)', [
      ...[body.number, body.at, JSON.stringify(body), signature, keyId],
    ]);
    await expectRefused(loads(incident.id), /no checkpoint seals its end/);
    // Who is named as the key of before is no stranger.
    const trusting = await openStore({ ...where, formerKeys: [stranger.publicKey] }, realRuntime, silent, 'visit');
    try {
      expect((await trusting.events.loadIncident(incident.id))?.incident).toEqual(incident);
    } finally {
      await trusting.close();
      await client.query(`SET session_replication_role = 'replica'`);
      await client.query('DELETE FROM checkpoints WHERE seq = $1', [body.number]);
      await client.query(`SET session_replication_role = 'origin'`);
    }
  });
});

describe('a run', () => {
  it('whose state was edited is refused by every load, and left out of lists', async () => {
    const { runId, incidentId } = await storeRun(stores());
    await client.query(
      `UPDATE runs SET state = replace(state::text, '"status":"running"', '"status":"succeeded"')::json WHERE id = $1`,
      [runId],
    );
    await expectRefused(runLoads(runId, incidentId), /edited: it does not match its digest/);
    expect((await store.reads.runs({ limit: 100, cursor: null, incidentId })).items).toEqual([]);
  });

  it('whose origin was edited is refused by every load', async () => {
    const { runId, incidentId } = await storeRun(stores());
    await client.query(
      `UPDATE runs SET origin = replace(origin::text, '"startedAt":"2026', '"startedAt":"2027')::json WHERE id = $1`,
      [runId],
    );
    await expectRefused(runLoads(runId, incidentId), /edited: it does not match its digest/);
  });

  it('that got the state of another one is refused, digest and all', async () => {
    const [one, other] = [await storeRun(stores()), await storeRun(stores())];
    await client.query(
      'UPDATE runs r SET state = o.state, proof = o.proof, version = o.version FROM runs o WHERE r.id = $1 AND o.id = $2',
      [one.runId, other.runId],
    );
    await expectRefused(runLoads(one.runId, one.incidentId), /edited/);
  });

  it('is taken while others write into its stream, and refused once the stream knows more of it', async () => {
    const { runId, incidentId } = await storeRun(stores());
    const { rows } = await client.query('SELECT state::text, proof, version FROM runs WHERE id = $1', [runId]);
    await note(incidentId);
    const before = await store.events.loadRun(runId);
    if (!before) throw new Error('it is not there');
    // The pause, as if the run had been written with it.
    const paused = changeFrom({
      incidentId,
      before: { incident: before.incident, head: before.head },
      events: [{ type: 'note.added', actor: ana, data: { text: 'z' } }],
      at: start,
    });
    const event = { ...paused.events[0], type: 'run.paused', data: { runId } };
    await store.events.append({
      ...paused,
      events: [event as (typeof paused.events)[number]],
      runs: [{ state: { ...before.run, paused: true }, wakeAt: null, pools: [] }],
    });
    expect((await store.events.loadRun(runId))?.run.paused).toBe(true);
    await client.query('UPDATE runs SET state = $2::json, proof = $3, version = $4 WHERE id = $1', [
      runId,
      rows[0].state,
      rows[0].proof,
      rows[0].version,
    ]);
    await expectRefused(runLoads(runId, incidentId), /an old state was put back/);
  });
});

describe('a command on a machine without the key', () => {
  it('is not taken where it would change something, because nobody would believe it, and makes no key', async () => {
    await openIncident(stores());
    const { folder } = await freshDatabase();
    const visit = openStore({ ...where, dataDir: folder }, realRuntime, silent, 'visit');
    await expect(visit).rejects.toThrow(
      /^the record is vouched for with the key [0-9a-f]{16}, and here is none .*--server$/,
    );
    expect(readdirSync(folder)).toEqual([]);
    openSnapshotKey({ dataDir: folder, signingKey: null });
    const another = openStore({ ...where, dataDir: folder }, realRuntime, silent, 'visit');
    await expect(another).rejects.toThrow(SigningKeyError);
  });

  it('holds everything against the events, and so sees an edit as well', async () => {
    const [{ incident }, edited] = [await openIncident(stores()), await openIncident(stores())];
    await client.query(
      `UPDATE incidents SET state = replace(state::text, '"severity":2', '"severity":4')::json WHERE id = $1`,
      [edited.incident.id],
    );
    const { folder } = await freshDatabase();
    const visiting = await openStore({ ...where, dataDir: folder }, realRuntime, silent, 'read');
    try {
      expect((await visiting.events.loadIncident(incident.id))?.incident).toEqual(incident);
      await expect(visiting.events.loadIncident(edited.incident.id)).rejects.toThrow(/severity/);
    } finally {
      await visiting.close();
    }
  });
});

describe('a playbook version', () => {
  it('that was edited under its digest is refused when it is read', async () => {
    const { digest } = await store.versions.keep(
      playbook('  - { id: a, uses: shell.run, with: { command: [x] } }'),
      '',
    );
    await client.query(`UPDATE playbook_versions SET definition = definition || '{"risk": "low"}' WHERE digest = $1`, [
      digest,
    ]);
    // This process has it in memory; another reads it.
    const another = createPlaybookVersions(client as unknown as Pool, () => undefined);
    await expect(another.byDigest(digest)).rejects.toThrow(RecordFaultError);
  });
});
