// Where a run stands between states: undoing, cancelling, paused, out of time, unclear. Each story is the smallest of a fault that once was.
import { describe, expect, it } from 'vitest';
import { owedPools, waitingFor, wakeAt } from '../../src/core/run/owed.ts';
import { addMs } from '../../src/core/time.ts';
import { ana, ben, playbook, Story, start } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const http = 'uses: http.request, with: { url: "https://example.com" }';
const undo = 'compensate: { uses: shell.run, with: { command: [/bin/undo] } }';
const steps = (...lines: string[]) => new Story(playbook(lines.map((line) => `  - { ${line} }`).join('\n')));
const kinds = (run: Story) => waitingFor(run.state).map(({ kind, step }) => (step ? `${kind} ${step}` : kind));
const gone = (step: string, fence: number) => ({ type: 'abandon', step, fence, reason: 'gone' }) as const;

describe('an undo of unknown outcome', () => {
  const unclear = () => {
    const run = steps(`id: a, ${shell}, ${undo}`, `id: b, ${shell}`);
    run.when(look);
    run.succeed('a');
    run.fail('b', 'invalid');
    run.when({ type: 'compensate' }, { actor: ana });
    run.when(gone('a~undo', run.state.fence), { worker: null });
    return run;
  };

  it('is repeated when people order it, and nothing of the run starts again', () => {
    const run = unclear();
    expect(kinds(run)).toEqual(['decision a~undo']);
    expect(run.when({ type: 'retry' }, { actor: ana })).toEqual(['run.retried', 'step.started a~undo']);
    expect(run.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.compensated']);
  });

  it('can be named by its step', () => {
    expect(unclear().order('retry', 'a')).toEqual(['run.retried']);
    expect(unclear().order('done', 'a')).toEqual(['step.succeeded a~undo', 'run.compensated']);
  });
});

it('a message is tried again while Slack is away, for an hour unless its step says otherwise; another target is given up soon', () => {
  const away = (line: string, minutes: number) => {
    const run = steps(line);
    run.when(look);
    for (let minute = 0; minute < minutes && run.state.status === 'running'; minute++) {
      run.fail('a', 'transient');
      run.later(60_000).when(look);
    }
    return run.state.status;
  };
  const message = 'id: a, uses: slack.message, with: { text: it burns }';
  expect(away(message, 50)).toBe('running');
  expect(away(message, 70)).toBe('failed');
  expect(away(`${message}, retry: { maxAttempts: 2 }`, 10)).toBe('failed');
  expect(away(`id: a, ${http}`, 10)).toBe('failed');
});

describe('a step of unknown outcome', () => {
  const besideAFailure = (onFailure: string) => {
    const run = steps(`id: a, needs: [], ${shell}, ${undo}`, `id: b, needs: [], ${shell}, onFailure: ${onFailure}`);
    run.when(look);
    run.when(gone('a', 1), { worker: null });
    return run;
  };

  it('is decided by people before anything is undone without being asked', () => {
    const run = besideAFailure('compensate');
    expect(run.fail('b', 'invalid')).toEqual(['step.failed b']);
    expect(kinds(run)).toEqual(['decision a']);
    expect(run.when({ type: 'done' }, { actor: ana })).toEqual([
      'step.succeeded a',
      'run.compensation_started',
      'step.started a~undo',
    ]);
  });

  it('is undone in its turn when it turns out to be done while others are being undone', () => {
    const run = steps(`id: a, ${shell}, ${undo}`, `id: b, ${shell}, ${undo}`);
    run.when(look);
    run.succeed('a');
    run.when(gone('b', 2), { worker: null });
    run.when({ type: 'compensate' }, { actor: ana });
    expect(run.order('done', 'b')).toEqual(['step.succeeded b']);
    expect([...owedPools(run.state, run.book, run.at)]).toEqual([]);
    expect(run.when({ ...report(run, 'a~undo'), type: 'record_success', output: 1, artifacts: [] }, none)).toEqual([
      'step.succeeded a~undo',
    ]);
    expect([...owedPools(run.state, run.book, run.at)]).toEqual(['default']);
    expect(run.when(look)).toEqual(['step.started b~undo']);
  });

  it('is a matter for people when no worker outlives it', () => {
    const run = steps(`id: a, ${http}`);
    run.when(look);
    for (let crash = 0; crash < 50 && run.state.nodes.a?.status === 'running'; crash++)
      run.when(gone('a', run.state.fence));
    expect(run.state.nodes.a?.status).toBe('unknown');
    expect(run.events.filter(({ type }) => type === 'step.started')).toHaveLength(10);
  });
});

const none = { worker: null };
function report(run: Story, step: string) {
  const node = run.state.nodes[step];
  if (node?.status !== 'running') throw new Error(`${step} is ${node?.status}`);
  return { step, attempt: node.attempt, fence: node.fence, worker: node.worker };
}

describe('a step that is done and not yet verified', () => {
  const check = 'verify: { uses: http.request, with: { url: "https://example.com" }, until: "true" }';
  const acted = (more: string) => {
    const run = steps(`id: a, ${shell}, ${undo}, ${check}${more}`);
    run.when(look);
    expect(run.when({ ...report(run, 'a'), type: 'record_acted', output: 1 })).toEqual(['step.acted a']);
    return run;
  };

  it('is not done again when its verification was cut off, even where timeouts are retried', () => {
    const run = acted(', retry: { on: [timeout] }');
    expect(run.fail('a', 'timeout')).toEqual(['step.outcome_unknown a', 'step.started a']);
    expect(run.state.nodes.a).toMatchObject({ status: 'running', acted: { output: 1 } });
  });

  it('is undone when its verification fails', () => {
    const run = acted(', onFailure: compensate');
    expect(run.fail('a', 'invalid')).toEqual(['step.failed a', 'run.compensation_started', 'step.started a~undo']);
  });

  it('is undone once, however it ends', () => {
    const run = acted('');
    run.succeed('a');
    expect(run.state.completed).toEqual(['a']);
    run.order('compensate');
    run.when(look);
    expect(run.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.compensated']);
  });
});

describe('timers of what a run has left behind', () => {
  const retrying = 'retry: { maxAttempts: 9, baseDelay: 1m, maxDelay: 1m, budget: 1h }';

  it('wake nobody while a failure waits for the steps under way', () => {
    const run = steps(
      `id: a, needs: [], ${http}, ${retrying}`,
      `id: b, needs: [], ${shell}`,
      `id: c, needs: [], ${shell}`,
    );
    run.when(look);
    run.fail('a', 'transient');
    run.fail('b', 'invalid');
    run.later(120_000);
    expect(wakeAt(run.state, run.book, run.at)).toBe(run.state.deadlineAt);
    expect(run.when(look)).toEqual([]);
    expect(run.succeed('c')).toEqual(['step.succeeded c', 'run.failed']);
  });

  it('wake nobody while the run is undone or cancelled', () => {
    const waits = `id: w, needs: [], uses: wait, with: { for: 1m }`;
    const undone = steps(`id: a, needs: [], ${shell}, ${undo}`, waits);
    undone.when(look);
    undone.succeed('a');
    undone.when({ type: 'compensate' }, { actor: ana });
    expect(wakeAt(undone.state, undone.book, addMs(undone.at, 120_000))).toBeNull();
    expect(kinds(undone)).toEqual(['worker a~undo']);
    const cancelled = steps(`id: a, needs: [], ${shell}`, waits);
    cancelled.when(look);
    cancelled.order('cancel');
    expect(wakeAt(cancelled.state, cancelled.book, addMs(cancelled.at, 120_000))).toBeNull();
    expect(kinds(cancelled)).toEqual(['worker a']);
  });
});

describe('time that is over', () => {
  it('ends as a failure, and the run goes on where it stood when people order it', () => {
    const run = steps(`id: a, ${shell}`, `id: b, uses: wait, with: { for: 90m }`);
    run.when(look);
    run.succeed('a');
    expect(run.later(3_600_000).when(look)).toEqual(['run.cancel_requested', 'run.failed']);
    expect(run.order('retry')).toEqual(['run.retried']);
    expect(run.later(1_800_000).when(look)).toEqual(['step.succeeded b', 'run.succeeded']);
  });

  it('does not turn a cancelled run into one that took too long', () => {
    const run = steps(`id: a, ${shell}`);
    run.when(look);
    run.order('cancel');
    expect(run.later(7_200_000).succeed('a')).toEqual(['step.succeeded a', 'run.cancelled']);
  });

  it('gives up where a target asks for a delay that no calendar holds', () => {
    const run = steps(`id: a, ${http}`);
    run.when(look);
    expect(run.fail('a', 'rate_limited', 0, 1e300)).toEqual(['step.failed a', 'run.failed']);
  });

  it('refuses a timer that no calendar holds', () => {
    expect(() => steps('id: a, uses: wait, with: { for: 999999999d }')).toThrow('duration');
  });
});

describe('waiting', () => {
  it('names a failure only where people must decide about it', () => {
    const passed = steps(`id: a, needs: [], ${shell}, onFailure: continue`, `id: b, needs: [], ${shell}`);
    passed.when(look);
    passed.fail('a', 'invalid');
    expect(kinds(passed)).toEqual(['worker b']);
    const stands = steps(`id: a, ${shell}, onFailure: escalate`, `id: b, ${shell}`);
    stands.when(look);
    expect(stands.fail('a', 'invalid')).toEqual(['step.failed a']);
    expect(kinds(stands)).toEqual(['decision a']);
    expect(stands.when({ type: 'retry', step: 'a' }, { actor: ana })).toEqual(['run.retried', 'step.started a']);
  });

  it('names the lack of a worker', () => {
    const run = steps(`id: a, ${shell}, runsOn: gpu`);
    expect(run.when(look)).toEqual([]);
    expect(kinds(run)).toEqual(['worker']);
    expect([...owedPools(run.state, run.book, start)]).toEqual(['gpu']);
    expect(run.when(look, { pool: 'gpu' })).toEqual(['step.started a']);
  });

  it('leaves no pause behind in a run that is being cancelled', () => {
    const run = steps(`id: a, ${shell}`);
    run.when(look);
    run.order('cancel');
    expect(run.order('pause')).toBe('wrong_state');
  });
});

describe('what is counted', () => {
  it('holds a worker to its capacity over all decisions', () => {
    const run = steps(...['a', 'b', 'c', 'd'].map((id) => `id: ${id}, needs: [], ${shell}`));
    expect(run.when(look, { capacity: 2 })).toEqual(['step.started a', 'step.started b']);
    expect(run.when(look, { capacity: 2 })).toEqual([]);
    expect(run.when(look, { capacity: 1, worker: 'w2' })).toEqual(['step.started c']);
  });

  it('gives no second result to an attempt when the next one is never allowed to start', () => {
    const asked = 'risk: high, approval: { from: ["@sre"], expiresIn: 1m }';
    const run = steps(`id: a, ${http}, ${asked}, retry: { maxAttempts: 3, baseDelay: 5m, maxDelay: 5m, budget: 1h }`);
    run.when(look);
    run.approve(ana);
    run.when(look);
    expect(run.fail('a', 'transient', 0.99)).toEqual(['step.retry_scheduled a']);
    expect(run.later(300_000).when(look)).toEqual(['approval.voided a', 'approval.requested a']);
    expect(run.later(60_000).when(look)).toEqual(['approval.expired a', 'step.failed a', 'run.failed']);
    expect(run.events.at(-2)?.data).toMatchObject({ attempt: 0 });
  });

  it('retries what holds the run up, not what the playbook passed over', () => {
    const run = steps(`id: a, ${shell}, onFailure: continue`, `id: b, ${shell}`);
    run.when(look);
    run.fail('a', 'invalid');
    run.fail('b', 'invalid');
    run.when({ type: 'retry' }, { actor: ana });
    expect(run.events.at(-2)?.data).toMatchObject({ steps: ['b'] });
  });
});

describe('who decides', () => {
  it('finds no approval under a name that every object has', () => {
    const run = steps(`id: a, ${shell}`);
    expect(run.when({ type: 'approve', approvalId: 'constructor', as: ['@sre'] })).toBe('not_found');
  });

  it('lets whoever started the run say no', () => {
    const run = steps(`id: a, ${shell}, risk: high, approval: { from: ["@sre"], excludeRequester: true }`);
    run.when(look);
    const [approval] = Object.values(run.state.approvals);
    const deny = { type: 'deny', approvalId: approval?.id ?? '', as: ['@sre'] } as const;
    expect(run.when(deny, { actor: ana })).toEqual(['approval.denied a', 'step.failed a', 'run.failed']);
    expect(run.approve(ben)).toBe('already_decided');
  });
});
