// Metrics of workers and of what keeps them from working: how many live, how much of them is in use, breakers, kill switches.
import type { Gauges, Metrics } from '../../ports/metrics.ts';
import type { Looked } from './incidents.ts';
import type { Instruments } from './instruments.ts';

/** Makes them. */
export function workerMetrics({ gauge }: Instruments, look: Looked<Gauges>): Pick<Metrics, 'setSlots' | 'moveSlots'> {
  const slots = new Map<string, { all: number; used: number }>();
  const slotsOf = (pool: string) => {
    const found = slots.get(pool) ?? { all: 0, used: 0 };
    slots.set(pool, found);
    return found;
  };
  gauge({
    name: 'firebreak_worker_slots',
    help: 'Steps that this process may have under way at once, by its pool',
    labels: ['pool'],
    collect(add) {
      for (const [pool, { all }] of slots) add({ pool }, all);
    },
  });
  gauge({
    name: 'firebreak_worker_slots_used',
    help: 'Steps that this process has under way',
    labels: ['pool'],
    collect(add) {
      for (const [pool, { used }] of slots) add({ pool }, used);
    },
  });
  gauge({
    name: 'firebreak_workers_alive',
    help: 'Worker processes whose lease has not ended, by pool',
    labels: ['pool'],
    async collect(add) {
      for (const { pool, alive } of (await look())?.workers ?? []) add({ pool }, alive);
    },
  });
  gauge({
    name: 'firebreak_breakers_open',
    help: 'Circuit breakers of targets that are open',
    async collect(add) {
      const found = await look();
      if (found !== null) add({}, found.openBreakers);
    },
  });
  gauge({
    name: 'firebreak_kill_switches_engaged',
    help: 'Kill switches that are engaged, by what they halt (all, playbook)',
    labels: ['scope'],
    async collect(add) {
      for (const { scope, engaged } of (await look())?.switches ?? []) add({ scope }, engaged);
    },
  });
  return {
    setSlots(pool, all) {
      slotsOf(pool).all = all;
    },
    moveSlots(pool, by) {
      slotsOf(pool).used += by;
    },
  };
}
