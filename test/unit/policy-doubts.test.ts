// What policies demand that nobody can satisfy is said when they are read, and what they said is shown to whoever decides.
import { describe, expect, it } from 'vitest';
import { approvalText } from '../../src/cli/runs/show-approval.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { policyDoubts } from '../../src/core/policy/doubts.ts';
import { alwaysDenied } from '../../src/core/run/always-denied.ts';
import { showApproval } from '../../src/http/api/show-run.ts';
import { approvalMessage } from '../../src/slack/views/approval-message.ts';
import { playbook, Story, start } from '../support/given/given.ts';
import { policy, rulebook, ruledBy } from '../support/given/rules.ts';

const nobody = { users: [], groups: [], people: [], tokens: [], oncall: [] };
const known = {
  roles: { sre: { ...nobody, users: ['U0ANA', 'U0BEN'] }, empty: nobody, slack: { ...nobody, groups: ['S0SRE'] } },
  people: { ana: { slack: 'U0ANA' } },
  oncall: [{ name: 'primary' }],
};
const doubts = (effect: string, more: Partial<typeof known> = {}) =>
  policyDoubts(rulebook([policy(`  - { id: a, effect: { ${effect} } }`)]), { ...known, ...more });
const asks = (from: string, quorum = 1) => doubts(`requireApproval: { from: [${from}], quorum: ${quorum} }`);

describe('what nobody can satisfy', () => {
  it('is said of names that stand for nobody, with the policy and its rule', () => {
    expect(asks('"@gone"')).toEqual([
      expect.stringMatching(/policy p \(a\) asks @gone, a role that is not there/),
      expect.any(String),
    ]);
    expect(asks('zoe')).toEqual(['the policy p (a) asks zoe, who is nobody']);
    expect(asks('"@oncall:none"')).toEqual(['the policy p (a) asks @oncall:none, which is not there']);
    expect(asks('"@empty"')[0]).toBe('the policy p (a) asks @empty, a role that has nobody');
    for (const fine of ['ana', 'U0ZOE', '"@sre"', '"@oncall:primary"', '"@slack"']) expect(asks(fine)).toEqual([]);
  });

  it('is said of more people than there are, unless only others know who there is', () => {
    expect(asks('"@sre"', 3)).toEqual(['the policy p (a) asks 3 of @sre, and there are 2']);
    expect(asks('"@sre"', 2)).toEqual([]);
    expect(asks('"@slack"', 9)).toEqual([]);
    const { slack: _, ...roles } = known.roles;
    expect(doubts('tighten: { quorum: 3 }', { roles: roles as typeof known.roles })).toEqual([
      'the policy p (a) asks 3 people, and all roles together have 2',
    ]);
    expect(doubts('tighten: { quorum: 3 }')).toEqual([]);
  });
});

describe('what is denied always', () => {
  const steps =
    '  - { id: a, uses: shell.run, with: { command: [/bin/true] } }\n  - { id: b, uses: http.request, with: { url: "http://h/" } }\n';
  const deniedOf = (rules: string, more: Partial<Playbook> = {}) =>
    alwaysDenied({ ...playbook(steps), ...more }, rulebook([policy(rules)])).map(
      ({ step, reason }) => `${step ?? 'start'}: ${reason}`,
    );

  it('is said of each step, with the rule, where the rule looks at nothing but the file', () => {
    expect(deniedOf('  - { id: r, when: step.action == "shell.run", effect: { deny: no shell } }')).toEqual([
      'a: policy p (r) always denies it: no shell',
    ]);
    expect(
      deniedOf('  - { id: r, at: start, when: "plan.steps.exists(s, !s.reversible)", effect: { deny: one way } }'),
    ).toEqual(['start: policy p (r) always denies it: one way']);
    expect(
      deniedOf('  - { id: r, when: environment == "prod", effect: { deny: never } }', { environment: 'prod' }),
    ).toHaveLength(2);
  });

  it('is said of what cannot be judged, such as a label that the playbook lacks, whatever the effect', () => {
    const rule = '  - { id: r, at: start, when: playbook.labels.tier == "1", effect: { note: seen } }';
    expect(deniedOf(rule)).toEqual([
      expect.stringMatching(/^start: policy p \(r\) always denies it: it cannot be judged/),
    ]);
    expect(deniedOf(rule, { labels: { tier: '2' } })).toEqual([]);
  });

  it.each([
    'step.action == "shell.run" && time.hour > 7',
    'inputs.force == true',
    'environment == "prod"',
    'playbook.stage == "live"',
    'step.with.command[0] == "/bin/true"',
    'step.action == "none"',
    'step.undo',
    'target == ""',
  ])('is not said of what another run could make otherwise: %s', (when) => {
    expect(deniedOf(`  - { id: r, when: '${when}', effect: { deny: never } }`)).toEqual([]);
  });
});

it('what policies said of a request stands on its card in Slack, in the API and in the terminal', () => {
  const told = new Story(playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] } }\n'));
  const effect = 'requireApproval: { from: ["@sre"], quorum: 2 }';
  told.governance = ruledBy(
    rulebook([policy(`  - { id: two, effect: { ${effect} } }`, { name: 'production-needs-two' })]),
  );
  told.when({ type: 'advance' });
  const [approval] = Object.values(told.state.approvals);
  if (!approval) throw new Error('nothing was asked');
  const said = 'Policy production-needs-two asks two people of @sre';
  expect(JSON.stringify(approvalMessage(told.state, approval, {}).blocks)).toContain(said);
  const shown = showApproval(approval);
  expect(shown.because).toEqual([said]);
  const { runId, incident, playbook: ref } = told.state;
  const found = { approval: shown, runId, incident, playbook: ref.name } as unknown as Parameters<
    typeof approvalText
  >[0];
  expect(approvalText(found, start)).toContain(`policy:    ${said}`);
});
