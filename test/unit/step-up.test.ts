// Approving with a passkey through the engine: who needs one, what counts, and everything that does not.
import { describe, expect, it } from 'vitest';
import { needsStepUp, noStepUp } from '../../src/core/step-up/needs-step-up.ts';
import { ana, start } from '../support/given/given.ts';
import { Authenticator } from '../support/step-up/authenticator.ts';
import { codeOf, given, onPage, StepUpWorld, site } from '../support/step-up/world.ts';

describe('an approval that takes a passkey', () => {
  it.each(['ES256', 'Ed25519'] as const)(
    'is given with a passkey over exactly this plan, with %s',
    async (algorithm) => {
      const world = new StepUpWorld();
      const ana = await world.personWithKey('oidc:ana', { algorithm });
      const approval = await world.asked();
      expect(given(await world.approveWith(ana, approval)).approval.status).toBe('granted');
      const recorded = (await world.eventsOf(approval)).find(({ type }) => type === 'approval.recorded');
      expect(recorded?.data).toMatchObject({
        stepUp: { credentialId: ana.key.credentialId, publicKey: ana.key.publicKey, ...site },
      });
    },
  );

  it('is refused to Slack, to tokens and to the local user without one, with the way to the page, and leaves nothing', async () => {
    const world = new StepUpWorld();
    const approval = await world.asked();
    const before = (await world.eventsOf(approval)).length;
    const slack = { ...onPage('U0ANA', world.at), proof: 'slack_signature', via: 'slack' } as const;
    const token = { type: 'token', name: 'ci', rights: [], owner: null, via: 'api' } as const;
    const local = { type: 'local', name: 'owner', person: null, via: 'cli' } as const;
    for (const principal of [slack, token, local, onPage('oidc:ana', world.at)]) {
      const answer = await world.approve(principal, approval);
      expect(answer).toMatchObject({
        ok: false,
        error: {
          code: 'step_up_required',
          message: expect.stringContaining(`${site.origin}/approvals/${approval.id}`),
        },
      });
    }
    expect(await world.eventsOf(approval)).toHaveLength(before);
  });

  it('is denied without one', async () => {
    const world = new StepUpWorld();
    const { id: approvalId } = await world.asked();
    const denied = await world.engine.operations.decideApproval({
      ...world.by(onPage('oidc:ana', world.at)),
      approvalId,
      decision: 'deny',
    });
    expect(given(denied).approval.status).toBe('denied');
  });

  it('is demanded by a role of whoever approves, for high risk and nothing below', async () => {
    const high = new StepUpWorld({ rule: 'quorum: 1', roles: ['@sre'] });
    expect(codeOf(await high.approve(onPage('oidc:ana', high.at), await high.asked()))).toBe('step_up_required');
    const ana = await high.personWithKey('oidc:ana');
    expect(codeOf(await high.approveWith(ana, await high.asked()))).toBe('ok');
    const low = new StepUpWorld({ rule: 'quorum: 1', roles: ['@sre'], risk: 'medium' });
    expect(codeOf(await low.approve(onPage('oidc:ana', low.at), await low.asked()))).toBe('ok');
    const other = new StepUpWorld({ rule: 'quorum: 1', roles: ['@lead'] });
    expect(codeOf(await other.approve(onPage('oidc:ana', other.at), await other.asked()))).toBe('ok');
  });
});

it('a passkey is demanded by a role that was told to only after people were asked, and by one that was told so then', async () => {
  const asked = await new StepUpWorld({ rule: 'quorum: 1', roles: [] }).asked();
  const code = (rule: typeof asked.rule, risk: typeof asked.plan.risk, roles: readonly string[]) =>
    needsStepUp(
      { at: start, stepUp: { ...noStepUp, roles } },
      { ...asked, rule, plan: { ...asked.plan, risk } },
      { as: ['@sre'] },
      ana,
    )?.code ?? null;
  expect(asked.rule.stepUpFor).toBeUndefined();
  expect(code(asked.rule, 'high', [])).toBe(null);
  expect(code(asked.rule, 'high', ['@sre'])).toBe('step_up_required');
  expect(code(asked.rule, 'high', ['@lead'])).toBe(null);
  expect(code(asked.rule, 'medium', ['@sre'])).toBe(null);
  expect(code({ ...asked.rule, stepUpFor: ['@sre'] }, 'high', [])).toBe('step_up_required');
});

describe('an assertion does not count', () => {
  it('when it was answered before, in the same and in another request', async () => {
    const world = new StepUpWorld({ rule: 'stepUp: true, quorum: 2' });
    const ana = await world.personWithKey('oidc:ana');
    const [first, second] = [await world.asked(), await world.asked()];
    const assertion = ana.key.signs(given(await world.begin(ana.principal, first)));
    expect(codeOf(await world.approve(ana.principal, second, assertion))).toBe('step_up_refused');
    const again = ana.key.signs(given(await world.begin(ana.principal, first)));
    expect(codeOf(await world.approve(ana.principal, first, again))).toBe('ok');
    expect(codeOf(await world.approve(ana.principal, first, again))).toBe('step_up_refused');
    expect(codeOf(await world.approve(ana.principal, second, again))).toBe('step_up_refused');
  });

  it('when its time is over', async () => {
    const world = new StepUpWorld();
    const ana = await world.personWithKey('oidc:ana');
    const approval = await world.asked();
    const begun = given(await world.begin(ana.principal, approval));
    world.engines.ms += 2 * 60_000;
    expect(await world.approve(ana.principal, approval, ana.key.signs(begun))).toMatchObject({
      error: { code: 'step_up_refused', message: expect.stringContaining('its time is over') },
    });
  });

  it.each([
    ['on another site', { origin: 'https://fb.example.com.evil.example' }, 'another site'],
    ['in a frame of another site', { crossOrigin: true }, 'another site'],
    ['for the name of another site', { rpId: 'evil.example' }, 'belongs to another site'],
    ['without the person verified', { flags: 0x01 }, 'did not verify'],
    ['without the person there', { flags: 0x04 }, 'did not verify'],
    ['for another challenge', { challenge: 'AAAA' }, 'another request or another plan'],
    ['as one that makes a passkey', { type: 'webauthn.create' }, 'no assertion'],
  ])('when it was made %s', async (_, lies, why) => {
    const world = new StepUpWorld();
    const ana = await world.personWithKey('oidc:ana');
    const answer = await world.approveWith(ana, await world.asked(), lies);
    expect(answer).toMatchObject({ error: { code: 'step_up_refused', message: expect.stringContaining(why) } });
  });

  it('when the key that signed is another one than it names', async () => {
    const world = new StepUpWorld();
    const ana = await world.personWithKey('oidc:ana');
    const approval = await world.asked();
    const stranger = new Authenticator(site);
    const begun = given(await world.begin(ana.principal, approval));
    const { credentialId } = ana.key;
    const forged = { ...stranger.signs(begun), credentialId };
    expect(await world.approve(ana.principal, approval, forged)).toMatchObject({
      error: { code: 'step_up_refused', message: expect.stringContaining('its signature') },
    });
    const unknown = stranger.signs(given(await world.begin(ana.principal, approval)));
    expect(codeOf(await world.approve(ana.principal, approval, unknown))).toBe('step_up_refused');
  });

  it('when the passkey is of somebody else, whoever began', async () => {
    const world = new StepUpWorld();
    const [ana, ben] = [await world.personWithKey('oidc:ana'), await world.personWithKey('oidc:ben')];
    const approval = await world.asked();
    const ofBen = ben.key.signs(given(await world.begin(ben.principal, approval)));
    expect(await world.approve(ana.principal, approval, ofBen)).toMatchObject({
      error: { code: 'step_up_refused', message: expect.stringContaining('its challenge was made for') },
    });
    const ofAna = ben.key.signs(given(await world.begin(ana.principal, approval)));
    expect(await world.approve(ana.principal, approval, ofAna)).toMatchObject({
      error: { code: 'step_up_refused', message: expect.stringContaining('somebody else') },
    });
  });

  it('when the passkey was revoked in between', async () => {
    const world = new StepUpWorld();
    const ana = await world.personWithKey('oidc:ana');
    const approval = await world.asked();
    const begun = given(await world.begin(ana.principal, approval));
    const { credentialId } = ana.key;
    given(await world.engine.operations.revokePasskey({ ...world.by(ana.principal), credentialId, reason: 'lost' }));
    expect(await world.approve(ana.principal, approval, ana.key.signs(begun))).toMatchObject({
      error: { code: 'step_up_refused', message: expect.stringContaining('revoked') },
    });
    expect(codeOf(await world.begin(ana.principal, approval))).toBe('wrong_state');
  });

  it('when its counter went back; one that never counts is taken', async () => {
    const world = new StepUpWorld({ rule: 'stepUp: true, quorum: 2' });
    const ana = await world.personWithKey('oidc:ana');
    expect(codeOf(await world.approveWith(ana, await world.asked(), { count: 9 }))).toBe('ok');
    for (const count of [9, 8, 0])
      expect(await world.approveWith(ana, await world.asked(), { count })).toMatchObject({
        error: { code: 'step_up_refused', message: expect.stringContaining('counter went back') },
      });
    const ben = await world.personWithKey('oidc:ben', { counts: false });
    for (let n = 0; n < 2; n++) expect(codeOf(await world.approveWith(ben, await world.asked()))).toBe('ok');
  });

  it('when it comes from whoever may not approve: no passkey gives a right', async () => {
    const world = new StepUpWorld({ rule: 'stepUp: true, excludeRequester: true' });
    const starter = await world.personWithKey('U0STARTER');
    expect(codeOf(await world.approveWith(starter, await world.asked()))).toBe('not_allowed');
  });
});

describe('a passkey', () => {
  const sent = { ok: true, value: { channelId: 'D1', ts: '1' } } as const;
  const register = async (world: StepUpWorld, principal = onPage('oidc:ana', world.at), lies = {}) =>
    world.register(principal, new Authenticator(site), lies);

  it('is registered right after a sign-in, or by the user of this machine, and by no other surface', async () => {
    const world = new StepUpWorld();
    const signedIn = onPage('oidc:ana', world.at);
    world.engines.ms += 10 * 60_000 + 1;
    expect(codeOf(await register(world, signedIn))).toBe('not_allowed');
    const { signedIn: _, ...inSlack } = { ...signedIn, proof: 'slack_signature' as const, via: 'slack' as const };
    expect(codeOf(await register(world, inSlack))).toBe('not_allowed');
    const token = { type: 'token', name: 'ci', rights: [], owner: 'ana', via: 'api' } as const;
    expect(codeOf(await world.register(token, new Authenticator(site)))).toBe('wrong_state');
    expect(codeOf(await register(world))).toBe('ok');
    const local = { type: 'local', name: 'owner', person: null, via: 'web' } as const;
    expect(codeOf(await world.register(local, new Authenticator(site)))).toBe('ok');
  });

  it('is told to everybody, and to its owner in person, who may not be who registered it', async () => {
    const told: string[] = [];
    const posted: string[] = [];
    const people = { ana: { slack: 'U0ANA', subject: 'ana' } };
    const world = new StepUpWorld(
      {},
      {
        announce: async ({ text }) => void told.push(text),
        chat: () => ({
          post: async ({ channel, text }) => {
            posted.push(`${channel} ${text}`);
            return sent;
          },
        }),
      },
      { people },
    );
    given(await world.register({ ...onPage('oidc:ana', world.at), person: 'ana' }, new Authenticator(site)));
    expect(told).toEqual([
      expect.stringMatching(/^oidc:ana registered the passkey “key” \(.{8}\) for fb\.example\.com$/),
    ]);
    expect(posted).toEqual([expect.stringMatching(/^U0ANA .* If that was not you, revoke it/)]);
  });

  it('counts only once somebody else has confirmed it where a sign-in with Slack is all that vouches for it', async () => {
    const world = new StepUpWorld();
    const ana = { principal: onPage('U0ANA', world.at, 'slack'), key: new Authenticator(site) };
    expect(given(await world.register(ana.principal, ana.key)).countsSince).toBeNull();
    const approval = await world.asked();
    expect(codeOf(await world.begin(ana.principal, approval))).toBe('wrong_state');
    const { credentialId } = ana.key;
    const confirm = (who: string) =>
      world.engine.operations.confirmPasskey({ ...world.by(onPage(who, world.at)), credentialId });
    expect(codeOf(await confirm('U0ANA'))).toBe('not_allowed');
    expect(codeOf(await confirm('oidc:ben'))).toBe('ok');
    expect(codeOf(await world.approveWith(ana, approval))).toBe('ok');
  });

  it('waits for somebody else too where its owner has one already: a stolen sign-in makes no second key', async () => {
    const world = new StepUpWorld();
    await world.personWithKey('oidc:ana');
    expect(given(await register(world)).countsSince).toBeNull();
  });

  it.each([
    ['on another site', { origin: 'https://evil.example' }],
    ['for the name of another site', { rpId: 'evil.example' }],
    ['for another challenge', { challenge: 'AAAA' }],
    ['without the person verified', { flags: 0x01 }],
    ['by signing in its place', { type: 'webauthn.get' }],
  ])('is not registered when it was made %s', async (_, lies) => {
    const world = new StepUpWorld();
    expect(codeOf(await register(world, onPage('oidc:ana', world.at), lies))).toBe('step_up_refused');
  });

  it('is registered once, with a challenge that was made for its owner', async () => {
    const world = new StepUpWorld();
    const [ana, ben] = [onPage('oidc:ana', world.at), onPage('oidc:ben', world.at)];
    const { operations } = world.engine;
    const key = new Authenticator(site);
    const { nonce, challenge } = given(await operations.beginPasskey({ principal: ana }));
    const made = { name: 'key', nonce, ...key.made(challenge) };
    expect(codeOf(await operations.registerPasskey({ ...world.by(ben), ...made }))).toBe('step_up_refused');
    expect(codeOf(await operations.registerPasskey({ ...world.by(ana), ...made }))).toBe('step_up_refused');
    expect(codeOf(await world.register(ana, key))).toBe('ok');
    expect(codeOf(await world.register(ben, key))).toBe('wrong_state');
  });

  it('is revoked by its owner, and by nobody else without the right `administer`', async () => {
    const world = new StepUpWorld();
    const ana = await world.personWithKey('oidc:ana');
    const token = { type: 'token', name: 'ci', rights: [], owner: null, via: 'api' } as const;
    const { credentialId } = ana.key;
    const closed = world.engines.engine(
      { access: (await import('../../src/core/authority/access.ts')).Access.parse({}) },
      { directory: () => ({ belongsTo: async () => [], members: async () => [], standing: async () => 'active' }) },
    );
    expect(codeOf(await closed.operations.revokePasskey({ ...world.by(token), credentialId }))).toBe('not_allowed');
    expect(codeOf(await world.engine.operations.revokePasskey({ ...world.by(ana.principal), credentialId }))).toBe(
      'ok',
    );
    expect(codeOf(await world.engine.operations.revokePasskey({ ...world.by(ana.principal), credentialId }))).toBe(
      'wrong_state',
    );
  });
});
