// Processes that stand still for longer than their lease, and clocks that jump. Whoever comes late changes nothing.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Cluster, withCluster } from '../support/cluster/cluster.ts';
import { startTestPostgres, type TestPostgres } from '../support/cluster/postgres.ts';
import { type RedisServer, withRedis } from '../support/cluster/redis-server.ts';
import { expectAllSucceeded } from '../support/engine/expect-end.ts';

// Generous: a busy machine is no fault.
vi.setConfig({ testTimeout: 180_000 });

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.close());

const withBoth = (test: (cluster: Cluster, redis: RedisServer) => Promise<void>): Promise<void> =>
  withRedis(async (redis) => {
    const where = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
    await withCluster(where, async (cluster) => {
      await Promise.all([cluster.start('web', 'web'), cluster.start('worker 1', 'worker')]);
      await test(cluster, redis);
    });
  });

/** Resolves when the timeline of an alert's incident has an event of this type. */
async function timelineHas({ api }: Cluster, alert: string, type: string): Promise<void> {
  for (;;) {
    const run = await api.run(alert);
    const timeline = run && (await api.timeline(run.incidentId));
    if (timeline?.events.some((event) => event.type === type)) return;
    await pause(100);
  }
}

describe.concurrent('a worker stopped for longer than its lease and then continued', () => {
  it('its step is repeated by another under the same key; its own result is late and changes nothing', () =>
    withBoth(async (cluster) => {
      const { target } = cluster;
      target.hold('/safe/slow');
      const alert = await cluster.alert('Mixed');
      await target.reached('/safe/slow');
      const stopped = cluster.process('worker 1');
      stopped.signal('SIGSTOP');
      await cluster.start('worker 2', 'worker');
      await target.reached('/safe/slow', 2);
      target.release('/safe/slow');
      await target.reached('/ask/once');
      stopped.signal('SIGCONT');
      await timelineHas(cluster, alert, 'step.late_result');
      await expectAllSucceeded(cluster, 1);
      expect(target.keys('/safe/slow')).toHaveLength(1);
      expect(target.effects.filter(({ path }) => path === '/ask/once')).toHaveLength(1);
    }));

  it('a step that must not be repeated unasked waits for people, before and after', () =>
    withBoth(async (cluster) => {
      const { target, api } = cluster;
      target.hold('/ask/once');
      const alert = await cluster.alert('Ask');
      await target.reached('/ask/once');
      const stopped = cluster.process('worker 1');
      stopped.signal('SIGSTOP');
      await cluster.start('worker 2', 'worker');
      await timelineHas(cluster, alert, 'step.outcome_unknown');
      target.release('/ask/once');
      stopped.signal('SIGCONT');
      await timelineHas(cluster, alert, 'step.late_result');
      const run = await api.run(alert);
      expect(run?.waitingFor).toMatchObject([{ step: 'once', kind: 'decision', what: /did once take effect/ }]);
      await expectAllSucceeded(cluster, 1);
      expect(target.effects).toHaveLength(1);
    }));
});

describe.concurrent('a worker stopped between the start of a step and its call', () => {
  it('for longer than its lease calls nothing when it wakes, also when a person has said retry meanwhile: one effect', () =>
    withRedis(async (redis) => {
      const where = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
      await withCluster(where, async (cluster) => {
        const armed = { FIREBREAK_FAULT_POINT: 'step.started=SIGSTOP' };
        const [, stopped] = await Promise.all([
          cluster.start('web', 'web'),
          cluster.start('worker 1', 'worker', armed),
        ]);
        const alert = await cluster.alert('Ask');
        await stopped.standsAt(1);
        await cluster.start('worker 2', 'worker');
        await timelineHas(cluster, alert, 'step.outcome_unknown');
        stopped.signal('SIGCONT');
        await stopped.says('a step was given up');
        expect(cluster.target.effects).toHaveLength(0);
        await expectAllSucceeded(cluster, 1);
        expect(cluster.target.effects).toHaveLength(1);
      });
    }));
});

describe.concurrent('a worker killed in the middle of a step that must not be repeated unasked', () => {
  it('people are asked, with the reason; the effect is there once', () =>
    withBoth(async (cluster) => {
      const { target, api } = cluster;
      target.hold('/ask/once');
      const alert = await cluster.alert('Ask');
      await target.reached('/ask/once');
      await cluster.process('worker 1').kill();
      await cluster.start('worker 2', 'worker');
      await timelineHas(cluster, alert, 'step.outcome_unknown');
      const run = await api.run(alert);
      expect(run?.waitingFor).toMatchObject([{ step: 'once', kind: 'decision', what: /the worker .* is gone/ }]);
      target.release('/ask/once');
      await expectAllSucceeded(cluster, 1);
      expect(target.effects).toHaveLength(1);
    }));
});

describe.concurrent('clocks', () => {
  const minutes = 60_000;

  it('the workers five minutes apart from the web in either direction, then together again', () =>
    withBoth(async (cluster) => {
      await cluster.start('worker 2', 'worker');
      cluster.process('worker 1').shiftClock(5 * minutes);
      cluster.process('worker 2').shiftClock(-5 * minutes);
      await Promise.all([cluster.alerts('Wait', 3), cluster.alerts('Mixed', 3)]);
      await expectAllSucceeded(cluster, 6);
      for (const name of ['worker 1', 'worker 2']) cluster.process(name).shiftClock(0);
      await Promise.all([cluster.alerts('Wait', 3), cluster.alerts('Mixed', 3)]);
      await expectAllSucceeded(cluster, 12);
    }));

  it('all set back by ten minutes, and every job lost: what is due is still found, by the time of the database', () =>
    withBoth(async (cluster, redis) => {
      await cluster.alerts('Mixed', 1);
      for (const name of ['web', 'worker 1']) cluster.process(name).shiftClock(-10 * minutes);
      const [alert = ''] = await cluster.alerts('Mixed', 3);
      await redis.flush();
      await expectAllSucceeded(cluster, 4);
      const startedAt = (await cluster.api.run(alert))?.startedAt ?? '';
      expect(Math.abs(Date.parse(startedAt) - Date.now())).toBeLessThan(5 * minutes);
    }));
});
