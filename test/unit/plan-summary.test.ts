// What a plan says in one line: written by the action, for people, beside what the approval is bound to.
import { describe, expect, it } from 'vitest';
import { actionTraits } from '../../src/actions/registry.ts';
import type { StartedPlan } from '../../src/core/events.ts';
import type { Json } from '../../src/core/json.ts';
import { planDigest } from '../../src/core/playbook/plan.ts';
import { breakerTarget } from '../../src/core/run/circuit-breaker.ts';
import { ben, playbook, Story } from '../support/given/given.ts';

const lines: readonly [string, Json, string][] = [
  ['shell.run', { command: ['servicectl', 'restart', 'checkout-api'] }, '$ servicectl restart checkout-api'],
  ['shell.run', { command: ['echo', 'a b', "it's", ''] }, "$ echo 'a b' 'it'\\''s' ''"],
  ['shell.run', { command: ['echo', 'a\nb', '\u0007'] }, "$ echo 'a b' ' '"],
  ['shell.run', { command: '${{ inputs.command }}' }, '$ ${{ inputs.command }}'],
  ['shell.run', { command: ['./restart', '${{ inputs.service }}'] }, '$ ./restart ${{ inputs.service }}'],
  ['http.request', { url: 'https://ops.example.com/status' }, 'GET https://ops.example.com/status'],
  ['http.request', { method: 'PUT', url: 'https://h/x?token=abc#d' }, 'PUT https://h/x?…'],
  ['slack.message', { text: 'We look\ninto it' }, "Post to the incident's channel: We look into it"],
  ['slack.message', { channel: 'C012', text: 'Done' }, 'Post to C012: Done'],
  ['assert', { that: false, message: 'no release' }, 'Go on only if this holds, else: no release'],
  ['wait', { for: '30s' }, 'Wait 30s'],
  ['wait', { signal: 'deploy.finished', atMost: '2h' }, 'Wait for the signal deploy.finished, 2h at most'],
  ['wait', { alertResolved: true }, 'Wait until the alert is resolved'],
  ['approval', { message: 'Fail over?' }, 'Ask: Fail over?'],
  ['playbook', { playbook: 'restart', inputs: { service: 'db', n: 2 } }, 'Run the playbook restart service=db n=2'],
];

describe('the line of an action', () => {
  it.each(lines)('%s with %j', (name, input, line) => expect(actionTraits.get(name)?.describe(input)).toBe(line));

  it('is cut visibly where it is too long', () => {
    const line = actionTraits.get('slack.message')?.describe({ text: 'x'.repeat(3000) }) ?? '';
    expect(line).toHaveLength(200);
    expect(line).toMatch(/x…$/);
  });
});

const steps = `  - id: a
    uses: shell.run
    with: { command: [./restart, "\${{ secrets.token }}"] }
    risk: high
    approval: { from: ["@sre"] }
`;
const planOf = (run: Story): StartedPlan => {
  const plan = run.events.flatMap(({ data }) => ('plan' in data ? [data.plan] : [])).at(-1);
  if (!plan) throw new Error('nothing was planned');
  return plan;
};

describe('the summary of a plan', () => {
  it('stands in what people are asked and in what starts, secrets masked', () => {
    const run = new Story(playbook(steps));
    run.when({ type: 'advance' });
    expect(planOf(run).summary).toBe('$ ./restart [secret:token]');
    run.approve(ben);
    expect(run.when({ type: 'advance' })).toEqual(['step.started a']);
    expect(planOf(run).summary).toBe('$ ./restart [secret:token]');
  });

  it('is no part of the digest: other words for the same void no approval', () => {
    const run = new Story(playbook(steps));
    run.when({ type: 'advance' });
    const [approval] = Object.values(run.state.approvals);
    if (!approval) throw new Error('nobody was asked');
    const { plan } = approval;
    const { summary: _, ...older } = plan;
    expect(planDigest(older)).toBe(planDigest(plan));
    expect(planDigest({ ...plan, summary: 'something else' })).toBe(planDigest(plan));
    expect(planDigest({ ...plan, with: { command: ['rm'] } })).not.toBe(planDigest(plan));
    expect(approval.planDigest).toBe(planDigest(older));
  });
});

describe('what a circuit breaker counts', () => {
  const plan = (uses: string, input: Json, target: string | null): StartedPlan => ({
    ...planOf(asked()),
    uses,
    with: input,
    target,
  });
  const asked = () => {
    const run = new Story(playbook(steps));
    run.when({ type: 'advance' });
    return run;
  };

  it.each([
    ['http.request', { url: 'https://h:8443/x' }, 'named', 'h:8443'],
    ['http.request', { url: '[secret:url]' }, 'named', 'named'],
    ['http.request', { url: '[secret:url]' }, null, null],
    ['shell.run', { command: ['true'] }, 'named', 'named'],
    ['shell.run', { command: ['true'] }, null, null],
    ['an.action.of.yesterday', { url: 'https://h/x' }, 'named', 'named'],
  ] as const)('%s with %j, where the playbook names %j, is %j', (uses, input, target, counted) => {
    expect(breakerTarget(plan(uses, input as Json, target), actionTraits)).toBe(counted);
  });
});
