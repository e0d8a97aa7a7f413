// Runs tamper trials on a populated record and says what became of them: found by the audit, taken by whoever loads.
import pg from 'pg';
import { isGroupStream } from '../../../src/core/group/state.ts';
import { canonicalJson } from '../../../src/core/json.ts';
import { auditRecord } from '../../../src/engine/record/audit.ts';
import { realRuntime } from '../../../src/platform/runtime.ts';
import { createAdmissionStore } from '../../../src/store/access/admission.ts';
import { createTokenStore } from '../../../src/store/access/tokens.ts';
import { createArtifacts } from '../../../src/store/ledger/artifacts.ts';
import { createWitness } from '../../../src/store/ledger/checkpoint-witness.ts';
import { createEventStore } from '../../../src/store/ledger/event-store.ts';
import { createGroupStreams } from '../../../src/store/ledger/group-streams.ts';
import { snapshotOn } from '../../../src/store/ledger/record-snapshot.ts';
import { createSealedHeads } from '../../../src/store/ledger/sealed-heads.ts';
import { openSigner, openSnapshotKey } from '../../../src/store/ledger/signing-key.ts';
import { createSnapshots } from '../../../src/store/ledger/snapshots.ts';
import { createSystemStream } from '../../../src/store/ledger/system-stream.ts';
import { createPlaybookVersions } from '../../../src/store/playbook/playbook-versions.ts';
import { createPool } from '../../../src/store/postgres/pool.ts';
import type { KeptRecord } from '../cluster/kept-record.ts';
import { makeTrial, type Trial, trialsOf } from './tamper-trials.ts';

/** What became of the trials. Each list names those that went wrong. */
export type Trials = {
  readonly made: number;
  readonly undetected: readonly string[];
  readonly actedOn: readonly string[];
};

/** What somebody who acts gets to see, by what is asked for: the value as text, or that it is refused. */
type Seen = ReadonlyMap<string, string>;
const refusedText = 'refused';

/** Keys that are asked for: those of `populated`, and what an edit makes of one. */
const groupKeys = ['web-1', 'web-2', 'web-1x', 'web-2x'];

/** Runs the trials that `pick` takes of all there are, each in a transaction of its own that is rolled back. */
export async function runTrials(
  record: KeptRecord,
  pick: (trials: readonly Trial[]) => readonly Trial[] = (trials) => trials,
): Promise<Trials> {
  const { url } = await record.copy();
  const pool = createPool({ connectionString: url, max: 1, applicationName: 'trials', onError: () => undefined });
  const place = { dataDir: record.dataDir, signingKey: null };
  const trusted = [openSigner(place).publicKey];
  const remembered = createWitness(record.dataDir).recall();
  const key = openSnapshotKey(place);
  const client = await pool.connect();
  const audited = () => auditRecord(snapshotOn(client, key), { trusted, remembered: remembered ? [remembered] : [] });
  try {
    const untouched = await audited();
    if (untouched.outcome !== 'ok') throw new Error(`the record is bad before any trial: ${JSON.stringify(untouched)}`);
    const trials = pick(await trialsOf(client));
    const truth = await seenBy(client, { key, trusted });
    const undetected: string[] = [];
    const actedOn: string[] = [];
    let made = 0;
    for (const trial of trials) {
      await client.query('BEGIN');
      if ((await makeTrial(client, trial)) === 'made') {
        made += 1;
        const result = await audited().catch((error: unknown) => ({ outcome: `threw ${String(error)}` }));
        if (result.outcome !== 'bad') undetected.push(`${trial.name} (${result.outcome})`);
        await client.query('ROLLBACK');
        await client.query('BEGIN');
        await makeTrial(client, trial);
        for (const [asked, value] of await seenBy(client, { key, trusted }))
          if (value !== refusedText && value !== 'null' && value !== (truth.get(asked) ?? '[]'))
            actedOn.push(`${trial.name}: ${asked}`);
      }
      await client.query('ROLLBACK');
    }
    return { made, undetected, actedOn };
  } finally {
    client.release();
    await pool.end();
  }
}

async function seenBy(
  client: pg.PoolClient,
  { key, trusted }: { key: ReturnType<typeof openSnapshotKey>; trusted: readonly string[] },
): Promise<Seen> {
  const seen = new Map<string, string>();
  // A connection asks as a pool does; nothing here writes.
  const pool = Object.assign(Object.create(pg.Pool.prototype) as pg.Pool, { query: client.query.bind(client) });
  const found = () => undefined;
  const snapshots = createSnapshots({ pool: client, key, sealed: createSealedHeads(client, trusted), found });
  const events = createEventStore({ pool, steady: pool }, snapshots);
  const groups = createGroupStreams(pool, snapshots);
  const system = createSystemStream(pool, snapshots);
  const tokens = createTokenStore(pool, system, realRuntime);
  const ids = async (column: string, table: string) =>
    (await client.query<{ id: string }>(`SELECT ${column} AS id FROM ${table} ORDER BY 1`)).rows.map(({ id }) => id);
  const ask = async (what: string, answer: () => Promise<unknown>) => {
    await client.query('SAVEPOINT asked');
    try {
      seen.set(what, canonicalJson(await answer()));
    } catch {
      seen.set(what, refusedText);
    }
    await client.query('ROLLBACK TO SAVEPOINT asked');
  };
  const begun = (await client.query<{ one: boolean }>('SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS one'))
    .rows;
  if (!begun[0]?.one) await client.query('BEGIN');
  for (const id of await ids('id', 'incidents')) await ask(`incident ${id}`, () => events.loadIncident(id));
  for (const id of await ids('id', 'runs')) await ask(`run ${id}`, () => events.loadRun(id));
  for (const id of await ids('id', 'incidents')) await ask(`runs of ${id}`, () => events.runsOf(id));
  for (const id of await ids('id', 'streams')) if (isGroupStream(id)) await ask(`group ${id}`, () => groups.load(id));
  for (const key of groupKeys) await ask(`the group of ${key}`, () => groups.byKey(key));
  await ask('the system', () => system.load());
  await ask('the kill switches', () => createAdmissionStore(pool, system).standing());
  for (const hash of await ids('hash', 'tokens'))
    await ask(`token ${hash}`, async () => {
      const token = await tokens.byHash(hash);
      // One that proves nothing any more is believed by nobody, whatever else it says.
      return token && (token.revoked !== null || Date.parse(token.expiresAt) < Date.now()) ? null : token;
    });
  for (const digest of await ids('digest', 'playbook_versions'))
    await ask(`version ${digest}`, () => createPlaybookVersions(pool, found).byDigest(digest));
  for (const digest of await ids('digest', 'artifacts'))
    await ask(
      `evidence ${digest}`,
      async () => (await createArtifacts(pool, found).get(digest))?.toString('base64') ?? null,
    );
  if (!begun[0]?.one) await client.query('ROLLBACK');
  return seen;
}
