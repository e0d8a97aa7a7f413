// Incidents on a whole engine in memory: merging, opening again, closing by itself, and where alerts go.
import { describe, expect, it } from 'vitest';
import { defaultIncidentRules } from '../../src/core/incident/rules.ts';
import { verifyChain } from '../../src/core/timeline/chain.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { EventStore } from '../../src/ports/ledger.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, playbook } from '../support/given/given.ts';
import { anAlert, minute } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const caller = { principal: principalOf(ana), cause: 'req_1' };

/** An engine, and what a test asks of it most. */
function given(world = new MemoryEngines()) {
  const engine = world.engine();
  const typesOf = (id: string) => world.tables.events.get(id)?.map(({ type }) => type) ?? [];
  const incidents = () => [...world.tables.incidents.values()].map(({ incident }) => incident);
  const deliver = async (...alerts: Parameters<typeof world.deliveries.put>[0]) => {
    world.deliveries.put(alerts);
    await engine.drainIntake();
    await world.deliver(engine);
  };
  const declare = async (title: string) => {
    const declared = await engine.operations.declare({ ...caller, title, severity: 3 });
    if (!declared.ok) throw new Error(declared.error.message);
    return declared.value.id;
  };
  return { world, engine, typesOf, incidents, deliver, declare };
}

type Given = ReturnType<typeof given>;

/** Two incidents of one alert group: the first was resolved while its alert fired, the second is open. */
async function twoOfOneGroup({ world, engine, deliver, incidents }: Given) {
  await deliver(anAlert('a'));
  const [first] = incidents();
  const incidentId = first?.id ?? '';
  await engine.operations.resolveIncident({ ...caller, incidentId, reason: 'over' });
  world.ms += minute;
  await deliver(anAlert('b'));
  const [, second] = incidents();
  return { first: incidentId, second: second?.id ?? '' };
}

describe('a merge', () => {
  it('is written into both streams, or into none when one of them has moved on', async () => {
    const { world, engine, typesOf, declare } = given();
    const [from, into] = [await declare('one'), await declare('two')];
    // Between the decision and the append somebody else writes into the one that ends.
    const overtaken: EventStore = {
      ...world.store,
      async appendTogether(changes) {
        if (typesOf(from).length === 1)
          await engine.operations.note({ ...caller, incidentId: from, text: 'wait a moment' });
        return world.store.appendTogether(changes);
      },
    };
    const other = world.engine({ worker: 'wrk_2' }, { events: overtaken });
    const answer = await other.operations.merge({ ...caller, incidentId: from, into });
    expect(answer).toMatchObject({ ok: true, value: { id: into, status: 'open' } });
    expect(typesOf(from)).toEqual(['incident.opened', 'note.added', 'incident.merged']);
    expect(typesOf(into)).toEqual(['incident.opened', 'incident.absorbed']);
    for (const id of [from, into])
      expect(await verifyChain(id, world.store.readStream(id), null)).toMatchObject({ outcome: 'ok' });
  });

  it('leaves both as they were when half of it is refused', async () => {
    const { engine, typesOf, declare } = given();
    const [from, into] = [await declare('one'), await declare('two')];
    await engine.operations.closeIncident({ ...caller, incidentId: into, reason: 'done' });
    const answer = await engine.operations.merge({ ...caller, incidentId: from, into });
    expect(answer).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
    expect(typesOf(from)).toEqual(['incident.opened']);
    expect(typesOf(into)).toEqual(['incident.opened', 'incident.closed']);
  });

  it('names both incidents when one of them is not there', async () => {
    const { engine, declare } = given();
    const from = await declare('one');
    expect(await engine.operations.merge({ ...caller, incidentId: from, into: 'inc_none' })).toEqual({
      ok: false,
      error: { code: 'not_found', message: `there is no incident ${from}, or none inc_none` },
    });
  });

  it('sends what the ended incident had on to the one that goes on', async () => {
    const { engine, deliver, declare, typesOf, incidents } = given();
    await deliver(anAlert('a'));
    const from = incidents()[0]?.id ?? '';
    const into = await declare('the cause');
    await engine.operations.merge({ ...caller, incidentId: from, into });
    await deliver(anAlert('a'), anAlert('b'));
    await deliver(anAlert('a', { status: 'resolved' }), anAlert('b', { status: 'resolved' }));
    expect(typesOf(into).slice(2)).toEqual([
      'alert.repeated',
      'alert.received',
      'severity.changed',
      'alert.resolved',
      'alert.resolved',
      'incident.resolved',
    ]);
    expect(typesOf(from).at(-1)).toBe('incident.merged');
  });

  it('opens the one again that the ended one stood in the way of', async () => {
    const all = given();
    const { first, second } = await twoOfOneGroup(all);
    const answer = await all.engine.operations.merge({ ...caller, incidentId: second, into: first });
    expect(answer).toMatchObject({ ok: true, value: { id: first, status: 'open' } });
    expect(all.incidents()).toMatchObject([{ status: 'open' }, { status: 'closed', mergedInto: { id: first } }]);
  });
});

describe('opening an incident again', () => {
  it('is refused while another of its alert group is open, which is named, and is done once that has ended', async () => {
    const all = given();
    const { operations } = all.engine;
    const { first, second } = await twoOfOneGroup(all);
    const reopen = () => operations.reopenIncident({ ...caller, incidentId: first, reason: 'it is back' });
    expect(await reopen()).toEqual({
      ok: false,
      error: {
        code: 'wrong_state',
        message: 'the alerts of this incident belong to #2, which is open; go on there, or resolve it first',
      },
    });
    expect(all.typesOf(first).at(-1)).toBe('incident.resolved');
    await operations.resolveIncident({ ...caller, incidentId: second, reason: 'over' });
    expect(await reopen()).toMatchObject({ ok: true, value: { status: 'open' } });
  });

  it('is refused too when the other one is opened at that very moment', async () => {
    const all = given();
    const { world } = all;
    await all.deliver(anAlert('a'));
    const incidentId = all.incidents()[0]?.id ?? '';
    await all.engine.operations.resolveIncident({ ...caller, incidentId, reason: 'over' });
    let raced = false;
    const overtaken: EventStore = {
      ...world.store,
      async append(change) {
        if (!raced) {
          raced = true;
          await all.deliver(anAlert('b', { startsAt: all.world.at }));
          await all.engine.operations.reopenIncident({ ...caller, incidentId, reason: 'no matter' });
        }
        return world.store.append(change);
      },
    };
    const other = world.engine({ worker: 'wrk_2' }, { events: overtaken });
    const answer = await other.operations.reopenIncident({ ...caller, incidentId, reason: 'it is back' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
  });

  it('by an alert that begins anew is left to the open one of its group, where the alert goes', async () => {
    const all = given();
    const { first, second } = await twoOfOneGroup(all);
    await all.deliver(anAlert('a', { startsAt: all.world.at }));
    expect(all.typesOf(first).at(-1)).toBe('incident.resolved');
    expect(all.typesOf(second)).toEqual(['incident.opened', 'alert.received', 'alert.received']);
    expect(all.world.errors).toEqual([]);
    await all.deliver(anAlert('a', { status: 'resolved' }), anAlert('b', { status: 'resolved' }));
    expect(all.incidents()).toMatchObject([{ status: 'resolved' }, { status: 'resolved' }]);
  });
});

describe('an incident that stays resolved', () => {
  const rules = { ...defaultIncidentRules, closeAfterMs: 60 * minute };
  const resolvedIn = async ({ engine, declare }: Pick<Given, 'declare'> & { readonly engine: Engine }) => {
    const incidentId = await declare('one');
    await engine.operations.resolveIncident({ ...caller, incidentId, reason: 'over' });
    return incidentId;
  };

  it('is closed by the look of the reconciler when its time has come, once, and not before', async () => {
    const { world, declare, typesOf } = given();
    const engine = world.engine({ rules });
    const id = await resolvedIn({ engine, declare });
    world.ms += 60 * minute - 1;
    await engine.reconcile();
    expect(typesOf(id).at(-1)).toBe('incident.resolved');
    world.ms += 1;
    await Promise.all([engine.reconcile(), world.engine({ rules, worker: 'wrk_2' }).reconcile()]);
    expect(typesOf(id)).toEqual(['incident.opened', 'incident.resolved', 'incident.closed']);
    expect(world.tables.incidentTimers.get(id)).toBeNull();
    const [closing] = world.tables.events.get(id)?.slice(-1) ?? [];
    expect(closing?.actor).toEqual({ kind: 'system', id: 'firebreak' });
  });

  it('goes on when it is opened again in time', async () => {
    const { world, declare, typesOf } = given();
    const engine = world.engine({ rules });
    const incidentId = await resolvedIn({ engine, declare });
    await engine.operations.reopenIncident({ ...caller, incidentId, reason: 'it is back' });
    world.ms += 600 * minute;
    await engine.reconcile();
    expect(typesOf(incidentId).at(-1)).toBe('incident.reopened');
  });

  it('stays where nothing closes by itself', async () => {
    const { world, engine, declare, typesOf } = given();
    const id = await resolvedIn({ engine, declare });
    world.ms += 600_000 * minute;
    await engine.reconcile();
    expect(typesOf(id).at(-1)).toBe('incident.resolved');
  });
});

describe('a declaration that comes twice under one id', () => {
  it('makes one incident, with one number', async () => {
    const { engine, incidents, declare, typesOf } = given();
    const id = 'inc_00000000000000000000000777';
    const twice = { ...caller, title: 'checkout is slow', severity: 2, id };
    expect(await engine.operations.declare(twice)).toMatchObject({ ok: true, value: { id, number: 1 } });
    expect(await engine.operations.declare(twice)).toMatchObject({ ok: true, value: { id, number: 1 } });
    expect(typesOf(id)).toEqual(['incident.opened']);
    await declare('another');
    expect(incidents().map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('a run of an incident that is merged away', () => {
  it('goes on where it was started, and ends there', async () => {
    const { world, engine, deliver, declare, typesOf, incidents } = given();
    await engine.start();
    const restart = playbook(
      '  - { id: a, uses: shell.run, with: { command: [/bin/true] } }',
      'triggers: [{ source: alertmanager }]\n',
    );
    world.publish({ ...restart, name: 'restart' });
    await deliver(anAlert('a'));
    const from = incidents()[0]?.id ?? '';
    await engine.operations.merge({ ...caller, incidentId: from, into: await declare('the cause') });
    const [run] = [...world.tables.runs.values()];
    world.held.take(run?.state.runId ?? '', 'a').succeed(null);
    await world.deliver(engine);
    expect(typesOf(from).slice(-3)).toEqual(['incident.merged', 'step.succeeded', 'run.succeeded']);
  });
});
