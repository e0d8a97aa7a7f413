// Runs in each other's way on a real engine: one at a time for a key, not again so soon, not too many at once.
import { expect, it } from 'vitest';
import { waitingFor } from '../../src/core/run/owed.ts';
import { gateKey } from '../../src/core/run/state.ts';
import { lea } from '../support/engine/in-process.ts';
import { onBothQueues } from '../support/engine/on-both-queues.ts';
import { get, on } from '../support/given/texts.ts';

const inAndOut = `  - { id: in, ${get('/in')} }\n  - { id: out, ${get('/out')} }`;
const oneAtATime = (onConflict: string) => `concurrency: { key: "\${{ inputs.key }}", onConflict: ${onConflict} }\n`;

onBothQueues('one run for a key', (engine) => {
  for (const onConflict of ['queue', 'skip', 'cancel'])
    engine.playbook(`or-${onConflict}`, inAndOut, oneAtATime(onConflict));

  it('lets the next one wait, whatever its playbook, and go on by itself', async () => {
    const target = await engine.target();
    const held = target.hold('/in');
    const first = await engine.run('or-queue', { target, key: 'db' });
    await held.arrived();
    const next = await engine.run('or-queue', { target, key: 'db' });
    const other = await engine.run('or-queue', { target, key: 'cache' });
    await held.arrived(2);
    const queued = await engine.state(next);
    expect(queued.status).toBe('queued');
    expect(waitingFor(queued)).toMatchObject([{ kind: 'queue', what: 'another run that works on db' }]);
    held.release();
    for (const id of [first, next, other]) await engine.reaches(id, 'succeeded');
    expect(target.callsOf('/in')).toHaveLength(3);
  });

  it('holds among twenty that come at the same moment: one at a time, and all of them', async () => {
    const target = await engine.target();
    const ids = await Promise.all(Array.from({ length: 20 }, () => engine.run('or-queue', { target, key: 'race' })));
    for (const id of ids) await engine.reaches(id, 'succeeded');
    const visits = target.calls.map(({ key, path }) => ({ run: key.split('/')[0], path }));
    expect(visits.map(({ path }) => path)).toEqual(ids.flatMap(() => ['/in', '/out']));
    for (let i = 0; i < visits.length; i += 2) expect(visits[i]?.run).toBe(visits[i + 1]?.run);
    expect(new Set(visits.map(({ run }) => run))).toEqual(new Set(ids));
  });

  it('refuses to retry a run whose key another one holds, and lets it hold the key once that is free', async () => {
    const target = await engine.target();
    target.answer('/out', 400, 200);
    const failed = await engine.run('or-queue', { target, key: 'retry' });
    await engine.reaches(failed, 'failed');
    const held = target.hold('/in');
    const holder = await engine.run('or-queue', { target, key: 'retry' });
    await held.arrived();
    expect(await engine.order(failed, 'retry')).toBe('locked');
    held.release();
    await engine.reaches(holder, 'succeeded');
    const again = target.hold('/out');
    expect(await engine.order(failed, 'retry')).toBe('running');
    await again.arrived();
    const next = await engine.run('or-queue', { target, key: 'retry' });
    expect((await engine.state(next)).status).toBe('queued');
    expect(await engine.order(next, 'cancel')).toBe('cancelled');
    again.release();
    await engine.reaches(failed, 'succeeded');
  });

  it('lets the next one be skipped', async () => {
    const target = await engine.target();
    const held = target.hold('/in');
    const first = await engine.run('or-skip', { target, key: 'skip' });
    await held.arrived();
    const next = await engine.run('or-skip', { target, key: 'skip' });
    const skipped = await engine.reaches(next, 'cancelled');
    expect(skipped.reason).toBe(`skipped: ${first} is at work on skip already`);
    held.release();
    await engine.reaches(first, 'succeeded');
    expect(target.callsOf('/in')).toHaveLength(1);
  });

  it('lets the next one cancel the one before it', async () => {
    const target = await engine.target();
    const held = target.hold('/in');
    const first = await engine.run('or-cancel', { target, key: 'cancel' });
    await held.arrived();
    const next = await engine.run('or-cancel', { target, key: 'cancel' });
    const cancelled = await engine.reaches(first, 'cancelled');
    expect(cancelled.reason).toContain(`${next} is newer`);
    held.release();
    await engine.reaches(next, 'succeeded');
    expect(target.callsOf('/out').map(({ key }) => key)).toEqual([`${next}/out/1`]);
  });

  const cooldown = (name: string, then: string) =>
    `${on(name)}cooldown: { key: "\${{ inputs.key }}", window: 30m, then: ${then} }\n`;
  engine.playbook('again-ask', `  - { id: a, ${get('/a')} }`, cooldown('AgainAsk', 'ask'));
  engine.playbook('again-skip', `  - { id: a, ${get('/a')} }`, cooldown('AgainSkip', 'skip'));

  it('asks people before it does the same again so soon', async () => {
    const target = await engine.target();
    const alert = (id: string, key = 'web-1') => engine.alert({ alertname: 'AgainAsk', id, target, labels: { key } });
    await alert('first');
    const [first] = await engine.started('again-ask', 1);
    await engine.reaches(first?.runId ?? '', 'succeeded');
    await alert('elsewhere', 'web-2');
    const [, elsewhere] = await engine.started('again-ask', 2);
    await engine.reaches(elsewhere?.runId ?? '', 'succeeded');
    await alert('second');
    const [, , second] = await engine.started('again-ask', 3);
    const approval = await engine.asked(second?.runId ?? '', gateKey);
    expect(approval.rule.from).toEqual(['@lead']);
    expect(second?.gate?.reason).toContain(`${first?.runId} was about the same`);
    expect(target.calls).toHaveLength(2);
    await engine.decide('approve', approval, lea);
    await engine.reaches(second?.runId ?? '', 'succeeded');
    await alert('third');
    const [, , , third] = await engine.started('again-ask', 4);
    await engine.decide('deny', await engine.asked(third?.runId ?? ''), lea);
    await engine.reaches(third?.runId ?? '', 'failed');
    expect(target.calls).toHaveLength(3);
    engine.pass(31 * 60_000);
    await alert('much-later');
    const [, , , , later] = await engine.started('again-ask', 5);
    await engine.reaches(later?.runId ?? '', 'succeeded');
  });

  it('does not do the same again so soon, and says so in the incident', async () => {
    const target = await engine.target();
    const alert = (id: string) => engine.alert({ alertname: 'AgainSkip', id, target, labels: { key: 'web-1' } });
    await alert('skip-first');
    await engine.started('again-skip');
    const { receipt } = await alert('skip-second');
    await engine.dealtWith(receipt);
    expect(await engine.runsOf('again-skip')).toHaveLength(1);
    const { items } = await engine.app.store.reads.incidents({ limit: 1, cursor: null });
    const notes = (await engine.stream(items[0]?.id ?? '')).filter(({ type }) => type === 'note.added');
    expect(notes).toMatchObject([{ data: { text: expect.stringContaining('is not started: run') } }]);
  });
});

onBothQueues(
  'a storm of alerts',
  (engine) => {
    engine.playbook('stormy', `  - { id: a, ${get('/a')} }`, on('Stormy'));

    it('starts so many runs, also when all come at once; before each further one people are asked', async () => {
      const target = await engine.target();
      const alert = (id: string) => engine.alert({ alertname: 'Stormy', id, target });
      await Promise.all(['1', '2', '3', '4', '5'].map(alert));
      const runs = await engine.started('stormy', 5);
      const gated = runs.filter(({ gate }) => gate !== null);
      expect(gated).toHaveLength(2);
      for (const { runId } of runs.filter(({ gate }) => gate === null)) await engine.reaches(runId, 'succeeded');
      expect(target.calls).toHaveLength(3);
      for (const { runId } of gated) await engine.decide('approve', await engine.asked(runId, gateKey), lea);
      for (const { runId } of gated) await engine.reaches(runId, 'succeeded');
      engine.pass(6 * 60_000);
      await alert('after-the-storm');
      const [, , , , , after] = await engine.started('stormy', 6);
      expect((await engine.reaches(after?.runId ?? '', 'succeeded')).gate).toBeNull();
    });
  },
  { policy: { storm: { runs: 3, within: '5m' } } },
);
