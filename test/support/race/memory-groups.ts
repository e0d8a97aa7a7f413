// The streams of alert groups in memory, with the same optimistic concurrency as the real ones.
// test/contract/group-streams-contract.ts holds both to the same promises.
import type { Hold } from '../../../src/core/group/hold.ts';
import { heldIn } from '../../../src/core/group/state.ts';
import type { GroupChange, GroupStreams } from '../../../src/ports/ledger.ts';
import { copy } from './copy.ts';
import type { MemoryTables } from './memory-store.ts';

type Tables = Pick<MemoryTables, 'groups' | 'events' | 'open'>;

/** Whether a change is the next one of its stream, and the only one of its key. */
export function isNextOfGroup({ groups, open }: Tables, { group, expected, receipts }: GroupChange): boolean {
  if (!receipts.every((receipt) => open.has(receipt))) return false;
  const head = groups.get(group.id)?.head;
  const isOther = [...groups.values()].some(({ group: { id, key } }) => key === group.key && id !== group.id);
  return head?.version === expected?.version && head?.hash === expected?.hash && !isOther;
}

/** Writes a change that is the next one. */
export function writeGroup({ groups, events, open }: Tables, change: GroupChange): void {
  const { group, head, wakeAt } = change;
  groups.set(group.id, copy({ group, head, wakeAt }));
  events.set(group.id, [...(events.get(group.id) ?? []), ...copy(change.events)]);
  for (const receipt of change.receipts) open.delete(receipt);
}

/** The group streams on tables in memory. */
export function createMemoryGroups(tables: Tables): GroupStreams {
  const { groups, events } = tables;
  const loaded = (id: string | undefined) => {
    const row = id === undefined ? undefined : groups.get(id);
    return row ? copy({ group: row.group, head: row.head }) : null;
  };
  return {
    byKey: async (key) => loaded([...groups.values()].find(({ group }) => group.key === key)?.group.id),
    load: async (id) => loaded(id),
    async holding(fingerprints) {
      return new Map(
        [...groups.values()].flatMap(({ group }) =>
          heldIn(group)
            .filter(([fingerprint]) => fingerprints.includes(fingerprint))
            .map(([fingerprint]) => [fingerprint, { key: group.key, rule: group.rule }] as const),
        ),
      );
    },
    holders: async (limit) =>
      [...groups.values()]
        .filter(({ group }) => heldIn(group).length > 0)
        .toSorted((a, b) => (a.group.lastAt < b.group.lastAt ? 1 : -1))
        .slice(0, limit)
        .map(({ group, head }) => copy({ group, head })),
    async silenced(names) {
      const held = [...events.values()].flat().flatMap(({ type, at, data }) => {
        if (type !== 'group.alert_held' && type !== 'group.hold_changed') return [];
        const { hold } = data as { readonly hold: Hold };
        return hold.by === 'silence' ? [{ name: hold.name, at }] : [];
      });
      return new Map(
        names.flatMap((name) => {
          const own = held.filter((one) => one.name === name).map(({ at }) => at);
          const lastAt = own.toSorted().at(-1);
          return lastAt === undefined ? [] : [[name, { count: own.length, lastAt }] as const];
        }),
      );
    },
    async append(change) {
      if (!isNextOfGroup(tables, change)) return 'conflict';
      writeGroup(tables, change);
      return 'appended';
    },
    async due(at, limit) {
      const due = [...groups].flatMap(([id, { wakeAt }]) => (wakeAt !== null && wakeAt <= at ? [{ id, wakeAt }] : []));
      due.sort((a, b) => (`${a.wakeAt} ${a.id}` < `${b.wakeAt} ${b.id}` ? -1 : 1));
      return due.slice(0, limit).map(({ id }) => id);
    },
    async wakeHeld(at) {
      for (const [id, row] of groups) if (heldIn(row.group).length > 0) groups.set(id, { ...row, wakeAt: at });
    },
    async rest({ group: { id }, head }, { lookedAt, wakeAt }) {
      const row = groups.get(id);
      if (row?.wakeAt == null || row.wakeAt > lookedAt || row.head.hash !== head.hash) return;
      groups.set(id, { ...row, wakeAt });
    },
  };
}
