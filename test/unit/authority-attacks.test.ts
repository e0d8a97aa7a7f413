// Attacks on what stands above a single approval: policies, freezes, roles, hand-overs, passkeys, trust. None may get a step past what they say.
import { describe, expect } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { attack } from '../support/attacks.ts';
import { decide, handOn, join, linked, one, two, user } from '../support/engine/approval-attack.ts';
import { askedApproval, starter } from '../support/engine/asked-approval.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, ben, playbook, Story } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';
import { policy, policyFaults, rulebook, ruledBy } from '../support/given/rules.ts';
import { Authenticator } from '../support/step-up/authenticator.ts';
import { codeOf, given, onPage, StepUpWorld, site } from '../support/step-up/world.ts';

const act = 'uses: shell.run, with: { command: [/bin/true] }';
const asking = playbook(`  - { id: a, ${act}, approval: { from: ["@sre"], quorum: 2, expiresIn: 10m } }\n`);
const plain = playbook(`  - { id: a, ${act}, target: prod-db }\n`);

function story(book: Playbook, rules: string, sections: Parameters<typeof rulebook>[1] = {}): Story {
  const told = new Story(book, { environment: 'production' });
  told.governance = ruledBy(rulebook(rules === '' ? [] : [policy(rules)], sections));
  told.when({ type: 'advance' });
  return told;
}
/** No attempt of the step was made, whatever happened. */
const held = ({ state }: Story) => expect(state.nodes['a']?.attempts ?? 0).toBe(0);
const vote = (told: Story, actor = ana) => told.approve(actor, ['@sre', '@lead']);

describe('a policy that loosens does not get past what the step asks', () => {
  for (const [name, effect] of [
    ['fewer people', 'tighten: { quorum: 1 }'],
    ['a longer time', 'tighten: { expiresIn: 10h }'],
    ['other people, fewer of them', 'requireApproval: { from: ["@sre", "@everyone"], quorum: 1 }'],
    ['a note', 'note: approved by the board'],
  ] as const)
    attack(`a policy that asks for ${name}`, () => {
      const told = story(asking, `  - { id: a, effect: { ${effect} } }`);
      vote(told);
      held(told);
      const [approval] = Object.values(told.state.approvals);
      expect(approval?.rule).toMatchObject({ from: ['@sre'], quorum: 2, expiresInMs: 600_000 });
    });

  for (const effect of [
    'allow: true',
    'requireApproval: false',
    'tighten: { quorum: 0 }',
    'tighten: { excludeRequester: false }',
    'tighten: { stepUp: false }',
    'requireApproval: { from: ["@x"], selfApproval: true }',
    'requireApproval: { from: [] }',
    '{}',
  ])
    attack(`a policy that says ${effect}`, () => {
      expect(policyFaults(`  - { id: a, effect: { ${effect.replace(/^\{\}$/, '')} } }`)).not.toEqual([]);
    });

  attack('a policy that asks people who have no part in the step, beside those of the step', () => {
    const told = story(asking, '  - { id: a, effect: { requireApproval: { from: ["@friends"] } } }');
    expect(vote(told)).not.toContain('step.started a');
    held(told);
  });

  for (const [name, rule] of [
    ['fails', 'when: inputs.missing == "x", effect: { note: x }'],
    [
      'costs too much',
      'when: "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, a + b + c + d > 0))))", effect: { note: x }',
    ],
  ] as const)
    attack(`a rule that ${name}: what cannot be judged is denied`, () => {
      const told = story(plain, `  - { id: a, ${rule} }`);
      held(told);
      expect(told.state.status).toBe('failed');
    });

  attack('a policy that comes between a yes and the act', () => {
    const told = new Story(plain);
    told.governance = ruledBy(rulebook([policy('  - { id: a, effect: { requireApproval: { from: ["@sre"] } } }')]));
    told.when({ type: 'advance' }, { worker: null });
    const [id = ''] = Object.keys(told.state.approvals);
    told.when({ type: 'approve', approvalId: id, as: ['@sre'] }, { actor: ana, worker: null });
    told.governance = ruledBy(rulebook([policy('  - { id: a, effect: { requireApproval: { from: ["@lead"] } } }')]));
    told.when({ type: 'advance' });
    held(told);
  });

  attack('a policy without a rule for the new ones, which those in force deny', async () => {
    const made = new MemoryEngines();
    const strict = rulebook([
      policy(
        '  - { id: a, effect: { deny: closed } }\n  - { id: b, at: policyChange, effect: { deny: ask the owners } }',
      ),
    ]);
    const engine = made.engine();
    expect(await engine.takeOverRules(strict, 'first')).toMatchObject({ outcome: 'in_force' });
    expect(await made.engine().takeOverRules(rulebook([]), 'emptied')).toMatchObject({ outcome: 'refused' });
    await engine.adoptRules();
    expect(engine.rules.rules().book).toEqual(strict);
  });
});

const freeze = (more: object = {}) => ({
  freezes: [{ name: 'end', reason: 'r', from: '2026-03-01T00:10:00Z', to: '2026-03-01T00:30:00Z', ...more }],
});

describe('an attack on a freeze does not get past it', () => {
  attack('a clock that jumped over the beginning of a freeze between the yes and the act', () => {
    const told = new Story(plain);
    told.governance = ruledBy(
      rulebook([policy('  - { id: a, effect: { requireApproval: { from: ["@sre"] } } }')], freeze()),
    );
    told.when({ type: 'advance' }, { worker: null });
    const [id = ''] = Object.keys(told.state.approvals);
    told.when({ type: 'approve', approvalId: id, as: ['@sre'] }, { actor: ana, worker: null });
    told.at = '2026-03-01T00:10:00.000Z';
    told.when({ type: 'advance' });
    held(told);
  });

  attack('a clock that jumped over its end and back', () => {
    const told = new Story(plain);
    told.governance = ruledBy(rulebook([], freeze()));
    told.at = '2026-03-01T00:10:00.000Z';
    told.when({ type: 'advance' });
    told.at = '2026-03-01T00:29:59.999Z';
    told.when({ type: 'advance' });
    held(told);
  });

  attack('a clock that jumped over its end into the next one', () => {
    const told = new Story(plain);
    const next = { name: 'next', reason: 'r', from: '2026-03-01T00:30:00Z', to: '2026-03-01T00:40:00Z' };
    told.governance = ruledBy(rulebook([], { freezes: [...freeze().freezes, next] }));
    told.at = '2026-03-01T00:10:00.000Z';
    told.when({ type: 'advance' });
    told.at = '2026-03-01T00:31:00.000Z';
    told.when({ type: 'advance' });
    held(told);
  });

  for (const reason of ['', '  ', '\u200b', '…'])
    attack(`an exception with the reason ${JSON.stringify(reason)}`, () => {
      const told = new Story(plain);
      told.governance = ruledBy(rulebook([], freeze({ from: '2026-03-01T00:00:00Z' })));
      told.when({ type: 'advance' });
      expect(told.when({ type: 'except', reason }, { actor: ana })).toBe('invalid');
      held(told);
    });

  attack('a retry, a resume and a yes of people while it holds', () => {
    const told = new Story(plain);
    told.governance = ruledBy(rulebook([], freeze({ from: '2026-03-01T00:00:00Z' })));
    told.when({ type: 'advance' });
    for (const order of ['retry', 'resume', 'done'] as const) told.order(order, 'a');
    told.when({ type: 'advance' });
    held(told);
  });

  attack('a target of another environment than the run says', () => {
    const told = story(plain, '', { environments: { production: {}, staging: { targets: ['prod-db'] } } });
    held(told);
  });
});

describe('an attack by roles and hand-overs does not get past the rule', () => {
  attack('a role that resolves to nobody: no click counts, and it expires', async () => {
    const asked = await askedApproval('{ from: ["@nobody"], expiresIn: 5m }');
    for (const actor of [ana, ben, starter, user('nobody'), user('')]) await decide(asked, actor);
    expect(asked.request().status).toBe('open');
    await asked.pass(6 * 60_000);
    expect(asked.request().status).toBe('expired');
  });

  attack('a quorum above the people that there are, by those that there are', async () => {
    const asked = await askedApproval('{ from: ["@lead"], quorum: 2 }');
    await decide(asked, user('U0LEA'));
    await decide(asked, user('U0LEA'));
    expect(asked.request().status).toBe('open');
  });

  attack('identities that are linked between two votes', async () => {
    const asked = await askedApproval(two, linked);
    join(asked, '@sre', 'local:ana', 'oidc:a');
    for (const id of [ana.id, 'local:ana', 'oidc:a']) await decide(asked, user(id));
    expect(asked.request().status).toBe('open');
  });

  attack('a hand-over to oneself', async () => {
    const asked = await askedApproval(two);
    await handOn(asked, ana, ana.id);
    await decide(asked, ana);
    await decide(asked, ana);
    expect(asked.request().status).toBe('open');
  });

  attack('a hand-over to oneself by another identity', async () => {
    const asked = await askedApproval(two, linked);
    join(asked, '@sre', 'local:ana');
    await decide(asked, ana);
    await handOn(asked, ana, 'local:ana');
    await decide(asked, user('local:ana'));
    expect(asked.request().status).toBe('open');
  });

  attack('hand-overs in a circle, and a vote of each in it', async () => {
    const asked = await askedApproval('{ from: ["@sre"], quorum: 3 }');
    for (let round = 0; round < 3; round++) {
      await handOn(asked, ana, ben.id);
      await decide(asked, ben);
      await handOn(asked, ben, ana.id);
      await decide(asked, ana);
    }
    expect(asked.request().status).toBe('open');
  });

  attack('a hand-over to the requester, back and forth', async () => {
    const asked = await askedApproval(one);
    join(asked, '@sre', starter.id);
    await handOn(asked, ana, starter.id);
    await handOn(asked, ben, starter.id);
    await decide(asked, starter);
    expect(asked.request().status).toBe('open');
  });

  for (const [when, ms] of [
    ['after its end', 180_000],
    ['before its end', 60_000],
  ] as const)
    attack(`a hand-over ${when}, by whom it was handed to, who has left the role`, async () => {
      const asked = await askedApproval(one);
      const until = new Date(asked.made.ms + 120_000).toISOString();
      expect((await handOn(asked, ana, ben.id, until)).ok).toBe(true);
      asked.world.roles['@sre'] = [ana.id];
      await asked.pass(ms);
      await decide(asked, ben);
      expect(asked.request().status).toBe('open');
    });

  for (const until of ['2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z', ''])
    attack(`a hand-over that ends at ${JSON.stringify(until)}`, async () => {
      const asked = await askedApproval(one);
      const answer = await handOn(asked, ana, ben.id, until);
      expect(answer.ok).toBe(false);
      expect(asked.request().assigned ?? null).toBe(null);
    });
});

describe('an attack by passkey does not get past it', () => {
  for (const [name, lies] of [
    ['made on another site', { origin: 'https://fb.example.com.evil.example' }],
    ['for the name of another site', { rpId: 'evil.example' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['without the person verified', { flags: 0x01 }],
    ['over another challenge', { challenge: 'AAAA' }],
  ] as const)
    attack(`an assertion ${name}`, async () => {
      const world = new StepUpWorld();
      const person = await world.personWithKey('oidc:ana');
      expect(codeOf(await world.approveWith(person, await world.asked(), lies))).toBe('step_up_refused');
    });

  attack('an assertion that is replayed, for the same request and for another', async () => {
    const world = new StepUpWorld({ rule: 'stepUp: true, quorum: 2' });
    const { principal, key } = await world.personWithKey('oidc:ana');
    const [first, second] = [await world.asked(), await world.asked()];
    const assertion = key.signs(given(await world.begin(principal, first)));
    given(await world.approve(principal, first, assertion));
    for (const request of [first, second])
      expect(codeOf(await world.approve(principal, request, assertion))).toBe('step_up_refused');
  });

  attack('an assertion of somebody else', async () => {
    const world = new StepUpWorld();
    const [one, other] = [await world.personWithKey('oidc:ana'), await world.personWithKey('oidc:ben')];
    const request = await world.asked();
    const assertion = other.key.signs(given(await world.begin(one.principal, request)));
    expect(codeOf(await world.approve(one.principal, request, assertion))).toBe('step_up_refused');
  });

  attack('a stolen session of Slack, and one of the page without its key', async () => {
    const world = new StepUpWorld();
    await world.personWithKey('oidc:ana');
    const request = await world.asked();
    const slack = { ...onPage('U0ANA', world.at), proof: 'slack_signature', via: 'slack' } as const;
    for (const principal of [slack, onPage('oidc:ana', world.at)])
      expect(codeOf(await world.approve(principal, request))).toBe('step_up_required');
    const own = new Authenticator(site).signs(given(await world.begin(onPage('oidc:ana', world.at), request)));
    expect(codeOf(await world.approve(onPage('oidc:ana', world.at), request, own))).toBe('step_up_refused');
  });
});

describe('an attack on trust does not get past it', () => {
  const raise = { playbook: 'test', reason: 'it is mended', type: 'raise_trust' as const };
  const by = (id: string) => ({ principal: principalOf(user(id)), cause: 'x' });
  const lowered = async () => {
    const made = new MemoryEngines();
    made.publish(plain);
    await made.engine().operations.orderTrust({ ...by('U0LEA'), ...raise, type: 'lower_trust' });
    return made;
  };

  attack('more trust by somebody who may not design', async () => {
    const made = await lowered();
    const engine = made.engine({ access: Access.parse({ order: 'everyone', operate: 'everyone', start: 'everyone' }) });
    expect(codeOf(await engine.operations.orderTrust({ ...by(ana.id), ...raise }))).toBe('not_allowed');
    expect(await engine.operations.trust()).toMatchObject([{ level: 'supervised' }]);
  });

  for (const reason of ['', ' ', '\u200b', '…'])
    attack(`more trust with the reason ${JSON.stringify(reason)}`, async () => {
      const made = await lowered();
      const { operations } = made.engine();
      expect(codeOf(await operations.orderTrust({ ...by(ana.id), ...raise, reason }))).toBe('invalid');
      expect(await operations.trust()).toMatchObject([{ level: 'supervised' }]);
    });

  attack('trust that would lift an approval of the playbook', () => {
    const told = story(asking, '');
    expect(Object.values(told.state.approvals)).toMatchObject([{ status: 'open', rule: { quorum: 2 } }]);
    held(told);
  });
});
