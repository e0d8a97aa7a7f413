// Corners that random histories and races have found, each as the smallest story that shows it.
import { describe, expect, it } from 'vitest';
import { playbook, Story } from '../support/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const undoable = `${shell}, compensate: { ${shell} }`;
const cleanup = `finally:\n  - { id: z, ${shell} }\n`;

describe('the final steps', () => {
  it('do not run for a run that was never let in: it holds no key and has nothing to clean up', () => {
    const queued = new Story(playbook(`  - { id: a, ${shell} }`, cleanup), { concurrencyKey: 'checkout' });
    expect(queued.order('cancel')).toEqual(['run.cancel_requested', 'run.cancelled']);
    const gate = { reason: 'twice', from: ['@lead'] };
    const gated = new Story(playbook(`  - { id: a, ${shell} }`, cleanup), { gate });
    gated.when(look);
    const [id] = Object.keys(gated.state.approvals);
    gated.when({ type: 'deny', approvalId: id ?? '', as: ['@lead'] });
    expect(gated.state.status).toBe('failed');
  });

  it('run again when the run is undone after its end', () => {
    const run = new Story(playbook(`  - { id: a, ${undoable} }`, cleanup));
    run.when(look);
    for (const step of ['a', 'z']) run.succeed(step);
    run.order('compensate');
    run.when(look);
    expect(run.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.finishing', 'step.started z']);
    expect(run.succeed('z')).toEqual(['step.succeeded z', 'run.compensated']);
  });

  it('run again for each of their items', () => {
    const last = `finally:\n  - { id: z, forEach: "[1]", ${shell} }\n`;
    const run = new Story(playbook(`  - { id: a, ${shell} }`, last));
    run.when(look);
    run.fail('a', 'invalid');
    run.succeed('z#0');
    run.order('retry');
    run.when(look);
    expect(run.succeed('a')).toEqual(['step.succeeded a', 'run.finishing', 'step.started z#0']);
  });

  it('are retried by themselves: the run goes on to the end it was about to have', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n  - { id: b, ${shell} }`, cleanup));
    run.when(look);
    run.order('cancel');
    run.succeed('a');
    run.when(look);
    expect(run.order('retry')).toBe('wrong_state');
    run.when({ type: 'abandon', step: 'z', fence: 2, reason: 'gone' });
    expect(run.order('retry')).toEqual(['run.retried']);
    expect(run.when(look)).toEqual(['step.started z']);
    expect(run.succeed('z')).toEqual(['step.succeeded z', 'run.cancelled']);
  });
});
