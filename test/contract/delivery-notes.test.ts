// What is kept of refused deliveries and of wrong fields, in PostgreSQL: added up by kind, so many kinds for each integration.
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 3, 0, second)).toISOString();
const wrong = {
  source: 'grafana',
  integration: 'prod',
  outcome: 'unauthorized',
  reason: 'it does not match',
  peer: '192.0.2.7',
};
const fault = {
  source: 'grafana',
  integration: 'prod',
  field: 'alerts.*.status',
  kind: 'refused',
  message: 'is missing',
} as const;

describe('the notes of deliveries', () => {
  let store: Store;
  beforeAll(async () => {
    const { url, folder } = await freshDatabase();
    store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  });
  afterAll(() => store.close());

  it('adds up what is of one kind, from the first time to the last', async () => {
    const { deliveryNotes: notes } = store;
    await notes.add({
      refused: [{ ...wrong, firstAt: at(5), lastAt: at(6), count: 3 }],
      faults: [{ ...fault, firstAt: at(5), lastAt: at(5), count: 1 }],
    });
    await notes.add({
      refused: [{ ...wrong, firstAt: at(7), lastAt: at(8), count: 2 }],
      faults: [{ ...fault, message: 'is a number', firstAt: at(9), lastAt: at(9), count: 4 }],
    });
    expect(await notes.refused({ limit: 10 })).toEqual([{ ...wrong, firstAt: at(5), lastAt: at(8), count: 5 }]);
    expect(await notes.faults({ limit: 10 })).toEqual([
      { ...fault, message: 'is a number', firstAt: at(5), lastAt: at(9), count: 5 },
    ]);
  });

  it('forgets what is longest ago where one integration has too many kinds, and nothing of another', async () => {
    const { deliveryNotes: notes } = store;
    const many = Array.from({ length: 130 }, (_, i) => ({
      ...wrong,
      integration: 'flooded',
      peer: `2001:db8::${i}`,
      firstAt: at(0),
      lastAt: at(i % 60),
      count: 1,
    }));
    const fields = Array.from({ length: 130 }, (_, i) => ({
      ...fault,
      integration: 'flooded',
      field: `f${i}`,
      firstAt: at(0),
      lastAt: at(i % 60),
      count: 1,
    }));
    await notes.add({ refused: many, faults: fields });
    const kept = await notes.refused({ integration: 'flooded', limit: 1000 });
    expect(kept).toHaveLength(100);
    expect(kept[0]?.lastAt).toBe(at(59));
    expect(await notes.faults({ integration: 'flooded', limit: 1000 })).toHaveLength(100);
    expect(await notes.refused({ integration: 'prod', limit: 1000 })).toHaveLength(1);
  });

  it('is looked for by source and by integration', async () => {
    const { deliveryNotes: notes } = store;
    expect(await notes.refused({ source: 'sentry', limit: 10 })).toEqual([]);
    expect(await notes.faults({ source: 'grafana', integration: 'prod', limit: 10 })).toHaveLength(1);
    expect(await notes.refused({ source: 'grafana', limit: 7 })).toHaveLength(7);
  });

  it('is added to by several at the same time, in any order', async () => {
    const { deliveryNotes: notes } = store;
    const some = Array.from({ length: 20 }, (_, i) => ({
      ...wrong,
      integration: 'busy',
      peer: `192.0.2.${i}`,
      firstAt: at(1),
      lastAt: at(1),
      count: 1,
    }));
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => notes.add({ refused: i % 2 ? some : some.toReversed(), faults: [] })),
    );
    const kept = await notes.refused({ integration: 'busy', limit: 1000 });
    expect(kept.map(({ count }) => count)).toEqual(Array.from({ length: 20 }, () => 8));
  });
});
