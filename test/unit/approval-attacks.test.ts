// Attacks on approvals, each a trial of its own on a whole engine in memory: none may get a step past its rule. Named by the numbers of the
// threats: 19 who clicks, 20 what is sent, 21 another plan, 22 too late, 23 at once, 24 one person twice, 26 break-glass, 27 tokens,
// 28 membership that changes; and what rules, hand-overs, ladders, fallbacks and checks add.
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/events.ts';
import { attack, fewestAttacks } from '../support/attacks.ts';
import { decide, one, two, user } from '../support/engine/approval-attack.ts';
import { as, askedApproval } from '../support/engine/asked-approval.ts';
import { late, sent, who } from '../support/engine/attacks-by-people.ts';
import { gated, gates, glass, moves, same, twice } from '../support/engine/attacks-on-rules.ts';
import { ana, ben, playbook } from '../support/given/given.ts';

const trials = [...who, ...sent, ...late, ...same, ...glass, ...moves, ...gates].map(
  ([name, rule, tried, people = {}]) => ({ name, rule, tried, people }),
);

describe('an attack on an approval does not get past it', () => {
  for (const { name, rule, tried, people } of trials)
    attack(name, async () => {
      const asked = await askedApproval(rule, people);
      await tried(asked);
      expect(asked.request().status).not.toBe('granted');
      expect(asked.runNow()?.nodes['a']?.status).not.toBe('succeeded');
    });

  for (const [name, parts, drift] of [
    ['another target', 'uses: approval, target: other', 'target was null, is "other"'],
    ['another risk', 'uses: approval, risk: high', 'risk was "low", is "high"'],
    ['another action', 'uses: assert, with: { that: true }', 'uses was "approval", is "assert"'],
  ] as const)
    attack(`21 a yes to a plan that has ${name} since it was asked about: the request is void`, async () => {
      const asked = await askedApproval(one);
      const { id: approvalId, planDigest } = asked.request();
      const [run] = [...asked.made.tables.runs.values()];
      if (!run) throw new Error('there is no run');
      const changed = { ...playbook(`  - { id: a, ${parts}, approval: ${one} }`), name: 'gate' };
      asked.made.versions.set(run.state.playbook.digest, changed);
      await asked.engine.operations.attendApproval({ ...as(ben), approvalId, order: 'refresh' });
      const decision = { approvalId, planDigest, decision: 'approve' } as const;
      const answer = await asked.engine.operations.decideApproval({ ...as(ana), ...decision });
      expect(answer).toMatchObject({ ok: false, error: { code: 'voided' } });
      expect(asked.request()).toMatchObject({ status: 'voided', reason: expect.stringContaining(drift) });
    });
});

describe('the list of attacks', () => {
  it('has more than sixty, each by its own name', () => {
    expect(new Set(trials.map(({ name }) => name)).size).toBe(trials.length);
    expect(trials.length).toBeGreaterThan(fewestAttacks);
  });

  it('would show a bypass: without an attack the same requests are granted', async () => {
    const met: readonly { rule: string; voters: readonly Actor[] }[] = [
      { rule: one, voters: [ana] },
      { rule: two, voters: [ana, ben] },
      { rule: twice, voters: [ana, user('U0LEA')] },
      { rule: gated, voters: [ana] },
    ];
    for (const { rule, voters } of met) {
      const asked = await askedApproval(rule);
      for (const voter of voters) await decide(asked, voter);
      await asked.pass(10_000);
      expect(asked.request().status).toBe('granted');
    }
  });
});
