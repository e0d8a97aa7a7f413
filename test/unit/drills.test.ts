// Drills: they ask for what any run asks for, act on what the playbook names for them alone, are undone, and are judged by what they showed.
import { describe, expect, it } from 'vitest';
import { readPlaybook } from '../../src/core/playbook/compile.ts';
import { isDrill } from '../../src/core/run/drill.ts';
import { provesUndo } from '../../src/core/run/drill-record.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ScheduleStory } from '../support/engine/schedule-story.ts';
import { actions, ana, ben, playbook, Story } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const undoable = `${shell}, compensate: { ${shell} }`;
const drill = 'inputs: { host: { type: string, default: live-1 } }\ndrill: { inputs: { host: drill-1 } }\n';
const asked = 'risk: high, approval: { from: ["@sre"], expiresIn: 10m }';
const trigger = { type: 'manual', drill: true } as const;
const look = { type: 'advance' } as const;

/** A drill of these steps that has begun. */
function begun(steps: string, rest = drill): Story {
  const story = new Story(playbook(steps, rest), { trigger });
  story.when(look);
  return story;
}
const resultOf = ({ events }: Story) => events.find(({ type }) => type.startsWith('drill.'));

describe('A drill', () => {
  it('is undone once its run has succeeded, in the same decision, and has passed when all is undone', () => {
    const story = begun(`  - { id: a, ${undoable} }\n  - { id: b, ${shell} }`);
    story.succeed('a');
    story.when(look);
    story.later(5000);
    expect(story.succeed('b')).toEqual([
      'step.succeeded b',
      'run.succeeded',
      'run.compensation_started',
      'step.started a~undo',
    ]);
    story.later(2000);
    expect(story.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.compensated', 'drill.passed']);
    expect(resultOf(story)?.data).toMatchObject({ runMs: 5000, undoMs: 2000, undone: ['a'], approvals: [] });
    expect(provesUndo(story.state)).toBe(true);
  });

  it('asks people as any run does, and says how long they took', () => {
    const story = begun(`  - { id: a, ${asked}, ${undoable} }`);
    expect(story.state.nodes['a']?.status).toBe('awaiting_approval');
    story.later(60_000).approve(ben);
    story.when(look);
    story.succeed('a');
    story.succeed('a~undo');
    expect(resultOf(story)).toMatchObject({
      type: 'drill.passed',
      data: { approvals: [{ step: 'a', waitedMs: 60_000 }] },
    });
  });

  it('has failed when nobody answers in time', () => {
    const story = begun(`  - { id: a, ${asked}, ${undoable} }`);
    story.later(11 * 60_000);
    expect(story.when(look)).toContain('drill.failed');
    expect(story.state.drill).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('nobody decided') });
  });

  it('proves nothing when undoing it fails, whatever is mended afterwards', () => {
    const story = begun(`  - { id: a, ${undoable} }`);
    story.succeed('a');
    expect(story.fail('a~undo', 'invalid')).toEqual([
      'step.failed a~undo',
      'run.compensation_failed a~undo',
      'drill.failed',
    ]);
    expect(resultOf(story)?.data).toMatchObject({ reason: expect.stringMatching(/^undoing it did not succeed: /) });
    story.order('retry');
    story.when(look);
    expect(story.succeed('a~undo')).toEqual(['step.succeeded a~undo', 'run.compensated']);
    expect(provesUndo(story.state)).toBe(false);
  });

  it('proves nothing of undoing when a person says that it was undone', () => {
    const story = begun(`  - { id: a, ${shell}, compensate: { ${shell}, replay: ask } }`);
    story.succeed('a');
    story.fail('a~undo', 'unknown_outcome');
    story.order('done');
    expect(story.state.status).toBe('compensated');
    expect(story.state.drill).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('a~undo') });
  });

  it('proves nothing when it is undone before it has succeeded', () => {
    const story = begun(`  - { id: a, ${undoable} }\n  - { id: b, ${shell}, onFailure: compensate }`);
    story.succeed('a');
    story.when(look);
    story.fail('b', 'invalid');
    expect(story.succeed('a~undo')).toContain('drill.failed');
  });

  it('passes without proof of undoing where there is nothing to undo, or the playbook does not want it', () => {
    const plain = begun(`  - { id: a, ${shell} }`);
    expect(plain.succeed('a')).toEqual(['step.succeeded a', 'run.succeeded', 'drill.passed']);
    const kept = begun(`  - { id: a, ${undoable} }`, drill.replace('drill-1 }', 'drill-1 }, undo: false'));
    expect(kept.succeed('a')).toEqual(['step.succeeded a', 'run.succeeded', 'drill.passed']);
    for (const story of [plain, kept]) expect(provesUndo(story.state)).toBe(false);
  });

  it('is told from runs that are meant, which nothing undoes and nothing judges', () => {
    const meant = new Story(playbook(`  - { id: a, ${undoable} }`, drill));
    meant.when(look);
    expect(meant.succeed('a')).toEqual(['step.succeeded a', 'run.succeeded']);
    const byReason = new Story(playbook(`  - { id: a, ${undoable} }`), {
      trigger: { type: 'manual', reason: 'drill: monthly' },
    });
    byReason.when(look);
    expect(byReason.succeed('a')).toEqual(['step.succeeded a', 'run.succeeded']);
    expect([meant, byReason].map(({ state }) => isDrill(state))).toEqual([false, true]);
  });

  it('marks the runs that it calls', () => {
    const story = new Story(playbook('  - { id: a, uses: playbook, with: { playbook: inner } }', drill), { trigger });
    story.library = () => playbook(`  - { id: i, ${shell} }`);
    story.when(look);
    expect(story.others).toMatchObject([{ type: 'run.started', data: { trigger: { type: 'run', drill: true } } }]);
  });
});

describe('`drill:` of a playbook', () => {
  const faultsOf = (rest: string, steps = `  - { id: a, ${shell} }`) =>
    readPlaybook(
      `apiVersion: firebreak/v1\nname: t\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: e }\n${rest}steps:\n${steps}\n`,
      't.yaml',
      actions,
    ).faults.map(({ message }) => message);

  it('names every input, because a default is what the playbook acts on when it is meant', () => {
    const input = 'inputs: { host: { type: string, default: live-1 } }\n';
    expect(faultsOf(`${input}drill: {}\n`)).toEqual([expect.stringContaining('write `host` under `inputs:`')]);
    expect(faultsOf(`${input}drill: { inputs: { host: drill-1 } }\n`)).toEqual([]);
    expect(faultsOf(`${input}drill: { inputs: { host: [7] } }\n`)).toEqual([expect.stringContaining('inputs.host')]);
    expect(faultsOf(`${input}drill: { inputs: { host: d, hots: d } }\n`)).toEqual([expect.stringContaining('hots')]);
  });

  it('is refused where steps of high risk would act on the same as ever', () => {
    expect(faultsOf('drill: {}\n', `  - { id: a, ${asked}, ${shell} }`)).toEqual([
      expect.stringContaining('give the playbook an input'),
    ]);
  });

  it('is what the drills of a schedule go by, with no inputs of their own', () => {
    const on = (rest: string) => `schedule:\n  - { cron: "@weekly", drill: true${rest} }\n`;
    expect(faultsOf(on(''))).toEqual([expect.stringContaining('has no `drill:`')]);
    expect(faultsOf(drill + on(''))).toEqual([]);
    expect(faultsOf(drill + on(', inputs: { host: live-1 }'))).toEqual([expect.stringContaining('no others')]);
  });
});

const hourly = `  - { cron: "0 * * * *" }\n`;
const caller = { principal: principalOf(ana), cause: 'req_1' };

async function engineWith(steps: string, rest = drill) {
  const world = new MemoryEngines();
  world.publish({ ...playbook(steps, rest), name: 'move' });
  const engine = world.engine();
  await engine.start();
  const drilled = await engine.operations.startDrill({ ...caller, playbook: 'move' });
  await world.deliver(engine);
  const end = async (step: string, how: 'succeed' | 'fail') => {
    if (!drilled.ok) throw new Error(drilled.error.message);
    const call = world.held.take(drilled.value.run.runId, step);
    if (how === 'succeed') call.succeed(null);
    else call.fail({ class: 'invalid', code: 'test', message: 'it went wrong' });
    await world.deliver(engine);
  };
  const incidents = () => [...world.tables.incidents.values()].map(({ incident }) => incident);
  return { world, engine, drilled, end, incidents };
}

describe('An engine', () => {
  it('drills with the inputs that the playbook gives for it, in an operation of its own that ends with it', async () => {
    const { drilled, end, incidents, world } = await engineWith(`  - { id: a, ${undoable} }`);
    expect(drilled).toMatchObject({ ok: true, value: { run: { inputs: { host: 'drill-1' }, trigger } } });
    await end('a', 'succeed');
    await end('a~undo', 'succeed');
    expect(incidents()).toMatchObject([{ kind: 'operation', title: 'Drill of move', status: 'resolved' }]);
    expect(world.errors).toEqual([]);
  });

  it('opens an incident that is no drill, once, for a drill that failed', async () => {
    const { drilled, end, incidents, engine, world } = await engineWith(`  - { id: a, ${undoable} }`);
    await end('a', 'succeed');
    await end('a~undo', 'fail');
    expect(incidents()).toMatchObject([
      { title: 'Drill of move' },
      {
        title: expect.stringMatching(/^Drill of move failed: undoing it did not succeed/),
        severity: 4,
        status: 'open',
      },
    ]);
    expect(incidents()[1]?.kind).not.toBe('operation');
    if (!drilled.ok) return;
    const { runId } = drilled.value.run;
    await engine.operations.orderRun({ ...caller, runId, order: 'retry' });
    await world.deliver(engine);
    await end('a~undo', 'fail');
    expect(incidents()).toHaveLength(2);
  });

  it('drills no playbook that does not say with what', async () => {
    const { drilled, incidents } = await engineWith(`  - { id: a, ${shell} }`, '');
    expect(drilled).toMatchObject({
      ok: false,
      error: { code: 'wrong_state', message: expect.stringContaining('`drill:`') },
    });
    expect(incidents()).toEqual([]);
  });

  it('starts the drills of a schedule as drills', async () => {
    const story = new ScheduleStory(hourly);
    story.publish(`  - { cron: "0 * * * *", drill: true }\n`, 'nightly', drill);
    await story.at('2026-03-02T00:10:00Z');
    await story.at('2026-03-02T01:00:01Z');
    const [run] = [...story.world.tables.runs.values()];
    expect(run?.state).toMatchObject({ trigger: { type: 'schedule', drill: true }, inputs: { host: 'drill-1' } });
  });
});
