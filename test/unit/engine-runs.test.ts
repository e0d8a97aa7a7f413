// Starting runs on a whole engine in memory: the same ids once, nothing told to those who may not, refusals in the log.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import type { Directory } from '../../src/ports/directory.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, ben, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const caller = { principal: principalOf(ana), cause: 'req_1' };
const act = '  - { id: a, uses: shell.run, with: { command: [/bin/true] } }';
const inputs =
  'inputs: { service: { type: string, required: true }, environment: { type: string, default: staging } }\n';

function world(): MemoryEngines {
  const made = new MemoryEngines();
  made.publish({ ...playbook(act), name: 'restart' });
  made.publish({ ...playbook(act, inputs), name: 'bound' });
  made.publish({ ...playbook(act, 'concurrency: { key: db }\n'), name: 'alone' });
  return made;
}

describe('a start with ids of its own', () => {
  const start = { ...caller, playbook: 'restart', inputs: {}, incidentId: null };
  const ids = { run: 'run_given', incident: 'inc_given' };

  it('is done once however often it is asked for, and answers the run that is there', async () => {
    const made = world();
    const engine = made.engine();
    await engine.start();
    const first = await engine.operations.startRun({ ...start, ids });
    expect(first).toMatchObject({ ok: true, value: { run: { runId: 'run_given' }, incident: { id: 'inc_given' } } });
    const again = await engine.operations.startRun({ ...start, ids });
    expect(again).toMatchObject({ ok: true, value: { run: { runId: 'run_given' }, incident: { id: 'inc_given' } } });
    await made.deliver(engine);
    expect(made.tables.events.get('inc_given')?.map(({ type }) => type)).toEqual([
      'incident.opened',
      'run.started',
      'step.started',
    ]);
  });

  it('is done once when it is asked for in two processes at the same moment', async () => {
    const made = world();
    const engines = [made.engine(), made.engine({ worker: 'wrk_2' })];
    const answers = await Promise.all(engines.map(({ operations }) => operations.startRun({ ...start, ids })));
    for (const answer of answers) expect(answer).toMatchObject({ ok: true, value: { run: { runId: 'run_given' } } });
    expect([...made.tables.runs.keys()]).toEqual(['run_given']);
    expect([...made.tables.incidents.keys()]).toEqual(['inc_given']);
  });

  it('is answered after its playbook is gone', async () => {
    const made = world();
    const engine = made.engine();
    await engine.operations.startRun({ ...start, ids });
    made.books.delete('restart');
    expect(await engine.operations.startRun({ ...start, ids })).toMatchObject({ ok: true });
    expect(await engine.operations.startRun(start)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('goes into the incident that is named', async () => {
    const made = world();
    const { operations } = made.engine();
    const declared = await operations.declare({ ...caller, title: 'one', severity: 2 });
    const incidentId = declared.ok ? declared.value.id : '';
    await operations.startRun({ ...start, incidentId, ids });
    await operations.startRun({ ...start, incidentId, ids });
    expect([...made.tables.incidents.keys()]).toEqual([incidentId]);
    expect([...made.tables.runs.keys()]).toEqual(['run_given']);
  });
});

describe('work in a closed incident', () => {
  async function closed() {
    const made = world();
    const { operations } = made.engine();
    const started = await operations.startRun({ ...caller, playbook: 'restart', inputs: {}, incidentId: null });
    if (!started.ok) throw new Error(started.error.message);
    const { incident, run } = started.value;
    await operations.orderRun({ ...caller, runId: run.runId, order: 'cancel' });
    const close = () => operations.closeIncident({ ...caller, incidentId: incident.id, reason: 'over' });
    return { made, operations, incidentId: incident.id, runId: run.runId, close };
  }
  const refusal = { ok: false, error: { code: 'wrong_state', message: 'incident #1 is closed; reopen it first' } };

  it('is not started, played or begun again, and is once it is open again; what is resolved takes work', async () => {
    const { made, operations, incidentId, runId, close } = await closed();
    const start = { ...caller, playbook: 'restart', inputs: {}, incidentId };
    await operations.resolveIncident({ ...caller, incidentId, reason: 'over' });
    expect(await operations.dryRun(start)).toMatchObject({ ok: true });
    await close();
    expect(await operations.startRun(start)).toMatchObject(refusal);
    expect(await operations.dryRun(start)).toMatchObject(refusal);
    expect(await operations.orderRun({ ...caller, runId, order: 'retry' })).toMatchObject(refusal);
    expect(await operations.orderRun({ ...caller, runId, order: 'compensate' })).toMatchObject(refusal);
    expect(made.tables.runs.size).toBe(1);
    await operations.reopenIncident({ ...caller, incidentId, reason: 'once more' });
    expect(await operations.startRun(start)).toMatchObject({ ok: true });
  });

  it('is answered as before where the start was taken before the end', async () => {
    const { operations, incidentId, close } = await closed();
    const start = { ...caller, playbook: 'restart', inputs: {}, incidentId, ids: { run: 'run_2', incident: 'inc_2' } };
    await operations.startRun(start);
    await close();
    expect(await operations.startRun(start)).toMatchObject({ ok: true, value: { run: { runId: 'run_2' } } });
  });
});

describe('a start', () => {
  const roles: Directory = {
    belongsTo: async (principal, names) =>
      names.filter((name) => name === '@sre' && principal.type === 'person' && principal.id === ana.id),
    members: async () => [],
    standing: async () => 'active',
  };
  const access = Access.parse({
    view: 'everyone',
    start: [{ who: ['@sre'], playbooks: ['bound'], environments: ['staging'] }],
  });
  const bound = () => {
    const made = world();
    return { made, ...made.engine({ access }, { directory: () => roles }) };
  };
  const ask = { ...caller, playbook: 'bound', inputs: { service: 'cart' }, incidentId: null };

  it('is judged by the inputs that the run would have, defaults included', async () => {
    const { operations } = bound();
    expect(await operations.startRun(ask)).toMatchObject({ ok: true });
    const elsewhere = { ...ask, inputs: { service: 'cart', environment: 'production' } };
    expect(await operations.startRun(elsewhere)).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
  });

  it('tells those who may not start it nothing of what it takes or of what there is', async () => {
    const { made, operations } = bound();
    const stranger = { ...ask, principal: principalOf(ben) };
    const asks = [
      stranger,
      { ...stranger, inputs: {} },
      { ...stranger, incidentId: 'inc_none' },
      { ...stranger, playbook: 'no' },
    ];
    for (const asked of asks)
      expect(await operations.startRun(asked)).toMatchObject({
        ok: false,
        error: { code: 'not_allowed', right: 'start' },
      });
    expect(made.tables.incidents.size).toBe(0);
    expect(made.logged).toHaveLength(asks.length);
    expect(made.logged[0]).toMatchObject({ command: 'start_run', right: 'start', by: 'ben', code: 'not_allowed' });
  });

  it('tells those who may start it what is wrong', async () => {
    const { operations } = bound();
    expect(await operations.startRun({ ...ask, inputs: { environment: 'staging' } })).toMatchObject({
      ok: false,
      error: { code: 'invalid', faults: [{ path: 'inputs.service' }] },
    });
    expect(await operations.startRun({ ...ask, incidentId: 'inc_none' })).toEqual({
      ok: false,
      error: { code: 'not_found', message: 'there is no incident inc_none' },
    });
  });

  it('queues where another run holds its key, and is admitted when that one has ended', async () => {
    const made = world();
    const engine = made.engine();
    await engine.start();
    const alone = { ...ask, playbook: 'alone', inputs: {} };
    const [first, second] = [await engine.operations.startRun(alone), await engine.operations.startRun(alone)];
    if (!first.ok || !second.ok) throw new Error('not started');
    await made.deliver(engine);
    const status = (runId: string) => made.tables.runs.get(runId)?.state.status;
    expect([status(first.value.run.runId), status(second.value.run.runId)]).toEqual(['running', 'queued']);
    made.held.take(first.value.run.runId, 'a').succeed(null);
    await made.deliver(engine);
    expect([status(first.value.run.runId), status(second.value.run.runId)]).toEqual(['succeeded', 'running']);
    expect(made.logged).toEqual([]);
  });
});
