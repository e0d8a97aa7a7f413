// Workers are killed between the claim of a slot and its run, and after it: each slot is started once or recorded as missed. The thousand slots
// are in test/full/schedules.test.ts.
import { expect, it, vi } from 'vitest';
import { scheduleFaultPoints } from '../../src/engine/fault-points.ts';
import { expectEachOnce, scheduleCluster } from '../support/cluster/schedule-cluster.ts';

// Generous: a busy machine is no fault.
vi.setConfig({ testTimeout: 180_000 });

it('a worker killed at slot.claimed, and one at slot.started: each slot is started once or recorded as missed', async () => {
  const cluster = await scheduleCluster({ schedules: 20, slotsEach: 3 });
  try {
    const victims = await Promise.all(
      scheduleFaultPoints.map((point) => cluster.start(point, { FIREBREAK_FAULT_POINT: point })),
    );
    expect(await Promise.all(victims.map(({ ended }) => ended))).toEqual(['SIGKILL', 'SIGKILL']);
    await cluster.start('third');
    await cluster.settled(60, 120_000);
    const { missed } = await expectEachOnce(cluster);
    expect(missed).toBeGreaterThan(0);
  } finally {
    await cluster.close();
  }
});
