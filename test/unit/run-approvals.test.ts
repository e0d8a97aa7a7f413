// How long an approval carries: over retries and restarts, but not over a changed plan or its end. And what asks without calling anything.
import { describe, expect, it } from 'vitest';
import type { RunState } from '../../src/core/run/state.ts';
import { ana, ben, playbook, Story } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const http = 'uses: http.request, with: { url: "https://example.com" }';
const asked = 'risk: high, approval: { from: ["@sre"], expiresIn: 10m }';
const steps = (...lines: string[]) => new Story(playbook(lines.map((line) => `  - { ${line} }`).join('\n')));

describe('a granted approval', () => {
  const retrying = () => {
    const retry = 'retry: { maxAttempts: 5, baseDelay: 4m, maxDelay: 4m, budget: 1h }';
    const run = steps(`id: a, ${http}, ${asked}, ${retry}`);
    run.when(look);
    run.approve(ana);
    run.when(look);
    run.fail('a', 'transient', 0.99);
    return run;
  };

  it('covers automatic retries of the same plan, also after a restart', () => {
    const run = retrying();
    run.state = JSON.parse(JSON.stringify(run.state)) as RunState;
    expect(run.later(240_000).when(look)).toEqual(['step.started a']);
    expect(run.events.at(-1)?.data).toMatchObject({ attempt: 2, approvalId: Object.keys(run.state.approvals)[0] });
  });

  it('does not cover a retry after its end', () => {
    expect(retrying().later(600_001).when(look)).toEqual(['approval.voided a', 'approval.requested a']);
  });

  it('does not cover another plan', () => {
    const run = steps(`id: a, uses: shell.run, with: { command: [/bin/echo, "\${{ incident.title }}"] }, ${asked}`);
    run.when(look);
    run.approve(ana);
    run.state = { ...run.state, incident: { ...run.state.incident, title: 'another' } };
    expect(run.when(look)).toEqual(['approval.voided a', 'approval.requested a']);
    const [old, anew] = Object.values(run.state.approvals);
    expect(old?.status).toBe('voided');
    expect(anew?.planDigest).not.toBe(old?.planDigest);
    expect(run.when({ type: 'approve', approvalId: old?.id ?? '', as: ['@sre'] }, { actor: ben })).toBe('voided');
  });

  it('does not cover an execution that people order anew', () => {
    const run = retrying();
    run.later(240_000).when(look);
    run.fail('a', 'invalid');
    expect(run.when({ type: 'retry' }, { actor: ana })).toEqual(['run.retried', 'approval.requested a']);
  });
});

describe('what asks', () => {
  it('a step that is nothing but a decision needs no worker', () => {
    const run = steps(`id: a, uses: approval, approval: { from: ["@sre"] }`, `id: b, ${shell}`);
    expect(run.when(look, { worker: null })).toEqual(['approval.requested a']);
    expect(run.approve(ana)).toEqual(['approval.recorded a', 'approval.granted a', 'step.succeeded a']);
    expect(run.state.nodes.a).toMatchObject({ output: { approvers: [ana.id] } });
  });

  it('a compensation with an approval of its own', () => {
    const run = steps(`id: a, ${shell}, compensate: { ${shell}, ${asked} }`);
    run.when(look);
    run.succeed('a');
    expect(run.order('compensate')).toEqual(['run.compensation_started', 'approval.requested a~undo']);
    expect(run.when(look)).toEqual([]);
    run.approve(ben);
    expect(run.when(look)).toEqual(['step.started a~undo']);
    expect(run.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.compensated']);
  });

  it('fails a step whose input cannot be rendered, before anybody is asked about it', () => {
    const input = 'with: { command: [/bin/echo, "${{ steps.a.output.missing }}"] }';
    const run = steps(`id: a, ${shell}`, `id: b, uses: shell.run, ${input}, ${asked}`);
    run.when(look);
    expect(run.succeed('a', 1)).toEqual(['step.succeeded a', 'step.failed b', 'run.failed']);
    expect(run.events.at(-2)?.data).toMatchObject({ attempt: 0, error: { code: 'render_failed' } });
  });
});

describe('a second result', () => {
  it('is written down and changes nothing', () => {
    const run = steps(`id: a, ${shell}`, `id: b, ${shell}`);
    run.when(look);
    run.succeed('a', 1);
    const again = {
      type: 'record_success',
      step: 'a',
      attempt: 1,
      fence: 1,
      worker: 'w1',
      output: 2,
      artifacts: [],
    } as const;
    expect(run.when(again)).toEqual(['step.late_result a']);
    expect(run.state.nodes.a).toMatchObject({ status: 'succeeded', output: 1 });
  });
});
