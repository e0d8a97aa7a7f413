// Three processes, a thousand slots, random kills: each slot once or recorded as missed, never twice. A slice is in test/fault/schedules.test.ts.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { expectEachOnce, scheduleCluster } from '../support/cluster/schedule-cluster.ts';
import { randomFrom } from '../support/engine/schedule-chaos.ts';

it('a thousand slots on three processes that are killed at random: each is started once or recorded as missed', async () => {
  const cluster = await scheduleCluster({ schedules: 100, slotsEach: 10 });
  const random = randomFrom(1207);
  const names = ['one', 'two', 'three'];
  let kills = 0;
  let over = false;
  /** A process is killed some time after it is ready, and comes again. */
  async function killing(name: string): Promise<void> {
    while (!over) {
      await pause(500 + random() * 5000);
      if (over) return;
      await processes.get(name)?.kill();
      kills += 1;
      processes.set(name, await cluster.start(name));
    }
  }
  const processes = new Map(await Promise.all(names.map(async (name) => [name, await cluster.start(name)] as const)));
  try {
    const killers = Promise.all(names.map(killing));
    while (kills < 6 || (await cluster.dealtWith()) < 800) await pause(1000);
    over = true;
    await killers;
    await cluster.settled(1000, 600_000);
    await Promise.all([...processes.values()].map((each) => each.terminate()));
    const { missed, due } = await expectEachOnce(cluster);
    expect(kills).toBeGreaterThan(5);
    expect(due).toBeGreaterThanOrEqual(1000);
    expect(missed).toBeGreaterThan(0);
    await cluster.audit();
  } finally {
    over = true;
    await cluster.close();
  }
});
