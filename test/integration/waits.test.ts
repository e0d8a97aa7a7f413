// What runs wait for on a real engine: time, signals, the end of their alert, promises about their own duration.
import { expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { waitingFor } from '../../src/core/run/owed.ts';
import { nodeOf } from '../../src/core/run/state.ts';
import { ana } from '../support/engine/in-process.ts';
import { onBothQueues } from '../support/engine/on-both-queues.ts';
import { principalOf } from '../support/given/principals.ts';
import { get, on } from '../support/given/texts.ts';

onBothQueues('waits', (engine) => {
  const signal = (runId: string, name: string, data: Json = null) =>
    engine.operations.signalRun({ principal: principalOf(ana), cause: 'test', runId, name, data });

  engine.playbook('pausing', '  - { id: w, uses: wait, with: { for: 300ms } }');
  engine.playbook('pausing-long', '  - { id: w, uses: wait, with: { for: 10m } }');

  it('for a time hold no worker, and end when it is over', async () => {
    const id = await engine.run('pausing');
    await engine.reaches(id, 'succeeded');
    const [waiting, done] = (await engine.events(id)).filter(({ type }) => /^step/.test(type));
    expect(Date.parse(done?.at ?? '') - Date.parse(waiting?.at ?? '')).toBeGreaterThanOrEqual(300);
    expect(await engine.story(id)).not.toContain('step.started w');
  });

  it('that reach far are found again by the time they name', async () => {
    const id = await engine.run('pausing-long');
    expect(waitingFor(await engine.state(id))).toMatchObject([{ kind: 'timer', step: 'w' }]);
    engine.pass(600_000);
    await engine.reaches(id, 'succeeded');
  });

  engine.playbook(
    'signalled',
    `  - { id: w, uses: wait, with: { signal: deployed, atMost: 10m } }
  - { id: a, uses: http.request, with: { url: "\${{ inputs.target }}/\${{ steps.w.output.data.version }}" } }`,
  );

  it('for a signal end with it and hand over what it carries', async () => {
    const target = await engine.target();
    const id = await engine.run('signalled', { target });
    expect(waitingFor(await engine.state(id))).toMatchObject([{ kind: 'signal', step: 'w' }]);
    await signal(id, 'something-else', 1);
    expect((await engine.state(id)).nodes.w?.status).toBe('waiting');
    await signal(id, 'deployed', { version: 'v7' });
    await engine.reaches(id, 'succeeded');
    expect(target.paths()).toEqual(['/v7']);
    expect(await signal(id, 'deployed')).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  it('for a signal that does not come fail in the end', async () => {
    const id = await engine.run('signalled');
    engine.pass(600_000);
    const run = await engine.reaches(id, 'failed');
    expect(nodeOf(run, 'w')).toMatchObject({ error: { class: 'timeout', code: 'no_signal' } });
  });

  engine.playbook(
    'until-resolved',
    `  - { id: w, uses: wait, with: { alertResolved: true } }\n  - { id: a, ${get('/a')} }`,
    on('Resolvable'),
  );

  it('for the end of the alert end when it is delivered', async () => {
    const target = await engine.target();
    const alert = { alertname: 'Resolvable', target };
    await engine.alert(alert);
    const [run] = await engine.started('until-resolved');
    const id = run?.runId ?? '';
    await engine.node(id, 'w', 'waiting');
    await engine.deliver('Resolvable', [{ ...alert, id: 'another', status: 'resolved' }]);
    const { receipt } = await engine.alert({ ...alert, status: 'resolved' });
    await engine.dealtWith(receipt);
    await engine.reaches(id, 'succeeded');
    expect(target.paths()).toEqual(['/a']);
    const stream = (await engine.stream(run?.incidentId ?? '')).map(({ type }) => type);
    expect(stream.filter((type) => type === 'alert.resolved')).toHaveLength(1);
    expect(stream).toContain('incident.resolved');
  });

  engine.playbook(
    'asks-then-waits',
    `  - { id: q, uses: approval, approval: { from: ["@sre"] } }\n  - { id: w, uses: wait, with: { alertResolved: true } }`,
    on('ResolvedEarly'),
  );

  it('for the end of an alert that has ended already are over at once', async () => {
    await engine.alert({ alertname: 'ResolvedEarly' });
    const [run] = await engine.started('asks-then-waits');
    const approval = await engine.asked(run?.runId ?? '');
    await engine.dealtWith((await engine.alert({ alertname: 'ResolvedEarly', status: 'resolved' })).receipt);
    await engine.decide('approve', approval, ana);
    await engine.reaches(run?.runId ?? '', 'succeeded');
  });

  it('are over in time although every job in the queue was lost', async () => {
    const id = await engine.run('pausing');
    await engine.loseJobs();
    await engine.reaches(id, 'succeeded');
  });

  engine.playbook(
    'promised',
    `  - { id: a, ${get('/a')}, risk: high, approval: { from: ["@sre"], expiresIn: 4h } }`,
    'sla: { completeWithin: 10m }\n',
  );

  it('that are longer than promised are written down once, with what and whom they wait for', async () => {
    const target = await engine.target();
    const id = await engine.run('promised', { target });
    const approval = await engine.asked(id);
    engine.pass(660_000);
    const run = await engine.when(id, 'to be overdue', ({ overdueAt }) => overdueAt !== null);
    expect(run.status).toBe('running');
    const overdue = () => engine.events(id).then((all) => all.filter(({ type }) => type === 'run.overdue'));
    expect(await overdue()).toMatchObject([{ data: { waiting: ['1 approval of a (@sre)'] } }]);
    await engine.decide('approve', approval, { kind: 'user', id: 'U0BEN', name: 'ben' });
    await engine.reaches(id, 'succeeded');
    expect(await overdue()).toHaveLength(1);
  });
});
