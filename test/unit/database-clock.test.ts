// The database's clock as a process tells it: whatever its own wall clock says, and however it is set, the time stays the database's.
import { describe, expect, it } from 'vitest';
import { createDatabaseClock, maxApartMs } from '../../src/platform/database-clock.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, ben, playbook, start } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const hour = 3_600_000;
const epoch = Date.parse(start);

/** A machine whose wall clock is `wrongMs` ahead of the database's; real time passes for both. */
function machine(wrongMs = 0) {
  const world = { realMs: 0, wrongMs, roundTripMs: 0, asked: 0 };
  const clock = createDatabaseClock({
    runtime: {
      nowMs: () => epoch + world.realMs + world.wrongMs,
      monotonicMs: () => world.realMs,
      random: () => 0.5,
      newId: () => 'x_1',
    },
    async ask() {
      world.asked += 1;
      const told = epoch + world.realMs + world.roundTripMs / 2;
      world.realMs += world.roundTripMs;
      return told;
    },
  });
  const errorMs = () => clock.runtime.nowMs() - (epoch + world.realMs);
  return { world, clock, errorMs };
}

describe('the clock of the database', () => {
  for (const wrongMs of [0, hour, -hour]) {
    it(`is told by a machine whose own is ${wrongMs} ms ahead`, async () => {
      const { world, clock, errorMs } = machine(wrongMs);
      await clock.settle();
      expect(errorMs()).toBe(0);
      world.realMs += 10_000;
      expect(errorMs()).toBe(0);
      expect([clock.agrees(), clock.aheadMs()]).toEqual([wrongMs === 0, wrongMs]);
    });
  }

  it('is asked anew when the wall clock was set, and does not move with it meanwhile', async () => {
    const { world, clock, errorMs } = machine();
    await clock.settle();
    expect(clock.settle()).toBeNull();
    world.wrongMs = hour;
    expect([errorMs(), clock.agrees()]).toEqual([0, false]);
    await clock.settle();
    expect([errorMs(), clock.agrees(), world.asked]).toEqual([0, false, 2]);
    world.wrongMs = 0;
    await clock.settle();
    expect([errorMs(), clock.agrees()]).toEqual([0, true]);
  });

  it('agrees up to two seconds', async () => {
    const { world, clock } = machine(maxApartMs);
    await clock.measure();
    expect(clock.agrees()).toBe(true);
    world.wrongMs = maxApartMs + 1;
    await clock.measure();
    expect(clock.agrees()).toBe(false);
  });

  it('does not agree before it was asked', () => {
    expect(machine().clock.agrees()).toBe(false);
  });

  it('takes no answer that was long under way: the process may have been stopped', async () => {
    const { world, clock, errorMs } = machine();
    world.roundTripMs = 60_000;
    const measured = clock.measure();
    world.roundTripMs = 10;
    await measured;
    expect([errorMs(), world.asked]).toEqual([0, 2]);
  });

  it('is moved by no more than what a round trip cannot tell', async () => {
    const { world, clock, errorMs } = machine();
    await clock.measure();
    world.roundTripMs = 400;
    await clock.measure();
    expect(errorMs()).toBe(0);
  });
});

describe('an engine whose machine is an hour ahead', () => {
  const asks =
    '  - { id: a, uses: shell.run, with: { command: [/bin/true] }, approval: { from: ["@sre"], expiresIn: 15m } }';

  it('expires no approval, neither when its timer looks nor when somebody decides', async () => {
    const made = new MemoryEngines();
    made.publish({ ...playbook(asks), name: 'restart' });
    const clock = createDatabaseClock({
      runtime: { ...made.runtime, nowMs: () => made.ms + hour, monotonicMs: () => made.ms },
      ask: async () => made.ms,
    });
    const engine = made.engine({ worker: 'wrk_2' }, { runtime: clock.runtime, clock });
    const right = made.engine();
    await Promise.all([engine.start(), right.start()]);
    const caller = { principal: principalOf(ana), cause: 'req_1' };
    const started = await right.operations.startRun({ ...caller, playbook: 'restart', inputs: {}, incidentId: null });
    const runId = started.ok ? started.value.run.runId : '';
    await made.deliver(right);
    await engine.dispatch(runId);
    await engine.reconcile();
    await made.deliver(engine);
    const approval = () => Object.values(made.tables.runs.get(runId)?.state.approvals ?? {})[0];
    expect(approval()?.status).toBe('open');
    made.ms += 60_000;
    await engine.reconcile();
    await made.deliver(engine);
    expect(approval()?.status).toBe('open');
    const decided = await engine.operations.decideApproval({
      principal: principalOf(ben),
      cause: 'req_2',
      approvalId: approval()?.id ?? '',
      decision: 'approve',
      planDigest: approval()?.planDigest ?? '',
    });
    expect(decided).toMatchObject({ ok: true, value: { approval: { status: 'granted' } } });
  });
});
