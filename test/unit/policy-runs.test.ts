// What policies and freezes do to a run: judged before people are asked and again right before the act, recorded once, and never around.
import { describe, expect, it } from 'vitest';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { noRulebook } from '../../src/core/policy/judge.ts';
import { ruleStart } from '../../src/core/run/govern-start.ts';
import { refOf } from '../../src/core/run/started.ts';
import { ana, ben, playbook, Story, start } from '../support/given/given.ts';
import { policy, rulebook, ruledBy } from '../support/given/rules.ts';

const act = 'uses: shell.run, with: { command: [/bin/true] }';
const plain = playbook(`  - { id: a, ${act}, target: prod-db }\n`);
const asking = playbook(`  - { id: a, ${act}, approval: { from: ["@sre"] } }\n`);

function story(book: Playbook, rules: string, sections: Parameters<typeof rulebook>[1] = {}): Story {
  const told = new Story(book, { environment: 'production' });
  told.governance = ruledBy(rulebook(rules === '' ? [] : [policy(rules)], sections));
  return told;
}
const approve = (told: Story, actor = ben) => {
  const [id = ''] = Object.values(told.state.approvals).flatMap(({ id: one, status }) =>
    status === 'open' ? [one] : [],
  );
  return told.when({ type: 'approve', approvalId: id, as: ['@sre', '@lead'] }, { actor });
};
const judged = ({ events }: Story) => events.flatMap((event) => (event.type === 'policy.judged' ? [event.data] : []));
const errorOf = (told: Story, key = 'a') => {
  const node = told.state.nodes[key];
  return node && 'error' in node ? node.error : null;
};

describe('a policy over a step', () => {
  it('that denies it is recorded, and the step fails before anybody is asked', () => {
    const told = story(asking, '  - { id: never, when: environment == "production", effect: { deny: not here } }');
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'step.failed a', 'run.failed']);
    expect(errorOf(told)).toMatchObject({
      class: 'denied',
      code: 'policy_denied',
      message: 'policy p (never) denies it: not here',
    });
    expect(judged(told)).toEqual([
      expect.objectContaining({
        node: 'a',
        rulebook: told.governance?.rules.digest,
        saw: { environment: 'production' },
      }),
    ]);
  });
  it('knows how far the version has come', () => {
    const told = story(plain, '  - { id: canaries, when: playbook.stage == "canary", effect: { deny: not a canary } }');
    const { rules = noRulebook, history = [] } = told.governance ?? {};
    const { digest } = told.state.playbook;
    told.governance = { rules, history, stageOf: (of) => (of === digest ? 'canary' : 'live') };
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'step.failed a', 'run.failed']);
    expect(errorOf(told)?.message).toBe('policy p (canaries) denies it: not a canary');
  });
  it('that has nothing to say of it costs no event', () => {
    const told = story(plain, '  - { id: never, when: environment == "staging", effect: { deny: not here } }');
    expect(told.when({ type: 'advance' })).toEqual(['step.started a']);
  });
  it('that requires an approval asks people about a step of low risk', () => {
    const told = story(
      plain,
      '  - { id: two, when: target == "prod-db", effect: { requireApproval: { from: ["@lead"], quorum: 2 } } }',
    );
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'approval.requested a']);
    const [approval] = Object.values(told.state.approvals);
    expect(approval).toMatchObject({
      rule: { from: ['@lead'], quorum: 2 },
      because: ['Policy p asks two people of @lead'],
    });
    expect(approve(told, ana)).toEqual(['approval.recorded a']);
    expect(approve(told, ben)).toEqual(['approval.recorded a', 'approval.granted a', 'step.started a']);
    expect(judged(told)).toHaveLength(1);
  });
  it('tightens what people are asked, and an approval of before does not do', () => {
    const told = story(asking, '');
    told.when({ type: 'advance' });
    approve(told, ana);
    const other = story(asking, '');
    other.when({ type: 'advance' });
    other.governance = ruledBy(rulebook([policy('  - { id: two, effect: { tighten: { quorum: 2 } } }')]));
    expect(approve(other, ana)).toEqual([
      'approval.recorded a',
      'approval.granted a',
      'policy.judged',
      'approval.voided a',
      'approval.requested a',
    ]);
    expect(Object.values(other.state.approvals).at(-1)).toMatchObject({ status: 'open', rule: { quorum: 2 } });
  });
  it('denies it right before the act, also what was approved', () => {
    const told = story(asking, '  - { id: night, when: time.minute >= 10, effect: { deny: night } }');
    told.when({ type: 'advance' }, { worker: null });
    const [id = ''] = Object.keys(told.state.approvals);
    expect(told.when({ type: 'approve', approvalId: id, as: ['@sre'] }, { actor: ben, worker: null })).toEqual([
      'approval.recorded a',
      'approval.granted a',
    ]);
    told.at = '2026-03-01T00:10:00.000Z';
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'step.failed a', 'run.failed']);
  });
  it('that cannot be judged denies it', () => {
    const told = story(plain, '  - { id: a, when: inputs.missing == "x", effect: { note: x } }');
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'step.failed a', 'run.failed']);
  });
  it('that asks others than the step does is a contradiction, and nobody is asked', () => {
    const told = story(asking, '  - { id: a, effect: { requireApproval: { from: ["@owners"] } } }');
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'step.failed a', 'run.failed']);
    expect(errorOf(told)).toMatchObject({ code: 'policies_contradict' });
  });
  it('whose target is of another environment than its run does not act', () => {
    const told = story(plain, '', { environments: { production: {}, staging: { targets: ['prod-db'] } } });
    expect(told.when({ type: 'advance' })).toEqual(['step.failed a', 'run.failed']);
    expect(errorOf(told)?.message).toMatch(/belongs to staging, and the run is one of production/);
  });
});

const freeze = (more: object = {}) => ({
  freezes: [
    { name: 'year-end', reason: 'books close', from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:30:00Z', ...more },
  ],
});

describe('a freeze', () => {
  it('holds a step until its end, says so, and lets it go on then', () => {
    const told = story(plain, '', freeze());
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'step.frozen a']);
    expect(errorOf(told)?.message).toMatch(
      /the freeze year-end holds until 2026-03-01T00:30:00.000Z: books close; in an emergency/,
    );
    told.at = '2026-03-01T00:29:59.999Z';
    expect(told.when({ type: 'advance' })).toEqual([]);
    told.at = '2026-03-01T00:30:00.000Z';
    expect(told.when({ type: 'advance' })).toEqual(['step.started a']);
  });
  it('is judged anew at its edge: a clock that jumped over it lets nothing through that another freeze holds', () => {
    const two = [
      ...freeze().freezes,
      { name: 'next', reason: 'r', from: '2026-03-01T00:30:00Z', to: '2026-03-01T00:40:00Z' },
    ];
    const told = story(plain, '', { freezes: two });
    told.when({ type: 'advance' });
    told.at = '2026-03-01T00:31:00.000Z';
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'step.frozen a']);
    told.at = '2026-03-01T00:29:00.000Z';
    expect(told.when({ type: 'advance' })).toEqual([]);
  });
  it('that asks lets people decide in the meantime', () => {
    const told = story(plain, '', freeze({ then: 'ask', approval: { from: ['@lead'] } }));
    expect(told.when({ type: 'advance' })).toEqual(['policy.judged', 'approval.requested a']);
  });
  it('holds from the risk on that it names, in its environments and for its playbooks alone', () => {
    for (const more of [
      { risk: 'high' },
      { environments: ['staging'] },
      { playbooks: ['other-*'] },
      { labels: { team: 'x' } },
    ])
      expect(story(plain, '', freeze(more)).when({ type: 'advance' })).toEqual(['step.started a']);
    expect(
      story(plain, '', freeze({ environments: ['prod*'], playbooks: ['t*'] })).when({ type: 'advance' }),
    ).toContain('step.frozen a');
  });
  it('lets what happened be undone, unless it says otherwise', () => {
    const book = playbook(
      `  - { id: a, ${act}, compensate: { ${act} } }\n  - { id: b, uses: approval, approval: { from: ["@sre"] } }\n`,
    );
    for (const undo of ['allow', 'hold']) {
      const told = story(book, '');
      told.when({ type: 'advance' });
      told.succeed('a');
      told.governance = ruledBy(rulebook([], freeze({ undo })));
      told.when({ type: 'compensate' }, { actor: ana });
      expect(told.state.nodes['a~undo']?.status).toBe(undo === 'allow' ? 'running' : 'retry_wait');
    }
  });
  it('ends for a run by an exception with a reason, which is recorded, and by nothing else', () => {
    const told = story(plain, '', freeze());
    told.when({ type: 'advance' });
    expect(told.when({ type: 'retry' }, { actor: ana })).toBe('wrong_state');
    expect(told.when({ type: 'except', reason: '  ' }, { actor: ana })).toBe('invalid');
    expect(told.when({ type: 'except', reason: 'customers cannot pay' }, { actor: ana })).toEqual([
      'run.excepted',
      'step.started a',
    ]);
    expect(told.state.exception).toMatchObject({ reason: 'customers cannot pay', by: ana });
    expect(told.when({ type: 'except', reason: 'again' }, { actor: ana })).toBe('wrong_state');
  });
  it('does not end what is running', () => {
    const told = story(plain, '');
    told.when({ type: 'advance' });
    told.governance = ruledBy(rulebook([], freeze()));
    expect(told.succeed('a')).toEqual(['step.succeeded a', 'run.succeeded']);
  });
});

describe('an order', () => {
  it('is refused where a policy denies it, and cancelling never is', () => {
    const told = story(
      plain,
      '  - { id: a, at: order, when: order.type == "retry", effect: { deny: ask the owners } }',
    );
    told.when({ type: 'advance' });
    told.fail('a', 'invalid');
    expect(told.when({ type: 'retry' }, { actor: ana })).toBe('not_allowed');
    const running = story(plain, '  - { id: a, at: order, effect: { deny: no } }');
    running.when({ type: 'advance' });
    expect(running.when({ type: 'cancel' }, { actor: ana })).toEqual(['run.cancel_requested']);
  });
  it('of which a policy makes a note is recorded with it', () => {
    const told = story(plain, '  - { id: a, at: order, effect: { note: tell the owners } }');
    told.when({ type: 'advance' });
    told.fail('a', 'invalid');
    expect(told.when({ type: 'retry' }, { actor: ana })).toEqual(['policy.judged', 'run.retried', 'step.started a']);
  });
});

describe('a start', () => {
  const starting = (sections: Parameters<typeof rulebook>[1], rules = '', more = {}) =>
    ruleStart(ruledBy(rulebook(rules === '' ? [] : [policy(rules)], sections)), {
      ...{ runId: 'run_1', playbook: plain, ref: refOf(plain), inputs: {}, alert: null, actor: ana, at: start },
      ...{
        trigger: { type: 'manual' as const },
        incident: { id: 'inc_1', number: 1, title: 't', severity: 1 },
        ...more,
      },
    });
  it('is refused in a freeze, with its reason and who makes an exception', () => {
    expect(starting(freeze())).toMatchObject({
      ok: false,
      error: expect.stringMatching(/year-end holds until .*: books close.*bypass/),
    });
    expect(starting(freeze(), '', { exception: 'customers cannot pay' })).toMatchObject({
      ok: true,
      value: { exception: 'customers cannot pay' },
    });
  });
  it('is refused by a policy, and may be asked about by one', () => {
    expect(starting({}, '  - { id: a, at: start, when: plan.risk != "high", effect: { deny: no } }')).toMatchObject({
      ok: false,
    });
    const asked = starting({}, '  - { id: a, at: start, effect: { requireApproval: { from: ["@lead"], quorum: 2 } } }');
    expect(asked).toMatchObject({
      ok: true,
      value: { gate: { from: ['@lead'], quorum: 2 }, judged: { judgedAt: 'start' } },
    });
  });
  it('of a called playbook is judged like any other', () => {
    const calling = playbook('  - { id: call, uses: playbook, with: { playbook: test } }\n');
    const told = story(
      calling,
      '  - { id: a, at: start, when: trigger.type == "run", effect: { deny: not by others } }',
    );
    told.library = () => plain;
    expect(told.when({ type: 'advance' })).toEqual(['step.failed call', 'run.failed']);
    expect(errorOf(told, 'call')).toMatchObject({ code: 'not_started' });
  });
});
