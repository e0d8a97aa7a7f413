// What is promised of the automation: what counts for it and against it, what the numbers allow to say, and when a budget is used up.
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { readPlaybook } from '../../src/core/playbook/compile.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { type AskedApproval, waitVerdictOf } from '../../src/core/slo/approval-evidence.ts';
import { attainmentOf, drillWeight, noEvidence, type Tally, type WindowEvidence } from '../../src/core/slo/budget.ts';
import { defaultSlo, platformPromises, promisesOf } from '../../src/core/slo/objective.ts';
import { sloReport } from '../../src/core/slo/report.ts';
import { type RunTally, runEvidence, slaVerdictOf, verdictOf } from '../../src/core/slo/run-evidence.ts';
import { percentText, promiseText, standingText } from '../../src/core/slo/words.ts';
import { addMs } from '../../src/core/time.ts';
import { describe as sentenceOf } from '../../src/core/timeline/describe.ts';
import { actions, ana, playbook, start } from '../support/given/given.ts';
import { givenSystem } from '../support/given/system.ts';

const none: Tally = { good: 0, bad: 0 };
const real = (good: number, bad: number) => ({ real: { good, bad }, drills: none });
/** The same evidence in the window and in its last parts. */
const all = (good: number, bad: number): WindowEvidence => ({
  whole: real(good, bad),
  slow: real(good, bad),
  fast: real(good, bad),
});
const early = (good: number, bad: number): WindowEvidence => ({ ...noEvidence, whole: real(good, bad) });
const runs = (change: Partial<RunTally> = {}): RunTally => ({
  playbook: 'test',
  windowMs: defaultSlo.windowMs,
  status: 'succeeded',
  inTime: null,
  trigger: null,
  failedCodes: [],
  counts: { whole: 1, slow: 1, fast: 1 },
  ...change,
});

describe('what an SLO says of few runs', () => {
  it('says nothing of a playbook that never ran', () => {
    const never = attainmentOf(0.999, noEvidence);
    expect(never).toMatchObject({ status: 'unclear', n: 0, value: null, low: null, budgetLeft: null, burnFast: null });
    const [promised] = promisesOf(playbook('  - { id: a, uses: wait, with: { for: 1s } }\n'), defaultSlo);
    expect(promised && standingText({ ...promised, ...never })).toBe('no runs yet: nothing to say');
  });

  it('does not take twelve successes for a proof of 99.9 %', () => {
    const few = attainmentOf(0.999, early(12, 0));
    expect(few).toMatchObject({ status: 'unclear', value: 1, budgetLeft: 1 });
    expect(few.low).toBeCloseTo(0.7575, 3);
  });

  it('takes as many as Wilson’s interval needs, and not one fewer', () => {
    expect(attainmentOf(0.999, early(3838, 0)).status).toBe('met');
    expect(attainmentOf(0.999, early(3837, 0)).status).toBe('unclear');
  });

  it('does not call a budget burned for one failure that chance allows, though it is overdrawn', () => {
    const one = attainmentOf(0.999, early(499, 1));
    expect(one.status).toBe('unclear');
    expect(one.budgetLeft).toBeLessThan(0);
  });

  it('calls it burned once even the best that the numbers allow breaks the promise', () => {
    const burned = attainmentOf(0.999, early(9, 1));
    expect(burned.status).toBe('burned');
    expect(burned.high).toBeLessThan(0.999);
  });

  it('takes a promise of 100 % for kept after a hundred without a failure, and for broken after one', () => {
    expect(attainmentOf(1, early(99, 0)).status).toBe('unclear');
    expect(attainmentOf(1, early(100, 0))).toMatchObject({ status: 'met', budgetLeft: 1, burnSlow: null });
    expect(attainmentOf(1, early(5000, 1))).toMatchObject({ status: 'burned', budgetLeft: 0 });
  });

  it('counts an exercise as a quarter of a run', () => {
    const drills = {
      whole: { real: { good: 8, bad: 0 }, drills: { good: 3, bad: 1 } },
      slow: real(0, 0),
      fast: real(0, 0),
    };
    expect(attainmentOf(0.9, drills)).toMatchObject({ n: 8 + 4 * drillWeight, bad: drillWeight, drills: 4 });
  });
});

describe('an error budget', () => {
  it('burns when both last parts of the window fail faster than it allows, and not by chance', () => {
    const burning = { whole: real(9990, 8), slow: real(90, 6), fast: real(9, 2) };
    expect(attainmentOf(0.999, burning)).toMatchObject({ status: 'burning' });
    expect(attainmentOf(0.999, burning).burnSlow).toBeCloseTo(62.5, 1);
  });

  it('does not burn for what is over by now', () => {
    expect(attainmentOf(0.999, { whole: real(9990, 8), slow: real(90, 6), fast: real(20, 0) }).status).not.toBe(
      'burning',
    );
  });

  it('is used up in the share that failed', () => {
    expect(attainmentOf(0.9, all(95, 5)).budgetLeft).toBeCloseTo(0.5, 6);
    expect(attainmentOf(0.9, all(80, 20)).budgetLeft).toBeCloseTo(-1, 6);
  });
});

describe('a run counts', () => {
  it('against the promise when it failed, was abandoned, or could not be undone', () => {
    expect(verdictOf(runs({ status: 'failed', failedCodes: ['boom'] }))).toBe('bad');
    expect(verdictOf(runs({ status: 'failed', failedCodes: [] }))).toBe('bad');
    expect(verdictOf(runs({ status: 'failed', failedCodes: ['approval_expired'] }))).toBe('bad');
    expect(verdictOf(runs({ status: 'compensation_failed' }))).toBe('bad');
    expect(verdictOf(runs({ status: 'compensated', failedCodes: ['boom'] }))).toBe('bad');
  });

  it('neither for it nor against it when people ended it', () => {
    expect(verdictOf(runs({ status: 'cancelled' }))).toBe('neither');
    expect(verdictOf(runs({ status: 'failed', failedCodes: ['approval_denied', 'items_failed'] }))).toBe('neither');
    expect(verdictOf(runs({ status: 'compensated', failedCodes: [] }))).toBe('neither');
  });

  it('against its SLA when it took longer, failed, or is still at work beyond it', () => {
    expect(slaVerdictOf(runs({ inTime: true }))).toBe('good');
    expect(slaVerdictOf(runs({ inTime: false }))).toBe('bad');
    expect(slaVerdictOf(runs({ status: 'failed', inTime: true, failedCodes: ['boom'] }))).toBe('bad');
    expect(slaVerdictOf(runs({ status: 'overdue', inTime: false }))).toBe('bad');
    expect(verdictOf(runs({ status: 'overdue', inTime: false }))).toBe('neither');
    expect(slaVerdictOf(runs({ inTime: null }))).toBe('neither');
  });

  it('as weaker evidence when it is an exercise', () => {
    const drill = runs({ trigger: { type: 'manual', reason: 'drill of March' } });
    const evidence = runEvidence([drill, runs()], verdictOf);
    expect(evidence.whole).toEqual({ real: { good: 1, bad: 0 }, drills: { good: 1, bad: 0 } });
  });
});

describe('a request for approval', () => {
  const asked = (end: AskedApproval['end'], afterMs: number): AskedApproval => ({
    playbook: 'test',
    askedAt: start,
    end,
    endedAt: end === null ? null : addMs(start, afterMs),
    trigger: null,
  });
  const within = 15 * 60_000;
  const verdict = (end: AskedApproval['end'], afterMs: number) =>
    waitVerdictOf(asked(end, afterMs), within, addMs(start, afterMs));

  it('counts by when it was decided, and against the promise when it is open beyond it or expired', () => {
    expect(verdict('decided', within)).toBe('good');
    expect(verdict('decided', within + 1)).toBe('bad');
    expect(verdict(null, within)).toBe('neither');
    expect(verdict(null, within + 1)).toBe('bad');
    expect(verdict('expired', 1000)).toBe('bad');
    expect(verdict('voided', 10 * within)).toBe('neither');
  });
});

describe('what is promised', () => {
  const step = '  - { id: a, uses: wait, with: { for: 1s } }\n';

  it('is 99.9 % of runs over 30 days where nothing is written', () => {
    const promises = promisesOf(playbook(step), defaultSlo);
    expect(promises.map(promiseText)).toEqual([
      '99.9 % of runs succeed, over 30d',
      '90 % of approvals are decided within 15m, over 30d',
    ]);
  });

  it('is what the playbook says', () => {
    const book = playbook(
      step,
      'sla: { completeWithin: 10m, objective: 99 }\nslo: { window: 7d, success: 95, withinSla: 90, approvalWait: { within: 5m, objective: 80 } }\n',
    );
    expect(promisesOf(book, defaultSlo).map(promiseText)).toEqual([
      '95 % of runs succeed, over 7d',
      '90 % of runs succeed within 10m, over 7d',
      '80 % of approvals are decided within 5m, over 7d',
    ]);
  });

  it('leaves the digest of a playbook that promises nothing of its own as it was', () => {
    expect(Object.keys(playbook(step))).not.toContain('slo');
    expect(playbookRef(playbook(step)).digest).not.toBe(playbookRef(playbook(step, 'slo: { success: 95 }\n')).digest);
  });

  it('is refused where it makes no sense, with what would', () => {
    const faults = (rest: string) =>
      readPlaybook(
        `apiVersion: firebreak/v1\nname: test\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: e }\n${rest}steps:\n${step}`,
        'p.yaml',
        actions,
      ).faults.map(({ message }) => message);
    expect(faults('slo: { success: 0 }\n')).toEqual([expect.stringContaining('must be above 0')]);
    expect(faults('slo: { success: 101 }\n')).toEqual([expect.stringContaining('100 at most')]);
    expect(faults('slo: { window: 1h }\n')).toEqual([expect.stringContaining('must be from 1d to 90d')]);
    expect(faults('slo: { withinSla: 99 }\n')).toEqual([expect.stringContaining('there is no SLA to keep')]);
    expect(faults('slo: { approvalWait: { within: 5m } }\n')).toHaveLength(1);
    expect(faults('runbook: wiki/restart\n')).toEqual([expect.stringContaining('must be a link')]);
  });

  it('is what firebreak.yaml says for Firebreak as a whole', () => {
    const read = readConfigFile('slo: { window: 14d, ingest: { within: 5s } }\n', 'firebreak.yaml', {});
    expect(read.ok && platformPromises(read.value.slo, false).map(promiseText)).toEqual([
      '99.9 % of runs succeed, over 14d',
      '95 % of runs succeed within their SLA, over 14d',
      '90 % of approvals are decided within 15m, over 14d',
      '99.9 % of deliveries are dealt with within 5s, over 14d',
    ]);
    const wrong = readConfigFile('slo: { success: 200 }\n', 'firebreak.yaml', {});
    expect(!wrong.ok && wrong.error).toEqual([expect.stringMatching(/^firebreak\.yaml:1:\d+ {2}slo\.success: /)]);
  });

  it('is never shown as kept by rounding', () => {
    expect(percentText(0.99899)).toBe('99.89 %');
    expect(percentText(0.999)).toBe('99.9 %');
    expect(percentText(1)).toBe('100 %');
  });

  it('stands for Firebreak as a whole over all playbooks, and for each by itself', () => {
    const book = (name: string) => ({ ...playbook(step), name });
    const counts = {
      runs: [
        runs({ playbook: 'a', counts: { whole: 9, slow: 9, fast: 9 } }),
        runs({ playbook: 'b', status: 'failed' }),
      ],
      approvals: [],
      ingest: noEvidence,
      delivery: noEvidence,
    };
    const promises = { playbooks: [book('b'), book('a')], settings: defaultSlo, toldInSlack: true };
    const success = sloReport(promises, counts, start).filter(({ objective }) => objective === 'success');
    expect(success.map(({ subject, n, bad }) => ({ subject, n, bad }))).toEqual([
      { subject: '*', n: 10, bad: 1 },
      { subject: 'a', n: 9, bad: 0 },
      { subject: 'b', n: 1, bad: 1 },
    ]);
  });
});

describe('the record of error budgets', () => {
  const promised = {
    ...{ subject: 'restart', objective: 'success' as const },
    ...{ windowMs: defaultSlo.windowMs, withinMs: null, target: 0.999 },
  };
  const line = (good: number, bad: number) => ({ ...promised, ...attainmentOf(0.999, early(good, bad)) });
  const burned = {
    type: 'slo.burned' as const,
    data: {
      ...{ subject: 'restart', objective: 'success' as const, windowMs: defaultSlo.windowMs },
      ...{ target: 0.999, n: 10, bad: 1, high: 0.98 },
    },
  };

  it('says once that a budget is used up', () => {
    givenSystem()
      .when({ type: 'record_slos', lines: [line(9, 1)] })
      .thenEvents({ type: 'slo.burned', data: { ...burned.data, high: expect.closeTo(0.9821, 3) }, actor: ana });
    givenSystem(burned)
      .when({ type: 'record_slos', lines: [line(8, 2)] })
      .thenNothing();
  });

  it('does not take it for whole again while it is overdrawn, so that nothing is told twice at its edge', () => {
    givenSystem(burned)
      .when({ type: 'record_slos', lines: [line(499, 1)] })
      .thenNothing();
    givenSystem(burned)
      .when({ type: 'record_slos', lines: [line(2000, 1)] })
      .thenEvents({
        type: 'slo.recovered',
        data: { subject: 'restart', objective: 'success', promised: true },
        actor: ana,
      });
  });

  it('ends with the promise', () => {
    givenSystem(burned)
      .when({ type: 'record_slos', lines: [] })
      .thenEvents({
        type: 'slo.recovered',
        data: { subject: 'restart', objective: 'success', promised: false },
        actor: ana,
      });
  });

  it('is told in a sentence with its numbers', () => {
    const actor = { kind: 'system' as const, id: 'firebreak' };
    expect(sentenceOf({ ...burned, actor })).toEqual({
      text: 'The error budget is used up for the promise of restart that runs succeed: 9 of 10 within 30d, at most 98 %, promised 99.9 %',
      tone: 'warning',
    });
  });
});
