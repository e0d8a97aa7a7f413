// How the parts of a process are watched: the database, its clock against ours, the workers, the log, the sealing. Reports and mends nothing.
import { createPing } from './actions/dead-man/ping.ts';
import type { Adapters } from './adapters.ts';
import type { FlowLook } from './core/dead-man/flow.ts';
import { loadOf } from './digests.ts';
import type { EdgeParts } from './edges.ts';
import { createDeadMan, entriesOf } from './engine/dead-man/hold.ts';
import type { Engine } from './engine/engine.ts';
import { leaseMs } from './engine/lease.ts';
import { unlessBusy } from './engine/load.ts';
import { standstillText } from './engine/record/rollback-watch.ts';
import { createWatchStuck } from './engine/runs/watch-stuck.ts';
import { type Timer, timersOf } from './engine/timers.ts';
import { maxApartMs } from './platform/database-clock.ts';
import { every, guarded } from './platform/lifecycle.ts';
import type { LogState } from './platform/log-sink.ts';
import type { Log } from './ports/runtime.ts';
import type { SlackEdge } from './slack/edge.ts';

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

/** A request at the own door is answered within this time, in milliseconds. */
const acceptsWithinMs = 2000;

const messageOf = (error: unknown) => (error instanceof Error ? error.message || String(error) : String(error));

/** The timers of a process: those of its engine, and one that looks at the parts. */
export function watchedTimers(
  engine: Engine,
  given: {
    readonly adapters: Adapters;
    readonly works: boolean;
    /** Where it listens for alerts and people; null: it does not. */
    readonly serves: { readonly url: string } | null;
    readonly logState: () => LogState;
  },
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
  const reconciled: Reconciled = { atMs: null };
  const { monotonicMs } = given.adapters.runtime;
  const reconcile = async () => {
    await engine.reconcile();
    reconciled.atMs = monotonicMs();
  };
  const load = loadOf(given.adapters);
  const timers = timersOf(engine, given.works).map((timer) => {
    if (timer.name === 'seal') return { ...timer, run: seal };
    if (timer.name === 'reconcile') return { ...timer, run: reconcile };
    return canWait.has(timer.name) ? { ...timer, run: unlessBusy(load, timer.run) } : timer;
  });
  return [
    { name: 'look', pattern: '*/2 * * * * *', run: () => look(engine, given), atStart: true },
    { name: 'deadman', pattern: '* * * * * *', run: deadManOf(engine, given, reconciled) },
    ...timers,
  ];
}

/** What looks again and again which runs are stuck. `slack`: where people are called for that; null: nowhere. */
export const watchingStuck = (
  { adapters, stuck: { look } }: Pick<EdgeParts, 'adapters' | 'stuck'>,
  slack: Pick<SlackEdge, 'callForStuck'> | null,
): Timer => ({
  name: 'stuck',
  pattern: '7,22,37,52 * * * * *',
  run: unlessBusy(
    loadOf(adapters),
    createWatchStuck({ look, metrics: adapters.metrics, call: slack?.callForStuck ?? null }),
  ),
});

/** What is done only while nothing more urgent waits. */
const canWait: ReadonlySet<string> = new Set(['remind', 'remove-old']);

/** When something last looked what is due, by the clock that never goes back; null: never. */
type Reconciled = { atMs: number | null };

/** Holds the dead-man's switches of this process while its work flows. */
function deadManOf(
  engine: Pick<Engine, 'standstill'>,
  { adapters, works, serves }: Parameters<typeof watchedTimers>[1],
  reconciled: Reconciled,
): () => Promise<void> {
  const { store, clock, metrics, standing, runtime, parts, config } = adapters;
  const ready = () => store.ready().catch(messageOf);
  const entries = entriesOf(config.file.deadman, { serves: serves !== null, works });
  const flow = async (): Promise<FlowLook> => {
    const [database, found, accepts] = await Promise.all([ready(), metrics.look(), serves && accepting(serves.url)]);
    const standstill = engine.standstill();
    return {
      database: database ?? (found === null ? 'it did not answer in time' : null),
      standstill: standstill && standstillText(standstill),
      clock: clock.agrees() ? null : (apart(clock.aheadMs()) ?? 'the time of the database is not known'),
      oldestDeliveryMs: found?.waiting.find(({ kind }) => kind === 'intake')?.oldestMs ?? 0,
      reconciledAgoMs: reconciled.atMs === null ? null : runtime.monotonicMs() - reconciled.atMs,
      accepts,
    };
  };
  const { report } = standing;
  return createDeadMan({
    entries,
    look: flow,
    ping: createPing(parts.reachable),
    report,
    count: metrics.countPing,
    runtime,
  });
}

/** Whether this process takes requests at its own door; null: it does, else why not. */
async function accepting(url: string): Promise<string | null> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(acceptsWithinMs) });
    await answer.body?.cancel();
    return answer.ok ? null : `/readyz answers ${answer.status}`;
  } catch {
    return 'its own port does not answer';
  }
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
