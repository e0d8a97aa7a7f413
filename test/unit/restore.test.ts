// After the database went back in time everything stands still, says so, and goes on once somebody has accepted it.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { lackingCheckpoint, newestOf } from '../support/engine/lacking-checkpoint.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const caller = { principal: principalOf(ana), cause: 'cmd_1' };
const asked = { ...caller, playbook: 'restart', inputs: {}, incidentId: null };

function rolledBack(access?: unknown) {
  const world = new MemoryEngines();
  world.publish({ ...playbook('  - { id: a, uses: assert, with: { that: true } }'), name: 'restart' });
  const witnessed = lackingCheckpoint(7, 5);
  const options = access === undefined ? {} : { access: Access.parse(access) };
  const engine = world.engine(options, { witnessed });
  return { world, witnessed, engine };
}
const eventsOf = ({ tables }: MemoryEngines) => [...tables.events.values()].flat();

describe('a database that lacks a checkpoint which was made here', () => {
  it('is acted on by nobody: no order, no run, no timer', async () => {
    const { world, engine } = rolledBack();
    await engine.start();
    for (const answer of [
      await engine.operations.startRun(asked),
      await engine.operations.halt({ ...caller, scope: '*', reason: 'x' }),
      await engine.operations.declare({ ...caller, title: 't', severity: 2 }),
    ])
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'record_fault', message: /lost checkpoint 7.*accept-restore/ },
      });
    await engine.reconcile();
    await engine.takeUp();
    expect(eventsOf(world)).toEqual([]);
  });

  it('shows wherever it is shown what is halted, and in the log once', async () => {
    const { world, engine } = rolledBack();
    await engine.start();
    await engine.reconcile();
    expect(engine.standstill()).toMatchObject({ lost: { number: 7 } });
    expect(engine.switches()).toMatchObject([{ scope: '*', by: { kind: 'system' }, reason: /lost checkpoint 7/ }]);
    expect(world.logged.filter(({ msg }) => /lost checkpoint 7/.test(msg ?? ''))).toHaveLength(1);
  });

  it('goes on once it is accepted, with who, why, what was lost and what was kept in the record', async () => {
    const { world, engine, witnessed } = rolledBack();
    await engine.start();
    expect(await engine.operations.acceptRestore({ ...caller, reason: 'the disk failed' })).toEqual({
      ok: true,
      value: { lost: 7, kept: 5 },
    });
    expect(eventsOf(world)).toMatchObject([
      { type: 'restore.accepted', actor: ana, data: { reason: 'the disk failed', lost: { number: 7 }, kept: 5 } },
    ]);
    expect(witnessed.witness.recall()).toEqual(await newestOf(witnessed));
    expect(engine.standstill()).toBe(null);
    expect((await engine.operations.startRun(asked)).ok).toBe(true);
  });

  it('is accepted by nobody without the right, and not where nothing is lost', async () => {
    const { world, engine } = rolledBack({ administer: [] });
    await engine.start();
    const refused = await engine.operations.acceptRestore({ ...caller, reason: 'x' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'not_allowed', right: 'administer' } });
    expect(engine.standstill()).not.toBe(null);
    const whole = world.engine();
    expect(await whole.operations.acceptRestore({ ...caller, reason: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'wrong_state' },
    });
    expect(eventsOf(world)).toEqual([]);
  });

  it('counts as accepted on every machine that remembers no newer one, and on no other', async () => {
    const { world, engine } = rolledBack();
    await engine.start();
    await engine.operations.acceptRestore({ ...caller, reason: 'the disk failed' });
    const [elsewhere, ahead] = [lackingCheckpoint(6, 5), lackingCheckpoint(8, 5)];
    const other = world.engine({ worker: 'wrk_2' }, { witnessed: elsewhere });
    await other.start();
    expect(other.standstill()).toBe(null);
    expect(elsewhere.witness.recall()).toEqual(await newestOf(elsewhere));
    const third = world.engine({ worker: 'wrk_3' }, { witnessed: ahead });
    await third.start();
    expect(third.standstill()).toMatchObject({ lost: { number: 8 } });
  });
});
