// Runs of many parts on a real engine: items of a list, final steps, playbooks that call playbooks, what one run may touch.
import { expect, it } from 'vitest';
import { nodeOf } from '../../src/core/run/state.ts';
import { onBothQueues } from '../support/engine/on-both-queues.ts';
import { get, post, undo } from '../support/given/texts.ts';

const toItem = 'uses: http.request, with: { url: "${{ inputs.target }}/item/${{ item }}" }';

onBothQueues('many parts', (engine) => {
  const list = '"[1, 2, 3, 4, 5]"';
  engine.playbook('items', `  - { id: a, forEach: { items: ${list}, maxParallel: 2 }, ${toItem} }`);

  it('work on so many items at a time, and give the outputs in the order of the list', async () => {
    const target = await engine.target();
    const holds = [1, 2, 3, 4, 5].map((n) => target.hold(`/item/${n}`));
    for (const [i, n] of [1, 2, 3, 4, 5].entries()) target.answer(`/item/${n}`, { status: 200, body: { n: i } });
    const id = await engine.run('items', { target });
    await Promise.all([holds[0]?.arrived(), holds[1]?.arrived()]);
    expect(target.calls).toHaveLength(2);
    holds[1]?.release();
    await holds[2]?.arrived();
    expect(target.calls).toHaveLength(3);
    for (const hold of holds) hold.release();
    const run = await engine.reaches(id, 'succeeded');
    const all = nodeOf(run, 'a') as { output?: readonly { body: { n: number } }[] };
    expect(all.output?.map(({ body }) => body.n)).toEqual([0, 1, 2, 3, 4]);
    expect(target.calls).toHaveLength(5);
  });

  it('repeat only the items that failed', async () => {
    const target = await engine.target();
    target.answer('/item/3', 400, 200);
    const id = await engine.run('items', { target });
    await engine.reaches(id, 'failed');
    expect(await engine.order(id, 'retry')).toBe('running');
    await engine.reaches(id, 'succeeded');
    expect(target.calls).toHaveLength(6);
    expect(target.callsOf('/item/3')).toHaveLength(2);
  });

  engine.playbook(
    'tidy',
    `  - { id: a, ${get('/a')} }
finally:
  - { id: y, ${get('/y')} }
  - { id: z, if: 'steps.a.status == "failed"', ${get('/z')} }`,
  );

  it('end with the final steps, whatever the end is', async () => {
    const target = await engine.target();
    target.answer('/a', 200, 400);
    target.answer('/y', 400);
    await engine.reaches(await engine.run('tidy', { target }), 'succeeded');
    await engine.reaches(await engine.run('tidy', { target }), 'failed');
    expect(target.paths()).toEqual(['/a', '/y', '/a', '/y', '/z']);
    const held = target.hold('/a');
    const cancelled = await engine.run('tidy', { target });
    await held.arrived();
    expect(await engine.order(cancelled, 'cancel')).toBe('cancelling');
    await engine.reaches(cancelled, 'cancelled');
    expect(target.paths().slice(5)).toEqual(['/a', '/y', '/z']);
  });

  const inner = `  - { id: i, ${post('/inner')}, ${undo('/undo-inner')} }\n  - { id: j, ${get('/inner-2')} }`;
  engine.playbook('inner', inner, 'outputs: { status: steps.i.output.status, key: inputs.key }\n');
  const call = 'uses: playbook, with: { playbook: inner, inputs: { target: "${{ inputs.target }}", key: k7 } }';
  engine.playbook(
    'outer',
    `  - { id: a, ${call} }
  - { id: b, uses: http.request, with: { url: "\${{ inputs.target }}/got/\${{ steps.a.output.outputs.key }}" } }
  - { id: c, ${get('/c')}, onFailure: compensate }`,
  );
  engine.playbook(
    'outermost',
    `  - { id: o, uses: playbook, with: { playbook: outer, inputs: { target: "\${{ inputs.target }}" } } }`,
  );

  const childOf = async (id: string, step: string) => (await engine.state(id)).children[step]?.[0] ?? '';

  it('call another playbook as a step, and go on with what it gives', async () => {
    const target = await engine.target();
    const id = await engine.run('outermost', { target });
    await engine.reaches(id, 'succeeded');
    expect(target.paths()).toEqual(['/inner', '/inner-2', '/got/k7', '/c']);
    const child = await engine.state(await childOf(id, 'o'));
    expect(child).toMatchObject({ status: 'succeeded', trigger: { type: 'run', runId: id, step: 'o', depth: 1 } });
    expect(child.incidentId).toBe((await engine.state(id)).incidentId);
  });

  it('undo what the called playbook did when they fail', async () => {
    const target = await engine.target();
    target.answer('/c', 400);
    const id = await engine.run('outer', { target });
    await engine.reaches(id, 'compensated');
    expect(target.paths()).toEqual(['/inner', '/inner-2', '/got/k7', '/c', '/undo-inner']);
    expect(await engine.state(await childOf(id, 'a'))).toMatchObject({ status: 'compensated' });
  });

  it('fail when the called playbook fails, which can then be undone with them', async () => {
    const target = await engine.target();
    target.answer('/inner-2', 400);
    const id = await engine.run('outer', { target });
    expect(await engine.reaches(id, 'failed')).toMatchObject({ reason: expect.stringContaining('inner is failed') });
    expect(await engine.order(id, 'compensate')).toBe('compensating');
    await engine.reaches(id, 'compensated');
    expect(target.paths()).toEqual(['/inner', '/inner-2', '/undo-inner']);
  });

  it('cancel the called playbooks with them, down to the last', async () => {
    const target = await engine.target();
    const held = target.hold('/inner-2');
    const id = await engine.run('outermost', { target });
    await held.arrived();
    expect(await engine.order(id, 'cancel')).toBe('cancelling');
    await engine.reaches(id, 'cancelled');
    const outer = await childOf(id, 'o');
    expect(await engine.state(outer)).toMatchObject({ status: 'cancelled' });
    expect(await engine.state(await childOf(outer, 'a'))).toMatchObject({ status: 'cancelled' });
    expect(target.paths()).toEqual(['/inner', '/inner-2']);
  });

  it('fail when somebody cancels the called playbook alone', async () => {
    const target = await engine.target();
    const held = target.hold('/inner-2');
    const id = await engine.run('outer', { target });
    await held.arrived();
    const child = await childOf(id, 'a');
    expect(await engine.order(child, 'cancel')).toBe('cancelling');
    await engine.reaches(child, 'cancelled');
    expect(await engine.reaches(id, 'failed')).toMatchObject({ reason: expect.stringContaining('inner is cancelled') });
  });

  it('that are paused go on where the called playbook has come to meanwhile', async () => {
    const target = await engine.target();
    const held = target.hold('/inner-2');
    const id = await engine.run('outer', { target });
    await held.arrived();
    expect(await engine.order(id, 'pause')).toBe('running');
    held.release();
    await engine.reaches(await childOf(id, 'a'), 'succeeded');
    expect(target.paths()).toEqual(['/inner', '/inner-2']);
    expect(await engine.order(id, 'resume')).toBe('running');
    await engine.reaches(id, 'succeeded');
  });

  it('cancel items that are under way, and start none of the others', async () => {
    const target = await engine.target();
    const holds = [target.hold('/item/1'), target.hold('/item/2')];
    const id = await engine.run('items', { target });
    await Promise.all(holds.map((hold) => hold.arrived()));
    expect(await engine.order(id, 'cancel')).toBe('cancelling');
    await engine.reaches(id, 'cancelled');
    expect(target.calls).toHaveLength(2);
  });

  const touch = (name: string) => `{ id: ${name}, target: host-${name}, ${get(`/${name}`)} }`;
  engine.playbook('careful', ['a', 'b', 'c'].map((name) => `  - ${touch(name)}`).join('\n'), 'maxTargets: 2\n');
  engine.playbook('too-many', `  - { id: a, forEach: ${list}, ${toItem} }`, 'maxTargets: 4\n');

  it('touch no more targets than one run may', async () => {
    const target = await engine.target();
    const run = await engine.reaches(await engine.run('careful', { target }), 'failed');
    expect(nodeOf(run, 'c')).toMatchObject({ error: { class: 'denied', code: 'too_many_targets' } });
    const list = await engine.reaches(await engine.run('too-many', { target }), 'failed');
    expect(nodeOf(list, 'a')).toMatchObject({ error: { code: 'too_many_targets' } });
    expect(target.paths()).toEqual(['/a', '/b']);
  });
});
