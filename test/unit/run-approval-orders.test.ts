// What people do about a request for approval without deciding it: a question, a hand-over, a reminder, a fresh look at its plan; and the
// decisions that come too late, from a stranger, or about another request. Given, when, then.
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/events.ts';
import type { RunCommand } from '../../src/core/run/decide.ts';
import { findApproval } from '../../src/core/run/state.ts';
import { eligible } from '../../src/core/run/who-decides.ts';
import { ana, ben, playbook, Story } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const cem: Actor = { kind: 'user', id: 'U0CEM', name: 'cem' };
const gate = (rule: string) => `uses: approval, approval: { from: ["@sre"], expiresIn: 10m, ${rule} }`;

function asked(rule = '', more = '') {
  const run = new Story(playbook(`  - { id: a, ${gate(rule)} }\n${more}`));
  run.when(look);
  const [one] = Object.values(run.state.approvals);
  if (!one) throw new Error('nothing was asked');
  const { id } = one;
  const now = () => {
    const found = findApproval(run.state, id);
    if (!found) throw new Error('it is gone');
    return found;
  };
  const give = (command: Partial<RunCommand> & { type: string }, actor = ana) =>
    run.when({ approvalId: id, ...command } as RunCommand, { actor, worker: null });
  const decide = (type: 'approve' | 'deny', actor: Actor, as: readonly string[], planDigest = now().planDigest) =>
    run.when({ type, approvalId: id, as, planDigest }, { actor, worker: null });
  return { run, id, now, give, decide };
}

describe('a question about a request', () => {
  it('is recorded, and the request stays open', () => {
    const { give, now, decide } = asked();
    expect(give({ type: 'question', question: 'Is the backup done?' })).toEqual(['approval.questioned a']);
    expect(now()).toMatchObject({ status: 'open', notes: [{ type: 'questioned', question: 'Is the backup done?' }] });
    expect(decide('approve', ben, ['@sre'])).toContain('approval.granted a');
  });

  it('must ask something, and twenty are enough', () => {
    const { give } = asked();
    expect(give({ type: 'question', question: '  \n' })).toBe('invalid');
    for (let i = 0; i < 20; i++)
      expect(give({ type: 'question', question: `${i}?` })).toEqual(['approval.questioned a']);
    expect(give({ type: 'question', question: 'one more?' })).toBe('wrong_state');
  });
});

describe('a reminder', () => {
  it('may go out at once, and the next one five minutes later', () => {
    const { run, give } = asked();
    expect(give({ type: 'remind' })).toEqual(['approval.reminded a']);
    run.later(299_999);
    expect(give({ type: 'remind' })).toBe('wrong_state');
    run.later(1);
    expect(give({ type: 'remind' }, ben)).toEqual(['approval.reminded a']);
  });
});

describe('a request that is handed on', () => {
  const escalates = 'escalate: ["@lead"]';

  it('is decided by those whom it was handed to, and by nobody else any more', () => {
    const { give, now, decide } = asked(escalates);
    const given = give({ type: 'reassign', to: '@lead', within: ['@lead'], reason: 'all of us are busy' });
    expect(given).toEqual(['approval.reassigned a']);
    expect(eligible(now())).toEqual(['@lead']);
    expect(now().notes).toMatchObject([{ type: 'reassigned', to: ['@lead'], by: ana, reason: 'all of us are busy' }]);
    expect(decide('approve', ben, ['@sre'])).toBe('not_allowed');
    expect(decide('approve', ben, ['@lead'])).toContain('approval.granted a');
  });

  it('goes to nobody whom the playbook does not let decide', () => {
    const { give, now } = asked(escalates);
    expect(give({ type: 'reassign', to: '@robots', within: [] })).toBe('not_allowed');
    expect(give({ type: 'reassign', to: 'everyone', within: [] })).toBe('not_allowed');
    expect(give({ type: 'reassign', to: 'U0MALLORY', within: ['@others'] })).toBe('not_allowed');
    expect(eligible(now())).toEqual(['@sre']);
  });

  it('is decided by a person only as long as he or she belongs to the rule', () => {
    const { give, decide } = asked();
    expect(give({ type: 'reassign', to: ben.id, within: ['@sre'] })).toEqual(['approval.reassigned a']);
    expect(decide('approve', ana, ['@sre'])).toBe('not_allowed');
    expect(decide('approve', ben, [ben.id])).toBe('not_allowed');
    expect(decide('approve', ben, [ben.id, '@sre'])).toContain('approval.granted a');
  });

  it('goes to no single person while two are needed, nor to one who has approved, nor to whoever started the run', () => {
    const two = asked('quorum: 2, excludeRequester: false');
    expect(two.give({ type: 'reassign', to: ben.id, within: ['@sre'] })).toBe('wrong_state');
    two.decide('approve', ben, ['@sre']);
    expect(two.give({ type: 'reassign', to: ben.id, within: ['@sre'] })).toBe('wrong_state');
    expect(two.give({ type: 'reassign', to: cem.id, within: ['@sre'] })).toEqual(['approval.reassigned a']);
    expect(two.decide('approve', cem, [cem.id, '@sre'])).toContain('approval.granted a');
    const own = asked('excludeRequester: true');
    expect(own.give({ type: 'reassign', to: ana.id, within: ['@sre'] }, ben)).toBe('not_allowed');
  });

  it('is still escalated when half of its time is over', () => {
    const { run, give, now } = asked(escalates);
    give({ type: 'reassign', to: ben.id, within: ['@sre'] });
    expect(run.later(300_000).when(look)).toEqual(['approval.escalated a']);
    expect(eligible(now())).toEqual([ben.id, '@lead']);
  });

  it('is not handed to those who are asked already', () => {
    expect(asked().give({ type: 'reassign', to: '@sre', within: ['@sre'] })).toBe('wrong_state');
  });
});

describe('a plan that is looked at afresh', () => {
  const drifting = () => {
    const shell = 'uses: shell.run, with: { command: [/bin/echo, "${{ incident.title }}"] }';
    const run = new Story(playbook(`  - { id: a, ${shell}, risk: high, approval: { from: ["@sre"] } }\n`));
    run.when(look);
    const [id = ''] = Object.keys(run.state.approvals);
    return { run, id };
  };

  it('stays as it was asked about if it is the same', () => {
    const { run, id } = drifting();
    expect(run.when({ type: 'refresh', approvalId: id }, { actor: ana })).toEqual([]);
    expect(run.state.approvals[id]?.status).toBe('open');
  });

  it('is withdrawn and asked about anew if it is another one; a click on the old one does not count', () => {
    const { run, id } = drifting();
    const old = run.state.approvals[id]?.planDigest ?? '';
    run.state = { ...run.state, incident: { ...run.state.incident, title: 'another' } };
    expect(run.when({ type: 'refresh', approvalId: id }, { actor: ana })).toEqual([
      'approval.voided a',
      'approval.requested a',
    ]);
    expect(run.events.at(-2)).toMatchObject({ actor: ana });
    expect(run.when({ type: 'approve', approvalId: id, as: ['@sre'], planDigest: old }, { actor: ben })).toBe('voided');
    const anew = Object.values(run.state.approvals).at(-1);
    const stale = { type: 'approve', approvalId: anew?.id ?? '', as: ['@sre'], planDigest: old } as const;
    expect(run.when(stale, { actor: ben })).toBe('plan_changed');
  });

  it('stays as it was if it cannot be made now', () => {
    const input = 'with: { command: [/bin/echo, "${{ steps.a.output.x }}"] }';
    const run = new Story(
      playbook(`  - { id: a, uses: shell.run, with: { command: [/bin/true] } }
  - { id: b, needs: [a], uses: shell.run, ${input}, approval: { from: ["@sre"] } }\n`),
    );
    run.when(look);
    run.when({
      ...{ type: 'record_success', step: 'a', attempt: 1, fence: 1, worker: 'w1', artifacts: [] },
      output: { x: 'y' },
    });
    const [id = ''] = Object.keys(run.state.approvals);
    const { a } = run.state.nodes;
    if (a?.status !== 'succeeded') throw new Error('a has not succeeded');
    run.state = { ...run.state, nodes: { ...run.state.nodes, a: { ...a, output: null } } };
    expect(run.when({ type: 'refresh', approvalId: id }, { actor: ana })).toBe('wrong_state');
    expect(run.state.approvals[id]?.status).toBe('open');
  });

  it('of the start of a run is the same', () => {
    const run = new Story(playbook(`  - { id: a, uses: shell.run, with: { command: [/bin/true] } }\n`), {
      gate: { reason: 'a storm', from: ['@sre'] },
    });
    run.when(look);
    const [id = ''] = Object.keys(run.state.approvals);
    expect(run.when({ type: 'refresh', approvalId: id }, { actor: ana })).toEqual([]);
  });
});

describe('a request that is decided, expired or withdrawn', () => {
  const orders = [
    { type: 'question', question: 'why?' },
    { type: 'reassign', to: '@lead', within: ['@lead'] },
    { type: 'remind' },
    { type: 'refresh' },
  ] as const;

  it.each(orders)('takes no $type any more', (order) => {
    const decided = asked('escalate: ["@lead"]');
    decided.decide('deny', ben, ['@sre']);
    expect(decided.give(order)).toBe('already_decided');
    const expired = asked('escalate: ["@lead"]');
    expired.run.later(600_000);
    expect(expired.give(order)).toBe('expired');
    const withdrawn = asked('escalate: ["@lead"]');
    // As when its incident is closed: its run is cancelled, and a form that was open is sent afterwards.
    withdrawn.run.order('cancel');
    expect(withdrawn.give(order)).toBe('voided');
    expect(withdrawn.decide('approve', ben, ['@sre'])).toBe('voided');
    expect(withdrawn.give({ ...order, approvalId: 'constructor' })).toBe('not_found');
  });
});

describe('a decision', () => {
  it('counts 1 ms after it was asked for, and not at the instant of its end', () => {
    const early = asked();
    early.run.later(1);
    expect(early.decide('approve', ben, ['@sre'])).toContain('approval.granted a');
    const late = asked();
    late.run.later(600_000);
    expect(late.decide('approve', ben, ['@sre'])).toBe('expired');
  });

  it('is of one request, while another one waits', () => {
    const { run, id, decide } = asked('', `  - { id: b, needs: [], ${gate('')} }\n`);
    const [first, second] = Object.values(run.state.approvals);
    expect(decide('approve', ben, ['@sre'], second?.planDigest)).toBe('plan_changed');
    expect(decide('approve', ben, ['@sre'])).toEqual(['approval.recorded a', 'approval.granted a', 'step.succeeded a']);
    expect(first?.id).toBe(id);
    expect(run.state.approvals[second?.id ?? '']?.status).toBe('open');
  });

  it('of a stranger, or of somebody who has been deactivated since, does not count', () => {
    const { decide, now } = asked();
    // The directory answers what somebody belongs to when it matters; a deactivated person belongs to nothing.
    expect(decide('approve', cem, [])).toBe('not_allowed');
    expect(decide('deny', cem, [])).toBe('not_allowed');
    expect(now().status).toBe('open');
  });

  it('of one person counts once', () => {
    const { decide } = asked('quorum: 2');
    expect(decide('approve', ben, ['@sre'])).toEqual(['approval.recorded a']);
    expect(decide('approve', ben, ['@sre'])).toBe('already_decided');
  });
});
