// Trust on whole engines in memory: a playbook that has lost it asks before it acts by itself, everybody is told, and people give it back.
import { expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import type { RunState } from '../../src/core/run/state.ts';
import type { EnginePorts } from '../../src/engine/engine-ports.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ScheduleStory } from '../support/engine/schedule-story.ts';
import { ana, playbook } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';
import { countedRuns } from '../support/given/slo.ts';

const steps = '  - { id: a, uses: assert, with: { that: true } }';
const restart = {
  ...playbook(steps, 'triggers: [{ source: "*" }]\ninputs: { which: { type: string, from: alert.fingerprint } }\n'),
  name: 'restart',
};
const caller = { principal: principalOf(ana), cause: 'test' };

function world(runs: readonly RunState[] = []) {
  const read: string[] = [];
  const ended = { mark: 'one run' };
  const engines = new MemoryEngines();
  engines.publish(restart);
  const told: string[] = [];
  const ports: Partial<EnginePorts> = {
    sloTallies: countedRuns(() => ({ good: 20, bad: 10 })),
    announce: async ({ text }) => void told.push(text),
    trustReads: {
      reads: {
        marks: async () => new Map([['restart', ended.mark]]),
        async drills({ playbooks }) {
          read.push(...playbooks);
          return [];
        },
        ended: async () => runs,
      },
      history: { list: async () => [], find: async () => null },
    },
  };
  const engine = engines.engine({}, ports);
  const alerted = async (name: string) => {
    engines.deliveries.put([anAlert(name)]);
    await engine.drainIntake();
    await engines.deliver(engine);
    return [...engines.tables.runs.values()].map(({ state }) => state).at(-1);
  };
  return { engines, engine, told, alerted, read, ended };
}

it('a playbook whose error budget is used up asks before it acts, and not before people let it act again', async () => {
  const { engines, engine, told, alerted } = world();
  expect((await alerted('one'))?.gate).toBe(null);
  engines.ms += 60_000;
  await engine.watchSlo();
  await engine.watchTrust();
  await engine.watchTrust();
  await engine.reconcile();
  expect(told).toEqual([
    expect.stringMatching(
      /^restart asks people from now on before it acts by itself: .*`firebreak trust raise restart --reason …`$/,
    ),
  ]);
  const asked = await alerted('two');
  expect(asked).toMatchObject({
    status: 'running',
    gate: { from: ['@lead'], reason: expect.stringContaining('error budget') },
  });
  engines.ms += 60_000;
  const order = { ...caller, playbook: 'restart', reason: 'the cause is mended' };
  expect(await engine.operations.orderTrust({ ...order, type: 'raise_trust' })).toMatchObject({
    ok: true,
    value: { level: 'trusted', reason: 'the cause is mended' },
  });
  await engine.watchTrust();
  expect((await alerted('three'))?.gate).toBe(null);
  expect(told.at(-1)).toContain('lets restart act by itself: the cause is mended');
});

it('runs are read for trust only where one has ended since the last look, whatever else is recorded', async () => {
  const { engine, read, ended } = world();
  await engine.watchTrust();
  await engine.watchTrust();
  expect(read).toEqual(['restart']);
  ended.mark = 'another run';
  await engine.watchTrust();
  expect(read).toEqual(['restart', 'restart']);
  const order = { ...caller, playbook: 'restart', reason: 'we look at it' };
  expect(await engine.operations.orderTrust({ ...order, type: 'lower_trust' })).toMatchObject({ ok: true });
  // Clean runs are counted from then on.
  await engine.watchTrust();
  await engine.watchTrust();
  expect(read).toHaveLength(3);
});

it('who may not design gives no trust, and what is not there is not trusted', async () => {
  const { engines } = world();
  const limited = engines.engine({ access: Access.parse({ order: 'everyone', operate: 'everyone' }) });
  const order = { ...caller, playbook: 'restart', reason: 'x', type: 'raise_trust' as const };
  expect(await limited.operations.orderTrust(order)).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
  const { engine } = world();
  expect(await engine.operations.orderTrust({ ...order, playbook: 'none' })).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
});

it('a schedule of a playbook that people are asked about asks them for each slot', async () => {
  const story = new ScheduleStory('  - { cron: "0 * * * *" }\n');
  const engine = story.world.engine({ worker: 'wrk_trust' });
  await story.at('2026-03-02T00:10:00Z');
  const order = { ...caller, playbook: 'nightly', reason: 'it went wrong', type: 'lower_trust' as const };
  expect(await engine.operations.orderTrust(order)).toMatchObject({ ok: true });
  story.world.ms = Date.parse('2026-03-02T01:00:00Z');
  await engine.lookAtSchedules();
  const [run] = [...story.world.tables.runs.values()];
  expect(run?.state.gate?.reason).toContain('people are asked before nightly acts by itself: it went wrong');
});
