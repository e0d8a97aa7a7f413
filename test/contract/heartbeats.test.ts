// When heartbeats were heard: one contract, kept in PostgreSQL and in memory.
import pg from 'pg';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { createMemoryHeartbeats } from '../support/race/memory-heartbeats.ts';

/** A store of heartbeats, and how its clock is moved on. */
const places = {
  async memory() {
    let ms = Date.parse('2026-03-01T00:00:00.000Z');
    const store = createMemoryHeartbeats({}, { nowMs: () => ms });
    const later = async (by: number) => {
      ms += by;
    };
    return { store, later, close: async () => undefined };
  },
  async PostgreSQL() {
    const { url, folder } = await freshDatabase();
    const opened = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    // The clock of the database cannot be moved; what it has noted can be made older.
    const older = ['heard_at', 'watched_since', 'checked_at', 'raised_at']
      .map((column) => `${column} = ${column} - $1::float8 * interval '1 millisecond'`)
      .join(', ');
    return {
      store: opened.heartbeats,
      later: async (by: number) => void (await client.query(`UPDATE heartbeats SET ${older}`, [by])),
      async close() {
        await client.end();
        await opened.close();
      },
    };
  },
};

describe.each(Object.entries(places))('heartbeats in %s', (_, open) => {
  it('are listened to from the first look on, and anew after nobody looked for too long', async () => {
    const { store, later, close } = await open();
    const lookAt = async () => {
      const { at, states } = await store.look(['a', 'b'], 10_000);
      return states.map(({ watchedSince }) => Date.parse(at) - Date.parse(watchedSince));
    };
    expect(await lookAt()).toEqual([0, 0]);
    await later(2000);
    const kept = await lookAt();
    expect(kept.every((ms) => ms >= 2000 && ms < 60_000)).toBe(true);
    await later(100_000);
    expect(await lookAt()).toEqual([0, 0]);
    await close();
  });

  it('are heard, fire and are over, and what is late changes nothing', async () => {
    const { store, later, close } = await open();
    await store.heard(['a', 'never-looked-at']);
    await later(1000);
    const { at, states } = await store.look(['a'], 10_000);
    const [heard] = states;
    expect(heard?.raisedAt).toBeNull();
    expect(Date.parse(at) - Date.parse(heard?.heardAt ?? '')).toBeGreaterThanOrEqual(1000);
    await store.raised('a', at);
    await store.raised('a', new Date(Date.parse(at) + 5).toISOString());
    expect((await store.all()).map(({ name, raisedAt }) => [name, raisedAt])).toEqual([
      ['a', at],
      ['never-looked-at', null],
    ]);
    await store.cleared('a', new Date(Date.parse(at) + 5).toISOString());
    expect((await store.all())[0]?.raisedAt).toBe(at);
    await store.cleared('a', at);
    expect((await store.all())[0]?.raisedAt).toBeNull();
    await store.failed('a');
    expect((await store.all())[0]?.raisedAt).not.toBeNull();
    await close();
  });
});
