// One process of the race world: an engine like any other, with everything outside reached by messages
// that can be overtaken, lost with the process, or answered when it is too late.

import pino from 'pino';
import { defaultIncidentRules } from '../../../src/core/incident/rules.ts';
import type { ErrorClass } from '../../../src/core/playbook/playbook.ts';
import { noRules } from '../../../src/engine/alerts/stages.ts';
import { createEngine } from '../../../src/engine/engine.ts';
import type { Runtime } from '../../../src/ports/runtime.ts';
import type { Wakeups } from '../../../src/ports/work.ts';
import type { Action, ActionResult } from '../../../src/spi/action.ts';
import { actions } from '../given/given.ts';
import { everybody, openAccess } from '../given/principals.ts';
import { memoryPorts } from './memory-ports.ts';
import type { RaceWorld } from './world.ts';

/** Few, so that there is a scramble for room. */
const maxSteps = 3;

export type RaceProcess = ReturnType<typeof startProcess>;

/** Starts a process; `pool` null: it serves people and starts no steps. */
export function startProcess(world: RaceWorld, name: string, pool: string | null) {
  const remote = <T extends object>(port: T): T => world.turns.remote(name, port);
  const runtime: Runtime = {
    nowMs: world.nowMs,
    monotonicMs: () => 0,
    random: () => world.chance.next(),
    newId: world.newId,
  };
  const wakeups: Wakeups = {
    async wakeRun({ runId, version, pools }, delayMs) {
      await world.turns.take(name);
      for (const wanted of pools) world.addJob({ id: `${runId}.${version}`, runId, pool: wanted, delayMs });
    },
    wakeIntake: () => world.addJob({ id: world.newId('req'), runId: null, pool: 'default', delayMs: 0 }),
    wakeNotifier: () => undefined,
  };
  const directory = remote(everybody);
  const ports = memoryPorts({
    runtime,
    wakeups,
    remote,
    tables: world.tables,
    books: world.books,
    byDigest: (digest) => world.byDigest.get(digest) ?? null,
    log: pino({ level: 'error' }, { write: (line: string) => world.errors.push(line) }),
    events: remote(world.store),
    lookups: remote(world.lookups),
    correlation: remote(world.correlation),
    deliveries: remote(world.deliveries),
    // A sign of life is there at once; what it brings back is looked at like everything else.
    registry: { ...remote(world.registry), heartbeat: world.registry.heartbeat },
    admission: remote(world.admission),
    actions: fakeActions(world, name),
    directory: () => directory,
  });
  const engine = createEngine(ports, {
    worker: name,
    pool: pool ?? 'none',
    works: pool !== null,
    maxSteps,
    storm: { runs: 20, withinMs: 60_000 },
    access: openAccess,
    people: {},
    bootstrapHash: null,
    sessionTimes: { idleMs: 3_600_000, lifetimeMs: 86_400_000 },
    rules: defaultIncidentRules,
    alertRules: noRules,
    heartbeats: [],
    env: {},
  });
  return {
    name,
    pool,
    operations: engine.operations,
    run: (runId: string | null) => (runId === null ? engine.drainIntake() : engine.dispatch(runId)),
    reconcileOnce: engine.reconcile,
    /** A sign of life, and what it brings back. */
    heartbeat: async () => (pool === null ? undefined : engine.heartbeat()),
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
