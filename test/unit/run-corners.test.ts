// Corners that random histories and races have found, each as the smallest story that shows it.
import { describe, expect, it } from 'vitest';
import { poolsToWake, wakeAt } from '../../src/core/run/owed.ts';
import { playbook, Story } from '../support/given/given.ts';

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

describe('called runs', () => {
  const inner = playbook(`  - { id: i, ${undoable} }\n  - { id: j, ${shell} }`);
  const outer = playbook('  - { id: a, uses: playbook, with: { playbook: inner } }');

  /** A run of `outer` whose first step another run carries out. */
  function calling() {
    const run = new Story(outer);
    const children: { [runId: string]: Story } = {};
    run.library = () => inner;
    run.children = (runId) => {
      const child = children[runId];
      return child && { run: { ...child.state, runId }, playbook: inner };
    };
    const called = () => {
      const id = run.others.at(-1)?.data;
      const child = new Story(inner);
      if (id && 'runId' in id) children[id.runId] = child;
      child.when(look);
      return child;
    };
    run.when(look);
    return { run, called };
  }

  it('are not left at work while the run that called them is undone', () => {
    const steps = `  - { id: a, ${undoable} }\n  - { id: b, uses: playbook, with: { playbook: inner } }`;
    const run = new Story(playbook(steps));
    run.library = () => inner;
    run.when(look);
    expect(run.succeed('a')).toEqual(['step.succeeded a', 'step.delegated b']);
    expect(run.order('compensate')).toBe('wrong_state');
  });

  it('are all undone when a step called more than one', () => {
    const { run, called } = calling();
    const first = called();
    first.succeed('i');
    first.fail('j', 'invalid');
    expect(run.when(look)).toEqual(['step.acted a', 'step.failed a', 'run.failed']);
    expect(run.order('retry')).toEqual(['run.retried', 'step.delegated a']);
    const second = called();
    for (const step of ['i', 'j']) second.succeed(step);
    expect(run.when(look)).toEqual(['step.succeeded a', 'run.succeeded']);
    expect(run.order('compensate')).toEqual(['run.compensation_started', 'step.delegated a~undo']);
    for (const child of [second, first]) {
      expect(run.when(look)).toEqual([]);
      expect(child.order('compensate')).toEqual(['run.compensation_started']);
      child.when(look);
      child.succeed('i~undo');
      expect(child.state.status).toBe('compensated');
      if (child === second) expect(run.when(look)).toEqual(['step.delegated a~undo']);
    }
    expect(run.when(look)).toEqual(['step.succeeded a~undo', 'run.compensated']);
  });

  it('that people set going again are waited for before they count as undone', () => {
    const { run, called } = calling();
    const child = called();
    child.fail('i', 'invalid');
    run.when(look);
    child.order('retry');
    expect(run.order('compensate')).toEqual(['run.compensation_started', 'step.delegated a~undo']);
    expect(run.when(look)).toEqual([]);
    child.order('cancel');
    expect(run.when(look)).toEqual(['step.succeeded a~undo', 'run.compensated']);
  });
});

describe('a target whose circuit breaker is open', () => {
  const alone = { admission: { breakerOpenUntil: () => '2026-03-01T00:01:00.000Z' } };

  it('does not make a worker forget that it must ask the probe first', () => {
    const probed = `uses: shell.run, with: { command: [/bin/do], probe: [/bin/did] }, replay: probe, target: db`;
    const run = new Story(playbook(`  - { id: a, ${probed} }`));
    run.when(look);
    expect(run.when({ type: 'abandon', step: 'a', fence: 1, reason: 'gone' }, alone)).toEqual([
      'step.outcome_unknown a',
      'step.held a',
    ]);
    expect(run.later(120_000).when(look)).toEqual(['step.started a']);
    expect(run.state.nodes.a).toMatchObject({ status: 'running', probe: true });
  });

  it('does not make it forget that the action is done and only its verification is left', () => {
    const verified = `${shell}, target: db, verify: { ${shell}, until: "true" }`;
    const run = new Story(playbook(`  - { id: a, ${verified} }`));
    run.when(look);
    run.when({ type: 'record_acted', step: 'a', attempt: 1, fence: 1, worker: 'w1', output: 7 });
    run.when({ type: 'abandon', step: 'a', fence: 1, reason: 'gone' }, alone);
    expect(run.later(120_000).when(look)).toEqual(['step.started a']);
    expect(run.state.nodes.a).toMatchObject({ status: 'running', acted: { output: 7 } });
  });
});

describe('undoing', () => {
  it('begins again for what people mark as done while the final steps run', () => {
    const run = new Story(playbook(`  - { id: a, ${undoable} }\n  - { id: b, ${undoable} }`, cleanup));
    run.when(look);
    run.succeed('a');
    run.when({ type: 'abandon', step: 'b', fence: 2, reason: 'gone' });
    run.order('compensate');
    run.when(look);
    expect(run.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.finishing', 'step.started z']);
    expect(run.order('done')).toEqual(['step.succeeded b']);
    expect(run.succeed('z')).toEqual(['step.succeeded z', 'run.compensation_started', 'step.started b~undo']);
    expect(run.succeed('b~undo')).toEqual(['step.succeeded b~undo', 'run.finishing', 'step.started z']);
    expect(run.succeed('z')).toEqual(['step.succeeded z', 'run.compensated']);
  });

  it('leaves the final steps alone: they come after it, and a playbook cannot promise to undo them', () => {
    expect(() => playbook(`  - { id: a, ${shell} }`, `finally:\n  - { id: z, ${undoable} }\n`)).toThrow(
      'a final step is never undone',
    );
    const run = new Story(
      playbook(`  - { id: a, ${shell} }`, 'finally:\n  - { id: z, uses: playbook, with: { playbook: inner } }\n'),
    );
    const inner = new Story(playbook(`  - { id: i, ${undoable} }`));
    run.library = () => inner.book;
    run.children = () => ({ run: inner.state, playbook: inner.book });
    for (const [one, step] of [
      [run, 'a'],
      [inner, 'i'],
    ] as const) {
      one.when(look);
      one.succeed(step);
    }
    expect(run.when(look)).toEqual(['step.succeeded z', 'run.succeeded']);
    expect(run.order('compensate')).toBe('wrong_state');
  });
});

describe('a wake-up', () => {
  it('goes to the pool of a step that is tried again later, whatever else the run has done meanwhile', () => {
    const steps = `  - { id: a, needs: [], ${shell} }\n  - { id: b, needs: [], ${shell}, runsOn: gpu }`;
    const run = new Story(playbook(steps));
    run.when(look, { pool: 'gpu' });
    run.when(look);
    run.fail('b', 'transient');
    run.succeed('a');
    expect(wakeAt(run.state, run.book, run.at)).toBe('2026-03-01T00:00:00.500Z');
    expect(poolsToWake(run.state, run.book)).toEqual(['gpu']);
  });
});
