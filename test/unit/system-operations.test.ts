// Halts and tokens through the engine: the one pipeline, its rights and interceptors, the other processes, and presented tokens.

import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import type { Principal } from '../../src/core/authority/principal.ts';
import type { StoredEvent } from '../../src/core/events.ts';
import { sha256 } from '../../src/core/json.ts';
import { emptySystem } from '../../src/core/system/state.ts';
import { addMs } from '../../src/core/time.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/engine-ports.ts';
import { mintToken } from '../../src/platform/mint-token.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, ben, playbook, start } from '../support/given/given.ts';
import { silentMetrics } from '../support/given/metrics.ts';
import { principalOf } from '../support/given/principals.ts';

const hour = 3_600_000;
const asked = { principal: principalOf(ana), cause: 'cmd_1' };
const steps = '  - { id: a, uses: shell.run, with: { command: [/bin/true] } }';

/** A world with the playbook restart, and an engine in it. */
function given(options: Partial<EngineOptions> = {}) {
  const world = new MemoryEngines();
  world.publish({ ...playbook(steps), name: 'restart' });
  return { world, engine: world.engine(options) };
}
const eventsOf = ({ tables }: MemoryEngines): readonly StoredEvent[] => tables.events.get('system') ?? [];
const code = (answer: { ok: true } | { ok: false; error: { code: string } }) => (answer.ok ? 'ok' : answer.error.code);

describe('a halt', () => {
  it('is an event of the system stream by whoever ordered it, and stops what other processes start', async () => {
    const { world, engine } = given();
    const other = world.engine({ worker: 'wrk_2' });
    const halted = await engine.operations.halt({ ...asked, scope: '*', reason: 'core work' });
    expect(halted).toEqual({
      ok: true,
      value: { scope: '*', by: { ...ana, via: 'slack' }, reason: 'core work', at: start },
    });
    expect(eventsOf(world)).toMatchObject([
      { streamId: 'system', seq: 1, type: 'switch.engaged', at: start, actor: { id: ana.id }, cause: 'cmd_1' },
    ]);
    expect(engine.switches()).toHaveLength(1);
    await other.reconcile();
    expect(other.switches()).toEqual(engine.switches());
  });

  it('reaches a playbook that is at work although it is no longer in force, and no other name', async () => {
    const { world, engine } = given({ works: false });
    const run = await engine.operations.startRun({ ...asked, playbook: 'restart', inputs: {}, incidentId: null });
    expect(run.ok).toBe(true);
    world.books.clear();
    const later = world.engine({ worker: 'wrk_2' });
    expect(code(await later.operations.halt({ ...asked, scope: 'restart', reason: 'it loops' }))).toBe('ok');
    expect(code(await later.operations.halt({ ...asked, scope: 'restrat', reason: 'it loops' }))).toBe('not_found');
  });

  it('is noted in the incidents at work, and so is its release', async () => {
    const { world, engine } = given({ works: false });
    const run = await engine.operations.startRun({ ...asked, playbook: 'restart', inputs: {}, incidentId: null });
    if (!run.ok) throw new Error(run.error.message);
    await engine.operations.halt({ ...asked, scope: 'restart', reason: 'it loops' });
    await engine.operations.release({ ...asked, scope: 'restart', reason: 'fixed' });
    const events = world.tables.events.get(run.value.incident.id) ?? [];
    expect(events.filter(({ type }) => type === 'note.added').map(({ data }) => data['text'])).toEqual([
      'halted the playbook restart: it loops',
      'released the playbook restart; its runs go on',
    ]);
    expect(eventsOf(world).map(({ type, data }) => [type, data['reason']])).toEqual([
      ['switch.engaged', 'it loops'],
      ['switch.released', 'fixed'],
    ]);
    expect(engine.switches()).toEqual([]);
  });

  it('of everything works where no playbook can be read; of one it needs the playbook', async () => {
    const { operations } = new MemoryEngines().engine();
    expect(code(await operations.halt({ ...asked, scope: 'restart', reason: 'x' }))).toBe('not_found');
    expect(code(await operations.halt({ ...asked, scope: '*', reason: 'x' }))).toBe('ok');
    expect(code(await operations.release({ ...asked, scope: '*' }))).toBe('ok');
  });

  it('is refused without the right, which is logged, and says nothing about what playbooks there are', async () => {
    const { world, engine } = given({ access: Access.parse({}) });
    for (const scope of ['*', 'restart', 'no-such']) {
      const refused = await engine.operations.halt({ ...asked, scope, reason: 'x' });
      expect(refused).toMatchObject({ ok: false, error: { code: 'not_allowed', right: 'operate' } });
    }
    expect(world.logged.filter(({ msg }) => msg === 'refused')).toMatchObject([
      { command: 'engage_switch', right: 'operate', by: 'ana', code: 'not_allowed' },
      { command: 'engage_switch' },
      { command: 'engage_switch' },
    ]);
    expect(eventsOf(world)).toEqual([]);
  });

  it('by two at the same time in two processes is recorded by both, one after the other', async () => {
    const { world, engine } = given();
    const other = world.engine({ worker: 'wrk_2' });
    const both = await Promise.all([
      engine.operations.halt({ ...asked, scope: '*', reason: 'one' }),
      other.operations.halt({ ...asked, scope: 'restart', reason: 'two' }),
    ]);
    expect(both.map(code)).toEqual(['ok', 'ok']);
    expect(eventsOf(world).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(Object.keys(world.tables.system?.state.switches ?? {}).sort()).toEqual(['*', 'restart']);
  });

  it('is counted and told to the feed like every change, and wakes nobody in Slack', async () => {
    const world = new MemoryEngines();
    const seen: string[] = [];
    const woken: string[] = [];
    const { wakeups } = world.ports();
    const engine = world.engine(
      {},
      {
        metrics: { ...silentMetrics, countChange: ({ events }) => seen.push(...events.map(({ type }) => type)) },
        nudgeFeed: () => seen.push('nudged'),
        slackMessages: { behind: async () => [], announcedUpTo: async () => 0, noteAnnounced: async () => undefined },
        wakeups: { ...wakeups, wakeNotifier: (incidentId) => woken.push(incidentId) },
      },
    );
    await engine.operations.halt({ ...asked, scope: '*', reason: 'x' });
    expect([...seen].sort()).toEqual(['nudged', 'switch.engaged']);
    expect(woken).toEqual([]);
  });
});

describe('switches that a version engaged which recorded none', () => {
  const old = { scope: 'restart', by: ben, reason: 'old trouble', at: '2026-02-01T00:00:00.000Z' };

  it('are recorded at the first start, once, however many processes start', async () => {
    const { world, engine } = given();
    world.tables.switches.set(old.scope, old);
    await Promise.all([engine.takeOverSwitches(), world.engine({ worker: 'wrk_2' }).takeOverSwitches()]);
    await engine.takeOverSwitches();
    await engine.start();
    expect(eventsOf(world)).toMatchObject([
      {
        type: 'switch.engaged',
        actor: { kind: 'system' },
        data: { scope: 'restart', reason: 'old trouble', earlier: { by: ben, at: old.at } },
      },
    ]);
    expect(world.tables.system?.state.switches).toEqual({ restart: old });
    expect(engine.switches()).toEqual([old]);
    expect(code(await engine.operations.release({ ...asked, scope: 'restart' }))).toBe('ok');
    expect(engine.switches()).toEqual([]);
  });

  it('leave nothing to record where there were none', async () => {
    const { world, engine } = given();
    await engine.takeOverSwitches();
    expect(world.tables.system).toBe(null);
  });
});

const make = (engine: Engine, change: Partial<Parameters<Engine['operations']['createToken']>[0]> = {}) =>
  engine.operations.createToken({
    ...asked,
    name: 'ci',
    rights: ['view', 'start'],
    expiresAt: addMs(start, hour),
    ...change,
  });

describe('a service token', () => {
  it('is shown once: neither the record nor any answer holds it again', async () => {
    const { world, engine } = given({ people: { ana: {} } });
    const made = await make(engine, { owner: 'ana' });
    if (!made.ok) throw new Error(made.error.message);
    const { token, created } = made.value;
    expect(created).toEqual({
      name: 'ci',
      rights: ['view', 'start'],
      owner: 'ana',
      expiresAt: addMs(start, hour),
      createdBy: { ...ana, via: 'slack' },
      createdAt: start,
      revoked: null,
    });
    const { tables } = world;
    const kept = JSON.stringify([eventsOf(world), tables.system, [...tables.tokens], world.logged]);
    expect(kept).not.toContain(token);
    expect(kept).toContain(sha256(token));
    const listed = await engine.operations.tokens(asked);
    expect(listed).toEqual({ ok: true, value: [created] });
    expect(JSON.stringify([listed, created])).not.toContain(sha256(token));
  });

  it('acts as itself with its rights, in every process, until it expires', async () => {
    const { world, engine } = given({ people: { ana: {} } });
    const made = await make(engine, { owner: 'ana' });
    if (!made.ok) throw new Error(made.error.message);
    const { tokens } = world.engine({ worker: 'wrk_2' });
    const ci: Principal = { type: 'token', name: 'ci', rights: ['view', 'start'], owner: 'ana', via: 'api' };
    world.ms += hour - 1;
    expect(await tokens.authenticate(made.value.token)).toEqual({ ok: true, value: ci });
    world.ms += 1;
    expect(await tokens.authenticate(made.value.token)).toEqual({
      ok: false,
      error: { code: 'expired', message: `the token ci expired at ${addMs(start, hour)}` },
    });
  });

  it('is not accepted from the moment it is revoked, and whoever presents it is told so', async () => {
    const { engine } = given();
    const made = await make(engine);
    if (!made.ok) throw new Error(made.error.message);
    const revoked = await engine.operations.revokeToken({ ...asked, name: 'ci', reason: 'leaked' });
    expect(revoked).toMatchObject({ ok: true, value: { name: 'ci', revoked: { at: start, reason: 'leaked' } } });
    const again = await make(engine);
    if (!again.ok) throw new Error(again.error.message);
    expect(await engine.tokens.authenticate(made.value.token)).toMatchObject({ error: { code: 'revoked' } });
    expect(code(await engine.tokens.authenticate(again.value.token))).toBe('ok');
  });

  it('that nobody made is not known, and its refusal does not repeat it', async () => {
    const { engine } = given({ bootstrapHash: sha256('a-token-of-the-environment') });
    await make(engine);
    for (const presented of [
      '',
      'fbt_',
      mintToken(),
      'a-token-of-the-environmen',
      sha256('a-token-of-the-environment'),
    ])
      expect(await engine.tokens.authenticate(presented)).toEqual({
        ok: false,
        error: { code: 'unknown', message: 'the token is not known' },
      });
  });

  it('of the environment is called bootstrap and has no rights of its own', async () => {
    const { engine } = given({ bootstrapHash: sha256('a-token-of-the-environment') });
    const bootstrap: Principal = { type: 'token', name: 'bootstrap', rights: [], owner: null, via: 'api' };
    expect(await engine.tokens.authenticate('a-token-of-the-environment')).toEqual({ ok: true, value: bootstrap });
    expect(await given().engine.tokens.authenticate('a-token-of-the-environment')).toMatchObject({ ok: false });
  });

  it('is made, revoked and listed only by who may administer', async () => {
    const { world, engine } = given({ access: Access.parse({ operate: 'everyone' }) });
    const { operations } = engine;
    for (const answer of [
      await make(engine),
      await operations.revokeToken({ ...asked, name: 'ci' }),
      await operations.tokens(asked),
    ])
      expect(answer).toMatchObject({ ok: false, error: { code: 'not_allowed', right: 'administer' } });
    expect(world.tables.system?.state ?? emptySystem).toEqual(emptySystem);
  });

  it('gets no right that whoever makes it holds for some playbooks only', async () => {
    const access = Access.parse({
      administer: 'everyone',
      start: [{ who: ['everyone'], playbooks: ['restart'] }],
      order: 'everyone',
    });
    const { engine } = given({ access });
    expect(await make(engine, { rights: ['start'] })).toMatchObject({ error: { code: 'not_allowed', right: 'start' } });
    expect(code(await make(engine, { rights: ['order', 'view', 'administer'] }))).toBe('ok');
  });

  it('that may administer makes others, with rights that it holds itself', async () => {
    const { engine } = given({ access: Access.parse({ respond: [] }) });
    const principal: Principal = {
      type: 'token',
      name: 'root',
      rights: ['administer', 'view'],
      owner: null,
      via: 'api',
    };
    expect(await make(engine, { principal, rights: ['respond'] })).toMatchObject({ error: { right: 'respond' } });
    expect(code(await make(engine, { principal, rights: ['administer'] }))).toBe('ok');
  });

  it('looks like one: fbt_ and random characters of base 62, never the same', () => {
    const minted = Array.from({ length: 100 }, mintToken);
    expect(new Set(minted).size).toBe(100);
    for (const token of minted) expect(token).toMatch(/^fbt_[0-9A-Za-z]{40}$/);
  });
});
