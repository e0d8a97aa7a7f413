// What the web application makes of a frame, a ledger and a stream of changes: rows of bars, a story, what is asked anew.
import { describe, expect, it } from 'vitest';
import type { ApiFrame } from '../../src/contract/frame.ts';
import { madeOld } from '../../src/web/data/keys.ts';
import { announcement } from '../../src/web/model/announcement.ts';
import { burningOf, doingText, needsOf, needText } from '../../src/web/model/attention.ts';
import { nameAmong, named } from '../../src/web/model/names.ts';
import { detailedSteps, triggerText } from '../../src/web/model/run-steps.ts';
import { entryTone, isTold, storyText } from '../../src/web/model/story.ts';
import { fewOf, lanesOf, namedLane, placeOf, scaleOf, ticksOf } from '../../src/web/model/swimlane.ts';
import { givenApproval, givenIncident, givenRun } from '../support/given/web.ts';

const at = (seconds: number) => new Date(Date.parse('2026-11-26T13:00:00.000Z') + seconds * 1000).toISOString();

const frame = (known: string | null): ApiFrame => ({
  incident: {
    id: 'inc_1',
    number: 1,
    title: 'a fault',
    severity: 1,
    status: 'open',
    lead: null,
    roles: {},
    service: null,
    operation: false,
    drill: false,
    acknowledgedBy: null,
    mergedInto: null,
    clocks: {
      began: at(0),
      detected: at(0),
      told: null,
      acknowledged: null,
      firstAction: null,
      firstHuman: null,
      mitigated: null,
      over: null,
    },
  },
  lanes: {
    alerts: [
      {
        fingerprint: 'f',
        name: 'errors',
        source: 'alertmanager',
        service: null,
        status: 'firing',
        count: 1,
        startsAt: null,
        spans: [{ from: at(0), to: null }],
        omittedSpans: 0,
      },
    ],
    omittedAlerts: 0,
    people: [
      {
        id: 'ana',
        name: 'Ana',
        marks: [{ kind: 'approved', at: at(50), seq: 9, text: 'Ana approved' }],
        omittedMarks: 0,
      },
    ],
    omittedPeople: 0,
    runs: [
      {
        id: 'run_1',
        playbook: { name: 'restart', version: '1.0.0', digest: 'd' },
        status: 'running',
        state: 'running',
        word: 'Running',
        drill: false,
        startedBy: { kind: 'system', id: 'firebreak' },
        startedAt: at(10),
        finishedAt: null,
        reason: null,
        steps: [
          {
            key: 'restart',
            name: 'Restart',
            part: 'steps',
            needs: [],
            undoes: null,
            state: 'done',
            word: 'Done',
            about: '',
            attempts: 1,
            items: null,
            runs: [],
            spans: [
              { state: 'asked', from: at(10), to: at(50), attempt: null, whoseTurn: ['@sre'] },
              { state: 'running', from: at(50), to: at(60), attempt: 1, whoseTurn: null },
            ],
            omittedSpans: 0,
          },
        ],
        spans: [],
        omittedSpans: 0,
      },
    ],
    omittedRuns: 0,
  },
  approvals: [],
  omittedApprovals: 0,
  events: 9,
  heads: {},
  digest: 'd',
  at: known,
  until: { from: at(0), to: at(100) },
});

describe('the swimlane', () => {
  const now = Date.parse(at(100));

  it('has rows for alerts, people, runs and their steps, with the waiting for people shaded', () => {
    const scale = scaleOf(frame(null), now);
    const lanes = lanesOf(frame(null), scale);
    expect(lanes.map(({ group, level, name }) => [group, level, name])).toEqual([
      ['Alerts', 0, 'errors'],
      ['People', 0, 'Ana'],
      ['Runs', 0, 'restart'],
      ['Runs', 1, 'Restart'],
    ]);
    const [asked, running] = lanes[3]?.bars ?? [];
    expect(asked).toMatchObject({ from: 0.1, to: 0.5, tone: 'amber', shaded: true });
    expect(asked?.title).toBe('Waiting for approval 40 s, @sre to answer');
    expect(running).toMatchObject({ from: 0.5, to: 0.6, tone: 'blue', shaded: false });
    expect(lanes[3]?.marks).toEqual([{ at: 0.6, tone: 'green', title: 'Done', seq: 0 }]);
    expect(lanes[1]?.marks).toMatchObject([{ at: 0.5, seq: 9 }]);
  });

  it('names people as the record does, in the row and in its marks, and what it does not know as it stands', () => {
    const lane = {
      ...{
        key: 'U0ANA1',
        group: 'People' as const,
        level: 0 as const,
        name: 'U0ANA1',
        state: null,
        bars: [],
        runId: null,
      },
      marks: [{ at: 0, tone: 'green' as const, title: 'U0ANA1 gave the lead to U0BEN1', seq: 1 }],
    };
    const people = [
      { id: 'U0ANA1', name: 'Ana' },
      { id: 'U0BEN1', name: 'U0BEN1' },
    ];
    const shown = namedLane(lane, (text) => named(text, nameAmong(people)));
    expect([shown.name, shown.marks[0]?.title]).toEqual(['Ana', 'Ana gave the lead to U0BEN1']);
    expect(namedLane({ ...lane, group: 'Alerts' }, () => 'x').name).toBe('U0ANA1');
  });

  it('grows with the clock while the incident goes on, and ends what goes on at the moment that is shown', () => {
    expect(scaleOf(frame(null), now + 60_000).toMs).toBe(now + 60_000);
    const scale = scaleOf(frame(at(25)), now);
    expect(lanesOf(frame(at(25)), scale)[0]?.bars[0]?.to).toBe(0.25);
  });

  it('has ticks at round times, few enough to read, and places within it', () => {
    const scale = scaleOf(frame(null), now);
    const ticks = ticksOf(scale, 6);
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(ticks.every((tick) => tick % 15_000 === 0)).toBe(true);
    expect([placeOf(scale, at(-50)), placeOf(scale, at(500))]).toEqual([0, 1]);
    expect(fewOf([1, 2, 3, 4], 3)).toEqual([1, 3]);
    expect([fewOf([1, 2, 3], 3), fewOf([], 3)]).toEqual([[1, 2, 3], []]);
  });
});

describe('what needs people', () => {
  const waiting = (kind: 'decision' | 'worker', since: string) => ({
    ...{ step: 'rotate', kind, since, until: null },
    ...{ what: 'a decision: did rotate take effect?', who: [] },
  });

  it('is what one may decide oneself, the longest first, then what others must', () => {
    const approval = (requestedAt: string) => ({ ...givenApproval({ step: 'a', target: null }), requestedAt });
    const mine = { runId: 'r', incidentId: 'i', refusal: null, excluded: null, approval: approval(at(20)) };
    const others = { runId: 'r', incidentId: 'i', refusal: 'only @dba', excluded: null, approval: approval(at(0)) };
    const run = givenRun({ waitingFor: [waiting('decision', at(10))] });
    const paused = givenRun({ id: 'run_2', paused: true, updatedAt: at(5) });
    const quiet = givenRun({ id: 'run_3', waitingFor: [waiting('worker', at(0))] });
    expect(needsOf([mine, others], [run, paused, quiet]).map(({ type, since }) => [type, since])).toEqual([
      ['paused', at(5)],
      ['decision', at(10)],
      ['approval', at(20)],
      ['approval', at(0)],
    ]);
    expect(doingText(quiet)).toBe('rotate is running');
    expect(needText('a decision: did rotate take effect?')).toBe('Did rotate take effect?');
  });

  it('and what burns is open, with the runs that are at it', () => {
    const incident = givenIncident({ id: 'inc_1' });
    const burning = burningOf(
      [incident, givenIncident({ id: 'inc_2', status: 'closed' })],
      [givenRun({})],
      [
        givenRun({ id: 'run_2', status: 'failed', finishedAt: at(9), reason: 'step a failed' }),
        givenRun({ id: 'run_3', status: 'succeeded', finishedAt: at(9) }),
      ],
    );
    expect(burning.map(({ incident: { id }, runs }) => [id, runs.map(({ status }) => status)])).toEqual([
      ['inc_1', ['running', 'failed']],
    ]);
  });
});

describe('story, steps and changes', () => {
  it('the story leaves out digests, workers and what only the ledger needs', () => {
    expect(isTold({ type: 'approval.recorded' })).toBe(true);
    expect(isTold({ type: 'message.posted' })).toBe(false);
    expect(storyText('Approval asked for step restart of @sre; plan sha256:16272fa1')).toBe(
      'Approval asked for step restart of @sre',
    );
    expect(entryTone({ tone: 'good', type: 'run.compensated' })).toBe('violet');
    expect(entryTone({ tone: 'bad', type: 'run.compensation_failed' })).toBe('red');
  });

  it('a step has its own time at work and the time that people took', () => {
    const step = { step: 'restart', name: 'Restart', part: 'steps', status: 'succeeded', attempts: 1 } as const;
    const run = givenRun({ steps: [{ ...step, about: '', items: null, runs: [] }] });
    const [detail] = detailedSteps(run, frame(null).lanes.runs[0], Date.parse(at(100)));
    expect(detail).toMatchObject({ workedMs: 10_000, waitedMs: 40_000 });
    expect(triggerText(givenRun({ trigger: { type: 'manual', reason: 'a drill' } }))).toBe('U1, by hand: “a drill”');
  });

  it('a change of a run makes its lists and its incident old, and is announced where it matters', () => {
    const change = {
      kind: 'run',
      id: 'run_1',
      incident: 'inc_1',
      seq: 4,
      type: 'approval.requested',
      at: at(0),
    } as const;
    const old = madeOld(change, ['inc_1', '7']).map((key) => key.join(' '));
    expect(old).toEqual(expect.arrayContaining(['runs', 'run run_1', 'approvals', 'ledger inc_1', 'incidents']));
    expect(old).toEqual(expect.arrayContaining(['ledger 7', 'frame 7', 'evidence 7']));
    expect(announcement('approval.requested')).toBe('A decision is needed.');
    expect(announcement('message.posted')).toBeNull();
  });
});
