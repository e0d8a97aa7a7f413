// Whatever is done to the record in a real PostgreSQL, by somebody who may do everything there, is found, and the first bad
// place is named.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import { type Bundle, verifyBundle } from '../../src/core/timeline/bundle.ts';
import { linkEvents } from '../../src/core/timeline/chain.ts';
import { SealedCheckpoint, seal } from '../../src/core/timeline/checkpoint.ts';
import { signerOf } from '../../src/core/timeline/key-text.ts';
import type { Signer } from '../../src/core/timeline/signature.ts';
import type { AuditResult } from '../../src/engine/record/audit.ts';
import { exportTimeline } from '../../src/engine/record/export-timeline.ts';
import { sealCheckpoint } from '../../src/engine/record/seal-checkpoint.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { auditStore, exportDeps } from '../../src/record.ts';
import { createWitness } from '../../src/store/ledger/checkpoint-witness.ts';
import { openSigner, openSnapshotKey } from '../../src/store/ledger/signing-key.ts';
import { snapshotDigest, textDigest } from '../../src/store/ledger/snapshot-digest.ts';
import { type Copy, type KeptRecord, keepRecord, silent } from '../support/cluster/kept-record.ts';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const nobody = { note: () => undefined, flush: async () => undefined, behind: () => [] };
const stranger = signerOf(generateKeyPairSync('ed25519').privateKey);

let record: KeptRecord;
let first = '';
let second = '';
beforeAll(async () => {
  record = await keepRecord();
  [first, second] = record.incidents;
});
afterAll(() => record?.close());

const copied = (which: 'now' | 'earlier' = 'now'): Promise<Copy> => record.copy(which);
const audited = (of: Copy, keys: readonly string[] = []): Promise<AuditResult> =>
  of.withStore((store) => auditStore(of.config, store, { keys }));
const place = async (of: Copy) => {
  const result = await audited(of);
  if (result.outcome !== 'bad') throw new Error(`nothing was found: ${JSON.stringify(result)}`);
  return result.place;
};
const eventsOf = async ({ withStore }: Copy, streamId: string): Promise<StoredEvent[]> =>
  withStore(async (store) => {
    const events: StoredEvent[] = [];
    for await (const event of store.events.readStream(streamId)) events.push(event);
    return events;
  });

/** What somebody does who knows the format: the stream is written anew with hashes that fit, and so is its end. */
async function rewrite(of: Copy, streamId: string, change: (events: StoredEvent[]) => StoredEvent[]): Promise<void> {
  const linked = linkEvents(streamId, null, change(await eventsOf(of, streamId)));
  await of.tamper('DELETE FROM events WHERE stream_id = $1', [streamId]);
  await of.tamper(
    `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
     SELECT "streamId", seq, type, at, actor, cause, data, decode(hash, 'hex') FROM json_to_recordset($1::json)
     AS e("streamId" text, seq integer, type text, at timestamptz, actor json, cause text, data json, hash text)`,
    [JSON.stringify(linked)],
  );
  await of.tamper('UPDATE incidents SET version = $2, head_hash = $3, unsealed = true, proof = NULL WHERE id = $1', [
    ...[streamId, linked.length, linked.at(-1)?.hash],
  ]);
}
/** What only a process with the key can do: the row is vouched for as it stands. */
async function vouch(of: Copy, id: string): Promise<void> {
  const { rows } = await of.tamper('SELECT state::text, version, head_hash FROM incidents WHERE id = $1', [id]);
  const { state, version, head_hash: hash } = rows[0];
  const row = { table: 'incidents' as const, id, streamId: id, version, hash, textDigest: textDigest(state) };
  await of.tamper('UPDATE incidents SET proof = $2 WHERE id = $1', [
    id,
    snapshotDigest(openSnapshotKey(of.config), row),
  ]);
}
const forget = (events: StoredEvent[], seq: number) => events.filter((event) => event.seq !== seq);
const forge = (events: StoredEvent[], seq: number) =>
  events.map((event) => (event.seq === seq ? { ...event, cause: 'forged' } : event));

const sealing = (of: Copy, signer: Signer, dataDir: string, log = silent) =>
  of.withStore((store) =>
    sealCheckpoint(
      {
        checkpoints: store.checkpoints,
        witness: createWitness(dataDir),
        signer,
        outside: nobody,
        runtime: realRuntime,
        log,
      },
      { final: true, whole: true },
    ),
  );

describe('a record that nobody touched', () => {
  it('is verified: streams, evidence, checkpoints', async () => {
    const events = (await eventsOf(await copied(), first)).length + (await eventsOf(await copied(), second)).length;
    const lives = [...(await (await copied()).withStore((store) => store.lives.heads())).values()];
    const ofPlaybooks = lives.reduce((sum, { version }) => sum + version, 0);
    expect(lives.length).toBeGreaterThan(0);
    expect(await audited(await copied())).toEqual({
      ...{ outcome: 'ok', streams: 2 + lives.length, events: events + ofPlaybooks },
      ...{ evidence: 3, checkpoints: 2, unsealed: 0 },
    });
  });

  it('is verified while it goes on: an audit sees one moment', async () => {
    const of = await copied();
    const result = await of.withStore((store) =>
      store.snapshot(async (snapshot) => {
        await rewrite(of, first, (events) => forge(events, 2));
        const events: StoredEvent[] = [];
        for await (const event of snapshot.readStream(first)) events.push(event);
        return events.find(({ seq }) => seq === 2)?.cause;
      }),
    );
    expect(result).not.toBe('forged');
    expect((await place(of)).streamId).toBe(first);
  });

  it('is signed with a key that only its user may read', () => {
    expect(statSync(join(record.dataDir, 'signing-key.pem')).mode & 0o777).toBe(0o600);
  });

  it('refuses change by ordinary means', async () => {
    const of = await copied();
    for (const table of ['events', 'checkpoints']) {
      await of.tamper(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
      for (const statement of [`DELETE FROM ${table}`, `TRUNCATE ${table}`])
        await expect(of.tamper(statement)).rejects.toThrow('append-only');
    }
  });
});

describe('events', () => {
  type Tampering = {
    readonly name: string;
    readonly sql: readonly string[];
    readonly seq: number;
    readonly problem: RegExp;
  };
  const tampering: readonly Tampering[] = [
    {
      name: 'edited data',
      sql: [`UPDATE events SET data = (data::jsonb || '{"x": 1}')::json WHERE stream_id = $1 AND seq = 3`],
      seq: 3,
      problem: /edited/,
    },
    {
      name: 'an edited time',
      sql: [`UPDATE events SET at = at + interval '1 ms' WHERE stream_id = $1 AND seq = 3`],
      seq: 3,
      problem: /edited/,
    },
    {
      name: 'a time that is none',
      sql: [`UPDATE events SET at = 'infinity' WHERE stream_id = $1 AND seq = 3`],
      seq: 3,
      problem: /edited/,
    },
    {
      name: 'an edited actor',
      sql: [`UPDATE events SET actor = '"x"' WHERE stream_id = $1 AND seq = 3`],
      seq: 3,
      problem: /edited/,
    },
    {
      name: 'data that is none',
      sql: [`UPDATE events SET data = 'null' WHERE stream_id = $1 AND type = 'step.succeeded'`],
      seq: 4,
      problem: /edited/,
    },
    {
      name: 'a deleted event',
      sql: ['DELETE FROM events WHERE stream_id = $1 AND seq = 3'],
      seq: 4,
      problem: /event 3 is missing/,
    },
    {
      name: 'a deleted first event',
      sql: ['DELETE FROM events WHERE stream_id = $1 AND seq = 1'],
      seq: 2,
      problem: /event 1 is missing/,
    },
    {
      name: 'events that changed places',
      sql: [
        'UPDATE events SET seq = 1003 WHERE stream_id = $1 AND seq = 3',
        'UPDATE events SET seq = 3 WHERE stream_id = $1 AND seq = 4',
        'UPDATE events SET seq = 4 WHERE stream_id = $1 AND seq = 1003',
      ],
      seq: 3,
      problem: /does not match its hash/,
    },
    {
      name: 'an inserted event',
      sql: [
        `INSERT INTO events SELECT stream_id, (SELECT max(seq) + 1 FROM events WHERE stream_id = $1), type, at, actor, cause, data, hash
         FROM events WHERE stream_id = $1 AND seq = 3`,
      ],
      seq: -1,
      problem: /does not match its hash/,
    },
    {
      name: 'an event that stands there twice',
      sql: [
        'ALTER TABLE events DROP CONSTRAINT events_pkey',
        'INSERT INTO events SELECT * FROM events WHERE stream_id = $1 AND seq = 3',
      ],
      seq: 3,
      problem: /out of order/,
    },
    {
      name: 'an event of another stream',
      sql: [
        `UPDATE events e SET data = o.data, hash = o.hash, at = o.at, cause = o.cause FROM events o WHERE e.stream_id = $1 AND e.seq = 1 AND o.stream_id <> $1 AND o.seq = 1`,
      ],
      seq: 1,
      problem: /does not match its hash/,
    },
  ];
  for (const { name, sql, seq, problem } of tampering) {
    it(`finds ${name}`, async () => {
      const of = await copied();
      const length = (await eventsOf(of, first)).length;
      for (const statement of sql) await of.tamper(statement, statement.includes('$1') ? [first] : []);
      const found = await place(of);
      expect(found).toMatchObject({
        streamId: first,
        seq: seq < 0 ? length + 1 : seq,
        problem: expect.stringMatching(problem),
      });
      expect(found.type).toEqual(expect.any(String));
      expect(found.at).toEqual(expect.any(String));
    });
  }

  it('finds a tail that was cut off, its end in the row and all', async () => {
    const of = await copied();
    const { length } = await eventsOf(of, second);
    await rewrite(of, second, (events) => events.slice(0, -2));
    expect(await place(of)).toMatchObject({
      ...{ streamId: second, seq: length - 1 },
      problem: expect.stringMatching(/its tail was cut off/),
    });
  });

  it('finds a stream that was dropped whole', async () => {
    const of = await copied();
    for (const table of ['runs', 'alerts']) await of.tamper(`DELETE FROM ${table} WHERE incident_id = $1`, [second]);
    await of.tamper('DELETE FROM events WHERE stream_id = $1', [second]);
    await of.tamper('DELETE FROM incidents WHERE id = $1', [second]);
    expect(await place(of)).toMatchObject({
      ...{ streamId: second, seq: 1 },
      problem: expect.stringMatching(/the whole stream is gone; checkpoint 1 of .* records \d+ events/),
    });
  });

  it('finds a stream without its incident', async () => {
    const of = await copied();
    await of.tamper(
      `INSERT INTO events SELECT 'inc_x', seq, type, at, actor, cause, data, hash FROM events WHERE stream_id = $1`,
      [first],
    );
    expect(await place(of)).toMatchObject({
      streamId: 'inc_x',
      problem: 'the stream has no head: it belongs to nothing, or its row was deleted',
    });
  });

  for (const [name, change] of [
    ['edited', (events: StoredEvent[]) => forge(events, 3)],
    ['shortened', (events: StoredEvent[]) => forget(events, 3)],
    ['extended', (events: StoredEvent[]) => events.flatMap((event) => (event.seq === 3 ? [event, event] : [event]))],
  ] as const) {
    it(`finds a stream that was ${name} and hashed anew`, async () => {
      const of = await copied();
      await rewrite(of, first, change);
      expect((await place(of)).problem).toMatch(/checkpoint 1 of .*: history was rewritten here or before/);
    });
  }

  it('finds a rewritten history also after a later checkpoint has sealed it', async () => {
    const of = await copied();
    await rewrite(of, first, (events) => [...forge(events, 3), ...events.slice(-1)]);
    const witness = readFileSync(join(record.dataDir, 'last-checkpoint.json'), 'utf8');
    expect(await sealing(of, openSigner(of.config), record.dataDir)).toBe('done');
    const found = await place(of);
    writeFileSync(join(record.dataDir, 'last-checkpoint.json'), witness);
    expect(found).toMatchObject({
      streamId: first,
      problem: expect.stringMatching(/checkpoint 1 of .*history was rewritten/),
    });
  });
});

describe('evidence', () => {
  it('finds edited evidence and names the event', async () => {
    const of = await copied();
    const event = (await eventsOf(of, first)).find(({ type }) => type === 'step.succeeded');
    const [artifact] = (event?.data['artifacts'] ?? []) as { digest: string }[];
    await of.tamper(`UPDATE artifacts SET content = content || 'x' WHERE digest = $1`, [artifact?.digest]);
    const found = await place(of);
    expect(found).toMatchObject({ streamId: first, seq: event?.seq, type: 'step.succeeded', at: event?.at });
    expect(found.problem).toBe(`its evidence seen.json was edited: it does not match ${artifact?.digest}`);
  });

  it('finds evidence that is gone', async () => {
    const of = await copied();
    await of.tamper('DELETE FROM artifacts');
    expect((await place(of)).problem).toMatch(/^its evidence seen\.json \(sha256:.*\) is missing$/);
  });
});

describe('checkpoints', () => {
  const at = { streamId: '(checkpoints)', type: 'checkpoint' };
  const checkpoint = async (of: Copy, seq: number) => {
    const { rows } = await of.tamper('SELECT body, signature, key_id AS "keyId" FROM checkpoints WHERE seq = $1', [
      seq,
    ]);
    return SealedCheckpoint.parse(rows[0]);
  };

  for (const [name, sql, problem] of [
    [
      'an edited body',
      `UPDATE checkpoints SET body = jsonb_set(body, '{heads,0,version}', '1') WHERE seq = 1`,
      /signature does not match/,
    ],
    ['a body that is none', `UPDATE checkpoints SET body = '[]' WHERE seq = 1`, /was edited/],
    ['a member that does not belong', `UPDATE checkpoints SET body = body || '{"x": 1}' WHERE seq = 1`, /was edited/],
    ['an edited time', `UPDATE checkpoints SET at = at - interval '1 day' WHERE seq = 1`, /was edited: it was made at/],
    ['an edited signature', `UPDATE checkpoints SET signature = 'AAAA' WHERE seq = 1`, /signature does not match/],
    ['another key', `UPDATE checkpoints SET key_id = '0123456789abcdef' WHERE seq = 1`, /not among the trusted/],
    ['another place', 'UPDATE checkpoints SET seq = 1001 WHERE seq = 1', null],
  ] as const) {
    it(`finds ${name}`, async () => {
      const of = await copied();
      await of.tamper(sql);
      const found = await place(of);
      expect(found).toMatchObject({ ...at, seq: problem ? 1 : 2 });
      expect(found.problem).toMatch(problem ?? /checkpoint 1 is missing before it/);
    });
  }

  it('finds a deleted one, also the last', async () => {
    const of = await copied();
    await of.tamper('DELETE FROM checkpoints WHERE seq = 2');
    expect(await place(of)).toMatchObject({
      ...{ streamId: '(checkpoints)', seq: 2 },
      problem: expect.stringMatching(/checkpoint 2 was made here but the database ends at 1: it went back in time/),
    });
    await of.tamper('DELETE FROM checkpoints');
    expect(await place(of)).toMatchObject({ streamId: '(checkpoints)', seq: 1 });
  });

  it('finds one that a stranger signed, unless the auditor trusts that key', async () => {
    const of = await copied();
    const { body } = await checkpoint(of, 2);
    const made = seal({ number: 1, digest: body.previous ?? '' }, body.at, body.heads, stranger);
    await of.tamper('UPDATE checkpoints SET signature = $1, key_id = $2 WHERE seq = 2', [made.signature, made.keyId]);
    expect(await place(of)).toMatchObject({
      ...at,
      seq: 2,
      problem: expect.stringMatching(/not among the trusted ones/),
    });
    const own = openSigner(of.config).publicKey;
    const trusting = await audited(of, [own, stranger.publicKey]);
    // Even then it is not the one that was made here.
    expect(trusting).toMatchObject({ place: { seq: 2, problem: expect.stringMatching(/another one took its place/) } });
  });

  it('trusts no key but those that are named', async () => {
    expect(await audited(await copied(), [stranger.publicKey])).toMatchObject({ outcome: 'bad', place: { seq: 1 } });
  });

  it('finds a database that was rolled back, and seals nothing on top of it', async () => {
    const of = await copied('earlier');
    const problem = /checkpoint 2 was made here but the database ends at 1: it went back in time or lost checkpoints/;
    expect(await place(of)).toMatchObject({
      streamId: '(checkpoints)',
      seq: 2,
      problem: expect.stringMatching(problem),
    });
    expect(await sealing(of, openSigner(of.config), record.dataDir)).toBe('lost');
    // A branch of history made elsewhere, as long as the first, is not the first.
    await rewrite(of, first, (events) => [...events, ...events.slice(-1)]);
    await vouch(of, first);
    const elsewhere = join(record.dataDir, 'elsewhere');
    expect(await sealing(of, openSigner(of.config), elsewhere)).toBe('done');
    expect((await place(of)).problem).toMatch(/is not the checkpoint that was made here: another one took its place/);
    expect(await sealing(of, openSigner(of.config), record.dataDir)).toBe('lost');
  });

  it('are made at most once a minute by all processes together, and at the end by each', async () => {
    const of = await copied();
    const folder = (name: string) => join(record.dataDir, name);
    const signer = openSigner(of.config);
    let nowMs = Date.parse((await checkpoint(of, 2)).body.at);
    const counted = async () => Number((await of.tamper('SELECT count(*) FROM checkpoints')).rows[0].count);
    await of.withStore(async (store) => {
      const sealed = (name: string, final = false) =>
        sealCheckpoint(
          {
            ...{ checkpoints: store.checkpoints, witness: createWitness(folder(name)), signer, log: silent },
            outside: nobody,
            runtime: { nowMs: () => nowMs },
          },
          { final, whole: false },
        );
      const move = async () => {
        await rewrite(of, first, (events) => [...events, ...events.slice(-1)]);
        await vouch(of, first);
      };
      await move();
      nowMs += 30_000;
      await Promise.all(['a', 'b', 'c'].map((name) => sealed(name)));
      expect(await counted()).toBe(2);
      nowMs += 30_000;
      await Promise.all(['a', 'b', 'c', 'd'].map((name) => sealed(name)));
      expect(await counted()).toBe(3);
      await move();
      await Promise.all(['a', 'b'].map((name) => sealed(name, true)));
      expect(await counted()).toBe(4);
      nowMs += 600_000;
      await sealed('a');
      expect(await counted()).toBe(4);
      expect(createWitness(folder('a')).recall()?.number).toBe(4);
    });
  });
});

describe('a bundle', () => {
  const exported = async (of: Copy): Promise<string> => {
    const file = await of.withStore((store) => exportTimeline(exportDeps(of.config, store), first, 'bundle'));
    return file?.content ?? '';
  };
  const changed = (text: string, change: (bundle: Bundle) => void): string => {
    const bundle = JSON.parse(text) as Bundle;
    change(bundle);
    return JSON.stringify(bundle);
  };

  it('verifies offline, with its evidence and its checkpoint', async () => {
    const of = await copied();
    const text = await exported(of);
    const { publicKey, keyId } = openSigner(of.config);
    const events = (await eventsOf(of, first)).length;
    expect(await verifyBundle(text, [publicKey])).toEqual({ outcome: 'ok', events, keyId, trusted: true });
    expect(await verifyBundle(text)).toMatchObject({ outcome: 'ok', trusted: false });
    const { artifacts, checkpoint, head } = JSON.parse(text) as Bundle;
    expect(artifacts.map(({ name }) => name)).toEqual(['seen.json', 'seen.json']);
    expect(checkpoint).toMatchObject({ number: 2, version: head.version, hash: head.hash });
  });

  const tampering: { readonly [name: string]: readonly [(bundle: Bundle) => void, number, RegExp] } = {
    'an edited event': [({ events }) => Object.assign(events[2] ?? {}, { cause: 'forged' }), 3, /was edited/],
    'a member more in an event': [
      ({ events }) => Object.assign(events[2] ?? {}, { more: 1 }),
      0,
      /no bundle: events\.2/,
    ],
    'a deleted event': [({ events }) => events.splice(2, 1), 4, /event 3 is missing/],
    'a cut tail': [({ events }) => events.splice(-1), -1, /its tail was cut off/],
    'edited evidence': [({ artifacts }) => Object.assign(artifacts[0] ?? {}, { content: 'AAAA' }), 4, /was edited/],
    'evidence that is gone': [({ artifacts }) => artifacts.splice(0, 1), 4, /is missing/],
    'another end': [(bundle) => Object.assign(bundle.head, { hash: 'x' }), -2, /does not end where/],
    'another checkpoint': [
      (bundle) => Object.assign(bundle.checkpoint ?? {}, { number: 7 }),
      0,
      /signature does not match/,
    ],
  };
  for (const [name, [change, seq, problem]] of Object.entries(tampering)) {
    it(`with ${name} is found out`, async () => {
      const text = await exported(await copied());
      const length = (JSON.parse(text) as Bundle).events.length;
      const check = await verifyBundle(changed(text, change));
      expect(check).toMatchObject({
        outcome: 'bad',
        place: { seq: seq === -1 ? length : seq === -2 ? length + 1 : seq, problem: expect.stringMatching(problem) },
      });
    });
  }

  it('made anew by a stranger is found out by whoever names the key to trust', async () => {
    const of = await copied();
    const { publicKey } = openSigner(of.config);
    const file = await of.withStore((store) =>
      exportTimeline({ ...exportDeps(of.config, store), signer: () => stranger }, first, 'bundle'),
    );
    expect(await verifyBundle(file?.content ?? '', [publicKey])).toMatchObject({
      outcome: 'bad',
      place: { problem: `it is signed with key ${stranger.keyId}, which is not a trusted one` },
    });
  });
});

describe('the command', () => {
  const envOf = (of: Copy) => ({
    ...{ PATH: process.env['PATH'] ?? '', DATABASE_URL: of.url, FIREBREAK_DATA_DIR: record.dataDir },
  });
  const firebreak = (env: { [name: string]: string }, ...args: string[]) =>
    run(process.execPath, [cli, ...args], { env }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );

  it('ends with 1 and the first bad place: stream, number, type, time, problem', async () => {
    const of = await copied();
    expect(await firebreak(envOf(of), 'audit', 'verify')).toMatchObject({ code: 0 });
    await of.tamper(`UPDATE events SET cause = 'forged' WHERE stream_id = $1 AND seq = 2`, [second]);
    const { code, stdout } = await firebreak(envOf(of), 'audit', 'verify', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      outcome: 'bad',
      place: {
        ...{ streamId: second, seq: 2, type: 'run.started', at: expect.stringMatching(/^\d{4}-.*Z$/) },
        problem: 'was edited: its content does not match its hash',
      },
    });
  });

  it('verifies a bundle without a database, with the key that is named', async () => {
    const of = await copied();
    const file = join(record.dataDir, 'a.bundle.json');
    const key = join(record.dataDir, 'signing-key.pem');
    expect(await firebreak(envOf(of), 'timeline', 'export', '1', '--format', 'bundle', '--out', file)).toMatchObject({
      code: 0,
    });
    const offline = { PATH: process.env['PATH'] ?? '' };
    const verified = await firebreak(offline, 'audit', 'verify', '--file', file, '--key', key);
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^verified: \d+ events, signed with key [0-9a-f]{16}\n$/),
    });
    const untrusted = await firebreak(offline, 'audit', 'verify', '--file', file, '--key', stranger.publicKey);
    expect(untrusted).toMatchObject({ code: 1, stdout: expect.stringMatching(/^BAD: .*not a trusted one/) });
    writeFileSync(file, changedByte(readFileSync(file, 'utf8')));
    expect(await firebreak(offline, 'audit', 'verify', '--file', file)).toMatchObject({ code: 1 });
    rmSync(file);
  });
});

const changedByte = (text: string) => text.replace('"cause": "', '"cause": "x');
