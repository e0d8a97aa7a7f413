// What of a run needs a person: told in stories of runs, as the rules say it.
import { describe, expect, it } from 'vitest';
import { type CalloutContext, calloutsOf } from '../../src/core/run/callouts.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { ana, playbook, Story } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const rule = 'approval: { from: ["@sre"], expiresIn: 10m, escalate: ["@lead"] }';
const ask = `uses: approval, with: { message: "?" }, ${rule}`;
const undo = 'compensate: { uses: shell.run, with: { command: [/bin/false] } }';

const calls = (run: Story, change: Partial<CalloutContext> = {}) =>
  calloutsOf(run.state, { playbook: run.book, runs: [run.state], incident: 'open', ...change }).map(
    ({ kind, step }) => `${kind} ${step}`,
  );
const begun = (steps: string, rest = '', given = {}) => {
  const run = new Story(playbook(steps, rest), given);
  run.when(look);
  return run;
};
const deny = (run: Story) =>
  run.when({ type: 'deny', approvalId: Object.keys(run.state.approvals).at(-1) ?? '', as: ['@sre'] }, { actor: ana });

describe('a run calls people', () => {
  it('when it failed, until it is tried again, and anew when it fails again', () => {
    const run = begun(`  - { id: a, ${shell} }\n  - { id: b, ${shell} }\n`);
    expect(calls(run)).toEqual([]);
    run.fail('a', 'invalid');
    expect(calls(run)).toEqual(['failed a']);
    const [first] = calloutsOf(run.state, { playbook: run.book, runs: [], incident: 'open' });
    run.later(1000).order('retry');
    expect(calls(run)).toEqual([]);
    run.when(look);
    run.fail('a', 'invalid');
    const [second] = calloutsOf(run.state, { playbook: run.book, runs: [], incident: 'open' });
    expect(second?.id).not.toBe(first?.id);
  });

  it('when its time is over, and when what it did could not be undone', () => {
    const late = begun(`  - { id: a, ${ask} }\n`, 'timeout: 5m\n');
    late.later(300_000).when(look);
    expect(late.state.status).toBe('failed');
    expect(calls(late)).toEqual(['failed null']);
    const half = begun(`  - { id: a, ${shell}, ${undo} }\n  - { id: b, ${shell}, onFailure: compensate }\n`);
    half.succeed('a');
    half.when(look);
    half.fail('b', 'invalid');
    expect(calls(half)).toEqual(['failed b']);
    half.when(look);
    half.fail('a~undo', 'invalid');
    expect(half.state.status).toBe('compensation_failed');
    expect(calls(half)).toEqual(['failed b', 'undo_failed a~undo']);
    half.order('retry');
    expect(calls(half)).toEqual(['failed b']);
  });

  it('when it is undone because a step failed, as long as the incident is not over', () => {
    const run = begun(`  - { id: a, ${shell}, ${undo} }\n  - { id: b, ${shell}, onFailure: compensate }\n`);
    run.succeed('a');
    run.when(look);
    run.fail('b', 'invalid');
    run.when(look);
    run.succeed('a~undo');
    expect(run.state.status).toBe('compensated');
    expect(calls(run)).toEqual(['failed b']);
    expect(calls(run, { incident: 'resolved' })).toEqual([]);
  });

  it('when nobody answered, when it asks further people, and when it is late', () => {
    const run = begun(`  - { id: a, ${ask} }\n`, 'sla: { completeWithin: 2m }\n');
    expect(calls(run)).toEqual([]);
    run.later(120_000).when(look);
    expect(calls(run)).toEqual(['overdue null']);
    run.later(180_000).when(look);
    expect(calls(run)).toEqual(['overdue null', 'unanswered a']);
    run.later(300_000).when(look);
    expect(run.state.status).toBe('failed');
    expect(calls(run)).toEqual(['expired a']);
  });

  it('when it is unknown whether a step took effect, also where the step may fail, and when a failed step waits', () => {
    const run = begun(`  - { id: a, ${shell}, onFailure: continue }\n  - { id: b, ${shell}, onFailure: escalate }\n`);
    run.fail('a', 'unknown_outcome');
    expect(calls(run)).toEqual(['unclear a']);
    run.order('done', 'a');
    expect(calls(run)).toEqual([]);
    run.when(look);
    run.fail('b', 'invalid');
    expect(calls(run)).toEqual(['stuck b']);
    run.order('retry');
    expect(calls(run)).toEqual([]);
  });

  it('for the items of a step as one matter', () => {
    const run = begun(
      `  - { id: a, forEach: { items: "[1, 2, 3]", maxParallel: 3 }, ${shell}, onFailure: escalate }\n`,
    );
    run.fail('a#0', 'unknown_outcome');
    run.fail('a#1', 'invalid');
    run.fail('a#2', 'invalid');
    const all = calloutsOf(run.state, { playbook: run.book, runs: [], incident: 'open' });
    expect(new Set(all.map(({ matter }) => matter))).toEqual(new Set(['unclear/a', 'stuck/a']));
    run.order('done', 'a#0');
    run.when(look);
    expect(calls(run)).toEqual(['stuck a#1', 'stuck a#2']);
  });
});

describe('a run calls nobody', () => {
  it('for a step that may fail as planned, with or without an answer of people', () => {
    const run = begun(`  - { id: a, ${shell}, onFailure: continue }\n  - { id: b, ${ask}, onFailure: continue }\n`);
    run.fail('a', 'invalid');
    run.when(look);
    run.later(600_000).when(look);
    expect(run.state.status).toBe('succeeded');
    expect(calls(run)).toEqual([]);
  });

  it.each([
    ['a step', `  - { id: a, ${ask} }\n`, {}],
    ['a step that waits for a decision', `  - { id: a, ${ask}, onFailure: escalate }\n`, {}],
    ['an item', `  - { id: a, forEach: { items: "[1]", maxParallel: 1 }, ${ask} }\n`, {}],
    ['the start', `  - { id: a, ${shell} }\n`, { gate: { reason: 'a storm', from: ['@sre'] } }],
  ])('where a person denied %s', (_what, steps, given) => {
    const run = begun(steps, '', given);
    expect(deny(run)).toContain(`approval.denied ${Object.values(run.state.approvals)[0]?.step}`);
    run.when(look);
    expect(calls(run)).toEqual([]);
  });

  it('where a person cancelled it, even if a step is unclear then', () => {
    const run = begun(`  - { id: a, ${shell} }\n`);
    run.order('cancel');
    run.fail('a', 'unknown_outcome');
    run.when(look);
    expect(run.state.status).toBe('cancelled');
    expect(calls(run)).toEqual([]);
  });

  it('while it is undone because somebody ordered it', () => {
    const run = begun(`  - { id: a, ${shell}, ${undo} }\n  - { id: b, ${shell} }\n`);
    run.succeed('a');
    run.when(look);
    run.fail('b', 'invalid');
    expect(calls(run)).toEqual(['failed b']);
    run.order('compensate');
    expect(calls(run)).toEqual([]);
    run.when(look);
    run.succeed('a~undo');
    expect(run.state.status).toBe('compensated');
    expect(calls(run)).toEqual([]);
  });

  it('for the end of a run that another one waits for: that one tells it, unless it goes on without', () => {
    const child = begun(`  - { id: a, ${shell} }\n`);
    child.fail('a', 'invalid');
    const called: RunState = { ...child.state, trigger: { type: 'run', runId: 'run_above', step: 'call', depth: 1 } };
    const told = (status: RunState['status']) =>
      calloutsOf(called, {
        playbook: child.book,
        runs: [{ ...child.state, runId: 'run_above', status }],
        incident: 'open',
      }).length;
    expect(told('running')).toBe(0);
    expect(told('failed')).toBe(0);
    expect(told('succeeded')).toBe(1);
  });
});

describe('an answer about one item', () => {
  it('says nothing of the other items', () => {
    const run = begun(`  - { id: a, forEach: { items: "[1, 2]", maxParallel: 2 }, ${shell} }\n`);
    run.fail('a#0', 'unknown_outcome');
    run.fail('a#1', 'unknown_outcome');
    expect(run.order('done', 'a#1')).toContain('step.succeeded a#1');
    expect(run.state.nodes['a#0']?.status).toBe('unknown');
    expect(run.order('done', 'a#1')).toBe('wrong_state');
    expect(run.order('retry', 'a#0')).toContain('run.retried');
    expect(run.state.nodes['a#1']?.status).toBe('succeeded');
  });

  it('tries again that one alone, and the step as a whole with all that is unclear', () => {
    const steps = `  - { id: a, forEach: { items: "[1, 2]", maxParallel: 2 }, ${shell} }\n`;
    const both = () => {
      const run = begun(steps);
      run.fail('a#0', 'unknown_outcome');
      run.fail('a#1', 'unknown_outcome');
      return run;
    };
    const one = both();
    one.order('retry', 'a#0');
    expect(one.state.nodes['a#1']?.status).toBe('unknown');
    const all = both();
    all.order('retry', 'a');
    expect(all.state.nodes['a#1']?.status).not.toBe('unknown');
  });
});
