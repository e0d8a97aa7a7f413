// Rules of approval as people write them, and what a run makes of them: thresholds, named policies, ladder, fallback, checks, break-glass.
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { compileApproval, NamedApprovalDocument } from '../../src/core/approval/document.ts';
import { readPlaybook } from '../../src/core/playbook/compile.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { eligible, stillMissing } from '../../src/core/run/who-decides.ts';
import { actions, ana, ben, playbook, Story } from '../support/given/given.ts';

const cem = { kind: 'user', id: 'U0CEM', name: 'cem' } as const;
const dan = { kind: 'user', id: 'U0DAN', name: 'dan' } as const;
const text = (approval: string) =>
  `apiVersion: firebreak/v1\nname: t\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: "@lead" }\nsteps:\n  - { id: a, uses: approval, approval: ${approval} }\n`;
const policies = { strict: compileApproval(NamedApprovalDocument.parse({ from: ['@sre'], quorum: 2 })) };
const faultsOf = (approval: string) =>
  readPlaybook(text(approval), 't.yaml', actions, policies).faults.map(
    ({ line, col, message }) => `${line}:${col} ${message}`,
  );

/** A run whose one step waits for such an approval; started by ana. */
function asked(approval: string): Story {
  const story = new Story(playbook(`  - { id: a, uses: approval, approval: ${approval} }`));
  story.when({ type: 'advance' });
  return story;
}
const open = (story: Story) => {
  const [approval] = Object.values(story.state.approvals);
  if (!approval) throw new Error('nothing was asked');
  return approval;
};
const approve = (story: Story, actor: typeof ana, as: string[], planDigest = open(story).planDigest) =>
  story.when({ type: 'approve', approvalId: open(story).id, as, planDigest }, { actor });

describe('an approval as it is written', () => {
  it.each([
    ['{ quorum: 2 }', 'must say who approves'],
    ['{ from: ["@sre"], allOf: [{ of: ["@sre"] }] }', 'stands beside `from`'],
    ['{ allOf: [{ of: ["@sre"] }], quorum: 2 }', 'each factor has its own `n`'],
    ['{ allOf: [{ n: 2, of: ["@sre"] }], people: 3 }', 'is more than the 2'],
    ['{ allOf: [{ n: 2, of: ["@sre"] }, { of: ["@b"] }], people: 1 }', 'is less than the 2'],
    ['{ allOf: [{ n: 2, of: [U0ANA] }] }', 'asks for 2 people, but names only 1'],
    ['{ allOf: [{ n: 2, of: ["@sre"], groups: 2 }] }', 'asks for 2 different groups, but names only 1'],
    ['{ allOf: [{ of: ["@a", "@b"], groups: 2 }] }', '2 different groups out of 1 people'],
    ['{ allOf: [{ of: ["@sre"], where: "vai == 1" }] }', '`vai` is not known here'],
    ['{ allOf: [{ of: ["@sre"], where: "via ==" }] }', 'not a valid CEL expression'],
    ['{ from: ["@sre"], expiresIn: 10m, ladder: [{ after: 10m, to: ["@lead"] }] }', 'when the request has expired'],
    ['{ from: ["@sre"], ladder: [{ after: 5m, to: ["@a"] }, { after: 5m, to: ["@b"] }] }', 'after the rung before'],
    ['{ from: ["@sre"], escalate: ["@a"], ladder: [{ after: 5m, to: ["@a"] }] }', 'stands beside `escalate`'],
    ['{ from: ["@sre"], gates: [{ name: c, http: { url: "ftp://x" } }] }', 'must be an http or https URL'],
    [
      '{ from: ["@sre"], gates: [{ name: c, http: { url: "https://x.test" }, expect: "code == 1" }] }',
      '`code` is not known',
    ],
    ['{ policy: strikt }', 'there is no approval policy `strikt`; did you mean `strict`?'],
    ['{ policy: strict, quorum: 1 }', 'a step cannot say otherwise'],
    ['{ policy: strict, excludeRequester: false }', 'cannot loosen the policy'],
  ])('%s is a fault with its place', (approval, message) => {
    const faults = faultsOf(approval);
    expect(faults.join('\n')).toContain(message);
    expect(faults.every((fault) => fault.startsWith('6:'))).toBe(true);
  });

  it('keeps the digest that it had in its short form', () => {
    const { playbook: read } = readPlaybook(text('{ from: ["@sre"], quorum: 2, escalate: ["@lead"] }'), 't', actions);
    const rule = read?.steps[0]?.approval;
    expect(Object.keys(rule ?? {})).toEqual(['from', 'quorum', 'expiresInMs', 'escalate', 'excludeRequester']);
    expect(read && playbookRef(read).digest).toMatch(/^sha256:/);
  });

  it('takes a policy in whole, and may make it stricter', () => {
    const { playbook: read } = readPlaybook(text('{ policy: strict, excludeRequester: true }'), 't', actions, policies);
    expect(read?.steps[0]?.approval).toEqual({ ...policies.strict, policy: 'strict', excludeRequester: true });
  });

  it('is a fault of the configuration where its policy contradicts itself, is built on another, or names no endpoint', () => {
    const faults = (approvals: string) => {
      const read = readConfigFile(`approvals:\n  strict: ${approvals}\n`, 'firebreak.yaml', {});
      return read.ok ? [] : read.error;
    };
    expect(faults('{ from: ["@sre"] }')).toEqual([]);
    expect(faults('{ allOf: [{ n: 2, of: ["@sre"] }], people: 9 }')).toEqual([expect.stringContaining('2:')]);
    expect(faults('{ policy: other }')).toEqual([expect.stringMatching(/policy/)]);
    const ladder = '{ from: ["@sre"], ladder: [{ after: 5m, to: { webhook: pager } }] }';
    expect(faults(ladder)).toEqual([expect.stringContaining('there is no webhook `pager`')]);
  });
});

describe('a request with thresholds', () => {
  const rule = '{ allOf: [{ n: 2, of: ["@sre"] }, { n: 1, of: ["@dba"] }] }';

  it('is granted when every factor has its own people, and says who is missing until then', () => {
    const story = asked(rule);
    expect(open(story).rule).toMatchObject({ from: ['@sre', '@dba'], quorum: 3 });
    expect(approve(story, ana, ['@sre', '@dba'])).toEqual(['approval.recorded a']);
    expect(approve(story, ben, ['@sre'])).toEqual(['approval.recorded a']);
    expect(stillMissing(open(story))).toEqual([expect.stringMatching(/^one more from @(sre|dba)$/)]);
    expect(approve(story, cem, ['@dba'])).toEqual([
      'approval.recorded a',
      'approval.granted a',
      'step.succeeded a',
      'run.succeeded',
    ]);
  });

  it('refuses a vote that brings it no nearer, and says what would', () => {
    const story = asked(rule);
    approve(story, ana, ['@sre']);
    approve(story, ben, ['@sre']);
    expect(approve(story, cem, ['@sre'])).toBe('not_allowed');
    expect(approve(story, dan, ['@dba'])).toContain('approval.granted a');
  });

  it('is handed on only to who could meet it alone', () => {
    const story = asked(rule);
    const to = (name: string, within: string[]) =>
      story.when({ type: 'reassign', approvalId: open(story).id, to: name, within }, { actor: dan });
    expect(to('U0CEM', ['@dba'])).toBe('wrong_state');
    expect(to('@dba', ['@dba'])).toBe('wrong_state');
    approve(story, ana, ['@sre']);
    approve(story, ben, ['@sre']);
    expect(to('U0CEM', ['@dba'])).toEqual(['approval.reassigned a']);
    expect(approve(story, dan, ['@dba'])).toBe('not_allowed');
    expect(approve(story, cem, ['U0CEM', '@dba'])).toContain('approval.granted a');
  });
});

describe('a ladder', () => {
  const rule =
    '{ from: ["@sre"], expiresIn: 20m, ladder: [{ after: 5m, to: ["@lead"] }, { after: 10m, to: { webhook: pager } }] }';

  it('calls one rung after the other; those who are called may decide from then on, and not before', () => {
    const story = asked(rule);
    expect(approve(story, cem, ['@lead'])).toBe('not_allowed');
    story.later(5 * 60_000);
    expect(story.when({ type: 'advance' })).toEqual(['approval.escalated a']);
    expect(story.when({ type: 'advance' })).toEqual([]);
    expect(eligible(open(story))).toEqual(['@sre', '@lead']);
    story.later(5 * 60_000);
    expect(story.when({ type: 'advance' })).toEqual(['approval.escalated a']);
    expect(story.events.at(-1)?.data).toMatchObject({ to: [], rung: 2, notify: 'pager' });
    expect(approve(story, cem, ['@lead'])).toContain('approval.granted a');
  });

  it('calls every rung that is due at once after a standstill', () => {
    const story = asked(rule);
    story.later(11 * 60_000);
    expect(story.when({ type: 'advance' })).toEqual(['approval.escalated a', 'approval.escalated a']);
  });

  it('records once that an endpoint was told, and takes no decision from it', () => {
    const story = asked(rule);
    const told = {
      type: 'record_notice',
      approvalId: open(story).id,
      rung: 2,
      delivered: true,
      status: 202,
      message: null,
    } as const;
    expect(story.when(told)).toEqual([]);
    story.later(10 * 60_000);
    story.when({ type: 'advance' });
    expect(story.when(told)).toEqual(['approval.notified a']);
    expect(open(story)).toMatchObject({ status: 'open', approvals: [] });
  });
});

describe('a fallback', () => {
  it('lets others decide where a group is empty, once, and only where the rule has one', () => {
    const story = asked('{ allOf: [{ n: 1, of: ["@sre"] }], fallback: ["@lead"] }');
    const empty = { type: 'fall_back', approvalId: open(story).id, empty: ['@sre'] } as const;
    expect(approve(story, cem, ['@lead'])).toBe('not_allowed');
    expect(story.when(empty)).toEqual(['approval.fell_back a']);
    expect(story.when(empty)).toEqual([]);
    expect(approve(story, cem, ['@lead'])).toContain('approval.granted a');
    const without = asked('{ from: ["@sre"] }');
    expect(without.when({ ...empty, approvalId: open(without).id })).toEqual([]);
  });
});

describe('a check outside', () => {
  const rule =
    '{ from: ["@sre"], gates: [{ name: change, http: { url: "https://cab.test/ok" }, expect: "body.open == true" }] }';
  const answer = (body: { open: boolean } | null, status: number | null = 200) => ({
    ...{ status, body, bodyDigest: 'sha256:1', message: status === null ? 'no connection' : null },
  });

  it('must say yes before the approval is granted, and its answer is recorded before', () => {
    const story = asked(rule);
    const approvalId = open(story).id;
    const gate = (given: ReturnType<typeof answer>) =>
      story.when({ type: 'record_gate', approvalId, gate: 'change', answer: given });
    expect(approve(story, ben, ['@sre'])).toEqual(['approval.recorded a']);
    expect(stillMissing(open(story))).toEqual(['a yes of change']);
    expect(gate(answer(null, null))).toEqual(['approval.gate_answered a']);
    expect(gate(answer(null, null))).toEqual([]);
    expect(gate(answer({ open: false }))).toEqual(['approval.gate_answered a']);
    expect(gate(answer({ open: true }))).toEqual([
      'approval.gate_answered a',
      'approval.granted a',
      'step.succeeded a',
      'run.succeeded',
    ]);
  });

  it('grants nothing without people, and nothing after the request has expired', () => {
    const story = asked(rule);
    const approvalId = open(story).id;
    expect(story.when({ type: 'record_gate', approvalId, gate: 'change', answer: answer({ open: true }) })).toEqual([
      'approval.gate_answered a',
    ]);
    story.later(15 * 60_000);
    expect(approve(story, ben, ['@sre'])).toBe('expired');
  });
});

describe('break-glass', () => {
  const rule = '{ from: ["@sre"], quorum: 2, escalate: ["@lead"], excludeRequester: true }';
  const glass = (story: Story, reason: string, planDigest = open(story).planDigest) =>
    story.when({ type: 'bypass', approvalId: open(story).id, reason, planDigest, as: [] }, { actor: ana });

  it('lets a step go on without those who would have to agree, and records who they are, why, and what was missing', () => {
    const story = asked(rule);
    expect(glass(story, 'the region burns')).toEqual([
      'approval.bypassed a',
      'approval.granted a',
      'step.succeeded a',
      'run.succeeded',
    ]);
    const [, broken, granted] = story.events.map(({ data }) => data);
    expect(broken).toMatchObject({ reason: 'the region burns', bypassed: ['@sre', '@lead'], missing: ['2 from @sre'] });
    expect(granted).toMatchObject({ approvers: [ana.id], planDigest: open(story).planDigest });
  });

  it('is refused without a reason, over another plan, and of a request that is over', () => {
    const story = asked(rule);
    for (const reason of ['', '   ', '\u200b', '...']) expect(glass(story, reason)).toBe('invalid');
    expect(glass(story, 'now', `sha256:${'0'.repeat(64)}`)).toBe('plan_changed');
    glass(story, 'now');
    expect(glass(story, 'again')).toBe('already_decided');
  });
});

describe('a hand-over', () => {
  const rule = '{ from: ["@sre"], expiresIn: 1h }';
  const to = (story: Story, who: string, actor: typeof ana, until?: string) =>
    story.when({ type: 'reassign', approvalId: open(story).id, to: who, within: ['@sre'], until }, { actor });

  it('is refused to oneself, also by another identity, and in a circle', () => {
    const story = asked(rule);
    expect(to(story, ben.id, ben)).toBe('invalid');
    story.people = { ben: { slack: ben.id, local: 'ben' } };
    expect(to(story, ben.id, { kind: 'user', id: 'local:ben' } as never)).toBe('invalid');
    expect(to(story, cem.id, ben)).toEqual(['approval.reassigned a']);
    expect(to(story, dan.id, cem as never)).toEqual(['approval.reassigned a']);
    expect(to(story, ben.id, dan as never)).toBe('wrong_state');
  });

  it('ends at its end: from then on it gives nothing, and those of the rule are asked again', () => {
    const story = asked(rule);
    const end = new Date(Date.parse(story.at) + 600_000).toISOString();
    expect(to(story, cem.id, ben, story.at)).toBe('invalid');
    expect(to(story, cem.id, ben, end)).toEqual(['approval.reassigned a']);
    expect(approve(story, dan, ['@sre'])).toBe('not_allowed');
    story.later(600_000);
    expect(approve(story, cem, [cem.id])).toBe('not_allowed');
    const done = approve(story, dan, ['@sre']);
    expect(done).toEqual([
      'approval.reassigned a',
      'approval.recorded a',
      'approval.granted a',
      'step.succeeded a',
      'run.succeeded',
    ]);
    expect(open(story)).toMatchObject({ assigned: ['@sre'] });
  });
});

describe('a plan that has drifted', () => {
  it('voids the request, and says what drifted', () => {
    const rule = 'approval: { from: ["@sre"] }';
    const book = playbook(
      `  - { id: a, uses: shell.run, with: { command: [/bin/act, "\${{ run.startedAt }}"] }, ${rule} }`,
    );
    const story = new Story(book);
    story.when({ type: 'advance' });
    const { id } = open(story);
    story.state = { ...story.state, startedAt: '2026-03-02T00:00:00.000Z' };
    const done = story.when({ type: 'refresh', approvalId: id }, { actor: ben });
    expect(done).toEqual(['approval.voided a', 'approval.requested a']);
    expect(story.state.approvals[id]?.reason).toContain(
      'with.command.1 was "2026-03-01T00:00:00.000Z", is "2026-03-02',
    );
  });
});
