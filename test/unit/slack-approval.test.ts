// The request for approval as people read it: the question, what runs in one line, who is asked; what came of it, in one line; and what whoever
// decided is told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Approval, gateKey, type NodeState, type RunState } from '../../src/core/run/state.ts';
import { readMove } from '../../src/slack/views/approval-menu.ts';
import { approvalMessage } from '../../src/slack/views/approval-message.ts';
import { decidedWords, taskOf } from '../../src/slack/views/approval-words.ts';
import { decisionModal } from '../../src/slack/views/decision-modal.ts';
import { isShort } from '../../src/slack/views/plan-parts.ts';
import { ana, ben, start } from '../support/given/given.ts';
import { approval, roles, run } from '../support/given/slack-states.ts';

const [state, some] = [run, approval].map((any) => fc.sample<unknown>(any, { numRuns: 1, seed: 7 })[0]) as [
  RunState,
  Approval,
];
const plan: Approval['plan'] = {
  ...{ runId: some.plan.runId, playbook: { ...some.plan.playbook, name: 'restart-service', version: '1.0.0' } },
  ...{ step: 'restart', round: 1, uses: 'shell.run', with: { command: ['servicectl', 'restart', 'checkout-api'] } },
  ...{ target: 'checkout-api', risk: 'high', timeoutMs: 1000, reversible: true, undo: null },
  summary: '$ servicectl restart checkout-api',
};
const { assigned: _, notes: __, ...rest } = some;
const open: Approval = {
  ...rest,
  ...{ status: 'open', plan, approvals: [], escalated: false, decidedAt: null, decidedBy: null, reason: null },
  ...{ requestedAt: start, expiresAt: '2026-03-01T00:15:00.000Z' },
  rule: { from: ['@sre'], quorum: 1, expiresInMs: 900_000, escalate: [], excludeRequester: false },
};
const incident = { ...state.incident, number: 1 };
const shownOf = (one: Approval) => approvalMessage({ ...state, gate: null, incident }, one, roles);
const textsOf = (one: Approval) => JSON.stringify(shownOf(one).blocks);
const titleOf = (one: Approval) => {
  const [first] = shownOf(one).blocks;
  return first?.type === 'section' ? first.text?.text : '';
};
const withPlan = (more: Partial<Approval['plan']>): Approval => ({ ...open, plan: { ...plan, ...more } });
const until = '<!date^1772324100^{date_short_pretty} {time}|2026-03-01 00:15 UTC>';

describe('a request that is open', () => {
  it('is a question, one line of what runs, its risk, who is asked and until when', () => {
    const lines = [
      '*Restart checkout-api?*  `$ servicectl restart checkout-api`',
      `high risk, can be undone  ·  asks <!subteam^S0SRE> <@U0ANA> <@U0BEN>  ·  until ${until}`,
    ];
    expect(titleOf(open)).toBe(lines.join('\n'));
    expect(shownOf(open).text).toMatch(
      /^Approval needed: Restart checkout-api\?.*servicectl restart.*for incident|For restart/,
    );
    expect(textsOf(open)).toContain('restart-service 1.0.0 for incident #1  ·  plan `sha256:');
    expect(textsOf(open)).not.toContain('```');
  });

  it('says who has agreed and who is missing, as names', () => {
    const two = { ...open, rule: { ...open.rule, quorum: 2 } };
    expect(titleOf(two)).toContain('\n2 from @sre');
    expect(titleOf({ ...two, approvals: [{ actor: ana, at: start }] })).toContain(
      '\n<@U0ANA> ✓  ·  one more from @sre',
    );
  });

  it('is named as people named the step, and says how it is undone and on what', () => {
    const named = withPlan({ name: 'Fail over the database.', target: 'db-1', undoSummary: '$ pg failback' });
    expect(titleOf(named)).toContain('*Fail over the database?*');
    expect(titleOf(named)).toContain('high risk on db-1, can be undone (`$ pg failback`)');
    expect(titleOf(withPlan({ reversible: false }))).toContain('high risk, *cannot be undone*');
    expect(taskOf({ ...plan, step: 'scale-up#2' })).toBe('Scale up checkout-api (item 3)');
    expect(taskOf({ ...plan, step: 'restart~undo' })).toBe('Undo restart checkout-api');
    expect(taskOf({ ...plan, step: gateKey })).toBe('Start restart-service');
  });

  it('shows questions that were asked about it, by whom', () => {
    const question = 'Is the <!channel> backup done?';
    const asked = { ...open, notes: [{ type: 'questioned' as const, by: ben, at: start, question }] };
    expect(titleOf(asked)).toContain('<@U0BEN> asks: Is the &lt;!channel&gt; backup done?');
  });

  it('is confirmed once more, with its effect, if it is risky or cannot be undone, and at one click if it is not', () => {
    expect(textsOf(open)).toContain('"text":"It can be undone. This runs: $ servicectl restart checkout-api"');
    expect(textsOf(withPlan({ risk: 'medium', reversible: false }))).toContain('This cannot be undone');
    expect(textsOf(withPlan({ risk: 'medium' }))).not.toContain('"confirm"');
  });

  it('shows the call itself where its line was cut, or where there is none', () => {
    const command = `${'x'.repeat(300)} the-end`;
    const cut = withPlan({ with: { command }, summary: `$ ${'x'.repeat(180)}…` });
    expect(textsOf(cut)).toContain('the-end');
    const { summary: _none, ...older } = plan;
    expect(textsOf({ ...open, plan: older })).toContain('*Runs exactly this*');
    expect(textsOf(withPlan({ with: { command: 'a\u200bb' }, summary: 'x…' }))).toContain(String.raw`a\\u200bb`);
    expect(textsOf(withPlan({ with: { command: 'a```b' }, summary: 'x…' }))).toContain(String.raw`a\\u0060`);
  });
});

describe('a plan that is too long for a message', () => {
  const long = withPlan({ with: { command: ['/bin/rm', 'x'.repeat(3000), 'the-end'] } });
  const form = (one: Approval, decision: 'approve' | 'deny' = 'approve') =>
    decisionModal({ run: { ...state, incident }, approval: one, decision, channelId: 'C1' });

  it('has no button that approves it beside its line', () => {
    expect(isShort(plan)).toBe(true);
    expect(isShort(long.plan)).toBe(false);
    expect(isShort({ ...plan, undo: { uses: 'shell.run', with: 'x'.repeat(3000) } })).toBe(false);
    expect(textsOf(long)).not.toContain('"approval_approve"');
    expect(textsOf(long)).toContain('"approval_review"');
    expect(textsOf(long)).toContain('look at all of it, and approve it there');
  });

  it('is shown to its end in the form that approves it', () => {
    expect(JSON.stringify(form(long))).toContain('the-end');
    expect(form(long).submit?.text).toBe('Approve');
    const escaped = form(withPlan({ with: { command: `${'<'.repeat(9000)} the-end` } }));
    expect(JSON.stringify(escaped)).toContain('the-end');
    expect(escaped.submit?.text).toBe('Approve');
  });

  it('can be denied, but not approved, where even a form has no room for it', () => {
    const huge = withPlan({ with: { command: 'x'.repeat(300_000) } });
    expect(form(huge).submit).toBeUndefined();
    expect(JSON.stringify(form(huge))).toContain('firebreak approve apr_');
    expect(form(huge, 'deny').submit?.text).toBe('Deny');
  });
});

describe('a request that is decided', () => {
  const decidedAt = '2026-03-01T00:00:03.000Z';
  const granted: Approval = { ...open, status: 'granted', decidedAt, approvals: [{ actor: ana, at: decidedAt }] };

  it.each<[string, Approval, string]>([
    ['approved', granted, '✓ *<@U0ANA> approved*: Restart checkout-api  ·  after 3 s'],
    [
      'approved by two',
      { ...granted, approvals: [ana, ben].map((actor) => ({ actor, at: decidedAt })) },
      '✓ *<@U0ANA>, <@U0BEN> approved*: Restart checkout-api  ·  after 3 s',
    ],
    [
      'denied',
      { ...open, status: 'denied', decidedAt, decidedBy: ben, reason: 'not on a <!here> Friday' },
      '✕ *<@U0BEN> denied*: Restart checkout-api  ·  after 3 s: not on a &lt;!here&gt; Friday',
    ],
    [
      'expired',
      { ...open, status: 'expired', decidedAt },
      '○ *Expired*: Restart checkout-api. Nobody answered within 15 m, so it does not run.',
    ],
    [
      'withdrawn',
      { ...open, status: 'voided', decidedAt, reason: 'the run is being cancelled' },
      '○ *Withdrawn*: Restart checkout-api: the run is being cancelled',
    ],
  ])('is one line without buttons once it is %s', (_what, one, line) => {
    expect(shownOf(one)).toMatchObject({ text: line, blocks: [{ type: 'section', text: { text: line } }] });
    expect(shownOf(one).blocks).toHaveLength(1);
  });
});

describe('whoever decides is told what happens next', () => {
  const node = (status: string) => ({ nodes: { restart: { status } as unknown as NodeState } });
  const now = (more: Partial<RunState>): RunState => ({
    ...state,
    ...node('ready'),
    ...{ status: 'running', paused: false },
    ...more,
  });
  const one = (status: Approval['status'], more: Partial<Approval> = {}): Approval => ({
    ...open,
    ...{ step: 'restart', status },
    ...more,
  });
  const halt = { scope: '*', by: ana, reason: 'the network', at: start };

  it.each<[string, RunState, Approval, string]>([
    ['a yes that starts it', now(node('running')), one('granted'), 'Approved. *Restart checkout-api* is running…'],
    ['a yes', now({}), one('granted'), 'Approved. *Restart checkout-api* starts now…'],
    [
      'a yes to a paused run',
      now({ paused: true }),
      one('granted'),
      'Approved. *Restart checkout-api* starts once the run is resumed.',
    ],
    ['a yes that was all', now(node('succeeded')), one('granted'), 'Approved. The run goes on.'],
    [
      'a no',
      now({ status: 'failed' }),
      one('denied'),
      'Denied. *Restart checkout-api* does not run, and the run ends here.',
    ],
    [
      'a no after which it is undone',
      now({ status: 'compensating' }),
      one('denied'),
      'Denied. *Restart checkout-api* does not run; what the run did is being undone.',
    ],
    [
      'one yes of two',
      now({}),
      one('open', { rule: { ...open.rule, quorum: 2 }, approvals: [{ actor: ana, at: start }] }),
      'Your approval counts. Still needed: <@U0ANA> ✓  ·  one more from @sre.',
    ],
  ])('%s', (_what, after, decided, words) => {
    expect(decidedWords(after, decided, [])).toBe(words);
  });

  it('that it waits for the release of a halt', () => {
    expect(decidedWords(now({}), one('granted'), [halt])).toBe(
      'Approved. *Restart checkout-api* starts once the halt is released.',
    );
  });
});

describe('what a menu carries', () => {
  it('is a move and a request of ours, or nothing', () => {
    expect(readMove(`remind|${open.id}`)).toEqual({ move: 'remind', approvalId: open.id });
    for (const forged of [
      undefined,
      '',
      'remind',
      `drop|${open.id}`,
      'remind|run_1',
      'remind|__proto__',
      `remind|${open.id}|x`,
    ])
      expect(readMove(forged)).toBeNull();
  });
});
