// Whatever is done to the system stream in a real PostgreSQL, by somebody who may do everything there, is found, and the place is
// named. What holds of every stream alike is in audit.test.ts.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import type { StoredEvent } from '../../src/core/events.ts';
import { verifyBundle } from '../../src/core/timeline/bundle.ts';
import { linkEvents } from '../../src/core/timeline/chain.ts';
import { foldSystem } from '../../src/core/timeline/fold-stream.ts';
import { signerOf } from '../../src/core/timeline/key-text.ts';
import { exportSystem } from '../../src/engine/record/export-timeline.ts';
import { auditStore, exportDeps } from '../../src/record.ts';
import { type Copy, type KeptRecord, keepRecord } from '../support/cluster/kept-record.ts';
import { ana } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

let record: KeptRecord;
beforeAll(async () => {
  record = await keepRecord(halts, 'access: { operate: everyone, administer: everyone }');
});
afterAll(() => record?.close());

/** Four events before each checkpoint. */
async function halts({ operations }: App): Promise<void> {
  const caller = { principal: principalOf(ana), cause: 'test' };
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  for (const answer of [
    await operations.halt({ ...caller, scope: '*', reason: 'the core network' }),
    await operations.createToken({ ...caller, name: 'ci', rights: ['view'], expiresAt }),
    await operations.revokeToken({ ...caller, name: 'ci' }),
    await operations.release({ ...caller, scope: '*' }),
  ])
    if (!answer.ok) throw new Error(answer.error.message);
}

const place = async ({ withStore, config }: Copy) => {
  const result = await withStore((store) => auditStore(config, store));
  if (result.outcome !== 'bad') throw new Error(`nothing was found: ${JSON.stringify(result)}`);
  return result.place;
};
const eventsOf = ({ withStore }: Copy): Promise<StoredEvent[]> =>
  withStore(async (store) => {
    const events: StoredEvent[] = [];
    for await (const event of store.events.readStream('system')) events.push(event);
    return events;
  });

describe('the system stream in the record', () => {
  it('is verified with everything else, and all of it is sealed', async () => {
    const { withStore, config } = await record.copy();
    const result = await withStore((store) => auditStore(config, store));
    const lives = await withStore((store) => store.lives.heads());
    expect(result).toMatchObject({ outcome: 'ok', streams: 3 + lives.size, checkpoints: 2, unsealed: 0 });
  });

  it('leads to the state that is stored, and to what is read elsewhere', async () => {
    const copy = await record.copy();
    const events = await eventsOf(copy);
    expect(events).toHaveLength(8);
    const { state, switches, token } = await copy.withStore(async (store) => {
      const loaded = await store.systemStream.load();
      const hash = loaded.state.tokens['ci']?.hash ?? '';
      return {
        state: loaded.state,
        switches: (await store.admission.standing()).switches,
        token: await store.tokens.byHash(hash),
      };
    });
    expect(foldSystem(events)).toEqual(state);
    expect(switches).toEqual(Object.values(state.switches));
    expect(token).toEqual(state.tokens['ci']);
  });

  it.each([
    [
      'edited',
      `UPDATE events SET data = (data::jsonb || '{"reason": "nothing"}')::json WHERE stream_id = 'system' AND seq = 1`,
      1,
    ],
    ['deleted', `DELETE FROM events WHERE stream_id = 'system' AND seq = 3`, 4],
    [
      'inserted',
      `INSERT INTO events SELECT stream_id, 9, type, at, actor, cause, data, hash FROM events WHERE stream_id = 'system' AND seq = 8`,
      9,
    ],
    ['cut off', `DELETE FROM events WHERE stream_id = 'system' AND seq > 6`, 7],
    ['put elsewhere', `UPDATE events SET seq = seq + 100 WHERE stream_id = 'system' AND seq = 2`, 3],
  ])('shows where an event was %s', async (_, sql, seq) => {
    const copy = await record.copy();
    await copy.tamper(sql);
    expect(await place(copy)).toMatchObject({ streamId: 'system', seq });
  });

  it('shows a tail that was cut off together with its end', async () => {
    const copy = await record.copy();
    await copy.tamper(`DELETE FROM events WHERE stream_id = 'system' AND seq > 6`);
    await copy.tamper(
      `UPDATE streams SET version = 6, head_hash = (SELECT encode(hash, 'hex') FROM events WHERE stream_id = 'system' AND seq = 6) WHERE id = 'system'`,
    );
    expect((await place(copy)).problem).toMatch(/ends at 6 but checkpoint \d of .* records 8: its tail was cut off/);
  });

  it('shows a history that was written anew with hashes that fit', async () => {
    const copy = await record.copy();
    const forged = (await eventsOf(copy)).map((event) => ({ ...event, actor: { ...event.actor, id: 'U0EVE' } }));
    const linked = linkEvents('system', null, forged);
    await copy.tamper(`DELETE FROM events WHERE stream_id = 'system'`);
    await copy.tamper(
      `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
       SELECT "streamId", seq, type, at, actor, cause, data, decode(hash, 'hex') FROM json_to_recordset($1::json)
       AS e("streamId" text, seq integer, type text, at timestamptz, actor json, cause text, data json, hash text)`,
      [JSON.stringify(linked)],
    );
    await copy.tamper("UPDATE streams SET head_hash = $1 WHERE id = 'system'", [linked.at(-1)?.hash]);
    expect(await place(copy)).toMatchObject({
      streamId: 'system',
      seq: 4,
      problem: expect.stringMatching(/checkpoint \d of .*: history was rewritten here or before/),
    });
  });

  it('shows that it is gone, with its events or without', async () => {
    const copy = await record.copy();
    await copy.tamper("DELETE FROM streams WHERE id = 'system'");
    expect(await place(copy)).toMatchObject({ streamId: 'system', problem: expect.stringContaining('stream is gone') });
    await copy.tamper(`DELETE FROM events WHERE stream_id = 'system'`);
    expect(await place(copy)).toMatchObject({ streamId: 'system', problem: expect.stringContaining('stream is gone') });
  });

  it('goes into a signed bundle that verifies offline, and that shows whoever edits it', async () => {
    const { withStore, config } = await record.copy();
    const file = await withStore((store) => exportSystem(exportDeps(config, store)));
    if (!file) throw new Error('it has events');
    expect(file.filename).toBe('system.bundle.json');
    expect(await verifyBundle(file.content)).toMatchObject({ outcome: 'ok', events: 8 });
    expect(
      await verifyBundle(file.content, [signerOf(generateKeyPairSync('ed25519').privateKey).publicKey]),
    ).toMatchObject({
      outcome: 'bad',
    });
    const edited = file.content.replace('"the core network"', '"the coffee machine"');
    expect(await verifyBundle(edited)).toMatchObject({ outcome: 'bad', place: { streamId: 'system', seq: 1 } });
  });
});
