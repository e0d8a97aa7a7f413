// The rules of a run, told as stories.
import { describe, expect, it } from 'vitest';
import { owedPools, waitingFor, wakeAt } from '../../src/core/run/owed.ts';
import { ana, ben, playbook, Story } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const asked = `${shell}, risk: high, approval: { from: ["@sre"], expiresIn: 10m, escalate: ["@lead"] }`;

describe('order of steps', () => {
  it('runs steps in the order written, the result of one and the start of the next in one decision', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n  - { id: b, ${shell} }`));
    expect(run.when(look)).toEqual(['step.started a']);
    expect(run.succeed('a')).toEqual(['step.succeeded a', 'step.started b']);
    expect(run.succeed('b')).toEqual(['step.succeeded b', 'run.succeeded']);
  });

  it('runs what the graph allows at once, within the capacity offered', () => {
    const run = new Story(
      playbook(
        `  - { id: a, needs: [], ${shell} }\n  - { id: b, needs: [], ${shell} }\n  - { id: c, needs: [a, b], ${shell} }`,
      ),
    );
    expect(run.when(look, { capacity: 1 })).toEqual(['step.started a']);
    expect(run.when(look)).toEqual(['step.started b']);
    expect(run.succeed('b')).toEqual(['step.succeeded b']);
    expect(run.succeed('a')).toEqual(['step.succeeded a', 'step.started c']);
  });

  it('skips a step whose condition is false, and goes on', () => {
    const run = new Story(playbook(`  - { id: a, if: "1 > 2", ${shell} }\n  - { id: b, ${shell} }`));
    expect(run.when(look)).toEqual(['step.skipped a', 'step.started b']);
  });

  it('starts a step once, whoever else looks', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`));
    run.when(look);
    expect(run.when(look, { worker: 'w2' })).toEqual([]);
  });
});

describe('results', () => {
  it('writes a late result down and ignores it', () => {
    const run = new Story(playbook(`  - { id: a, uses: http.request, with: { url: "https://example.com" } }`));
    run.when(look);
    expect(run.when({ type: 'abandon', step: 'a', fence: 1, reason: 'gone' }, { worker: 'w2' })).toEqual([
      'step.outcome_unknown a',
      'step.started a',
    ]);
    const late = {
      type: 'record_success',
      step: 'a',
      attempt: 1,
      fence: 1,
      worker: 'w1',
      output: 1,
      artifacts: [],
    } as const;
    expect(run.when(late)).toEqual(['step.late_result a']);
    expect(run.succeed('a')).toEqual(['step.succeeded a', 'run.succeeded']);
  });

  it('repeats a safe action under the same key', () => {
    const run = new Story(playbook(`  - { id: a, uses: http.request, with: { url: "https://example.com" } }`));
    run.when(look);
    run.when({ type: 'abandon', step: 'a', fence: 1, reason: 'gone' });
    const keys = run.events.flatMap((event) => (event.type === 'step.started' ? [event.data.idempotencyKey] : []));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('asks people where repeating is not safe, and takes their word', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`));
    run.when(look);
    expect(run.when({ type: 'abandon', step: 'a', fence: 1, reason: 'gone' })).toEqual(['step.outcome_unknown a']);
    expect(run.state.nodes.a?.status).toBe('unknown');
    expect(waitingFor(run.state).map(({ kind }) => kind)).toEqual(['decision']);
    expect(run.when(look)).toEqual([]);
    expect(run.when({ type: 'done', step: 'a' }, { actor: ana })).toEqual(['step.succeeded a', 'run.succeeded']);
  });

  it('gives a retry that people order a new key', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`));
    run.when(look);
    run.when({ type: 'abandon', step: 'a', fence: 1, reason: 'gone' });
    expect(run.when({ type: 'retry' }, { actor: ana })).toEqual(['run.retried', 'step.started a']);
    const keys = run.events.flatMap((event) => (event.type === 'step.started' ? [event.data.idempotencyKey] : []));
    expect(new Set(keys).size).toBe(2);
  });
});

describe('retries', () => {
  const retrying = `  - { id: a, uses: http.request, with: { url: "https://example.com" }, retry: { maxAttempts: 3, baseDelay: 1s, maxDelay: 4s, budget: 1m } }`;

  it('waits a jittered, growing time, says why, and gives up after the last attempt', () => {
    const run = new Story(playbook(retrying));
    run.when(look);
    expect(run.fail('a', 'transient', 0.5)).toEqual(['step.retry_scheduled a']);
    const [scheduled] = run.events.filter((event) => event.type === 'step.retry_scheduled');
    expect(scheduled?.data).toMatchObject({ delayMs: 500, reason: 'transient: it went wrong (try 1 of 3)' });
    expect(run.when(look)).toEqual([]);
    expect(run.later(500).when(look)).toEqual(['step.started a']);
    expect(run.fail('a', 'transient', 0.999)).toEqual(['step.retry_scheduled a']);
    expect(run.later(2000).when(look)).toEqual(['step.started a']);
    expect(run.fail('a', 'transient')).toEqual(['step.failed a', 'run.failed']);
  });

  it('does not come back before the target allows it', () => {
    const run = new Story(playbook(retrying));
    run.when(look);
    run.fail('a', 'rate_limited', 0, 7000);
    expect(run.later(6999).when(look)).toEqual([]);
    expect(run.later(1).when(look)).toEqual(['step.started a']);
  });

  it('keeps within the time budget', () => {
    const run = new Story(playbook(retrying));
    run.when(look);
    expect(run.later(60_000).fail('a', 'transient', 0.9)).toEqual(['step.failed a', 'run.failed']);
  });

  it('does not retry what cannot get better', () => {
    const run = new Story(playbook(retrying));
    run.when(look);
    expect(run.fail('a', 'invalid')).toEqual(['step.failed a', 'run.failed']);
  });

  it('asks people after a timeout of an action that may have acted', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }`));
    run.when(look);
    expect(run.fail('a', 'timeout')).toEqual(['step.outcome_unknown a']);
    expect(run.state.nodes.a?.status).toBe('unknown');
  });
});

describe('approvals', () => {
  const risky = () => {
    const run = new Story(playbook(`  - { id: a, ${asked} }`));
    run.when(look);
    return run;
  };

  it('starts a high-risk step only with an approval of exactly its plan', () => {
    const run = risky();
    expect(run.events.map(({ type }) => type)).toEqual(['approval.requested']);
    expect(run.approve(ana)).toEqual(['approval.recorded a', 'approval.granted a']);
    expect(run.when(look)).toEqual(['step.started a']);
    const [requested, , , started] = run.events;
    expect(
      started?.type === 'step.started' &&
        requested?.type === 'approval.requested' &&
        started.data.planDigest === requested.data.planDigest,
    ).toBe(true);
  });

  it('counts one decision, whoever clicks next', () => {
    const run = risky();
    run.approve(ana);
    expect(run.approve(ben)).toBe('already_decided');
    const [approval] = Object.values(run.state.approvals);
    expect(run.when({ type: 'deny', approvalId: approval?.id ?? '', as: ['@sre'] }, { actor: ben })).toBe(
      'already_decided',
    );
  });

  it('refuses strangers and plans that are not the one that stands', () => {
    const run = risky();
    expect(run.approve(ben, [])).toBe('not_allowed');
    expect(run.approve(ben, ['@lead'])).toBe('not_allowed');
    expect(run.approve(ana, ['@sre'], 'sha256:other')).toBe('plan_changed');
  });

  it('lets the escalation decide too, once half of the time is over', () => {
    const run = risky();
    expect(run.later(300_000).when(look)).toEqual(['approval.escalated a']);
    expect(run.approve(ben, ['@lead'])).toEqual(['approval.recorded a', 'approval.granted a']);
  });

  it('never takes silence for a yes', () => {
    const run = risky();
    expect(run.later(600_000).approve(ana)).toBe('expired');
    expect(run.when(look)).toEqual(['approval.expired a', 'step.failed a', 'run.failed']);
    expect(run.when({ type: 'retry' }, { actor: ana })).toEqual(['run.retried', 'approval.requested a']);
  });

  it('asks anew when a granted approval has grown old', () => {
    const run = risky();
    run.approve(ana);
    expect(run.later(600_001).when(look)).toEqual(['approval.voided a', 'approval.requested a']);
  });

  it('wants different people for a quorum', () => {
    const run = new Story(playbook(`  - { id: a, ${shell}, risk: high, approval: { from: ["@sre"], quorum: 2 } }`));
    run.when(look);
    expect(run.approve(ana)).toEqual(['approval.recorded a']);
    expect(run.approve(ana)).toBe('already_decided');
    expect(run.approve(ben)).toEqual(['approval.recorded a', 'approval.granted a']);
  });

  it('can keep the requester out', () => {
    const run = new Story(
      playbook(`  - { id: a, ${shell}, risk: high, approval: { from: ["@sre"], excludeRequester: true } }`),
    );
    run.when(look);
    expect(run.approve(ana)).toBe('not_allowed');
    expect(run.approve(ben)).toEqual(['approval.recorded a', 'approval.granted a']);
  });

  it('ends the run when somebody says no', () => {
    const run = risky();
    const [approval] = Object.values(run.state.approvals);
    expect(
      run.when({ type: 'deny', approvalId: approval?.id ?? '', as: ['@sre'], reason: 'not now' }, { actor: ben }),
    ).toEqual(['approval.denied a', 'step.failed a', 'run.failed']);
  });
});

describe('compensation', () => {
  const undo = `compensate: { uses: shell.run, with: { command: [/bin/undo] } }`;
  const done = () => {
    const run = new Story(
      playbook(`  - { id: a, ${shell}, ${undo} }\n  - { id: b, ${shell} }\n  - { id: c, ${shell}, ${undo} }`),
    );
    run.when(look);
    run.succeed('a');
    run.succeed('b');
    run.succeed('c');
    return run;
  };

  it('undoes the completed, reversible steps, the latest first', () => {
    const run = done();
    expect(run.when({ type: 'compensate' }, { actor: ana })).toEqual([
      'run.compensation_started',
      'step.started c~undo',
    ]);
    expect(run.succeed('c~undo')).toEqual(['step.succeeded c~undo', 'step.started a~undo']);
    expect(run.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.compensated']);
    expect(run.when({ type: 'compensate' }, { actor: ana })).toBe('wrong_state');
  });

  it('is loud when it fails, and goes on from there when retried', () => {
    const run = done();
    run.when({ type: 'compensate' }, { actor: ana });
    expect(run.fail('c~undo', 'invalid')).toEqual(['step.failed c~undo', 'run.compensation_failed c~undo']);
    expect(run.when({ type: 'retry' }, { actor: ana })).toEqual(['run.retried', 'step.started c~undo']);
    run.succeed('c~undo');
    expect(run.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.compensated']);
  });

  it('comes by itself where a step says so', () => {
    const run = new Story(playbook(`  - { id: a, ${shell}, ${undo} }\n  - { id: b, ${shell}, onFailure: compensate }`));
    run.when(look);
    run.succeed('a');
    expect(run.fail('b', 'invalid')).toEqual(['step.failed b', 'run.compensation_started', 'step.started a~undo']);
  });
});

describe('orders', () => {
  it('cancels: nothing new starts, what runs is waited for, requests are withdrawn', () => {
    const run = new Story(playbook(`  - { id: a, needs: [], ${shell} }\n  - { id: b, needs: [], ${asked} }`));
    run.when(look);
    expect(run.when({ type: 'cancel' }, { actor: ana })).toEqual(['run.cancel_requested', 'approval.voided b']);
    expect(run.succeed('a')).toEqual(['step.succeeded a', 'run.cancelled']);
  });

  it('pauses and resumes', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n  - { id: b, ${shell} }`));
    run.when(look);
    run.when({ type: 'pause' }, { actor: ana });
    expect(run.succeed('a')).toEqual(['step.succeeded a']);
    expect(waitingFor(run.state).map(({ kind }) => kind)).toEqual(['paused']);
    expect(run.when({ type: 'resume' }, { actor: ana })).toEqual(['run.resumed', 'step.started b']);
  });

  it('ends a run that takes too long', () => {
    const run = new Story(playbook(`  - { id: a, ${asked} }`));
    run.when(look);
    expect(run.later(3_600_000).when(look)).toContain('run.failed');
  });

  it('goes on after a failure that a step allows', () => {
    const run = new Story(playbook(`  - { id: a, ${shell}, onFailure: continue }\n  - { id: b, ${shell} }`));
    run.when(look);
    expect(run.fail('a', 'invalid')).toEqual(['step.failed a', 'step.started b']);
  });

  it('waits without a worker, and wakes in time', () => {
    const run = new Story(playbook(`  - { id: a, uses: wait, with: { for: 30s } }\n  - { id: b, ${shell} }`));
    expect(run.when(look)).toEqual(['step.waiting a']);
    expect(wakeAt(run.state, run.book, run.at)).toBe('2026-03-01T00:00:30.000Z');
    expect([...owedPools(run.state, run.book, run.at)]).toEqual([]);
    expect(run.later(30_000).when(look)).toEqual(['step.succeeded a', 'step.started b']);
  });
});
