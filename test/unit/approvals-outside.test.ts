// An engine in memory sees to open requests: it asks checks, tells endpoints, falls back where too few may decide; and a broken glass leaves a
// review. Everything is recorded, nothing twice, and where nothing can be known nothing is let go.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import type { Actor } from '../../src/core/events.ts';
import type { Json } from '../../src/core/json.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, ben, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const starter: Actor = { kind: 'user', id: 'U0OPS', name: 'ops' };
const cto: Actor = { kind: 'user', id: 'U0CTO', name: 'cto' };
const as = (actor: Actor) => ({ principal: principalOf(actor), cause: `by ${actor.id}` });

/** A run that waits for such an approval, with a world outside for the test to change. */
async function asked(approval: string) {
  const roles: { [name: string]: string[] } = { '@sre': [ana.id, ben.id], '@lead': ['U0LEA'] };
  const world = {
    roles,
    isSure: true,
    gate: { status: 200, body: { ok: true } } as { status: number | null; body: Json },
    delivered: true,
    asked: 0,
    told: [] as { name: string; notice: Json }[],
  };
  const made = new MemoryEngines();
  made.publish({ ...playbook(`  - { id: a, uses: approval, approval: ${approval} }`), name: 'gate' });
  const directory = {
    async belongsTo(principal: ReturnType<typeof principalOf>, names: readonly string[]) {
      const id = principal.type === 'person' ? principal.id : '';
      return names.filter((name) => name === id || roles[name]?.includes(id));
    },
    members: async (names: readonly string[]) => names.flatMap((name) => roles[name] ?? []),
    standing: async () => 'active' as const,
    candidates: async (names: readonly string[]) => ({
      actors: names.flatMap((name) => (roles[name] ?? []).map((id): Actor => ({ kind: 'user', id }))),
      isSure: world.isSure,
    }),
  };
  const runNow = () => [...made.tables.runs.values()].map(({ state }) => state)[0];
  const approvals = {
    open: async () => {
      const run = runNow();
      if (!run) return [];
      const { runId, incidentId, requestedBy } = run;
      return Object.values(run.approvals)
        .filter(({ status }) => status === 'open')
        .map((one) => ({ runId, incidentId, requestedBy, approval: one }));
    },
    askGate: async () => {
      world.asked += 1;
      const { status, body } = world.gate;
      return { status, body, bodyDigest: 'sha256:x', message: status === null ? 'no connection' : null };
    },
    tell: async (name: string, notice: Json) => {
      world.told.push({ name, notice });
      return {
        delivered: world.delivered,
        status: world.delivered ? 202 : 500,
        message: world.delivered ? null : 'it answered 500',
      };
    },
  };
  const access = Access.parse({ start: ['U0OPS'], bypass: ['U0CTO'] });
  const engine = made.engine({ access }, { directory: () => directory, approvals });
  const started = await engine.operations.startRun({ ...as(starter), playbook: 'gate', inputs: {}, incidentId: null });
  if (!started.ok) throw new Error(started.error.message);
  const request = () => {
    const [one] = Object.values(runNow()?.approvals ?? {});
    if (!one) throw new Error('nothing was asked');
    return one;
  };
  const { id: approvalId, planDigest } = request();
  return {
    ...{ engine, world, request, runNow, made },
    /** Lets time pass; a look at the end of each five seconds. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 5000) {
        made.ms += Math.min(5000, left);
        await made.deliver(engine);
        await engine.reconcile();
        await made.deliver(engine);
        await engine.attendApprovals();
      }
    },
    approve: (actor: Actor) =>
      engine.operations.decideApproval({ ...as(actor), approvalId, planDigest, decision: 'approve' }),
    breakGlass: (actor: Actor, reason = 'the region burns') =>
      engine.operations.breakGlass({ ...as(actor), approvalId, planDigest, reason }),
  };
}

describe('a check outside', () => {
  const rule =
    '{ from: ["@sre"], gates: [{ name: cab, http: { url: "https://cab.test" }, expect: "body.ok == true" }] }';

  it('is asked once the people have agreed, again and again with growing pauses, and lets the step go on when it says yes', async () => {
    const { world, pass, approve, request } = await asked(rule);
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

  it('that never answers is a no: the request expires', async () => {
    const { world, pass, approve, request } = await asked(rule);
    world.gate = { status: null, body: null };
    await approve(ana);
    await pass(16 * 60_000);
    expect(request().status).toBe('expired');
  });
});

describe('the last rung of a ladder', () => {
  const rule = '{ from: ["@sre"], ladder: [{ after: 1m, to: { webhook: pager } }] }';

  it('tells its endpoint once, and records what it answered', async () => {
    const { world, pass, request } = await asked(rule);
    await pass(50_000);
    expect(world.told).toEqual([]);
    await pass(60_000);
    expect(world.told).toMatchObject([{ name: 'pager', notice: { key: `${request().id}/1`, step: 'a' } }]);
    expect(request().notes).toMatchObject([{ type: 'notified', notify: 'pager', delivered: true }]);
    expect(request().status).toBe('open');
  });

  it('says so when its endpoint could not be told, after some tries', async () => {
    const { world, pass, request } = await asked(rule);
    world.delivered = false;
    await pass(10 * 60_000);
    expect(world.told.length).toBe(5);
    expect(request().notes).toMatchObject([{ type: 'notified', delivered: false, message: 'it answered 500' }]);
  });
});

describe('a fallback', () => {
  const rule = '{ from: ["@sre"], quorum: 2, fallback: ["@lead"], excludeRequester: true }';

  it('holds where too few of a group may decide, whoever started the run left out', async () => {
    const { world, pass, request } = await asked(rule);
    await pass(30_000);
    expect(request().fallenBackTo).toBeUndefined();
    world.roles['@sre'] = [ana.id, starter.id];
    await pass(120_000);
    expect(request()).toMatchObject({ fallenBackTo: ['@lead'], notes: [{ type: 'fell_back', empty: ['@sre'] }] });
  });

  it('does not hold while it cannot be told who belongs to the group', async () => {
    const { world, pass, request } = await asked(rule);
    world.roles['@sre'] = [];
    world.isSure = false;
    await pass(120_000);
    expect(request().fallenBackTo).toBeUndefined();
  });
});

describe('a broken glass', () => {
  it('is for those who hold bypass alone, and owes a review with an owner and a day, in the incident', async () => {
    const { breakGlass, request, made } = await asked('{ from: ["@sre"], quorum: 2 }');
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
    const { engine, request } = await asked('{ from: ["@sre"] }');
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
