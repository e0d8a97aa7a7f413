// What a run can do besides one step after the other: items, final steps, signals, other playbooks, admission. Told as stories.
import { describe, expect, it } from 'vitest';
import { startRun } from '../../src/core/run/evolve.ts';
import { waitingFor, wakeAt } from '../../src/core/run/owed.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { addMs } from '../../src/core/time.ts';
import { playbook, Story, start } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const undoable = `${shell}, compensate: { ${shell} }`;
const each = (rest: string) => `  - { id: a, forEach: ${rest}, ${shell} }`;

describe('forEach', () => {
  it('opens a node for each item, so many at a time, and ends with the list of outputs', () => {
    const run = new Story(playbook(each('{ items: "[1, 2, 3]", maxParallel: 2 }')));
    expect(run.when(look)).toEqual(['step.expanded a', 'step.started a#0', 'step.started a#1']);
    expect(run.succeed('a#1', 'two')).toEqual(['step.succeeded a#1', 'step.started a#2']);
    expect(run.succeed('a#0', 'one')).toEqual(['step.succeeded a#0']);
    expect(run.succeed('a#2', 'three')).toEqual(['step.succeeded a#2', 'step.succeeded a', 'run.succeeded']);
    expect(run.state.nodes.a).toMatchObject({ output: ['one', 'two', 'three'] });
  });

  it('shows each node its own item and index', () => {
    const steps =
      '  - { id: a, forEach: "[\'x\', \'y\']", target: "${{ item }}", uses: shell.run, with: { command: ["/bin/echo", "${{ item }}", "${{ index }}"] } }';
    const run = new Story(playbook(steps));
    run.when(look);
    const started = run.events.find(({ type }) => type === 'step.started');
    expect(started?.data).toMatchObject({
      step: 'a#0',
      plan: { with: { command: ['/bin/echo', 'x', 0] }, target: 'x' },
    });
  });

  it('retries an item by itself and leaves the others alone', () => {
    const run = new Story(playbook(each('{ items: "[1, 2]", maxParallel: 2 }')));
    run.when(look);
    expect(run.fail('a#0', 'transient')).toEqual(['step.retry_scheduled a#0']);
    run.succeed('a#1');
    expect(run.later(60_000).when(look)).toEqual(['step.started a#0']);
    expect(run.succeed('a#0')).toEqual(['step.succeeded a#0', 'step.succeeded a', 'run.succeeded']);
  });

  it('fails when an item has failed for good, after the others have ended, and a retry repeats only that item', () => {
    const run = new Story(playbook(each('{ items: "[1, 2]", maxParallel: 1 }')));
    run.when(look);
    expect(run.fail('a#0', 'invalid')).toEqual(['step.failed a#0', 'step.started a#1']);
    expect(run.succeed('a#1')).toEqual(['step.succeeded a#1', 'step.failed a', 'run.failed']);
    expect(run.order('retry')).toEqual(['run.retried']);
    expect(run.when(look)).toEqual(['step.started a#0']);
    expect(run.succeed('a#0')).toEqual(['step.succeeded a#0', 'step.succeeded a', 'run.succeeded']);
  });

  it('undoes item by item, the latest first', () => {
    const run = new Story(playbook(`  - { id: a, forEach: { items: "[1, 2]", maxParallel: 2 }, ${undoable} }`));
    run.when(look);
    run.succeed('a#1');
    run.succeed('a#0');
    run.order('compensate');
    expect(run.when(look)).toEqual(['step.started a#0~undo']);
    expect(run.succeed('a#0~undo')).toEqual(['step.succeeded a#0~undo', 'step.started a#1~undo']);
    expect(run.succeed('a#1~undo')).toEqual(['step.succeeded a#1~undo', 'run.compensated']);
  });

  it('is over at once for an empty list, and refuses a list that is none or too long', () => {
    expect(new Story(playbook(each('"[]"'))).when(look)).toEqual([
      'step.expanded a',
      'step.succeeded a',
      'run.succeeded',
    ]);
    expect(new Story(playbook(each('"7"'))).when(look)).toEqual(['step.failed a', 'run.failed']);
    const many = new Story(playbook(each('"[1, 2, 3]"'), 'maxTargets: 2\n'));
    expect(many.when(look)).toEqual(['step.failed a', 'run.failed']);
    expect(many.state.nodes.a).toMatchObject({ error: { class: 'denied', code: 'too_many_targets' } });
  });
});

describe('finally', () => {
  const cleanup = `finally:\n  - { id: z, ${shell} }\n`;

  it('runs after success and after failure, and does not change the end', () => {
    const good = new Story(playbook(`  - { id: a, ${shell} }`, cleanup));
    good.when(look);
    expect(good.succeed('a')).toEqual(['step.succeeded a', 'run.finishing', 'step.started z']);
    expect(good.fail('z', 'invalid')).toEqual(['step.failed z', 'run.succeeded']);
    const bad = new Story(playbook(`  - { id: a, ${shell} }`, cleanup));
    bad.when(look);
    expect(bad.fail('a', 'invalid')).toEqual(['step.failed a', 'run.finishing', 'step.started z']);
    expect(bad.succeed('z')).toEqual(['step.succeeded z', 'run.failed']);
    expect(bad.state.reason).toContain('step a failed');
  });

  it('runs after a cancel, and again after a retry', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`, cleanup));
    run.when(look);
    run.order('cancel');
    expect(run.succeed('a')).toEqual(['step.succeeded a', 'run.finishing', 'step.started z']);
    expect(run.succeed('z')).toEqual(['step.succeeded z', 'run.cancelled']);
    expect(run.order('retry')).toEqual(['run.retried', 'run.finishing']);
    expect(run.when(look)).toEqual(['step.started z']);
    expect(run.succeed('z')).toEqual(['step.succeeded z', 'run.succeeded']);
  });
});

describe('signals', () => {
  const waits = playbook('  - { id: a, uses: wait, with: { signal: go, atMost: 10m } }');

  it('end the wait for them and hand over what they carry', () => {
    const run = new Story(waits);
    run.when(look);
    expect(waitingFor(run.state)).toMatchObject([{ kind: 'signal', step: 'a', until: addMs(start, 600_000) }]);
    expect(run.when({ type: 'signal', name: 'other', data: 1 })).toEqual(['run.signalled']);
    expect(run.when({ type: 'signal', name: 'go', data: { by: 'ci' } })).toEqual([
      'run.signalled',
      'step.succeeded a',
      'run.succeeded',
    ]);
    expect(run.state.nodes.a).toMatchObject({ output: { signal: 'go', data: { by: 'ci' } } });
  });

  it('are kept when they come early, and fail the step when they do not come in time', () => {
    const early = new Story(waits);
    early.when({ type: 'signal', name: 'go', data: null }, { worker: null });
    expect(early.state.status).toBe('succeeded');
    const never = new Story(waits);
    never.when(look);
    expect(never.later(600_000).when(look)).toEqual(['step.failed a', 'run.failed']);
    expect(never.state.nodes.a).toMatchObject({ error: { class: 'timeout', code: 'no_signal' } });
  });
});

describe('another playbook as a step', () => {
  const inner = playbook(`  - { id: i, ${undoable} }`, 'outputs: { answer: steps.i.output }\n');
  const outer = playbook(
    '  - { id: a, uses: playbook, with: { playbook: inner } }\n  - { id: b, uses: assert, with: { that: true } }',
  );

  function delegated() {
    const run = new Story(outer);
    let child: RunState | undefined;
    run.library = (name) => (name === 'inner' ? inner : undefined);
    run.children = (id) => (child?.runId === id ? { run: child, playbook: inner } : undefined);
    expect(run.when(look)).toEqual(['step.delegated a']);
    const [opened] = run.others;
    if (opened?.type !== 'run.started') throw new Error('no run was opened');
    child = startRun({ ...opened, at: run.at });
    return {
      run,
      become: (change: Partial<RunState>) => {
        child = { ...(child as RunState), ...change };
      },
    };
  }

  it('opens a run of it in the same decision and waits for its end', () => {
    const { run, become } = delegated();
    expect(run.others).toMatchObject([
      { data: { trigger: { type: 'run', runId: run.state.runId, step: 'a', depth: 1 } } },
    ]);
    expect(waitingFor(run.state)).toMatchObject([{ kind: 'run', step: 'a' }]);
    expect(run.when(look)).toEqual([]);
    become({ status: 'succeeded', outputs: { answer: 42 } });
    expect(run.when(look)).toEqual(['step.succeeded a', 'step.started b']);
    expect(run.state.nodes.a).toMatchObject({ output: { status: 'succeeded', outputs: { answer: 42 } } });
  });

  it('fails with it, and what it had done by then is still undone with this run', () => {
    const { run, become } = delegated();
    const done = {
      status: 'succeeded',
      output: 1,
      at: start,
      artifacts: [],
      attempts: 1,
      round: 1,
      tries: 1,
      firstStartedAt: start,
      acted: null,
      probe: false,
    } as const;
    become({ status: 'failed', reason: 'i broke', completed: ['i'], nodes: { i: done } });
    expect(run.when(look)).toEqual(['step.acted a', 'step.failed a', 'run.failed']);
    expect(run.order('compensate')).toEqual(['run.compensation_started', 'step.delegated a~undo']);
    expect(run.when(look)).toEqual([]);
    become({ status: 'compensated', completed: [] });
    expect(run.when(look)).toEqual(['step.succeeded a~undo', 'run.compensated']);
  });

  it('is cancelled with this run: nothing ends before it has', () => {
    const { run, become } = delegated();
    expect(run.order('cancel')).toEqual(['run.cancel_requested']);
    become({ status: 'cancelled' });
    expect(run.when(look)).toEqual(['step.acted a', 'step.failed a', 'run.cancelled']);
  });

  it('fails clearly for a playbook that is not there', () => {
    const run = new Story(outer);
    expect(run.when(look)).toEqual(['step.failed a', 'run.failed']);
    expect(run.state.nodes.a).toMatchObject({ error: { code: 'unknown_playbook' } });
  });
});

describe('probe', () => {
  const book = playbook(
    '  - { id: a, uses: shell.run, with: { command: [/bin/do], probe: [/bin/did] }, replay: probe }',
  );

  it('is asked after an unknown outcome; only what it cannot tell is asked of people', () => {
    const run = new Story(book);
    run.when(look);
    expect(run.when({ type: 'abandon', step: 'a', fence: 1, reason: 'gone' })).toEqual([
      'step.outcome_unknown a',
      'step.started a',
    ]);
    expect(run.state.nodes.a).toMatchObject({ status: 'running', probe: true });
    const error = { class: 'unknown_outcome', code: 'probe_unclear', message: 'exit 2' } as const;
    const held = { step: 'a', attempt: 2, fence: 2, worker: 'w1' };
    expect(run.when({ type: 'record_failure', ...held, error, random: 0 })).toEqual(['step.outcome_unknown a']);
    expect(run.state.nodes.a).toMatchObject({ status: 'unknown' });
  });

  it('must be given where a step relies on it', () => {
    expect(() => playbook(`  - { id: a, ${shell}, replay: probe }`)).toThrow('cannot be probed');
  });
});

describe('concurrency', () => {
  it('holds a run back until it is admitted', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`), { concurrencyKey: 'checkout' });
    expect(run.state.status).toBe('queued');
    expect(run.when(look)).toEqual([]);
    expect(waitingFor(run.state)).toMatchObject([{ kind: 'queue' }]);
    expect(wakeAt(run.state, run.book, run.at)).toBe(run.at);
    expect(run.when({ type: 'admit' })).toEqual(['run.admitted', 'step.started a']);
  });

  it('lets a queued run be cancelled', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`), { concurrencyKey: 'checkout' });
    expect(run.order('cancel')).toEqual(['run.cancel_requested', 'run.cancelled']);
  });
});

describe('a gate before the run', () => {
  const gate = { reason: 'a second time within minutes', from: ['@lead'] };

  it('starts nothing before somebody agrees', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`), { gate });
    expect(run.when(look)).toEqual(['approval.requested ~start']);
    expect(run.when(look)).toEqual([]);
    expect(run.approve({ kind: 'user', id: 'U1' }, ['@lead'])).toEqual([
      'approval.recorded ~start',
      'approval.granted ~start',
      'step.succeeded ~start',
    ]);
    expect(run.when(look)).toEqual(['step.started a']);
  });

  it('ends the run when nobody does', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`), { gate });
    run.when(look);
    expect(run.later(60 * 60_000).when(look)).toEqual([
      'approval.expired ~start',
      'step.failed ~start',
      'run.cancel_requested',
      'run.failed',
    ]);
  });
});

describe('admission', () => {
  const one = () => new Story(playbook(`  - { id: a, target: db-1, ${shell} }`));

  it('start nothing that a worker does not have, and nothing that is halted', () => {
    const run = one();
    expect(run.when(look, { admission: { actions: new Set(['http.request']) } })).toEqual([]);
    expect(run.when(look, { admission: { halted: (name) => name === 'test' } })).toEqual([]);
    expect(wakeAt(run.state, run.book, run.at)).toBe(run.at);
    expect(run.when(look)).toEqual(['step.started a']);
  });

  it('leave a target alone that failed again and again, without using up an attempt', () => {
    const run = one();
    const until = addMs(start, 30_000);
    expect(run.when(look, { admission: { breakerOpenUntil: (target) => (target === 'db-1' ? until : null) } })).toEqual(
      ['step.held a'],
    );
    expect(waitingFor(run.state)).toMatchObject([
      { kind: 'retry', what: expect.stringContaining('db-1 failed again') },
    ]);
    const wake = wakeAt(run.state, run.book, run.at) ?? '';
    expect(wake >= until && wake < addMs(until, 5000)).toBe(true);
    run.at = wake;
    expect(run.when(look)).toEqual(['step.started a']);
    expect(run.state.nodes.a).toMatchObject({ attempt: 1, tries: 1 });
  });

  it('keep a run to the number of targets it may touch', () => {
    const steps = ['a', 'b'].map((id) => `  - { id: ${id}, target: host-${id}, ${shell} }`).join('\n');
    const run = new Story(playbook(steps, 'maxTargets: 1\n'));
    run.when(look);
    expect(run.succeed('a')).toEqual(['step.succeeded a', 'step.failed b', 'run.failed']);
  });
});

describe('a run that takes too long', () => {
  it('says so once, and what it waits for', () => {
    const asked = `${shell}, risk: high, approval: { from: ["@sre"], expiresIn: 30m }`;
    const run = new Story(playbook(`  - { id: a, ${asked} }`, 'sla: { completeWithin: 10m }\n'));
    run.when(look);
    expect(wakeAt(run.state, run.book, run.at)).toBe(addMs(start, 600_000));
    expect(run.later(600_000).when(look)).toEqual(['run.overdue']);
    expect(run.events.at(-1)?.data).toMatchObject({ waiting: ['1 approval of a (@sre)'] });
    expect(run.later(1).when(look)).toEqual([]);
  });
});
