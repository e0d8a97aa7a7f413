// Which runs are stuck: by the usual time of their state, by their SLA, or by two hours; who can unblock them, and with what.
import { describe, expect, it } from 'vitest';
import { sloChecks, stuckChecks } from '../../src/cli/doctor/stuck.ts';
import { stuckText } from '../../src/cli/runs/stuck.ts';
import { standingOf } from '../../src/core/run/standing.ts';
import { type StuckQuestion, slaOf, stuckAfterMs, stuckAtLeastMs, stuckStates } from '../../src/core/run/stuck.ts';
import { minForUsual, usualKey, usualTimesOf } from '../../src/core/run/usual.ts';
import { addMs } from '../../src/core/time.ts';
import { createStuckJudge } from '../../src/engine/runs/look-for-stuck.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const one = (rest = '') => playbook(`  - { id: a, ${shell} }`, rest);
const asking = (rest = '') => playbook(`  - { id: a, ${shell}, approval: { from: ["@sre"], expiresIn: 8h } }`, rest);
const minute = 60_000;
const hour = 60 * minute;
const workers = [{ pool: 'default', actions: ['shell.run', 'wait'] }];

function stuck(run: Story, change: Partial<StuckQuestion> = {}) {
  const { state, book, at } = run;
  const { waitingFor: waits } = standingOf(state, book, { at, incident: 'open', switches: [], workers });
  return stuckStates({ run: state, waits, slaMs: slaOf(book), usual: new Map(), at, ...change });
}

const usually = (state: 'step' | 'approval', medianMs: number) =>
  new Map([[usualKey(state, 'a'), { medianMs, n: minForUsual }]]);

describe('a run is stuck', () => {
  it('after two hours in one state where nothing says how long it usually takes', () => {
    const run = new Story(one());
    run.when(look);
    run.later(stuckAfterMs);
    expect(stuck(run)).toEqual([]);
    run.later(1);
    expect(stuck(run)).toMatchObject([{ kind: 'worker', step: 'a', because: 'unknown', limitMs: stuckAfterMs }]);
  });

  it('after twice the usual time of its step', () => {
    const run = new Story(one());
    run.when(look);
    run.later(6 * minute);
    const usual = usually('step', 3 * minute);
    expect(stuck(run, { usual })).toEqual([]);
    run.later(1);
    expect(stuck(run, { usual })).toMatchObject([{ because: 'usual', limitMs: 6 * minute, ageMs: 6 * minute + 1 }]);
  });

  it('never within a minute, however quick its step usually is', () => {
    const run = new Story(one());
    run.when(look);
    run.later(stuckAtLeastMs);
    expect(stuck(run, { usual: usually('step', 100) })).toEqual([]);
    run.later(1);
    expect(stuck(run, { usual: usually('step', 100) })).toHaveLength(1);
  });

  it('when its SLA is over, even where its step usually takes longer', () => {
    const run = new Story(one('sla: { completeWithin: 10m }\n'));
    run.when(look);
    run.later(10 * minute + 1);
    expect(stuck(run, { usual: usually('step', hour) })).toMatchObject([{ step: 'a', because: 'sla' }]);
  });

  it('as a whole when it is overdue and no state of its own is too old', () => {
    const run = new Story(
      playbook(`  - { id: a, ${shell} }\n  - { id: b, ${shell} }`, 'sla: { completeWithin: 10m }\n'),
    );
    run.when(look);
    run.later(9 * minute).succeed('a');
    run.when(look);
    run.later(2 * minute);
    expect(stuck(run)).toMatchObject([{ kind: 'overdue', step: null, because: 'sla' }]);
  });

  it('not while a timer of its own runs, and after it is over', () => {
    const run = new Story(playbook('  - { id: a, uses: wait, with: { for: 6h } }'));
    run.when(look);
    const waits = [
      {
        step: 'a',
        kind: 'timer' as const,
        since: start,
        until: addMs(start, 6 * hour),
        what: 'the timer of a',
        who: [],
      },
    ];
    expect(stuck(run, { waits, at: addMs(start, 5 * hour) })).toEqual([]);
    expect(stuck(run, { waits, at: addMs(start, 6 * hour + stuckAtLeastMs + 1) })).toMatchObject([
      { because: 'timer' },
    ]);
  });

  it('at a request that takes twice as long as people usually do, with how to remind and whom to ask instead', () => {
    const run = new Story(asking());
    run.when(look);
    run.later(11 * minute);
    const [request] = Object.keys(run.state.approvals);
    expect(stuck(run, { usual: usually('approval', 5 * minute) })).toMatchObject([
      {
        ...{ kind: 'approval', who: ['@sre'] },
        help: [
          `firebreak approvals remind ${request}`,
          `firebreak approvals delegate ${request} <who>`,
          `firebreak approve ${request}`,
        ],
      },
    ]);
    // How long the step itself takes says nothing of how long people do.
    expect(stuck(run, { usual: usually('step', minute) })).toEqual([]);
  });

  it('at a step of unknown outcome, with done, retry and cancel', () => {
    const run = new Story(one());
    run.when(look);
    run.fail('a', 'unknown_outcome');
    run.later(3 * hour);
    const { runId } = run.state;
    expect(stuck(run)[0]?.help).toEqual([
      `firebreak done ${runId} --step a`,
      `firebreak retry ${runId} --step a`,
      `firebreak cancel ${runId}`,
    ]);
  });

  it('never once it has ended', () => {
    const run = new Story(one());
    run.when(look);
    run.succeed('a');
    run.later(100 * hour);
    expect(stuck(run)).toEqual([]);
  });
});

describe('the usual time of a state', () => {
  const ranFor = (stepMs: number) => {
    const run = new Story(one());
    run.when(look);
    run.later(stepMs).succeed('a');
    return run.state;
  };

  it('is the median over runs that succeeded', () => {
    const times = usualTimesOf([1, 2, 3, 4, 100].map((n) => ranFor(n * 1000)));
    expect(times.get(usualKey('step', 'a'))).toEqual({ medianMs: 3000, n: 5 });
  });

  it('is not known of fewer than five', () => {
    expect(usualTimesOf([1, 2, 3, 4].map((n) => ranFor(n * 1000))).size).toBe(0);
  });

  it('of a request is what people took, apart from what the step took', () => {
    const runs = [1, 2, 3, 4, 5].map((n) => {
      const run = new Story(asking());
      run.when(look);
      run.later(n * minute).approve(ana);
      run.when(look);
      run.later(1000).succeed('a');
      return run.state;
    });
    const times = usualTimesOf(runs);
    expect(times.get(usualKey('approval', 'a'))).toEqual({ medianMs: 3 * minute, n: 5 });
    expect(times.get(usualKey('step', 'a'))).toEqual({ medianMs: 1000, n: 5 });
  });

  it('of the items of a step is one', () => {
    expect(usualKey('step', 'a#7')).toBe(usualKey('step', 'a'));
    expect(usualKey('step', 'a~undo')).not.toBe(usualKey('step', 'a'));
  });
});

describe('what is stuck, as it is told', () => {
  const book = one('runbook: https://wiki.example/restart\n');
  const run = new Story(book);
  run.when(look);
  run.later(3 * hour);
  const shown = {
    ...run.state,
    ...standingOf(run.state, book, { at: run.at, incident: 'open', switches: [], workers }),
    ...{ id: run.state.runId, steps: [], wakeAt: null, updatedAt: start, traceUrl: null },
  };
  const asked: unknown[] = [];
  const { look: lookForStuck } = createStuckJudge({
    reads: {
      async open(given) {
        asked.push(given.seen);
        return [{ state: run.state, incident: 'open', wakeAt: null, updatedAt: start }];
      },
      succeeded: async () => [],
    },
    show: async () => [shown],
    versions: { byDigest: async () => book },
    catalog: { byName: () => book },
    runtime: { nowMs: () => Date.parse(run.at), monotonicMs: () => 0 },
  });

  it('has the runbook, the escalation and the incident with it, and asks only for what the viewer may know of', async () => {
    expect(await lookForStuck({ seen: ['inc_secret'] })).toMatchObject({
      items: [
        { runbook: 'https://wiki.example/restart', escalation: '@lead', incident: { number: 1 }, playbook: 'test' },
      ],
      cut: false,
    });
    expect(asked).toEqual([['inc_secret']]);
  });

  it('says in text what it waits for, since when, who and what can be done', async () => {
    const { items } = await lookForStuck({ seen: [] });
    const text = stuckText({ items });
    expect(text).toContain('waits for w1 to finish a');
    expect(text).toContain('more than 2h');
    expect(text).toContain('firebreak cancel run_00000000000000000000000000');
    expect(text).toContain('https://wiki.example/restart');
    expect(stuckText({ items: [] })).toBe('Nothing is stuck.');
  });

  it('is a line of the doctor, and so are error budgets that are used up', async () => {
    const { items } = await lookForStuck({ seen: [] });
    expect(stuckChecks({ items })).toMatchObject([{ status: 'warn', found: expect.stringContaining('1 stuck') }]);
    expect(stuckChecks({ items: [] })).toMatchObject([{ status: 'ok' }]);
    expect(stuckChecks(null)).toEqual([]);
    expect(sloChecks({ items: [] })).toMatchObject([{ status: 'ok' }]);
  });
});
