// An engine in memory sees to open requests: it asks checks, tells endpoints, falls back where too few may decide; and a broken glass leaves a
// review. Everything is recorded, nothing twice, and where nothing can be known nothing is let go.
import { describe, expect, it } from 'vitest';
import { askedApproval, cto, starter } from '../support/engine/asked-approval.ts';
import { ana, ben } from '../support/given/given.ts';

describe('a check outside', () => {
  const rule =
    '{ from: ["@sre"], gates: [{ name: cab, http: { url: "https://cab.test" }, expect: "body.ok == true" }] }';

  it('is asked once the people have agreed, again and again with growing pauses, and lets the step go on when it says yes', async () => {
    const { world, pass, approve, request } = await askedApproval(rule);
    world.gate = { status: null, body: null };
    await pass(60_000);
    expect(world.asked).toBe(0);
    await approve(ana);
    await pass(120_000);
    expect(request()).toMatchObject({ status: 'open', gates: { cab: { passed: false, message: 'no connection' } } });
    expect(world.asked).toBeGreaterThan(2);
    expect(world.asked).toBeLessThan(10);
    world.gate = { status: 200, body: { ok: true } };
    await pass(120_000);
    expect(request()).toMatchObject({ status: 'granted', gates: { cab: { passed: true, status: 200 } } });
  });

  it('is asked again while another one still says no: a yes that came early does not count on', async () => {
    const gate = (name: string) =>
      `{ name: ${name}, http: { url: "https://${name}.test" }, expect: "body.ok == true" }`;
    const { world, pass, approve, request } = await askedApproval(
      `{ from: ["@sre"], expiresIn: 1h, gates: [${gate('cab')}, ${gate('backup')}] }`,
    );
    const [yes, no] = [true, false].map((ok) => ({ status: 200, body: { ok } }));
    if (!yes || !no) throw new Error('two answers');
    world.gates = { cab: yes, backup: no };
    await approve(ana);
    await pass(30_000);
    expect(request()).toMatchObject({ status: 'open', gates: { cab: { passed: true }, backup: { passed: false } } });
    world.gates = { cab: no, backup: no };
    await pass(120_000);
    expect(request().gates).toMatchObject({ cab: { passed: false } });
    // One says no in the very round in which the other one says yes.
    world.gates = { cab: yes, backup: no };
    await pass(120_000);
    world.gates = { cab: no, backup: yes };
    await pass(120_000);
    expect(request()).toMatchObject({ status: 'open', gates: { cab: { passed: false }, backup: { passed: true } } });
    world.gates = { cab: yes, backup: yes };
    await pass(120_000);
    expect(request().status).toBe('granted');
  });

  it('that never answers is a no: the request expires', async () => {
    const { world, pass, approve, request } = await askedApproval(rule);
    world.gate = { status: null, body: null };
    await approve(ana);
    await pass(16 * 60_000);
    expect(request().status).toBe('expired');
  });
});

describe('the last rung of a ladder', () => {
  const rule = '{ from: ["@sre"], ladder: [{ after: 1m, to: { webhook: pager } }] }';

  it('tells its endpoint once, and records what it answered', async () => {
    const { world, pass, request } = await askedApproval(rule);
    await pass(50_000);
    expect(world.told).toEqual([]);
    await pass(60_000);
    expect(world.told).toMatchObject([{ name: 'pager', notice: { key: `${request().id}/1`, step: 'a' } }]);
    expect(request().notes).toMatchObject([{ type: 'notified', notify: 'pager', delivered: true }]);
    expect(request().status).toBe('open');
  });

  it('says so when its endpoint could not be told, after some tries', async () => {
    const { world, pass, request } = await askedApproval(rule);
    world.delivered = false;
    await pass(10 * 60_000);
    expect(world.told.length).toBe(5);
    expect(request().notes).toMatchObject([{ type: 'notified', delivered: false, message: 'it answered 500' }]);
  });
});

describe('a fallback', () => {
  const rule = '{ from: ["@sre"], quorum: 2, fallback: ["@lead"], excludeRequester: true }';

  it('holds where too few of a group may decide, whoever started the run left out', async () => {
    const { world, pass, request } = await askedApproval(rule);
    await pass(30_000);
    expect(request().fallenBackTo).toBeUndefined();
    world.roles['@sre'] = [ana.id, starter.id];
    await pass(120_000);
    expect(request()).toMatchObject({ fallenBackTo: ['@lead'], notes: [{ type: 'fell_back', empty: ['@sre'] }] });
  });

  it('does not hold while it cannot be told who belongs to the group', async () => {
    const { world, pass, request } = await askedApproval(rule);
    world.roles['@sre'] = [];
    world.isSure = false;
    await pass(120_000);
    expect(request().fallenBackTo).toBeUndefined();
  });
});

describe('a broken glass', () => {
  it('is for those who hold bypass alone, and owes a review with an owner and a day, in the incident', async () => {
    const { breakGlass, request, made } = await askedApproval('{ from: ["@sre"], quorum: 2 }');
    for (const actor of [ana, ben, starter])
      expect(await breakGlass(actor)).toMatchObject({ error: { code: 'not_allowed', right: 'bypass' } });
    expect(await breakGlass(cto, ' ')).toMatchObject({ error: { code: 'invalid' } });
    expect(await breakGlass(cto)).toMatchObject({ ok: true });
    expect(request()).toMatchObject({ status: 'granted', notes: [{ type: 'bypassed', names: ['@sre'] }] });
    const [incident] = [...made.tables.incidents.values()].map((one) => one.incident);
    expect(Object.values(incident?.actionItems?.items ?? {})).toMatchObject([
      {
        text: expect.stringContaining('Review the broken glass: cto let a of gate'),
        owner: '@lead',
        due: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    ]);
    expect(await breakGlass(cto)).toMatchObject({ error: { code: 'already_decided' } });
  });

  it('is never for a token that nobody named, whatever rights it was made with', async () => {
    const { engine, request } = await askedApproval('{ from: ["@sre"] }');
    const principal = {
      type: 'token',
      name: 'ci',
      rights: ['order', 'operate', 'administer'],
      owner: null,
      via: 'api',
    } as const;
    const { id: approvalId, planDigest } = request();
    const broken = await engine.operations.breakGlass({ principal, cause: 'x', approvalId, planDigest, reason: 'now' });
    expect(broken).toMatchObject({ error: { code: 'not_allowed', right: 'bypass' } });
  });
});
