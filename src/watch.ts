// How the parts of a process are watched: the database, its clock against ours, the workers, the log, the sealing. Reports and mends nothing.
import type { Adapters } from './adapters.ts';
import type { Engine } from './engine/engine.ts';
import { leaseMs } from './engine/lease.ts';
import { standstillText } from './engine/record/rollback-watch.ts';
import { type Timer, timersOf } from './engine/timers.ts';
import { maxApartMs } from './platform/database-clock.ts';
import { every, guarded } from './platform/lifecycle.ts';
import type { LogState } from './platform/log-sink.ts';
import type { Log } from './ports/runtime.ts';

/** Begins what is done again and again; what belongs to the start is done before this resolves. Answers what stops it. */
export async function startTimers(timers: readonly Timer[], log: Log): Promise<readonly (() => Promise<void>)[]> {
  const stoppers: (() => Promise<void>)[] = [];
  for (const { pattern, run, atStart } of timers) {
    const work = guarded(log, run);
    if (atStart) await work();
    stoppers.push(every(pattern, work));
  }
  return stoppers;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message || String(error) : String(error));

/** The timers of a process: those of its engine, and one that looks at the parts. */
export function watchedTimers(
  engine: Engine,
  given: { readonly adapters: Adapters; readonly works: boolean; readonly logState: () => LogState },
): Timer[] {
  const { report } = given.adapters.standing;
  const seal = async () => {
    try {
      const sealed = await engine.seal({ final: false });
      const lost = 'the database no longer has a checkpoint that was made; run `firebreak audit verify`';
      if (sealed === 'lost') report('sealing', 'away', lost);
      else report('sealing', sealed === 'done' ? 'up' : 'off');
    } catch (error) {
      report('sealing', 'away', messageOf(error));
      throw error;
    }
  };
  const timers = timersOf(engine, given.works).map((timer) =>
    timer.name === 'seal' ? { ...timer, run: seal } : timer,
  );
  return [{ name: 'look', pattern: '*/2 * * * * *', run: () => look(engine, given), atStart: true }, ...timers];
}

async function look(
  engine: Pick<Engine, 'standstill'>,
  { adapters, logState }: { readonly adapters: Adapters; readonly logState: () => LogState },
): Promise<void> {
  const { store, clock, standing } = adapters;
  const { report } = standing;
  const { error, dropped } = logState();
  report('log', error === null ? 'up' : 'away', error === null ? undefined : `${error}; ${dropped} lines are lost`);
  const standstill = engine.standstill();
  report('record', standstill === null ? 'up' : 'away', standstill === null ? undefined : standstillText(standstill));
  const [ready, workers, measured] = await Promise.allSettled([
    store.ready(),
    store.registry.alive(leaseMs),
    clock.measure(),
  ]);
  const reason = ready.status === 'rejected' ? messageOf(ready.reason) : ready.value;
  report('database', reason === null ? 'up' : 'away', reason ?? undefined);
  if (workers.status === 'fulfilled')
    report(
      'workers',
      workers.value.length > 0 ? 'up' : 'away',
      workers.value.length > 0 ? undefined : 'no worker lives',
    );
  if (measured.status === 'fulfilled') report('clock', clock.agrees() ? 'up' : 'away', apart(clock.aheadMs()));
}

/** What is wrong with the clock; undefined: nothing. */
function apart(aheadMs: number): string | undefined {
  if (Math.abs(aheadMs) <= maxApartMs) return undefined;
  const way = aheadMs > 0 ? 'ahead of' : 'behind';
  return `this machine's clock is ${Math.abs(aheadMs)} ms ${way} the database's; what is due is left to others until they agree: set both by NTP`;
}
