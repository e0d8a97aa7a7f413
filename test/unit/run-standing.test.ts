// What a run is said to wait for, which orders are open to it, and how its steps are folded. Told as stories.
import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../src/core/run/outline.ts';
import { latestOf, latestText, pinnedText } from '../../src/core/run/pinned.ts';
import { type Surroundings, standingOf } from '../../src/core/run/standing.ts';
import { addMs } from '../../src/core/time.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const one = (rest = '') => playbook(`  - { id: a, ${shell} }`, rest);
const able = { pool: 'default', actions: ['shell.run', 'wait'] };
const halt = { scope: '*', by: ana, reason: 'the core is being moved', at: addMs(start, 5000) };

const stand = (run: Story, around: Partial<Surroundings> = {}) =>
  standingOf(run.state, run.book, { at: run.at, incident: 'open', switches: [], workers: [able], ...around });
const waits = (run: Story, around: Partial<Surroundings> = {}) =>
  stand(run, around).waitingFor.map(({ kind, step, what, who, since }) => ({ kind, step, what, who, since }));

describe('a run that nobody starts', () => {
  it('waits for a worker of the pool of its step', () => {
    const run = new Story(one());
    expect(waits(run)).toMatchObject([{ kind: 'worker', step: 'a', what: 'a worker of pool default to start a' }]);
  });

  it('says that no worker of the pool lives, and who can start one', () => {
    const run = new Story(playbook(`  - { id: a, ${shell}, runsOn: eu-west }`));
    expect(waits(run)).toEqual([
      {
        ...{ kind: 'worker', step: 'a', since: start },
        what: 'a worker of pool eu-west to start a; none lives',
        who: ['whoever runs Firebreak: `firebreak serve --role worker --pool eu-west`'],
      },
    ]);
  });

  it('says that those who live do not have its action', () => {
    const run = new Story(one());
    const [wait] = waits(run, { workers: [{ pool: 'default', actions: ['wait'] }] });
    expect(wait?.what).toBe(
      'a worker of pool default that has the action shell.run to start a; those that live do not have it',
    );
  });

  it('says since when: since the step before it ended', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n  - { id: b, ${shell}, runsOn: far }`));
    run.when(look);
    run.later(60_000).succeed('a');
    expect(waits(run)).toMatchObject([{ step: 'b', since: addMs(start, 60_000) }]);
  });

  it('names the kill switch that keeps it, by whom and why, and how it is released', () => {
    const run = new Story(one());
    const mine = { ...halt, scope: 'test', reason: 'it loops' };
    expect(waits(run, { switches: [mine, { ...mine, scope: 'other' }] })).toEqual([
      {
        ...{ kind: 'halted', step: null, since: addMs(start, 5000) },
        what: 'the release of test, halted by ana: it loops',
        who: ['ana, or whoever may `firebreak release test`'],
      },
    ]);
    run.when(look);
    // What is under way goes on; the rest stands still.
    expect(waits(run, { switches: [halt] }).map(({ kind }) => kind)).toEqual(['halted', 'worker']);
  });
});

describe('a run that takes longer than was promised', () => {
  it('says so besides what it waits for, also while nobody looks at it', () => {
    const run = new Story(one('sla: { completeWithin: 15m }\n'));
    expect(waits(run.later(60_000)).map(({ kind }) => kind)).toEqual(['worker']);
    const unseen = waits(run.later(15 * 60_000));
    expect(unseen).toMatchObject([
      { kind: 'overdue', since: addMs(start, 15 * 60_000), who: ['@lead'], what: expect.stringContaining('15m') },
      { kind: 'worker', step: 'a' },
    ]);
    expect(run.when(look)).toContain('run.overdue');
    expect(waits(run)).toMatchObject([{ kind: 'overdue', since: run.at }, { kind: 'worker' }]);
    run.succeed('a');
    expect(waits(run)).toEqual([]);
  });
});

describe('open orders', () => {
  it('are those that the rules would take', () => {
    const run = new Story(
      playbook(
        `  - { id: a, ${shell}, compensate: { ${shell} } }\n  - { id: b, ${shell}, approval: { from: ["@sre"] } }`,
      ),
    );
    run.when(look);
    expect(stand(run).orders).toEqual(['cancel', 'pause']);
    run.succeed('a');
    expect(stand(run).orders).toEqual(['approve', 'deny', 'compensate', 'cancel', 'pause']);
    run.order('pause');
    expect(stand(run).orders).toEqual(['approve', 'deny', 'compensate', 'cancel', 'resume']);
    run.order('cancel');
    expect(run.state.status).toBe('cancelled');
    expect(stand(run).orders).toEqual(['retry', 'compensate']);
  });

  it('leave out what would bring an ended run back to life in a closed incident, and nothing else', () => {
    const run = new Story(one());
    run.when(look);
    expect(stand(run, { incident: 'closed' }).orders).toEqual(['cancel', 'pause']);
    run.fail('a', 'invalid');
    run.when(look);
    expect(stand(run, { incident: 'resolved' }).orders).toEqual(['retry']);
    expect(stand(run, { incident: 'closed' }).orders).toEqual([]);
  });

  it('name a signal while a step waits for one', () => {
    const run = new Story(playbook('  - { id: a, uses: wait, with: { signal: deployed } }'));
    run.when(look);
    expect(stand(run).orders).toEqual(['signal', 'cancel', 'pause']);
  });

  it('ask whether a step of unknown outcome took effect', () => {
    const run = new Story(one());
    run.when(look);
    run.fail('a', 'unknown_outcome');
    expect(stand(run).orders).toEqual(['retry', 'cancel', 'pause', 'done']);
  });
});

describe('the outline', () => {
  it('folds items, and counts them', () => {
    const run = new Story(
      playbook(`  - { id: a, forEach: { items: "[1, 2, 3, 4]", maxParallel: 2 }, ${shell}, compensate: { ${shell} } }`),
    );
    expect(outlineOf(run.state, run.book)).toMatchObject([{ step: 'a', status: 'pending', items: null }]);
    run.when(look);
    run.succeed('a#0');
    run.fail('a#1', 'invalid');
    expect(outlineOf(run.state, run.book)).toMatchObject([
      {
        ...{ step: 'a', part: 'steps', status: 'running', attempts: 4 },
        items: { total: 4, done: 1, failed: 1 },
        about: '1 of 4 done, 2 running, 1 failed',
      },
    ]);
    run.succeed('a#2');
    run.succeed('a#3');
    expect(outlineOf(run.state, run.book)).toMatchObject([
      { status: 'failed', about: '3 of 4 done, 1 failed; 1 of 4 items failed: a#1' },
    ]);
    run.order('compensate');
    run.when(look);
    run.succeed('a#3~undo');
    expect(outlineOf(run.state, run.book).at(-1)).toMatchObject({
      ...{ step: 'a~undo', part: 'undo', items: { total: 3, done: 1, failed: 0 } },
    });
  });

  it('says of a step that failed whether the run goes on without it as planned', () => {
    const run = new Story(
      playbook(`  - { id: a, ${shell}, onFailure: continue }\n  - { id: b, ${shell}, needs: [] }\n`),
    );
    run.when(look);
    run.fail('a', 'invalid');
    run.fail('b', 'invalid');
    expect(outlineOf(run.state, run.book).map(({ status, asPlanned }) => [status, asPlanned])).toEqual([
      ['failed', true],
      ['failed', undefined],
    ]);
  });

  it('shows the final steps as such', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`, `finally:\n  - { id: tidy, ${shell} }\n`));
    run.when(look);
    run.succeed('a');
    expect(run.state.status).toBe('finishing');
    expect(outlineOf(run.state, run.book)).toMatchObject([
      { step: 'a', part: 'steps', status: 'succeeded' },
      { step: 'tidy', part: 'finally', status: 'running' },
    ]);
  });

  it('names the runs that were called, those of items too', () => {
    const call = 'uses: playbook, with: { playbook: other }';
    const run = new Story(playbook(`  - { id: a, forEach: "[1, 2]", ${call} }`));
    run.library = () => one();
    run.when(look);
    const [line] = outlineOf(run.state, run.book);
    expect(line).toMatchObject({ step: 'a', status: 'delegated', about: '0 of 2 done, 1 running' });
    expect(line?.runs).toEqual(Object.values(run.state.children).flat());
    expect(line?.runs).toHaveLength(1);
  });
});

describe('a retry', () => {
  const ended = () => {
    const run = new Story(one());
    run.when(look);
    run.fail('a', 'invalid');
    return run.state;
  };

  it('says which version it is pinned to, and whether that is the one in force', () => {
    const run = ended();
    expect(pinnedText(run, one())).toMatch(
      /goes on with .* test 1\.0\.0 \(sha256:[0-9a-f]+\)\. It is the one in force\.$/,
    );
    const newer = { ...one(), version: '1.1.0' };
    expect(pinnedText(run, newer)).toMatch(/In force is test 1\.1\.0 \(.*\); a retry with `latest` starts a new run/);
    expect(pinnedText(run, undefined)).toMatch(/no longer in force\.$/);
  });

  it('with the latest version is a new run of the same inputs in the same incident', () => {
    const run = ended();
    expect(latestOf(run, { reason: 'fixed' })).toEqual({
      ok: true,
      value: {
        ...{ playbook: 'test', inputs: {}, incidentId: 'inc_1' },
        reason: `retry of ${run.runId} with the latest version: fixed`,
      },
    });
    expect(latestText(run, { ...run, runId: 'run_new' })).toMatch(/^Run run_new is a new run of test 1\.0\.0/);
    expect(latestOf(run, { step: 'a' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    const under = new Story(one());
    expect(latestOf(under.state, {})).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });
});
