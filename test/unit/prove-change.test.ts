// A step that somebody approved starts only if the chained events themselves say that it was approved; a person's order is carried out
// only on a state that they lead to.
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import { startedEvent } from '../../src/core/run/started.ts';
import { emptySystem } from '../../src/core/system/state.ts';
import { RecordFaultError } from '../../src/core/timeline/record-fault.ts';
import { proveChange } from '../../src/engine/record/prove-change.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const steps = `
  - id: act
    uses: shell.run
    with: { command: [/bin/true] }
    risk: high
    approval: { from: ["@sre"], expiresIn: 10m }
`;

/** A stream whose run waits for an approval, and the change that starts the step; `granted`: the events have the approval. */
function given(granted: boolean) {
  const story = new Story(playbook(steps));
  const book = story.book;
  story.when({ type: 'advance' });
  const requested = story.events.length;
  story.approve(ana);
  const approved = story.events.length;
  story.when({ type: 'advance' });
  const incident = {
    type: 'incident.opened' as const,
    actor: ana,
    data: { number: 1, title: 't', severity: 1, groupKey: null },
  };
  const opening = changeFrom({ incidentId: 'inc_1', before: null, events: [incident], at: start });
  const started = startedEvent({
    ...{ runId: story.state.runId, incident: opening.incident, playbook: book, trigger: { type: 'manual' as const } },
    ...{ inputs: {}, alert: null, actor: ana, at: start, env: {} },
  });
  const known = changeFrom({
    incidentId: 'inc_1',
    before: { incident: opening.incident, head: opening.head },
    playbooks: [book],
    events: [started, ...story.events.slice(0, granted ? approved : requested)],
    at: start,
  });
  const before = granted ? [] : story.events.slice(requested, approved);
  const [run] = known.runs;
  if (!run) throw new Error('no run was started');
  // The forged state: as if the approval had been granted.
  const forged = changeFrom({
    ...{ incidentId: 'inc_1', before: { incident: known.incident, head: known.head }, runs: [run.state] },
    ...{ playbooks: [book], events: before.length === 0 ? story.events.slice(approved) : before, at: start },
  });
  const [believed] = forged.runs;
  if (!believed) throw new Error('no run was changed');
  const change =
    before.length === 0
      ? forged
      : changeFrom({
          ...{ incidentId: 'inc_1', before: { incident: known.incident, head: known.head }, runs: [believed.state] },
          ...{ playbooks: [book], events: story.events.slice(approved), at: start },
        });
  const events: readonly StoredEvent[] = [...opening.events, ...known.events];
  const store = {
    async *readStream() {
      yield* events;
    },
  };
  return { change, parts: { store, systemStream: { load: async () => ({ state: emptySystem, head: null }) } } };
}

describe('the start of a step that needs an approval', () => {
  it('is appended where the events have the approval', async () => {
    const { change, parts } = given(true);
    expect(change.events.map(({ type }) => type)).toContain('step.started');
    await expect(proveChange(parts, change, false)).resolves.toBeUndefined();
  });

  it('is refused where only the state has it', async () => {
    const { change, parts } = given(false);
    expect(change.events.map(({ type }) => type)).toContain('step.started');
    await expect(proveChange(parts, change, false)).rejects.toThrow(RecordFaultError);
  });
});

describe("a person's order", () => {
  const caller = { principal: principalOf(ana), cause: 'req_1' };

  async function incidentOf(made: MemoryEngines) {
    const engine = made.engine();
    const declared = await engine.operations.declare({ ...caller, title: 'the core network', severity: 2 });
    if (!declared.ok) throw new Error(declared.error.message);
    return { engine, id: declared.value.id };
  }

  it('changes an incident whose state is what its events lead to', async () => {
    const made = new MemoryEngines();
    const { engine, id } = await incidentOf(made);
    expect((await engine.operations.note({ ...caller, incidentId: id, text: 'seen' })).ok).toBe(true);
  });

  it('is refused as a fault of the record where the state is another, though a digest may vouch for it', async () => {
    const made = new MemoryEngines();
    const { engine, id } = await incidentOf(made);
    const stored = made.tables.incidents.get(id);
    if (!stored) throw new Error('no incident is stored');
    made.tables.incidents.set(id, { ...stored, incident: { ...stored.incident, severity: 4 } });
    const noted = await engine.operations.note({ ...caller, incidentId: id, text: 'seen' });
    expect(noted).toMatchObject({ ok: false, error: { code: 'record_fault' } });
  });

  it('to all of Firebreak is refused where its state is not what its events lead to', async () => {
    const made = new MemoryEngines();
    made.publish({ ...playbook(steps), name: 'act' });
    const engine = made.engine();
    expect((await engine.operations.halt({ ...caller, scope: '*', reason: 'it is read' })).ok).toBe(true);
    const stored = made.tables.system;
    if (!stored) throw new Error('nothing is stored of the system');
    made.tables.system = { ...stored, state: { ...stored.state, switches: {} } };
    const halted = await engine.operations.halt({ ...caller, scope: 'act', reason: 'it is read' });
    expect(halted).toMatchObject({ ok: false, error: { code: 'record_fault' } });
  });
});
