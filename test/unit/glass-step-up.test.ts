// Break-glass is no way round a passkey: where the rule of a request, or a role of it, demands one, the glass takes one too. And what a role
// demands stands in the stored rule, so that the record alone tells that it was needed.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import type { StoredEvent } from '../../src/core/events.ts';
import type { Json } from '../../src/core/json.ts';
import { passkeyUsesIn, usesFault } from '../../src/core/step-up/audit-uses.ts';
import { stepUpFault } from '../../src/core/step-up/step-up-fault.ts';
import { toBundle, verifyBundle } from '../../src/core/timeline/bundle.ts';
import { linkEvents } from '../../src/core/timeline/chain.ts';
import { foldSystem } from '../../src/core/timeline/fold-stream.ts';
import { decisionButtons } from '../../src/slack/views/approval-message.ts';
import { breakGlassModal } from '../../src/slack/views/break-glass-modal.ts';
import { signer } from '../support/given/bundle.ts';
import { codeOf, given, onPage, StepUpWorld, site } from '../support/step-up/world.ts';

const inSlack = (world: StepUpWorld, id: string) => {
  const { signedIn: _, ...person } = onPage(id, world.at, 'slack');
  return { ...person, proof: 'slack_signature', via: 'slack' } as const;
};

/** A world in which one person holds `bypass`, and belongs to no role of the rule. */
function worldWithBypass(options: ConstructorParameters<typeof StepUpWorld>[0] = {}) {
  const access = Access.parse({ start: 'everyone', bypass: ['@duty'] });
  return new StepUpWorld(
    options,
    {
      directory: () => ({
        belongsTo: async (principal, names) =>
          names.filter(
            (name) =>
              name === 'everyone' ||
              name === (principal.type === 'person' && /cto$/i.test(principal.id) ? '@duty' : '@sre'),
          ),
        members: async () => [],
        standing: async () => 'active',
      }),
    },
    { access },
  );
}

/** The stream of an incident in which the glass was broken with a passkey. */
async function broken() {
  const world = worldWithBypass();
  const cto = await world.personWithKey('oidc:cto');
  const approval = await world.asked();
  const assertion = cto.key.signs(given(await world.begin(cto.principal, approval)));
  given(await world.breakGlass(cto.principal, approval, assertion));
  return { events: await world.eventsOf(approval), system: world.engines.tables.events.get('system') ?? [] };
}

type Data = { readonly [name: string]: Json };

function rewritten(events: readonly StoredEvent[], type: string, edit: (data: Data) => Data): StoredEvent[] {
  const edited = events.map((event) => (event.type === type ? { ...event, data: edit(event.data as Data) } : event));
  return linkEvents(events[0]?.streamId ?? '', null, edited);
}

function bundleOf(events: readonly StoredEvent[]): string {
  const last = events.at(-1);
  const head = { version: last?.seq ?? 0, hash: last?.hash ?? '' };
  const parts = { streamId: last?.streamId ?? '', head, checkpoint: null, artifacts: [], events: [...events] };
  return JSON.stringify(toBundle(parts, signer));
}

describe('a glass over a request that takes a passkey', () => {
  it.each([
    ['the rule of the request', {}],
    ['a role of it', { rule: 'quorum: 1', roles: ['@sre'] }],
    ['a role that is called further', { rule: 'ladder: [{ after: 5m, to: ["@lead"] }]', roles: ['@lead'] }],
    ['the own role of whoever breaks it', { rule: 'quorum: 1', roles: ['@duty'] }],
  ])('is not broken without one where %s demands it, and starts nothing', async (_, options) => {
    const world = worldWithBypass(options);
    const approval = await world.asked();
    const before = (await world.eventsOf(approval)).length;
    for (const principal of [inSlack(world, 'U0CTO'), onPage('oidc:cto', world.at)]) {
      expect(await world.breakGlass(principal, approval)).toMatchObject({
        error: {
          code: 'step_up_required',
          message: expect.stringContaining(`break the glass at ${site.origin}/approvals/${approval.id}`),
        },
      });
    }
    expect(await world.eventsOf(approval)).toHaveLength(before);
  });

  it('is broken with one over exactly this plan, by who may not approve, once', async () => {
    const world = worldWithBypass();
    const cto = await world.personWithKey('oidc:cto');
    const [approval, other] = [await world.asked(), await world.asked()];
    const assertion = cto.key.signs(given(await world.begin(cto.principal, approval)));
    expect(codeOf(await world.breakGlass(cto.principal, other, assertion))).toBe('step_up_refused');
    const again = cto.key.signs(given(await world.begin(cto.principal, approval)));
    expect(given(await world.breakGlass(cto.principal, approval, again)).approval.status).toBe('granted');
    expect(codeOf(await world.breakGlass(cto.principal, other, again))).toBe('step_up_refused');
    const event = (await world.eventsOf(approval)).find(({ type }) => type === 'approval.bypassed');
    expect(event?.data).toMatchObject({ stepUp: { credentialId: cto.key.credentialId, ...site } });
  });

  it('gives nobody a challenge who may neither approve nor break it, and no right with a passkey', async () => {
    const world = new StepUpWorld(
      {},
      {
        directory: () => ({
          belongsTo: async (_, names) => names.filter((name) => name === 'everyone'),
          members: async () => [],
          standing: async () => 'active',
        }),
      },
      { access: Access.parse({ start: 'everyone' }) },
    );
    const eve = await world.personWithKey('oidc:eve');
    const approval = await world.asked();
    expect(codeOf(await world.begin(eve.principal, approval))).toBe('not_allowed');
    expect(codeOf(await world.breakGlass(eve.principal, approval))).toBe('not_allowed');
  });

  it('is broken without one where the risk is lower than a role demands it for', async () => {
    const world = worldWithBypass({ rule: 'quorum: 1', roles: ['@sre'], risk: 'medium' });
    const approval = await world.asked();
    expect(approval.rule.stepUpFor).toBeUndefined();
    expect(codeOf(await world.breakGlass(inSlack(world, 'U0CTO'), approval))).toBe('ok');
  });

  it('shows no button in Slack, but the plan and the way to its page', async () => {
    const world = worldWithBypass({ rule: 'quorum: 1', roles: ['@sre'] });
    const approval = await world.asked();
    const run = (await world.engines.store.loadRun(approval.plan.runId))?.run;
    if (!run) throw new Error('there is no run');
    const form = breakGlassModal({ run, approval, channelId: 'C1', publicUrl: site.origin });
    expect(form.submit).toBeUndefined();
    expect(JSON.stringify(form)).toContain(`${site.origin}/approvals/${approval.id}|its page`);
  });
});

describe('in the record a glass that takes a passkey', () => {
  it('verifies offline from its bundle, and in an audit against the passkeys of the system stream', async () => {
    const { events, system } = await broken();
    expect(await verifyBundle(bundleOf(events))).toMatchObject({ outcome: 'ok', events: events.length });
    const uses = passkeyUsesIn(events);
    expect(uses).toHaveLength(1);
    expect(usesFault(foldSystem(system).passkeys ?? {}, uses)).toBeNull();
    expect(usesFault({}, uses)?.problem).toContain('never registered');
  });

  it.each<[string, (data: Data) => Data, string]>([
    ['taken out', ({ stepUp: _, ...data }) => data, 'its rule demands a passkey, and none stands there'],
    [
      'made for another plan',
      ({ stepUp, ...data }) => ({ ...data, stepUp: { ...(stepUp as Data), nonce: 'nnn' } }),
      'another request or another plan',
    ],
  ])('is found out where its assertion was %s, hashed and signed anew', async (_, edit, why) => {
    const forged = rewritten((await broken()).events, 'approval.bypassed', edit);
    const place = { type: 'approval.bypassed', problem: expect.stringContaining(why) };
    expect(await verifyBundle(bundleOf(forged))).toMatchObject({ outcome: 'bad', place });
  });
});

describe('a passkey that a role demands', () => {
  const rule = 'ladder: [{ after: 5m, to: ["@lead"] }]';

  it('stands in the rule of the request, also of one that is asked as the run starts', async () => {
    const world = new StepUpWorld({ rule, roles: ['@sre', '@elsewhere'] });
    expect((await world.asked()).rule).toMatchObject({ stepUpFor: ['@sre'] });
    expect((await new StepUpWorld({ roles: ['@sre'] }).asked()).rule.stepUpFor).toBeUndefined();
  });

  it('is missed in the record where somebody approved without it as a member, and nowhere else', async () => {
    const world = new StepUpWorld({ rule, roles: ['@sre'] });
    const ana = await world.personWithKey('oidc:ana');
    const approval = await world.asked();
    given(await world.approveWith(ana, approval));
    const events = await world.eventsOf(approval);
    expect(stepUpFault(events)).toBeNull();
    const without =
      (as: string) =>
      ({ stepUp: _, ...data }: Data) => ({ ...data, as: [as] });
    expect(stepUpFault(rewritten(events, 'approval.recorded', without('@sre')))?.problem).toContain(
      'demands a passkey',
    );
    expect(stepUpFault(rewritten(events, 'approval.recorded', without('@lead')))).toBeNull();
  });

  it('makes of the button in Slack the way to the page', async () => {
    const labels = async (world: StepUpWorld) => JSON.stringify(decisionButtons(await world.asked(), 'v'));
    expect(await labels(new StepUpWorld({ rule, roles: ['@sre'] }))).toContain('Approve with a passkey');
    expect(await labels(new StepUpWorld({ rule, roles: ['@other'] }))).not.toContain('passkey');
  });

  it('holds for a request that was asked before the role demanded it no more', async () => {
    const world = new StepUpWorld({ rule: 'quorum: 1', roles: ['@sre'] });
    const approval = await world.asked();
    const calm = world.engines.engine({ stepUp: { roles: [], site, page: null } });
    const order = { ...world.by(onPage('oidc:ana', world.at)), approvalId: approval.id };
    const { planDigest } = approval;
    const answer = await calm.operations.decideApproval({ ...order, decision: 'approve', planDigest });
    expect(codeOf(answer)).toBe('step_up_required');
  });
});
