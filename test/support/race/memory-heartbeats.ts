// When heartbeats were heard, in memory and by a clock that is given.
import type { HeartbeatState } from '../../../src/core/alert/heartbeat.ts';
import type { HeartbeatStore } from '../../../src/ports/heartbeats.ts';

type Row = { -readonly [K in keyof HeartbeatState]: HeartbeatState[K] } & { checkedMs: number };

const kept = new WeakMap<object, Map<string, Row>>();

/** The heartbeats beside these tables: whoever has the same tables has the same heartbeats. */
export function createMemoryHeartbeats(tables: object, { nowMs }: { readonly nowMs: () => number }): HeartbeatStore {
  const rows = kept.get(tables) ?? new Map<string, Row>();
  kept.set(tables, rows);
  const now = () => new Date(nowMs()).toISOString();
  const rowOf = (name: string): Row => {
    const row = rows.get(name) ?? { name, heardAt: null, watchedSince: now(), raisedAt: null, checkedMs: nowMs() };
    rows.set(name, row);
    return row;
  };
  const stateOf = ({ name, heardAt, watchedSince, raisedAt }: Row) => ({ name, heardAt, watchedSince, raisedAt });
  return {
    async look(names, absentMs) {
      const states = names.map((name) => {
        const row = rowOf(name);
        if (nowMs() - row.checkedMs > absentMs) row.watchedSince = now();
        row.checkedMs = nowMs();
        return stateOf(row);
      });
      return { at: now(), states };
    },
    async heard(names) {
      for (const name of names) rowOf(name).heardAt = now();
    },
    async failed(name) {
      rowOf(name).raisedAt = now();
    },
    async raised(name, at) {
      rowOf(name).raisedAt ??= at;
    },
    async cleared(name, raisedAt) {
      if (rowOf(name).raisedAt === raisedAt) rowOf(name).raisedAt = null;
    },
    all: async () => [...rows.values()].map(stateOf),
  };
}
