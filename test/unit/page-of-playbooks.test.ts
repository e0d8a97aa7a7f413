// What the pages of playbooks and runs make of the API's answers: typed inputs, the register in words, the graph of a run.
import { describe, expect, it } from 'vitest';
import type { ApiFrameStep } from '../../src/contract/frame.ts';
import type { ApiPlaybook } from '../../src/contract/playbook.ts';
import { gapsOf } from '../../src/http/api/register.ts';
import { faultyInputs, inputFault, inputsOf } from '../../src/web/model/inputs.ts';
import { readPlaybookSearch } from '../../src/web/model/playbook-search.ts';
import { approvalWords, isKept, keptWords, triggerWords } from '../../src/web/model/playbook-words.ts';
import { boxText, runGraph, shapeOf } from '../../src/web/model/run-graph.ts';
import { placeBoxes } from '../../src/web/pages/run/graph-layout.ts';
import { playbook } from '../support/given/given.ts';

type Input = ApiPlaybook['inputs'][string];
const input = (change: Partial<Input>): Input => ({
  ...{ type: 'string', description: '', from: null, default: null, required: true, pattern: null, enum: null },
  ...change,
});

describe('inputs that somebody types', () => {
  const inputs = {
    host: input({ pattern: '^db-' }),
    count: input({ type: 'number', default: 2 }),
    force: input({ type: 'boolean', required: false }),
    zone: input({ enum: ['eu', 'us'], default: 'eu' }),
  };

  it('are given as their types want them, and left out where they are empty', () => {
    expect(inputsOf(inputs, { host: ' db-1 ', count: '3', force: 'true', zone: '' })).toEqual({
      host: 'db-1',
      count: 3,
      force: true,
    });
  });

  it('are refused in a sentence before the server sees them', () => {
    expect(faultyInputs(inputs, { host: 'web', count: 'many', zone: 'asia', force: 'perhaps' })).toEqual([
      'host',
      'count',
      'force',
      'zone',
    ]);
    expect(faultyInputs(inputs, {})).toEqual(['host']);
    expect(faultyInputs(inputs, { host: 'db-1' })).toEqual([]);
  });

  it('are left to the server where the browser cannot read the pattern', () => {
    expect(inputFault(input({ pattern: '(?P<a>x)' }), 'anything')).toBeNull();
  });
});

describe('a playbook in words', () => {
  const entry = { kept: { runs: 5, inTime: 4 }, sla: { completeWithinMs: 600_000, objective: 95 } };

  it('says what starts it, who is asked, and how the promise is kept', () => {
    expect(triggerWords({ source: '*', when: null })).toBe('Every alert of any source');
    const approval = {
      from: ['@sre'],
      quorum: 2,
      expiresInMs: 900_000,
      escalate: [],
      excludeRequester: false,
      stepUp: false,
      who: '2 of @sre',
      conditions: [],
      policy: null,
    };
    expect(approvalWords({ approval })).toBe('asks @sre, 2 of them, for up to 15 m');
    const thresholds = { ...approval, from: ['@sre', '@lead'], who: '2 of @sre and 1 of @lead' };
    expect(approvalWords({ approval: thresholds })).toBe('asks 2 of @sre and 1 of @lead, for up to 15 m');
    expect([keptWords(entry), isKept(entry)]).toEqual(['4 of 5 in 10 m', false]);
    expect([keptWords({ ...entry, kept: { runs: 0, inTime: 0 } }), isKept({ ...entry, sla: null })]).toEqual([
      '–',
      null,
    ]);
  });

  it('has its gaps named by the register: no promise, no success, nobody to ask', () => {
    const asking = playbook('  - { id: a, uses: approval, approval: { from: ["@nobody"] } }\n');
    const marks = {
      slo: null,
      kept: { runs: 0, inTime: 0 },
      lastRun: null,
      lastSuccess: null,
      lastDrill: null,
      undoProven: null,
    };
    expect(gapsOf(asking, marks, { traits: new Map(), roles: {} })).toEqual(
      expect.arrayContaining([
        'no SLA',
        'never succeeded',
        'no drill within 90 days',
        'nobody is configured as @nobody',
      ]),
    );
    const sla = { completeWithinMs: 1000, objective: 99 };
    const missed = { ...marks, kept: { runs: 3, inTime: 2 } };
    expect(gapsOf({ ...asking, sla }, missed, { traits: new Map(), roles: { nobody: {} as never } })).toContain(
      'SLA missed: 66 % in time over 30 days, promised 99 %',
    );
  });

  it('has it named as a gap that its last drill failed, and that undoing the version in force is not proven', () => {
    const undone = playbook(
      '  - { id: a, uses: shell.run, with: {command: [x]}, compensate: { uses: shell.run, with: {command: [y]} } }\n',
    );
    const run = {
      runId: 'run_1',
      at: '2026-03-01T00:00:00.000Z',
      status: 'compensation_failed',
      version: '1.0.0',
    } as const;
    const drill = (outcome: 'passed' | 'failed') => ({ ...run, outcome });
    const marks = { slo: null, kept: { runs: 0, inTime: 0 }, lastRun: null, lastSuccess: null };
    const gaps = (lastDrill: ReturnType<typeof drill>, undoProven: ReturnType<typeof drill> | null) =>
      gapsOf(undone, { ...marks, lastDrill, undoProven }, { traits: new Map(), roles: {} });
    const named = ['the last drill failed', 'undoing 1.0.0 is not proven by a drill within 90 days'];
    expect(gaps(drill('failed'), null)).toEqual(expect.arrayContaining(named));
    for (const gap of named) expect(gaps(drill('passed'), drill('passed'))).not.toContain(gap);
  });

  it('is found by an address that names two versions, and by nothing that is no digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(readPlaybookSearch({ tab: 'source', from: digest, to: 'x', run: 'now' })).toEqual({
      ...{ tab: 'source', from: digest, to: undefined, run: undefined },
    });
  });
});

describe('the graph of a run', () => {
  const step = (key: string, change: Partial<ApiFrameStep> = {}): ApiFrameStep => ({
    ...{ key, name: key, part: 'steps', needs: [], undoes: null, state: 'next', word: 'Next', about: '', attempts: 0 },
    ...{ items: null, runs: [], spans: [], omittedSpans: 0 },
    ...change,
  });
  const span = {
    state: 'running',
    from: '2026-05-01T12:00:00Z',
    to: '2026-05-01T12:00:03Z',
    attempt: 1,
    whoseTurn: null,
  } as const;
  const steps = [
    step('look', { state: 'done', spans: [span] }),
    step('ask', { needs: ['look', 'gone'] }),
    step('act', { needs: ['ask'] }),
    step('act~undo', { part: 'undo', undoes: 'act', state: 'undone' }),
  ];
  const model = runGraph(steps, Date.parse('2026-05-01T13:00:00Z'));

  it('has a box for each step with its undo in it, and lines only between steps that are there', () => {
    expect(model.boxes.map(({ key, undo }) => [key, undo?.key ?? null])).toEqual([
      ['look', null],
      ['ask', null],
      ['act', 'act~undo'],
    ]);
    expect(model.lines).toEqual([
      { from: 'look', to: 'ask', isOpen: true },
      { from: 'ask', to: 'act', isOpen: false },
    ]);
  });

  it('is said in sentences to those who do not see it', () => {
    const names = new Map(model.boxes.map(({ key, name }) => [key, name]));
    expect(model.boxes.map((box) => boxText(box, names))).toEqual([
      'look: done for 3 s',
      'ask: next, after look',
      'act: next, after ask; its undo: undone',
    ]);
  });

  it.each([
    ['across', 'x'],
    ['down', 'y'],
  ] as const)('places each step after what it needs, %s', (direction, axis) => {
    const { corners } = placeBoxes(shapeOf(model), direction);
    const at = (key: string) => corners.get(key)?.[axis] ?? Number.NaN;
    expect([at('look') < at('ask'), at('ask') < at('act')]).toEqual([true, true]);
  });
});
