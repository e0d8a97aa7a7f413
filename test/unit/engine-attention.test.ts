// What columns say of runs and incidents that want attention: it wakes, and decides nothing. On a whole engine in memory.
import { describe, expect, it } from 'vitest';
import { isTerminal } from '../../src/core/run/state.ts';
import type { AttentionIndex, RunAttention } from '../../src/ports/work.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { settled } from '../support/given/clocks.ts';
import { ana, playbook } from '../support/given/given.ts';
import { minute } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

async function given(
  steps: string,
  ports: (world: MemoryEngines) => Parameters<MemoryEngines['engine']>[1] = () => ({}),
) {
  const world = new MemoryEngines();
  world.publish({ ...playbook(steps), name: 'works' });
  const engine = world.engine({}, ports(world));
  await engine.start();
  const asked = { principal: principalOf(ana), cause: 'test', playbook: 'works', inputs: {}, incidentId: null };
  const started = await engine.operations.startRun(asked);
  if (!started.ok) throw new Error(started.error.message);
  await world.deliver(engine);
  return { world, engine, runId: started.value.run.runId };
}

describe('a step under way', () => {
  it('is not ended because a column says that its run is being cancelled', async () => {
    const act = '  - { id: a, uses: shell.run, with: { command: [/bin/do] } }';
    const { world, engine, runId } = await given(act, ({ registry }) => ({
      registry: {
        ...registry,
        async heartbeat(...beat) {
          const { holding } = await registry.heartbeat(...beat);
          return { holding, cancelling: holding };
        },
      },
    }));
    await engine.heartbeat();
    await settled();
    world.held.take(runId, 'a').succeed({ exitCode: 0 });
    await world.deliver(engine);
    expect((await world.store.loadRun(runId))?.run.status).toBe('succeeded');
  });
});

describe('a row that says that it wants attention later than it does', () => {
  it('is mended within a minute, and one that says it too early is left as it is', async () => {
    const mended: Omit<RunAttention, 'run'>[] = [];
    let wakeAt: string | null = null;
    const attention = ({ store, tables }: MemoryEngines): AttentionIndex => ({
      async runs() {
        const runs = await Promise.all([...tables.runs.keys()].map((id) => store.loadRun(id)));
        const items = runs.flatMap((loaded) =>
          loaded && !isTerminal(loaded.run.status)
            ? [{ id: loaded.run.runId, version: 1, wakeAt, pools: ['default'], run: loaded.run }]
            : [],
        );
        return { items, next: null };
      },
      incidents: async () => ({ items: [], next: null }),
      mendRun: async (one) => void mended.push(one),
      mendIncident: async () => undefined,
    });
    const { world, engine, runId } = await given('  - { id: a, uses: wait, with: { for: 10m } }', (made) => ({
      attention: attention(made),
    }));
    const due = new Date(world.ms + 10 * minute).toISOString();
    await engine.reconcile();
    expect(mended).toEqual([{ id: runId, version: 1, wakeAt: due, pools: ['default'] }]);
    await engine.reconcile();
    expect(mended).toHaveLength(1);
    for (const said of [due, new Date(world.ms).toISOString()]) {
      wakeAt = said;
      world.ms += minute;
      await engine.reconcile();
    }
    expect(mended).toHaveLength(1);
    wakeAt = 'infinity';
    world.ms += minute;
    await engine.reconcile();
    expect(mended).toHaveLength(2);
  });
});
