// One simulated process: the real engine, put together as the composition root does it, with everything outside reached by messages
// that can be overtaken, lost with the process, or answered when it is too late.
import pino from 'pino';
import type { ErrorClass, Playbook } from '../../../src/core/playbook/playbook.ts';
import { createRedactor } from '../../../src/core/redact.ts';
import { elapsedMs } from '../../../src/core/time.ts';
import { createAdmission } from '../../../src/engine/admission.ts';
import { drainIntake } from '../../../src/engine/alerts/drain-intake.ts';
import type { CommandDeps } from '../../../src/engine/handle-command.ts';
import { createKeyedMutex } from '../../../src/engine/keyed-mutex.ts';
import type { Committed } from '../../../src/engine/ledger.ts';
import { createOperations } from '../../../src/engine/operations.ts';
import { horizonMs, reconcile } from '../../../src/engine/reconcile.ts';
import { createDispatcher } from '../../../src/engine/runs/dispatch-run.ts';
import { createDriver } from '../../../src/engine/runs/drive-run.ts';
import type { PlaybookCatalog } from '../../../src/ports/ledger.ts';
import type { Runtime } from '../../../src/ports/runtime.ts';
import type { Wakeups } from '../../../src/ports/work.ts';
import type { Action, ActionResult } from '../../../src/spi/action.ts';
import { actions } from '../given/given.ts';
import type { RaceWorld } from './world.ts';

/** Few, so that there is a scramble for room. */
const maxSteps = 3;

export type RaceProcess = ReturnType<typeof startProcess>;

/** Starts a process; `pool` null: it serves people and starts no steps. */
export function startProcess(world: RaceWorld, name: string, pool: string | null) {
  const { turns, tables } = world;
  const remote = <T extends object>(port: T): T => turns.remote(name, port);
  const runtime: Runtime = { nowMs: world.nowMs, random: () => world.chance.next(), newId: world.newId };
  const log = pino({ level: 'error' }, { write: (line: string) => world.errors.push(line) });
  const catalog: PlaybookCatalog = { all: () => [...world.books.values()], byName: (book) => world.books.get(book) };
  const byDigest = async (digest: string): Promise<Playbook | null> => world.byDigest.get(digest) ?? null;
  const lookups = remote(world.lookups);
  const wakeups: Wakeups = {
    async wakeRun({ runId, version, pools }, delayMs) {
      await turns.take(name);
      for (const wanted of pools) world.addJob({ id: `${runId}.${version}`, runId, pool: wanted, delayMs });
    },
    wakeIntake: () => world.addJob({ id: world.newId('req'), runId: null, pool: 'default', delayMs: 0 }),
    wakeNotifier: async () => undefined,
  };
  const committed = (change: Committed): void => {
    driver.follow(change);
    for (const { state, wakeAt, pools } of change.runs) {
      void dispatcher.notifyDependents(state).catch(world.failed);
      const held = Object.values(state.nodes).some((node) => node.status === 'running' && node.worker === name);
      if (wakeAt === null || held) continue;
      const delayMs = Math.max(0, elapsedMs(new Date(world.nowMs()).toISOString(), wakeAt));
      const { version } = change.head;
      const { severity } = change.incident;
      if (delayMs <= horizonMs) void wakeups.wakeRun({ runId: state.runId, version, pools, severity }, delayMs);
    }
  };
  const commands: CommandDeps = {
    ...{ store: remote(world.store), runtime, committed, library: catalog.byName, mutex: createKeyedMutex() },
    traits: actions,
    versions: { byDigest, keep: () => Promise.reject(new Error('nothing is kept here')) },
  };
  const admission = createAdmission({
    store: remote(world.admission),
    lookups,
    runtime,
    storm: { runs: 20, withinMs: 60_000 },
  });
  const driver = createDriver({
    ...{ ...commands, log, admission, maxSteps, worker: name, pool: pool ?? 'none', reach: () => undefined },
    ...{ actions: fakeActions(world, name), redact: createRedactor([]), secrets: () => undefined, chat: () => null },
    artifacts: { put: () => Promise.reject(new Error('nothing is captured here')), get: async () => null },
  });
  const offer = () => (pool === null ? null : driver.offer());
  const dispatcher = createDispatcher({ ...commands, lookups, driver });
  const directory = remote({
    belongsTo: async (_: unknown, names: readonly string[]) => names,
    members: async () => [],
  });
  const correlation = remote(world.correlation);
  const operations = createOperations({
    ...{ ...commands, catalog, correlation, env: {}, abort: driver.abort, offer, admission, lookups },
    directory: () => directory,
  });
  const rowsOf = async (incidentId: string) =>
    [...tables.runs.values()].filter((row) => row.incidentId === incidentId).map((row) => ({ ...row, updatedAt: '' }));
  const intake = {
    ...{
      ...commands,
      deliveries: remote(world.deliveries),
      correlation,
      catalog,
      log,
      env: {},
      offer,
      lookups,
      admission,
    },
    ...{ room: driver.room, reads: remote({ runsOfIncident: rowsOf }) },
  };
  return {
    ...{ name, pool, operations },
    run: (runId: string | null) => (runId === null ? drainIntake(intake) : dispatcher.dispatch(runId)),
    async reconcileOnce() {
      await admission.refresh();
      const { registry, deliveries } = world;
      await reconcile({
        ...{ ...commands, wakeups, messages: null, steady: true },
        ...{ registry: remote(registry), deliveries: remote(deliveries) },
      });
    },
    /** A sign of life, and what it brings back. */
    async beat() {
      if (pool === null) return;
      for (const runId of (await world.registry.beat(name, pool, [...actions.keys()])).cancelling) driver.abort(runId);
    },
  };
}

/** The actions of the catalog, called on targets that may refuse, take their time, or act and lose the answer. */
function fakeActions(world: RaceWorld, name: string): ReadonlyMap<string, Action> {
  const failed = (kind: ErrorClass): ActionResult => ({
    outcome: 'failed',
    error: { class: kind, code: 'test', message: `it ended with ${kind}` },
  });
  const run: Action['run'] = async (_, { idempotencyKey, signal }) => {
    await world.turns.take(name);
    const fate = world.chaos ? world.chance.below(12) : 11;
    if (signal.aborted || fate === 0) return failed('timeout');
    if (fate === 1) return failed('transient');
    if (fate === 2) return failed('invalid');
    world.effects.set(idempotencyKey, (world.effects.get(idempotencyKey) ?? 0) + 1);
    await world.turns.take(name);
    return signal.aborted || fate === 3 ? failed('timeout') : { outcome: 'succeeded', output: idempotencyKey };
  };
  const probe: Action['probe'] = async (_, { idempotencyKey }) => {
    await world.turns.take(name);
    if (world.chaos && world.chance.oneIn(8)) return { outcome: 'unclear', message: 'it does not say' };
    return world.effects.has(idempotencyKey) ? { outcome: 'done', output: idempotencyKey } : { outcome: 'not_done' };
  };
  const read: Action['run'] = async () => {
    await world.turns.take(name);
    return { outcome: 'succeeded', output: null };
  };
  const refuse: Action['run'] = async () => failed('invalid');
  const runs: { readonly [id: string]: Action['run'] } = { 'shell.run': run, assert: refuse };
  return new Map([...actions].map(([id, action]) => [id, { ...action, run: runs[id] ?? read, probe }]));
}
