// The change feed over a ledger that answers as the real one: nothing lost, nothing twice while one listens, in order.
import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { createChangeFeed, type FedChange, type Listener } from '../../src/http/api/change-feed.ts';
import type { LedgerChange, LedgerChanges } from '../../src/ports/api.ts';

afterEach(() => {
  vi.useRealTimers();
});

const idOf = (name: string) => `inc_${name.padEnd(26, '0')}`;
const bornMs = Date.parse('2026-03-01T00:00:00Z');

/** A ledger in memory, with a clock that moves only when it is told to. */
function ledger() {
  const events: LedgerChange[] = [];
  let nowMs = bornMs;
  const changes: LedgerChanges = {
    async after(since, known, limit) {
      const changedAt = new Map<string, string>();
      for (const { incidentId, at } of events) changedAt.set(incidentId, at);
      const fits = ({ incidentId, seq, at }: LedgerChange) => {
        const seen = known.get(incidentId);
        return (changedAt.get(incidentId) ?? '') >= since && (seen === undefined ? at >= since : seq > seen);
      };
      return events.filter(fits).slice(0, limit);
    },
  };
  return {
    feed: createChangeFeed({ changes, runtime: { nowMs: () => nowMs }, log: pino({ level: 'silent' }) }),
    later(ms: number) {
      nowMs += ms;
    },
    /** Commits one more event; `lateMs`: so long after its instant. */
    commit(name: string, lateMs = 0) {
      const incidentId = idOf(name);
      const seq = events.filter((event) => event.incidentId === incidentId).length + 1;
      events.push({
        incidentId,
        seq,
        type: 'note.added',
        at: new Date(nowMs - lateMs).toISOString(),
        runId: null,
        isPrivate: false,
      });
    },
  };
}

/** Writes down what it is told, as `name.seq`, and lets one wait for it. */
function reader() {
  const told: string[] = [];
  const fed: FedChange[] = [];
  let look = () => {};
  const listener: Listener = {
    changed(change) {
      fed.push(change);
      told.push(`${change.change.incidentId.slice(4, 5)}.${change.change.seq}`);
      look();
    },
    reset: () => told.push('reset'),
  };
  return {
    listener,
    told,
    fed,
    until: (count: number) =>
      new Promise<void>((resolve) => {
        look = () => told.length >= count && resolve();
        look();
      }),
  };
}

it('tells what is committed after one begins to listen, and not what was before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { feed, commit, later } = ledger();
  commit('a');
  later(10);
  const { listener, told, until } = reader();
  const { leave } = await feed.listen(listener, null);
  commit('a');
  commit('b');
  feed.nudge();
  await vi.advanceTimersByTimeAsync(50);
  await until(2);
  later(10);
  // Committed by another process: nobody nudges. One commits late, with an earlier instant.
  commit('b', 5000);
  commit('c', 5000);
  await vi.advanceTimersByTimeAsync(1000);
  await until(4);
  leave();
  expect(told).toEqual(['a.2', 'b.1', 'b.2', 'c.1']);
});

it('goes on from any place without a gap, also while more is being committed', async () => {
  const { feed, commit, later } = ledger();
  const first = reader();
  await feed.listen(first.listener, null);
  for (let i = 0; i < 20; i++) {
    commit(i % 2 === 0 ? 'a' : 'b');
    later(100);
  }
  feed.nudge();
  await first.until(20);
  const place = first.fed[4]?.place ?? '';
  const second = reader();
  const joining = feed.listen(second.listener, place);
  commit('a');
  feed.nudge();
  await joining;
  commit('b');
  feed.nudge();
  await Promise.all([first.until(22), second.until(12)]);
  const ofA = second.told.filter((name) => name.startsWith('a'));
  const after = Number(first.told[4]?.slice(2));
  expect(ofA).toEqual(Array.from({ length: 11 - after }, (_, i) => `a.${after + 1 + i}`));
  expect(new Set(second.told).size).toBe(second.told.length);
  expect(second.told.at(-1)).toBe('b.11');
  expect(first.told).toHaveLength(22);
});

it('says so when too much was missed', async () => {
  const { feed, commit, later } = ledger();
  const { listener, told } = reader();
  for (let i = 0; i < 1200; i++) commit('a');
  later(1000);
  const { leave } = await feed.listen(listener, String(bornMs));
  leave();
  const away = reader();
  later(2 * 3_600_000);
  await feed.listen(away.listener, String(bornMs));
  expect([told, away.told]).toEqual([['reset'], ['reset']]);
});
