// Ended incidents leave the database for archives, and only so: what is written is verified first, what is gone is recorded, and the
// audit accepts no other absence.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../../src/app.ts';
import { type OwnedDatabase, withOwnedDatabase } from '../../src/cli/session/database-api.ts';
import { sha256 } from '../../src/core/json.ts';
import { verifyBundle } from '../../src/core/timeline/bundle.ts';
import { type ArchiveOutcome, archiveStreams } from '../../src/engine/record/archive-streams.ts';
import type { ArchivePlace } from '../../src/ports/archive.ts';
import { auditStore } from '../../src/record.ts';
import { createArchiveFolder } from '../../src/store/ledger/archive-folder.ts';
import { type Copy, type KeptRecord, keepRecord, silent } from '../support/cluster/kept-record.ts';
import { groupChange, openedGroup } from '../support/engine/group-change.ts';

let record: KeptRecord;
let folder: string;
beforeAll(async () => {
  record = await keepRecord(undefined, 'access: { administer: everyone }');
  folder = mkdtempSync(join(tmpdir(), 'firebreak-archive-'));
});
afterAll(async () => {
  await record?.close();
  rmSync(folder, { recursive: true, force: true });
});

const laterMs = 60_000;

function archive(
  copy: Pick<Copy, 'config'>,
  {
    place = createArchiveFolder(folder),
    agoMs = -laterMs,
    candidates = 'archiveCandidates',
    meanwhile,
  }: {
    candidates?: 'archiveCandidates' | 'restingGroups';
    place?: ArchivePlace;
    agoMs?: number;
    meanwhile?: (owned: OwnedDatabase, streamId: string) => Promise<unknown>;
  } = {},
): Promise<ArchiveOutcome[]> {
  return withOwnedDatabase(copy.config, async (owned) => {
    const { adapters, engine, principal } = owned;
    const { store, signer } = adapters;
    const { events, artifacts, checkpoints } = store;
    const outcomes: ArchiveOutcome[] = [];
    const parts = {
      candidates: store[candidates],
      exports: { events, artifacts, checkpoints, signer: () => signer },
      place: {
        async keep(name: string, content: string) {
          await meanwhile?.(owned, name.split('.')[1] ?? '');
          return place.keep(name, content);
        },
      },
      archiveStream: engine.operations.archiveStream,
    };
    const endedBefore = new Date((await store.nowMs()) - agoMs).toISOString();
    const asked = { principal, cause: 'test', endedBefore, reason: 'the year is over' };
    for await (const outcome of archiveStreams(parts, asked)) outcomes.push(outcome);
    return outcomes;
  });
}

const audit = ({ withStore, config }: Copy) => withStore((store) => auditStore(config, store));
const archived = (outcomes: readonly ArchiveOutcome[]) => outcomes.filter(({ outcome }) => outcome === 'archived');

describe('an ended incident', () => {
  it('leaves the database for a verified archive, which the system stream names with who and why', async () => {
    const copy = await record.copy();
    await copy.tamper('ALTER TABLE events ENABLE TRIGGER ALL');
    const outcomes = await archive(copy);
    expect(archived(outcomes)).toHaveLength(2);
    for (const table of ['incidents', 'runs', 'alerts'])
      expect((await copy.tamper(`SELECT * FROM ${table}`)).rows).toEqual([]);
    expect((await copy.tamper(`SELECT DISTINCT stream_id FROM events WHERE stream_id NOT LIKE 'pbk%'`)).rows).toEqual([
      { stream_id: 'system' },
    ]);
    const { rows } = await copy.tamper(`SELECT actor, data FROM events WHERE stream_id = 'system' ORDER BY seq`);
    const [first] = archived(outcomes);
    const text = readFileSync(
      join(folder, readdirSync(folder).find((name) => name.includes(first?.streamId ?? '')) ?? ''),
      'utf8',
    );
    expect(rows[0]).toMatchObject({
      actor: { kind: 'user', via: 'cli' },
      data: { streamId: first?.streamId, number: first?.number, digest: sha256(text), reason: 'the year is over' },
    });
    expect(await verifyBundle(text)).toMatchObject({ outcome: 'ok' });
    const { streamId: id = '', number = 0 } = first ?? {};
    for (const asked of [id, String(number), `#${number}`])
      expect(await copy.withStore((store) => store.reads.archived(asked))).toMatchObject({
        id,
        number,
        isPrivate: false,
      });
    expect(await copy.withStore((store) => store.reads.archived('4711'))).toBeNull();
    expect(await audit(copy)).toMatchObject({ outcome: 'ok' });
  });

  it('stays where it has not ended for long enough', async () => {
    expect(await archive(await record.copy(), { agoMs: 3_600_000 })).toEqual([]);
  });

  it('stays where what can be read back of its archive is not what was written', async () => {
    const copy = await record.copy();
    const spoilt: ArchivePlace = { keep: async (_, content) => content.replace('"look"', '"lock"') };
    const outcomes = await archive(copy, { place: spoilt });
    expect(outcomes).toMatchObject([{ outcome: 'left', why: /cannot be verified/ }, { outcome: 'left' }]);
    const lives = await copy.withStore((store) => store.lives.heads());
    expect(await audit(copy)).toMatchObject({ outcome: 'ok', streams: 2 + lives.size });
  });

  it('stays where its end is not sealed yet', async () => {
    const copy = await record.copy();
    await copy.tamper('UPDATE incidents SET sealed_in = NULL');
    expect(await archive(copy)).toMatchObject([{ why: 'it is not sealed yet' }, { why: 'it is not sealed yet' }]);
  });

  it('stays where somebody adds to it between its archive and its end', async () => {
    const copy = await record.copy();
    const outcomes = await archive(copy, {
      meanwhile: ({ engine, principal }, incidentId) =>
        engine.operations.note({ principal, cause: 'test', incidentId, text: 'one more thing' }),
    });
    expect(outcomes[0]).toMatchObject({ why: /has changed since its archive was written/ });
    expect(archived(outcomes)).toEqual([]);
    expect((await copy.tamper('SELECT * FROM archived_streams')).rows).toEqual([]);
  });
});

describe('the record without what was archived', () => {
  const left = async (): Promise<Copy> => {
    const copy = await record.copy();
    expect(archived(await archive(copy))).toHaveLength(2);
    return copy;
  };

  it.each([
    ['its row says another end', 'UPDATE archived_streams SET version = version + 1', /archived stream/],
    ['its row is gone', 'DELETE FROM archived_streams', /its row is gone/],
    [
      'a row was invented',
      `INSERT INTO archived_streams SELECT 'inc_x', 99, version, head_hash, digest, archived_at FROM archived_streams LIMIT 1`,
      /invented/,
    ],
    [
      'nothing recorded it',
      `DELETE FROM events WHERE stream_id = 'system'; DELETE FROM streams`,
      /the whole stream is gone|nothing at all/,
    ],
  ])('is found wrong where %s', async (_, sql, problem) => {
    const copy = await left();
    await copy.tamper('ALTER TABLE archived_streams DISABLE TRIGGER ALL');
    await copy.tamper(sql);
    expect(await audit(copy)).toMatchObject({ outcome: 'bad', place: { problem } });
  });

  it('shows a stream that was deleted without an archive', async () => {
    const copy = await record.copy();
    const [gone] = record.incidents;
    await copy.tamper('DELETE FROM runs WHERE incident_id = $1', [gone]);
    await copy.tamper('DELETE FROM events WHERE stream_id = $1', [gone]);
    await copy.tamper('DELETE FROM incidents WHERE id = $1', [gone]);
    expect(await audit(copy)).toMatchObject({ outcome: 'bad', place: { problem: /the whole stream is gone/ } });
  });

  it('has no event deleted by its owner, but after its stream has its row', async () => {
    const copy = await record.copy();
    await copy.tamper('ALTER TABLE events ENABLE TRIGGER ALL');
    await expect(copy.tamper('DELETE FROM events')).rejects.toThrow('events is append-only: DELETE is refused');
    await expect(copy.tamper(`UPDATE events SET type = 'x'`)).rejects.toThrow('append-only');
  });
});

describe('a folder of archives', () => {
  it('answers what can be read back, and leaves no half file under the name', async () => {
    const place = createArchiveFolder(join(folder, 'new/deep'));
    writeFileSync(join(folder, 'new.part'), 'x');
    expect(await place.keep('a.json', 'one')).toBe('one');
    expect(readdirSync(join(folder, 'new/deep'))).toEqual(['a.json']);
  });
});

// Last: it makes another checkpoint, of which the copies that come after it know nothing.
describe('an alert group at rest', () => {
  it('leaves as an incident does, and the audit accepts its absence; one that waits for something stays', async () => {
    const copy = await record.copy();
    await copy.tamper('ALTER TABLE events ENABLE TRIGGER ALL');
    const app = await startApp(copy.config, silent, { role: 'all', pool: 'default' });
    if (!app.ok) throw new Error(app.error.join('\n'));
    const at = new Date().toISOString();
    const idOf = (digit: string) => `grp_${digit.repeat(26)}`;
    const open = (digit: string, wakeAt: string | null) => {
      const events = [openedGroup(`key ${digit}`)];
      return app.value.store.groups.append(groupChange({ groupId: idOf(digit), before: null, events, at, wakeAt }));
    };
    await open('7', null);
    await open('6', '2099-01-01T00:00:00.000Z');
    await app.value.stop();
    const outcomes = await archive(copy, { candidates: 'restingGroups' });
    expect(outcomes).toMatchObject([{ outcome: 'archived', number: null, streamId: idOf('7') }]);
    const stay = await copy.tamper(`SELECT id FROM streams WHERE kind = 'group'`);
    expect(stay.rows).toEqual([{ id: idOf('6') }]);
    const file = readdirSync(folder).find((name) => name.includes(idOf('7'))) ?? '';
    expect(await verifyBundle(readFileSync(join(folder, file), 'utf8'))).toMatchObject({ outcome: 'ok' });
    expect(await copy.withStore((store) => store.reads.archived(idOf('7')))).toBeNull();
    expect(await audit(copy)).toMatchObject({ outcome: 'ok' });
  });
});
