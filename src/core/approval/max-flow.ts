// How many people can be set to factors so that everybody stands for one alone: a maximum flow (Ford and Fulkerson). Pure, and small: an
// approval has few people and few factors.

/** A factor: `n` people, of whom `groups` must come from different names; `names`: of each person those that count for it. */
export type Demand = { readonly n: number; readonly groups: number; readonly names: readonly (readonly string[])[] };

/** How many people each factor gets where as many as possible are set. */
export function maxFlow(demands: readonly Demand[]): readonly number[] {
  const room = new Map<string, Map<string, number>>();
  const link = (from: string, to: string, capacity: number) => {
    room.set(from, (room.get(from) ?? new Map()).set(to, capacity));
    const back = room.get(to) ?? new Map<string, number>();
    room.set(to, back.set(from, back.get(from) ?? 0));
  };
  demands.forEach(({ n, groups, names }, f) => {
    link(`any ${f}`, 'end', n - groups);
    link(`different ${f}`, 'end', groups);
    names.forEach((own, p) => {
      link('start', `person ${p}`, 1);
      if (own.length > 0) link(`person ${p}`, `any ${f}`, 1);
      for (const name of groups > 0 ? own : []) {
        link(`person ${p}`, `name ${f} ${name}`, 1);
        link(`name ${f} ${name}`, `different ${f}`, 1);
      }
    });
  });
  while (push('start', room, new Set()));
  return demands.map((_, f) => {
    const back = room.get('end');
    return (back?.get(`any ${f}`) ?? 0) + (back?.get(`different ${f}`) ?? 0);
  });
}

/** Sends one more person through; false: there is no way left. */
function push(from: string, room: Map<string, Map<string, number>>, seen: Set<string>): boolean {
  if (from === 'end') return true;
  seen.add(from);
  for (const [to, capacity] of room.get(from) ?? []) {
    if (capacity === 0 || seen.has(to) || !push(to, room, seen)) continue;
    room.get(from)?.set(to, capacity - 1);
    room.get(to)?.set(from, (room.get(to)?.get(from) ?? 0) + 1);
    return true;
  }
  return false;
}
