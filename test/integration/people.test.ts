// What people decide and order on a real engine: approvals and what becomes of them, cancel, pause, undoing.
import { expect, it } from 'vitest';
import { nodeOf } from '../../src/core/run/state.ts';
import { ana, ben, lea } from '../support/engine/in-process.ts';
import { onBothQueues } from '../support/engine/on-both-queues.ts';
import { get, post, undo } from '../support/given/texts.ts';

onBothQueues('people', (engine) => {
  const asks = (rule: string) => `risk: high, approval: { from: ["@sre"], ${rule} }`;
  engine.playbook('asking', `  - { id: a, ${post('/a')}, ${asks('expiresIn: 15m')} }\n  - { id: b, ${get('/b')} }`);
  engine.playbook('two-of-them', `  - { id: a, ${post('/a')}, ${asks('quorum: 2, excludeRequester: true')} }`);

  it('approve exactly what is done then, once', async () => {
    const target = await engine.target();
    const id = await engine.run('asking', { target });
    const approval = await engine.asked(id);
    expect(approval.plan).toMatchObject({ uses: 'http.request', with: { method: 'POST', url: `${target.url}/a` } });
    expect(target.calls).toEqual([]);
    expect(await engine.decide('approve', approval, lea)).toBe('not_allowed');
    expect(await engine.decide('approve', approval, ben, 'sha256:of-another-plan')).toBe('plan_changed');
    const clicks = [1, 2, 3, 4].map(() => engine.decide('approve', approval, ben, approval.planDigest));
    expect((await Promise.all(clicks)).sort()).toEqual([
      'already_decided',
      'already_decided',
      'already_decided',
      'granted',
    ]);
    await engine.reaches(id, 'succeeded');
    const started = (await engine.events(id)).find(({ type }) => type === 'step.started');
    expect(started?.data).toMatchObject({ approvalId: approval.id, planDigest: approval.planDigest });
    expect(target.paths()).toEqual(['/a', '/b']);
  });

  it('approve by number, and whoever asked does not count', async () => {
    const target = await engine.target();
    const id = await engine.run('two-of-them', { target });
    const approval = await engine.asked(id);
    expect(await engine.decide('approve', approval, ana)).toBe('not_allowed');
    expect(await engine.decide('approve', approval, ben)).toBe('open');
    expect(await engine.decide('approve', approval, ben)).toBe('already_decided');
    expect(target.calls).toEqual([]);
    expect(await engine.order(id, 'cancel')).toBe('cancelled');
    expect(await engine.decide('approve', approval, ben)).toBe('voided');
  });

  it('deny, and nothing is done', async () => {
    const target = await engine.target();
    const id = await engine.run('asking', { target });
    expect(await engine.decide('deny', await engine.asked(id), ben)).toBe('denied');
    expect(await engine.reaches(id, 'failed')).toMatchObject({ reason: expect.stringContaining('denied by ben') });
    expect(target.calls).toEqual([]);
  });

  engine.playbook('briefly', `  - { id: a, ${post('/a')}, ${asks('expiresIn: 1s, escalate: ["@lead"]')} }`);

  it('are asked higher up when they do not answer; a request that nobody answers is no yes, and can be asked anew', async () => {
    const target = await engine.target();
    const id = await engine.run('briefly', { target });
    const first = await engine.asked(id);
    await engine.reaches(id, 'failed');
    expect(await engine.story(id)).toEqual([
      ...['run.started', 'approval.requested a', 'approval.escalated a', 'approval.expired a'],
      ...['step.failed a', 'run.failed'],
    ]);
    expect(await engine.decide('approve', first, ben)).toBe('expired');
    expect(target.calls).toEqual([]);
    expect(await engine.order(id, 'retry')).toBe('running');
    const again = await engine.asked(id);
    expect(again.id).not.toBe(first.id);
    await engine.decide('approve', again, ben);
    await engine.reaches(id, 'succeeded');
    expect(target.paths()).toEqual(['/a']);
  });

  // What is asked for depends on a step beside it, which goes on while people think.
  const drifting = `{ method: POST, url: "\${{ inputs.target }}/\${{ steps.x.status }}" }`;
  engine.playbook(
    'drifting',
    `  - { id: x, needs: [], ${get('/x')}, onFailure: continue, retry: { maxAttempts: 1 } }
  - { id: a, needs: [x], uses: http.request, with: ${drifting}, ${asks('expiresIn: 15m')} }`,
  );

  it('are asked anew when what they agreed to is no longer what would be done', async () => {
    const target = await engine.target();
    target.answer('/x', 400, 200);
    const id = await engine.run('drifting', { target });
    const first = await engine.asked(id, 'a');
    expect(first.plan.with).toMatchObject({ url: `${target.url}/failed` });
    expect(await engine.order(id, 'pause')).toBe('running');
    expect(await engine.decide('approve', first, ben)).toBe('granted');
    expect(await engine.order(id, 'retry', 'x')).toBe('running');
    const second = await engine.asked(id, 'a');
    expect(second.plan.with).toMatchObject({ url: `${target.url}/succeeded` });
    expect(await engine.story(id)).toContain('approval.voided a');
    await engine.decide('approve', second, ben);
    await engine.reaches(id, 'succeeded');
    expect(target.paths()).toEqual(['/x', '/x', '/succeeded']);
  });

  engine.playbook(
    'nobody-there',
    `  - { id: a, runsOn: far, ${post('/a')}, ${asks('expiresIn: 15m')} }`,
    'timeout: 2h\n',
  );

  it('are asked anew when their yes has grown old before anybody could act on it', async () => {
    const target = await engine.target();
    const id = await engine.run('nobody-there', { target });
    const first = await engine.asked(id);
    expect(await engine.decide('approve', first, ben)).toBe('granted');
    engine.pass(16 * 60_000);
    await engine.another({ role: 'worker', pool: 'far' });
    const second = await engine.asked(id);
    expect((await engine.state(id)).approvals[first.id]).toMatchObject({
      status: 'voided',
      reason: 'the approval is no longer valid',
    });
    expect(target.calls).toEqual([]);
    expect(await engine.decide('approve', second, ben)).toBe('granted');
    await engine.reaches(id, 'succeeded');
    expect(target.calls).toHaveLength(1);
  });

  it('are no longer asked when the time of the run is over', async () => {
    const id = await engine.run('asking', { target: await engine.target() });
    const approval = await engine.asked(id);
    engine.pass(61 * 60_000);
    await engine.reaches(id, 'failed');
    expect(['expired', 'voided']).toContain(await engine.decide('approve', approval, ben));
  });

  engine.playbook('long', `  - { id: a, ${get('/a')} }\n  - { id: b, ${get('/b')} }`);

  it('cancel a run, and the action under way is ended', async () => {
    const target = await engine.target();
    const held = target.hold('/a');
    const id = await engine.run('long', { target });
    await held.arrived();
    expect(await engine.order(id, 'cancel')).toBe('cancelling');
    await engine.reaches(id, 'cancelled');
    expect(target.paths()).toEqual(['/a']);
    expect(await engine.order(id, 'cancel')).toBe('wrong_state');
    held.release();
    expect(await engine.order(id, 'retry')).toBe('running');
    await engine.reaches(id, 'succeeded');
  });

  it('pause a run: what is under way ends, nothing new starts until they resume it', async () => {
    const target = await engine.target();
    const held = target.hold('/a');
    const id = await engine.run('long', { target });
    await held.arrived();
    expect(await engine.order(id, 'pause')).toBe('running');
    held.release();
    await engine.node(id, 'a', 'succeeded');
    expect(await engine.state(id)).toMatchObject({
      status: 'running',
      paused: true,
      nodes: { b: { status: 'pending' } },
    });
    expect(await engine.order(id, 'pause')).toBe('wrong_state');
    expect(await engine.order(id, 'resume')).toBe('running');
    await engine.reaches(id, 'succeeded');
    expect(await engine.order(id, 'resume')).toBe('wrong_state');
  });

  const undoable = (name: string, more = '') =>
    `  - { id: ${name}, ${post(`/${name}`)}, ${undo(`/undo-${name}`)} ${more} }`;
  engine.playbook(
    'steps-back',
    [undoable('a'), undoable('b'), `  - { id: c, ${get('/c')} }`, undoable('d')].join('\n'),
  );
  engine.playbook('falling', [undoable('a'), undoable('b'), undoable('c', ', onFailure: compensate')].join('\n'));

  it('have a run undone by order, the latest first, once', async () => {
    const target = await engine.target();
    const id = await engine.run('steps-back', { target });
    await engine.reaches(id, 'succeeded');
    expect(await engine.order(id, 'compensate')).toBe('compensating');
    await engine.reaches(id, 'compensated');
    expect(target.paths().slice(4)).toEqual(['/undo-d', '/undo-b', '/undo-a']);
    expect(await engine.order(id, 'compensate')).toBe('wrong_state');
  });

  it('see a run undo itself when a step says so', async () => {
    const target = await engine.target();
    target.answer('/c', 400);
    await engine.reaches(await engine.run('falling', { target }), 'compensated');
    expect(target.paths()).toEqual(['/a', '/b', '/c', '/undo-b', '/undo-a']);
  });

  it('are told loudly when the undoing fails, and retry what is left of it', async () => {
    const target = await engine.target();
    target.answer('/c', 400);
    target.answer('/undo-a', 400, 200);
    const id = await engine.run('falling', { target });
    const run = await engine.reaches(id, 'compensation_failed');
    expect(run.reason).toContain('undoing a~undo failed');
    expect([nodeOf(run, 'a~undo').status, nodeOf(run, 'b~undo').status]).toEqual(['failed', 'succeeded']);
    expect(await engine.order(id, 'retry')).toBe('compensating');
    await engine.reaches(id, 'compensated');
    expect(target.paths().slice(3)).toEqual(['/undo-b', '/undo-a', '/undo-a']);
  });
});
