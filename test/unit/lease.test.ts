// A worker whose lease is over, or was over for a while, calls nothing for what it had started before; nothing is lost by that.
import { describe, expect, it } from 'vitest';
import type { FaultPoint } from '../../src/engine/fault-points.ts';
import { createLease, LeaseOverError, leaseMs } from '../../src/engine/lease.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { settled } from '../support/given/clocks.ts';
import { ana, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const caller = { principal: principalOf(ana), cause: 'req_1' };
const done = async () => undefined;

describe('a lease', () => {
  const given = () => {
    const clock = { ms: 0, monotonicMs: () => clock.ms };
    return { clock, lease: createLease(clock) };
  };

  it('is over until it is renewed for the first time', () => {
    const { lease } = given();
    expect(lease.term()).toBeNull();
    expect(lease.hold(lease.term()).fence).toThrow(LeaseOverError);
  });

  it('lets everything pass while it is renewed in time, and ends before others may take over', async () => {
    const { clock, lease } = given();
    await lease.renew(done);
    const hold = lease.hold(lease.term());
    for (let i = 0; i < 10; i++) {
      clock.ms += leaseMs / 2;
      await lease.renew(done);
      hold.fence();
    }
    clock.ms += leaseMs - 500;
    expect(hold.fence).toThrow(LeaseOverError);
  });

  it('once over gives no right back to what was started before, however soon it is renewed', async () => {
    const { clock, lease } = given();
    await lease.renew(done);
    const hold = lease.hold(lease.term());
    clock.ms += leaseMs;
    await lease.renew(done);
    expect(hold.fence).toThrow(LeaseOverError);
    expect([hold.hasActed(), hold.isLost()]).toEqual([false, true]);
    const next = lease.hold(lease.term());
    next.fence();
    expect(next.hasActed()).toBe(true);
  });

  it('counts from before the database was asked: an answer that took longer than the lease renews nothing', async () => {
    const { clock, lease } = given();
    await lease.renew(async () => {
      clock.ms += leaseMs;
    });
    expect(lease.term()).toBeNull();
  });

  it('that lapsed while its renewal was under way begins another term', async () => {
    const { clock, lease } = given();
    await lease.renew(done);
    const hold = lease.hold(lease.term());
    clock.ms += leaseMs - 2000;
    await lease.renew(async () => {
      clock.ms += 2000;
    });
    expect(lease.term()).not.toBeNull();
    expect(hold.fence).toThrow(LeaseOverError);
  });
});

describe('a worker that was stopped for longer than its lease', () => {
  const act = '  - { id: a, uses: shell.run, with: { command: [/bin/true] }, replay: ask }';

  /** A worker that stands still at a fault point, for once. */
  async function stoppedAt(point: FaultPoint) {
    const made = new MemoryEngines();
    made.publish({ ...playbook(act), name: 'restart' });
    const asleep = { left: 1 };
    const engine = made.engine(
      {},
      {
        reach(reached) {
          if (reached !== point || asleep.left-- !== 1) return;
          made.monotonic += 2 * leaseMs;
          made.ms += 2 * leaseMs;
        },
      },
    );
    await engine.start();
    const started = await engine.operations.startRun({ ...caller, playbook: 'restart', inputs: {}, incidentId: null });
    if (!started.ok) throw new Error(started.error.message);
    const { runId } = started.value.run;
    await settled();
    const isCalled = () => {
      try {
        made.held.take(runId, 'a').succeed(null);
        return true;
      } catch {
        return false;
      }
    };
    const node = () => made.tables.runs.get(runId)?.state.nodes['a']?.status;
    return { made, engine, runId, isCalled, node };
  }

  for (const point of ['run.started', 'step.started'] as const) {
    it(`at ${point} does not act when it wakes, and begins the step again once it is sure that it is still its own`, async () => {
      const { made, engine, isCalled, node } = await stoppedAt(point);
      expect(isCalled()).toBe(false);
      await engine.heartbeat();
      await settled();
      expect(isCalled(), 'after one heartbeat an answer may still be under way').toBe(false);
      made.ms += 3000;
      await engine.heartbeat();
      await settled();
      expect(isCalled()).toBe(true);
      await settled();
      expect(node()).toBe('succeeded');
    });

    it(`at ${point} leaves the step to those who settled it meanwhile, who act once when a person says so`, async () => {
      const { made, engine, runId, isCalled, node } = await stoppedAt(point);
      const other = made.engine({ worker: 'wrk_2' });
      await other.start();
      await other.reconcile();
      expect(node()).toBe('unknown');
      await engine.heartbeat();
      await settled();
      await engine.heartbeat();
      await settled();
      expect(isCalled()).toBe(false);
      const ordered = await other.operations.orderRun({ ...caller, runId, order: 'retry', step: 'a' });
      expect(ordered.ok).toBe(true);
      await made.deliver(other);
      expect(isCalled()).toBe(true);
      await settled();
      expect(node()).toBe('succeeded');
      expect(isCalled()).toBe(false);
    });
  }

  it('while its start was being committed calls nothing, though its lease has been renewed since: another may have it', async () => {
    const made = new MemoryEngines();
    made.publish({ ...playbook(act), name: 'restart' });
    let isSlow = true;
    const engine = made.engine(
      {},
      {
        events: {
          ...made.store,
          async append(change) {
            const appended = await made.store.append(change);
            if (isSlow && change.events.some(({ type }) => type === 'step.started')) {
              isSlow = false;
              made.monotonic += 2 * leaseMs;
              await engine.heartbeat();
            }
            return appended;
          },
        },
      },
    );
    await engine.start();
    const started = await engine.operations.startRun({ ...caller, playbook: 'restart', inputs: {}, incidentId: null });
    await settled();
    expect([started.ok, isSlow]).toEqual([true, false]);
    expect(() => made.held.take(started.ok ? started.value.run.runId : '', 'a')).toThrow();
  });

  it('offers to start nothing before its next heartbeat', async () => {
    const made = new MemoryEngines();
    made.publish({ ...playbook(act), name: 'restart' });
    const engine = made.engine();
    await engine.start();
    made.monotonic += leaseMs;
    const started = await engine.operations.startRun({ ...caller, playbook: 'restart', inputs: {}, incidentId: null });
    const runId = started.ok ? started.value.run.runId : '';
    const status = () => made.tables.runs.get(runId)?.state.nodes['a']?.status;
    await made.deliver(engine);
    expect(status()).not.toBe('running');
    await engine.heartbeat();
    await engine.dispatch(runId);
    expect(status()).toBe('running');
  });
});
