// Deliveries on a whole engine in memory: what fails here is tried again and holds up nothing else; what is dead can be replayed.
import { describe, expect, it } from 'vitest';
import { retryForMs } from '../../src/core/alert/retry-delivery.ts';
import type { Correlation } from '../../src/ports/intake.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, playbook } from '../support/given/given.ts';
import { anAlert, minute } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const caller = { principal: principalOf(ana), cause: 'req_1' };

/** An engine that fails on the alert `poison` as long as it is told to. */
function given() {
  const world = new MemoryEngines();
  const state = { broken: true };
  const correlation: Correlation = {
    ...world.correlation,
    async incidentFor(alert, since) {
      if (alert.fingerprint === 'poison' && state.broken) throw new Error('a bug');
      return world.correlation.incidentFor(alert, since);
    },
  };
  const engine = world.engine({}, { correlation });
  const of = (fingerprint: string, more: Parameters<typeof anAlert>[1] = {}) =>
    anAlert(fingerprint, { groupKey: fingerprint, ...more });
  const incidents = () => [...world.tables.incidents.values()].map(({ incident }) => incident);
  const deliver = async (...alerts: Parameters<typeof world.deliveries.put>[0]) => {
    world.deliveries.put(alerts);
    await engine.drainIntake();
  };
  const only = async () => (await world.deliveries.list({ limit: 1, cursor: null })).items[0];
  return { world, engine, state, of, incidents, deliver, only };
}

describe('a delivery that fails here', () => {
  it('holds up no other, and is dealt with once what was broken is mended', async () => {
    const { world, engine, state, of, incidents } = given();
    world.deliveries.put([of('poison')]);
    world.deliveries.put([of('other')]);
    await engine.drainIntake();
    expect(incidents().map(({ title }) => title)).toEqual(['other is down']);
    for (let hour = 0; hour < 20; hour++) {
      world.ms += 60 * minute;
      await engine.drainIntake();
    }
    state.broken = false;
    world.ms += 60 * minute;
    await engine.drainIntake();
    expect(incidents().map(({ title }) => title)).toEqual(['other is down', 'poison is down']);
  });

  it('is set aside after a day, and says whose fault it is', async () => {
    const { world, engine, of, deliver, only } = given();
    await deliver(of('poison'));
    expect(await only()).toMatchObject({ status: 'accepted', fault: 'ours', error: 'a bug', tries: 1 });
    world.ms += retryForMs;
    await engine.drainIntake();
    expect(await only()).toMatchObject({ status: 'dead', fault: 'ours', tries: 2 });
  });

  it('does not fire again what a later delivery told the end of', async () => {
    const { world, engine, state, of, incidents, deliver } = given();
    await deliver(of('poison'));
    world.deliveries.put([of('poison', { status: 'resolved' })]);
    state.broken = false;
    const [first] = (await world.deliveries.list({ limit: 2, cursor: null })).items;
    expect(first?.status).toBe('accepted');
    await engine.drainIntake();
    world.ms += minute;
    await engine.drainIntake();
    expect(incidents()).toEqual([]);
    expect(world.tables.open.size).toBe(0);
  });
});

describe('a delivery that is not what was accepted', () => {
  it('that is not what was accepted is set aside at once, with the reason, and nothing of it is acted on', async () => {
    const { world, of, incidents, only } = given();
    const { claim } = world.deliveries;
    const edited: typeof claim = async (...asked) =>
      (await claim(...asked)).map((one) => ({ ...one, unbelievable: 'it was edited' }));
    const engine = world.engine({}, { deliveries: { ...world.ports().deliveries, claim: edited } });
    world.deliveries.put([of('edited')]);
    await engine.drainIntake();
    expect(await only()).toMatchObject({ status: 'dead', fault: 'ours', error: 'it was edited' });
    expect(incidents()).toEqual([]);
  });
});

describe('a delivery that is accepted by a process that works', () => {
  const delivery = (...alerts: ReturnType<typeof anAlert>[]) => ({
    ...{ source: 'test', integration: 'test', headers: {}, body: Buffer.from('') },
    ...{
      alerts,
      dedupe: { kind: 'sender' as const, value: alerts.map((one) => `${one.fingerprint} ${one.status}`).join() },
    },
  });

  it('is dealt with at once, and what came meanwhile after it', async () => {
    const { world, engine, of, incidents } = given();
    await engine.start();
    const answers = [
      engine.acceptDelivery(delivery(of('first'))),
      engine.acceptDelivery(delivery(of('first', { status: 'resolved' }))),
    ];
    expect(await Promise.all(answers)).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }]);
    // The second one woke intake, which found that the first was held; the end of the first wakes it again.
    await expect.poll(() => world.intakeWoken).toBe(2);
    expect(incidents()).toMatchObject([{ status: 'open' }]);
    expect(world.tables.open.size).toBe(1);
    await engine.drainIntake();
    expect(incidents()).toMatchObject([{ status: 'resolved' }]);
  });

  it('waits while everything in the process is used, or is done by others', async () => {
    const { world, of, incidents } = given();
    const web = world.engine({ works: false });
    await web.acceptDelivery(delivery(of('first')));
    expect(incidents()).toEqual([]);
    expect(world.intakeWoken).toBe(1);
    expect(await world.deliveries.waiting()).toBe(true);
  });

  it('is left to others once its lease is over, because the process stood still', async () => {
    const { world, of, incidents } = given();
    const accept = world.deliveries.accept;
    const late: typeof accept = async (...given) => {
      const kept = await accept(...given);
      world.monotonic += 15_000;
      return kept;
    };
    const engine = world.engine({}, { deliveries: { ...world.ports().deliveries, accept: late } });
    await engine.start();
    await engine.acceptDelivery(delivery(of('first')));
    await expect.poll(() => world.intakeWoken).toBe(1);
    expect(incidents()).toEqual([]);
    world.ms += 15_001;
    await engine.drainIntake();
    expect(incidents()).toHaveLength(1);
  });

  it('is tried again later where it fails here', async () => {
    const { engine, of, only } = given();
    await engine.start();
    await engine.acceptDelivery(delivery(of('poison')));
    await expect.poll(only).toMatchObject({ status: 'accepted', fault: 'ours', tries: 1 });
  });
});

describe('replaying a dead delivery', () => {
  const dead = (body: string) => ({
    ...{ source: 'test', integration: 'test', headers: {}, error: 'no fingerprint', fault: 'sender' as const },
    body: Buffer.from(body),
  });

  it('reads its body anew, and the record names who did it and why', async () => {
    const { world, engine, of, incidents } = given();
    const { receipt } = await world.deliveries.keepDead(dead(JSON.stringify([of('mapped')])));
    const asked = { ...caller, receipt, reason: 'the mapping is mended' };
    expect(await engine.operations.replayDelivery(asked)).toEqual({ ok: true, value: { receipt, alerts: 1 } });
    await engine.drainIntake();
    expect(incidents()).toMatchObject([{ title: 'mapped is down', status: 'open' }]);
    expect(world.tables.events.get('system')).toMatchObject([
      {
        type: 'delivery.replayed',
        actor: ana,
        data: { receipt, source: 'test', integration: 'test', alerts: 1, reason: 'the mapping is mended' },
      },
    ]);
    expect(await engine.operations.replayDelivery(asked)).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  it('is answered as at first where the very request comes again, and lets it go on once', async () => {
    const { world, engine, of } = given();
    const { receipt } = await world.deliveries.keepDead(dead(JSON.stringify([of('mapped')])));
    const asked = { ...caller, cause: 'api/cmd_1', receipt };
    const replayed = await engine.operations.replayDelivery(asked);
    await engine.drainIntake();
    expect(replayed).toEqual({ ok: true, value: { receipt, alerts: 1 } });
    expect(await engine.operations.replayDelivery(asked)).toEqual(replayed);
    expect(world.tables.events.get('system')).toHaveLength(1);
  });

  it('is refused where what came in was edited, and nothing is recorded', async () => {
    const { world, of } = given();
    const { receipt } = await world.deliveries.keepDead(dead(JSON.stringify([of('mapped')])));
    const find: typeof world.deliveries.find = async (asked) => {
      const found = await world.deliveries.find(asked);
      return found && { ...found, unbelievable: 'it was edited' };
    };
    const engine = world.engine({}, { deliveries: { ...world.ports().deliveries, find } });
    expect(await engine.operations.replayDelivery({ ...caller, receipt })).toEqual({
      ok: false,
      error: {
        code: 'wrong_state',
        message: 'it cannot be believed (it was edited); let its sender send it again',
      },
    });
    expect(world.tables.events.get('system')).toBeUndefined();
  });

  it('is refused where it still cannot be used, where it is not dead, and where there is none; nothing is recorded', async () => {
    const { world, engine, of, deliver, only } = given();
    const replay = (receipt: string) => engine.operations.replayDelivery({ ...caller, receipt });
    const { receipt } = await world.deliveries.keepDead(dead('no JSON'));
    expect(await replay(receipt)).toEqual({
      ok: false,
      error: { code: 'wrong_state', message: 'it still cannot be used: the body is not JSON' },
    });
    await deliver(of('poison'));
    const waiting = (await only())?.receipt ?? '';
    expect(await replay(waiting)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/tried again/) },
    });
    expect(await replay('dlv_none')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(world.tables.events.get('system')).toBeUndefined();
  });
});

describe('an alert belongs to one incident', () => {
  it('also when it stands in two groups, and is resolved in either', async () => {
    const { incidents, deliver } = given();
    await deliver(anAlert('a', { groupKey: 'one' }));
    await deliver(anAlert('b', { groupKey: 'two' }), anAlert('a', { groupKey: 'two' }));
    expect(incidents().map(({ alerts }) => Object.keys(alerts))).toEqual([['a'], ['b']]);
    await deliver(anAlert('a', { groupKey: 'two', status: 'resolved' }), anAlert('b', { groupKey: 'two' }));
    expect(incidents().map(({ status }) => status)).toEqual(['resolved', 'open']);
  });

  it('also when it moves to another group', async () => {
    const { incidents, deliver } = given();
    await deliver(anAlert('a', { groupKey: 'one' }), anAlert('b', { groupKey: 'one' }));
    await deliver(anAlert('a', { groupKey: 'new' }), anAlert('b', { groupKey: 'new' }));
    expect(incidents()).toHaveLength(1);
    await deliver(
      anAlert('a', { groupKey: 'new', status: 'resolved' }),
      anAlert('b', { groupKey: 'new', status: 'resolved' }),
    );
    expect(incidents()).toMatchObject([{ status: 'resolved' }]);
  });
});

describe('the incident of a run that people started', () => {
  it.each([
    ['is resolved with its run', true, 'resolved'],
    ['stays open where its run failed', false, 'open'],
  ] as const)('%s', async (_, well, status) => {
    const { world, engine, incidents } = given();
    await engine.start();
    world.publish({ ...playbook('  - { id: a, uses: shell.run, with: { command: [x] } }'), name: 'by-hand' });
    const started = await engine.operations.startRun({ ...caller, playbook: 'by-hand', inputs: {}, incidentId: null });
    if (!started.ok) throw new Error(started.error.message);
    await world.deliver(engine);
    const call = world.held.take(started.value.run.runId, 'a');
    if (well) call.succeed(null);
    else call.fail({ class: 'invalid', code: 'x', message: 'it broke' });
    await world.deliver(engine);
    expect(incidents()).toMatchObject([{ status, kind: 'operation' }]);
  });
});
