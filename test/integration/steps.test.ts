// What single steps do on a real engine: order, conditions, retries, limits of time, verification, output, failures.
import { expect, it } from 'vitest';
import { nodeOf } from '../../src/core/run/state.ts';
import { onBothQueues } from '../support/engine/on-both-queues.ts';
import { get, on, post, undo } from '../support/given/texts.ts';

onBothQueues('steps', (engine) => {
  engine.playbook('two-steps', `  - { id: a, ${get('/a')} }\n  - { id: b, ${get('/b')} }`, on('TwoSteps'));

  it('take an alert to success, one after the other', async () => {
    const target = await engine.target();
    await engine.alert({ alertname: 'TwoSteps', target });
    const [started] = await engine.started('two-steps');
    const run = await engine.reaches(started?.runId ?? '', 'succeeded');
    expect(target.paths()).toEqual(['/a', '/b']);
    expect(run.trigger).toMatchObject({ type: 'alert', source: 'alertmanager' });
    const stream = await engine.stream(run.incidentId);
    expect(stream.map(({ type }) => type)).toEqual([
      ...['incident.opened', 'alert.received', 'run.started'],
      ...['step.started', 'step.succeeded', 'step.started', 'step.succeeded', 'run.succeeded'],
    ]);
  });

  engine.playbook(
    'diamond',
    `  - { id: a, ${get('/a')} }
  - { id: b, needs: [a], ${get('/b')} }
  - { id: c, needs: [a], ${get('/c')} }
  - { id: d, needs: [b, c], ${get('/d')} }`,
  );

  it('run at the same time where nothing they need is missing', async () => {
    const target = await engine.target();
    const [b, c] = [target.hold('/b'), target.hold('/c')];
    const id = await engine.run('diamond', { target });
    await Promise.all([b.arrived(), c.arrived()]);
    b.release();
    await engine.node(id, 'b', 'succeeded');
    expect(nodeOf(await engine.state(id), 'd').status).toBe('pending');
    c.release();
    await engine.reaches(id, 'succeeded');
    expect(target.paths().at(-1)).toBe('/d');
  });

  engine.playbook(
    'choice',
    `  - { id: a, if: 'inputs.key == "yes"', ${get('/a')} }
  - { id: b, if: 'steps.a.status == "skipped"', ${get('/b')} }`,
  );

  it('are passed over where their condition does not hold, and others can ask for that', async () => {
    const target = await engine.target();
    const [yes, no] = [
      await engine.run('choice', { target, key: 'yes' }),
      await engine.run('choice', { target, key: 'no' }),
    ];
    await engine.reaches(yes, 'succeeded');
    await engine.reaches(no, 'succeeded');
    expect(await engine.story(yes)).toContain('step.skipped b');
    expect(nodeOf(await engine.state(no), 'a')).toMatchObject({
      status: 'skipped',
      reason: 'condition is false: inputs.key == "yes"',
    });
    expect([...target.paths()].sort()).toEqual(['/a', '/b']);
  });

  const soon = 'baseDelay: 20ms, maxDelay: 40ms';
  engine.playbook('flaky', `  - { id: a, ${get('/a')}, retry: { maxAttempts: 4, ${soon} } }`);

  it('are tried again after an error that may pass, and each delay says why', async () => {
    const target = await engine.target();
    target.answer('/a', 503, { status: 429, headers: { 'retry-after': '1' } }, 200);
    const id = await engine.run('flaky', { target });
    await engine.reaches(id, 'succeeded');
    const delays = (await engine.events(id)).filter(({ type }) => type === 'step.retry_scheduled');
    expect(delays.map(({ data }) => data)).toMatchObject([
      {
        attempt: 1,
        error: { class: 'transient', code: 'http_503' },
        reason: expect.stringMatching(/503: .*\(try 1 of 4\)/),
      },
      { attempt: 2, delayMs: 1000, reason: expect.stringMatching(/try 2 of 4, the target asked for 1s/) },
    ]);
    expect(Number(delays[0]?.data.delayMs)).toBeLessThanOrEqual(20);
    const starts = (await engine.events(id)).filter(({ type }) => type === 'step.started');
    expect(new Set(target.calls.map(({ key }) => key))).toEqual(new Set([`${id}/a/1`]));
    expect(Date.parse(starts[2]?.at ?? '') - Date.parse(delays[1]?.at ?? '')).toBeGreaterThanOrEqual(1000);
  });

  it('are given up when all tries are used, and at once after an error that will not pass', async () => {
    const target = await engine.target();
    target.answer('/a', 500);
    const id = await engine.run('flaky', { target });
    expect(await engine.reaches(id, 'failed')).toMatchObject({ reason: expect.stringContaining('answered 500') });
    expect(target.calls).toHaveLength(4);
    const wrong = await engine.target();
    wrong.answer('/a', 404);
    await engine.reaches(await engine.run('flaky', { target: wrong }), 'failed');
    expect(wrong.calls).toHaveLength(1);
  });

  engine.playbook('slow-read', `  - { id: a, ${get('/a')}, timeout: 100ms, retry: { maxAttempts: 2, ${soon} } }`);
  engine.playbook('slow-write', `  - { id: a, ${post('/a')}, timeout: 100ms }\n  - { id: b, ${get('/b')} }`);

  it('end at their time limit: a reading one is tried again, of a writing one people are asked', async () => {
    const target = await engine.target();
    target.hold('/a');
    const read = await engine.run('slow-read', { target });
    const write = await engine.run('slow-write', { target });
    expect(await engine.node(write, 'a', 'unknown')).toMatchObject({ reason: expect.stringContaining('in time') });
    await engine.reaches(read, 'failed');
    expect(nodeOf(await engine.state(read), 'a')).toMatchObject({ attempts: 2, error: { class: 'timeout' } });
    expect(await engine.order(write, 'done')).toBe('running');
    await engine.reaches(write, 'succeeded');
    expect(target.paths().at(-1)).toBe('/b');
  });

  engine.playbook('slow-run', `  - { id: a, ${get('/a')} }\n  - { id: b, ${get('/b')} }`, 'timeout: 300ms\n');

  it('are ended with their run when its time limit is over', async () => {
    const target = await engine.target();
    target.hold('/a');
    const id = await engine.run('slow-run', { target });
    expect(await engine.reaches(id, 'failed')).toMatchObject({ reason: 'the time limit of the run is over' });
    expect(target.paths()).toEqual(['/a']);
  });

  const health = `until: 'output.body.state == "up"', every: 20ms, within`;
  engine.playbook(
    'healthy',
    `  - { id: a, ${get('/health')}, verify: { ${health}: 10s } }
  - { id: b, ${post('/act')}, verify: { ${get('/health')}, ${health}: 10s } }`,
  );
  engine.playbook(
    'sick',
    `  - { id: a, ${post('/act')}, verify: { ${get('/health')}, ${health}: 100ms }, ${undo('/undo')}, onFailure: compensate }`,
  );

  it('are done once what they promise can be seen', async () => {
    const [down, up] = [
      { status: 200, body: { state: 'down' } },
      { status: 200, body: { state: 'up' } },
    ];
    const target = await engine.target();
    target.answer('/health', down, down, up, down, up);
    const id = await engine.run('healthy', { target });
    await engine.reaches(id, 'succeeded');
    expect(target.paths()).toEqual(['/health', '/health', '/health', '/act', '/health', '/health']);
    expect(await engine.story(id)).toContain('step.acted b');
  });

  it('fail when it cannot be seen in time, and what they did is undone', async () => {
    const target = await engine.target();
    target.answer('/health', { status: 200, body: { state: 'down' } });
    const run = await engine.reaches(await engine.run('sick', { target }), 'compensated');
    expect(nodeOf(run, 'a')).toMatchObject({ error: { class: 'conflict', code: 'verify_failed' } });
    expect([target.paths()[0], target.paths().at(-1)]).toEqual(['/act', '/undo']);
  });

  const schema = 'output: { schema: { type: object, properties: { body: { type: object, required: [version] } } } }';
  engine.playbook('shaped', `  - { id: a, ${post('/a')}, ${schema}, ${undo('/undo')}, onFailure: compensate }`);

  it('fail when their output is not what was promised, and what they did is undone', async () => {
    const target = await engine.target();
    target.answer('/a', { status: 200, body: { version: 3 } }, 200);
    await engine.reaches(await engine.run('shaped', { target }), 'succeeded');
    const run = await engine.reaches(await engine.run('shaped', { target }), 'compensated');
    expect(nodeOf(run, 'a')).toMatchObject({
      error: { class: 'invalid', code: 'output_mismatch', message: expect.stringContaining('version') },
    });
    expect(target.paths()).toEqual(['/a', '/a', '/undo']);
  });

  engine.playbook(
    'failing',
    `  - { id: a, needs: [], ${get('/bad')} }
  - { id: b, needs: [], ${get('/slow')} }
  - { id: c, needs: [b], ${get('/c')} }`,
  );
  engine.playbook('passing-over', `  - { id: a, ${get('/bad')}, onFailure: continue }\n  - { id: b, ${get('/b')} }`);
  engine.playbook('asking', `  - { id: a, ${get('/bad')}, onFailure: escalate }\n  - { id: b, ${get('/b')} }`);

  it('that fail stop what is new, and let what is under way end', async () => {
    const target = await engine.target();
    target.answer('/bad', 400);
    const slow = target.hold('/slow');
    const id = await engine.run('failing', { target });
    await slow.arrived();
    await engine.node(id, 'a', 'failed');
    expect((await engine.state(id)).status).toBe('running');
    slow.release();
    const run = await engine.reaches(id, 'failed');
    expect([nodeOf(run, 'b').status, nodeOf(run, 'c').status]).toEqual(['succeeded', 'pending']);
  });

  it('that fail may be passed over, or stand until people decide', async () => {
    const target = await engine.target();
    target.answer('/bad', 400, 400, 200);
    await engine.reaches(await engine.run('passing-over', { target }), 'succeeded');
    const id = await engine.run('asking', { target });
    expect(await engine.node(id, 'a', 'failed')).toMatchObject({ escalated: true });
    expect((await engine.state(id)).status).toBe('running');
    expect(await engine.order(id, 'retry', 'a')).toBe('running');
    await engine.reaches(id, 'succeeded');
    expect(target.callsOf('/bad').at(-1)?.key).toBe(`${id}/a/2`);
  });
});
