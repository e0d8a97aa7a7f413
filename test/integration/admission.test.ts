// What stops a real engine from doing things: kill switches of people, circuit breakers of targets.
import { expect, it } from 'vitest';
import { waitingFor } from '../../src/core/run/owed.ts';
import { nodeOf } from '../../src/core/run/state.ts';
import { ana } from '../support/engine/in-process.ts';
import { onBothQueues } from '../support/engine/on-both-queues.ts';
import { principalOf } from '../support/given/principals.ts';
import { get, on } from '../support/given/texts.ts';

onBothQueues('admission', (engine) => {
  engine.playbook('halting', `  - { id: a, ${get('/a')} }\n  - { id: b, ${get('/b')} }`, on('Halting'));
  engine.playbook('going', `  - { id: a, ${get('/a')} }`);
  const order = { principal: principalOf(ana), cause: 'test' };
  const halt = (scope: string) => engine.operations.halt({ ...order, scope, reason: 'it makes things worse' });
  const release = (scope: string) => engine.operations.release({ ...order, scope });

  it('that an earlier version engaged are recorded at the next start, with who, when and why, and can be released', async () => {
    const at = '2026-02-01T00:00:00.000Z';
    await engine.sql(
      `INSERT INTO kill_switches VALUES ('gone', '{"kind": "user", "id": "U0OLD", "name": "old"}', 'long ago', '${at}')`,
    );
    const { store, operations } = await engine.another({ role: 'web' });
    const by = { kind: 'user', id: 'U0OLD', name: 'old' };
    expect(operations.killSwitches()).toEqual([{ scope: 'gone', by, reason: 'long ago', at }]);
    expect((await store.systemStream.load()).state.switches).toEqual({
      gone: { scope: 'gone', by, reason: 'long ago', at },
    });
    expect((await engine.stream('system')).at(-1)).toMatchObject({
      type: 'switch.engaged',
      actor: { kind: 'system' },
      data: { scope: 'gone', reason: 'long ago', earlier: { by, at } },
    });
    expect(await operations.release({ ...order, scope: 'gone' })).toMatchObject({ ok: true });
    expect(await engine.sql('SELECT 1 FROM kill_switches')).toEqual([]);
  });

  it('halt everything: what is under way ends, nothing starts, not even for alerts; released, all goes on by itself', async () => {
    const target = await engine.target();
    const held = target.hold('/a');
    const under = await engine.run('halting', { target });
    await held.arrived();
    expect(await halt('*')).toMatchObject({ ok: true });
    expect(engine.operations.killSwitches()).toMatchObject([{ scope: '*', by: ana, reason: 'it makes things worse' }]);
    held.release();
    await engine.node(under, 'a', 'succeeded');
    const later = await engine.run('going', { target });
    await engine.dealtWith((await engine.alert({ alertname: 'Halting', target })).receipt);
    const [, byAlert] = await engine.started('halting', 2);
    expect(target.paths()).toEqual(['/a']);
    for (const id of [under, later, byAlert?.runId ?? ''])
      expect(waitingFor(await engine.state(id))).toMatchObject([{ kind: 'worker' }]);
    expect(await release('*')).toMatchObject({ ok: true });
    for (const id of [under, later, byAlert?.runId ?? '']) await engine.reaches(id, 'succeeded');
    expect(await release('*')).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  it('halt one playbook and no other, in every process', async () => {
    const target = await engine.target();
    const elsewhere = await engine.another({ role: 'web' });
    expect(await halt('nothing-of-that-name')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const halted = await elsewhere.operations.halt({ ...order, scope: 'halting', reason: 'no' });
    expect(halted).toMatchObject({ ok: true });
    // The first process hears of it with its next look around.
    await expect.poll(() => engine.operations.killSwitches(), { timeout: 10_000 }).toHaveLength(1);
    const [standing, other] = [await engine.run('halting', { target }), await engine.run('going', { target })];
    await engine.reaches(other, 'succeeded');
    expect(await engine.story(standing)).toEqual(['run.started']);
    await elsewhere.operations.release({ ...order, scope: 'halting' });
    await engine.reaches(standing, 'succeeded');
  });

  const eager = 'retry: { maxAttempts: 20, baseDelay: 5ms, maxDelay: 10ms, budget: 1h }';
  engine.playbook('knocking', `  - { id: a, ${get('/a')}, ${eager} }`);

  it('leave a target alone that fails again and again, and come back to it', async () => {
    const target = await engine.target();
    target.answer('/a', 503);
    const id = await engine.run('knocking', { target });
    await engine.when(
      id,
      'to leave it alone',
      ({ nodes }) => nodes.a?.status === 'retry_wait' && nodes.a.error.code === 'target_left_alone',
    );
    const knocks = target.calls.length;
    expect(knocks).toBeGreaterThanOrEqual(5);
    // The fifth failure is told to all while the next try may already be under way.
    expect(knocks).toBeLessThanOrEqual(10);
    const held = (await engine.events(id)).find(({ type }) => type === 'step.held');
    expect(held?.data).toMatchObject({
      target: new URL(target.url).host,
      reason: expect.stringContaining('circuit breaker is open until'),
    });
    const other = await engine.run('knocking', { target });
    await engine.node(other, 'a', 'retry_wait');
    expect(nodeOf(await engine.state(other), 'a').attempts).toBe(0);
    expect(target.calls).toHaveLength(knocks);
    const elsewhere = await engine.target();
    await engine.reaches(await engine.run('knocking', { target: elsewhere }), 'succeeded');

    target.answer('/a', 200);
    engine.pass(40_000);
    await engine.reaches(id, 'succeeded');
    await engine.reaches(other, 'succeeded');
    expect(target.calls).toHaveLength(knocks + 2);
    // How a call went is told to all after its result is recorded.
    await engine.until(
      'the breaker to be closed',
      async () => (await engine.sql('SELECT 1 FROM breakers')).length === 0,
    );
    await engine.reaches(await engine.run('knocking', { target }), 'succeeded');
  });

  engine.playbook('timed', '  - { id: w, uses: wait, with: { for: 10m } }');

  it('hold up hundreds of runs without making the others late', async () => {
    const target = await engine.target();
    await halt('going');
    const standing = await Promise.all(Array.from({ length: 201 }, () => engine.run('going', { target })));
    const timed = await engine.run('timed');
    engine.pass(600_000);
    await engine.reaches(timed, 'succeeded');
    expect(target.calls).toEqual([]);
    // They wait for people and not for a worker: no metric says that work piles up.
    const { waiting } = await engine.app.store.gauges({ workerLeaseMs: 60_000, faulty: [], isTold: false });
    expect(waiting.filter(({ kind, depth }) => kind === 'runs' && depth > 0)).toEqual([]);
    await release('going');
    for (const id of standing) await engine.reaches(id, 'succeeded');
  });
});
