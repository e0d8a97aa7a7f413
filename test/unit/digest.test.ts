// Digests: which time they are about, what they say, when they are told. Pure, without a clock.
import { describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '../../src/core/digest/digest.ts';
import { digestDue } from '../../src/core/digest/due.ts';
import type { DailyFacts, MonthlyFacts, WeeklyFacts } from '../../src/core/digest/facts.ts';
import { latestSpan } from '../../src/core/digest/span.ts';
import { digestText } from '../../src/core/digest/text.ts';

const berlin = { timezone: 'Europe/Berlin', hour: 9 };
const span = { from: '2026-11-25T08:00:00.000Z', to: '2026-11-26T08:00:00.000Z' };
const marks = { strong: (text: string) => `*${text}*`, incident: (number: number) => `#${number}` };
const textOf = (digest: Digest, missed = 0) => digestText(digest, { timezone: 'Europe/Berlin', marks, missed });
const linesOf = ({ sections }: Digest) =>
  Object.fromEntries(sections.map(({ id, lines }) => [id, lines.map(({ text }) => text)]));

const calm: DailyFacts = {
  ended: { succeeded: 120, failed: 0, undone: 0, undoFailed: 0, cancelled: 0 },
  failures: [],
  retries: [],
  overdue: [],
  drills: [],
  stuck: [],
};
const quietWeek: WeeklyFacts = { queues: [], dependencies: [], interventions: [], forgotten: [], items: [] };
const month: MonthlyFacts = { approvals: [], versions: [], compensations: [], drills: [], access: null };

describe('the time of a digest', () => {
  it('A daily digest is about the day until its hour, a weekly one about the week until Monday, a monthly one until the first', () => {
    const at = '2026-11-26T12:00:00.000Z';
    expect(latestSpan('daily', berlin, at)).toEqual(span);
    expect(latestSpan('weekly', berlin, at)).toEqual({
      from: '2026-11-16T08:00:00.000Z',
      to: '2026-11-23T08:00:00.000Z',
    });
    expect(latestSpan('monthly', berlin, at)).toEqual({
      from: '2026-10-01T07:00:00.000Z',
      to: '2026-11-01T08:00:00.000Z',
    });
    expect(latestSpan('daily', berlin, span.to).to).toBe(span.to);
  });

  it('The days on which clocks change are 23 and 25 hours long, and no time is in two digests or in none', () => {
    const spring = latestSpan('daily', berlin, '2026-03-29T12:00:00.000Z');
    const autumn = latestSpan('daily', berlin, '2026-10-25T12:00:00.000Z');
    expect(Date.parse(spring.to) - Date.parse(spring.from)).toBe(23 * 3_600_000);
    expect(Date.parse(autumn.to) - Date.parse(autumn.from)).toBe(25 * 3_600_000);
    expect(latestSpan('daily', berlin, spring.from).to).toBe(spring.from);
    // 02:00 is not there on that day: the next digest is about both.
    const night = { timezone: 'Europe/Berlin', hour: 2 };
    const after = latestSpan('daily', night, '2026-03-30T12:00:00.000Z');
    expect([after.from, after.to]).toEqual(['2026-03-28T01:00:00.000Z', '2026-03-30T00:00:00.000Z']);
  });
});

describe('what a digest says', () => {
  it('A quiet digest is one line, so that silence means that it is broken', () => {
    expect(textOf(digestOf({ kind: 'daily', ...calm }, span))).toBe(
      'Daily digest, 25 Nov 09:00 CET to 26 Nov 09:00 CET: Nothing needs attention. 120 runs ended, all of them well.',
    );
    expect(textOf(digestOf({ kind: 'weekly', ...quietWeek }, span))).toContain('Nothing is left over from this week.');
    expect(textOf(digestOf({ kind: 'monthly', ...month }, span))).toContain('Nothing to review this month.');
  });

  it('A daily digest names failures by playbook, step and error, storms of retries, broken SLAs and what is stuck', () => {
    const about = { playbook: 'restart-service', step: 'restart', error: 'timeout', runs: 6, incident: 12 };
    const digest = digestOf(
      {
        kind: 'daily',
        ended: { succeeded: 400, failed: 9, undone: 3, undoFailed: 0, cancelled: 0 },
        failures: [about, { ...about, runs: 1, step: null, error: null, incident: 13 }],
        retries: [
          { ...about, retries: 48, runs: 3 },
          { ...about, step: 'few', retries: 9 },
        ],
        overdue: [{ playbook: 'failover', runs: 2, incident: 9 }],
        drills: [{ playbook: 'failover', runs: 3, passed: 1, failed: 1, incident: 15 }],
        stuck: [
          { playbook: 'rotate', drill: false, what: '@sre to approve rotate', ageMs: 3 * 3_600_000, incident: 14 },
          { playbook: 'failover', drill: true, what: 'a worker', ageMs: 3 * 3_600_000, incident: 15 },
        ],
      },
      span,
    );
    expect(linesOf(digest)).toEqual({
      failures: ['restart-service failed 6 times at restart: timeout', 'restart-service failed once'],
      retries: ['restart-service tried restart again 48 times in 3 runs: timeout'],
      overdue: ['failover took longer than its SLA twice'],
      stuck: ['rotate has waited 3 h for @sre to approve rotate', '[DRILL] failover has waited 3 h for a worker'],
      drills: ['failover was exercised 3 times: 1 passed, 1 failed, 1 that nothing judges'],
    });
    const text = textOf(digest, 2);
    expect(text).toContain('412 runs ended: 400 succeeded, 9 failed, 3 undone. 2 before it were not told');
    expect(text).toContain('*Failed*\n• restart-service failed 6 times at restart: timeout (#12)');
  });

  it('What belongs to private incidents is one number for each section, without a name or an incident', () => {
    const hidden = { playbook: null, step: null, error: null, runs: 2, incident: null };
    const digest = digestOf(
      { kind: 'daily', ...calm, failures: [hidden], retries: [{ ...hidden, retries: 30 }], overdue: [hidden] },
      span,
    );
    expect(linesOf(digest)).toEqual({
      failures: ['2 runs failed in private incidents'],
      retries: ['steps were tried again 30 times in private incidents'],
      overdue: ['2 runs took longer than the SLA in private incidents'],
    });
    expect(digest.sections.flatMap(({ lines }) => lines).every(({ incident }) => incident === null)).toBe(true);
  });

  it('A weekly digest says what waits, fails again, was done by hand and was forgotten', () => {
    const digest = digestOf(
      {
        kind: 'weekly',
        queues: [
          { queue: 'approvals', name: null, count: 3, oldestMs: 4 * 86_400_000 },
          { queue: 'runs', name: 'deploy/checkout', count: 1, oldestMs: 7_200_000 },
          { queue: 'deliveries', name: null, count: 2, oldestMs: 60_000 },
        ],
        dependencies: [{ target: 'vault/checkout', days: 4, failures: 23, playbooks: ['rotate', 'restart-service'] }],
        interventions: [
          { playbook: 'rotate', order: 'run.retried', count: 1 },
          { playbook: 'restart-service', order: 'run.retried', count: 4 },
          { playbook: 'restart-service', order: 'step.succeeded', count: 1 },
          { playbook: null, order: 'run.retried', count: 2 },
        ],
        forgotten: [{ id: 'noisy', owner: 'ana', why: 'it has held nothing for 31d', held: null }],
        items: [{ id: '7-2', text: 'a larger\npool', owner: null, due: '2026-11-20' }],
      },
      span,
    );
    expect(linesOf(digest)).toEqual({
      queues: [
        '3 approvals wait for an answer, the oldest for 4 d',
        '1 run queues for deploy/checkout, the oldest for 2 h',
        '2 deliveries could not be dealt with, the oldest for 1 m',
      ],
      dependencies: ['vault/checkout failed 23 times on 4 days, for rotate, restart-service'],
      interventions: [
        'restart-service: retried 4 times, a step marked done once',
        'rotate: retried once',
        'people stepped in twice in private incidents',
      ],
      silences: ['noisy of ana: it has held nothing for 31d'],
      items: ['7-2: a larger pool (nobody yet, due 2026-11-20)'],
    });
  });

  it('A monthly digest says what was asked, which versions came, what was undone and who has access', () => {
    const digest = digestOf(
      {
        kind: 'monthly',
        approvals: [{ playbook: 'rotate', asked: 12, granted: 10, denied: 1, expired: 1, waitMs: 180_000 }],
        versions: [{ playbook: 'rotate', versions: ['1.0.0', '1.1.0'] }],
        compensations: [{ playbook: 'drain', undone: 3, failed: 1 }],
        drills: [{ playbook: 'drain', runs: 2, passed: 2, failed: 0, incident: 3 }],
        access: {
          tokens: [{ change: 'created', name: 'ci', by: 'ana' }],
          sessions: { count: 12, people: 1 },
          changes: [
            { by: 'ana', type: 'switch.engaged', count: 1 },
            { by: 'ana', type: 'silence.created', count: 2 },
          ],
        },
      },
      span,
    );
    expect(linesOf(digest)).toEqual({
      approvals: ['rotate: 12 asked, 10 approved, 1 denied, 1 that nobody answered; half were decided within 3 m'],
      versions: ['rotate: 1.0.0, 1.1.0'],
      compensations: ['drain was undone 3 times; the undo failed once'],
      drills: ['drain was exercised twice: 2 passed'],
      access: [
        'the token ci was made by ana',
        '1 person signed in, 12 times',
        'ana: halted automation once, made a silence twice',
      ],
    });
  });

  it('A day with nothing but exercises that passed needs nobody; one that failed does', () => {
    const drills = [{ playbook: 'failover', runs: 1, passed: 1, failed: 0, incident: 15 }];
    const passed = digestOf({ kind: 'daily', ...calm, drills }, span);
    expect(passed.headline).toMatch(/^Nothing needs attention/);
    expect(linesOf(passed)).toEqual({ drills: ['failover was exercised once: 1 passed'] });
    const failed = digestOf({ kind: 'daily', ...calm, drills: drills.map((one) => ({ ...one, failed: 1 })) }, span);
    expect(failed.headline).not.toContain('Nothing needs attention');
  });

  it('However much there is, a section lists a few and says how many more there are', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({
      playbook: `p${n}`,
      step: null,
      error: null,
      runs: 1,
      incident: n,
    }));
    const [section] = digestOf({ kind: 'daily', ...calm, failures: many }, span).sections;
    expect([section?.lines.length, section?.more]).toEqual([8, 22]);
  });
});

describe('when a digest is told', () => {
  const due = (keys: readonly (string | [string, boolean])[], at: string) =>
    digestDue('daily', berlin, {
      begun: keys.map((key) => (typeof key === 'string' ? { key, isTold: true } : { key: key[0], isTold: key[1] })),
      at,
    });
  const today = `daily/${span.to}`;

  it('Who looks for the first time tells nothing of what was before, and notes where it begins', () => {
    expect(due([], '2026-11-26T12:00:00.000Z')).toEqual({ type: 'begin', key: today });
    expect(due(['weekly/2026-11-23T08:00:00.000Z'], '2026-11-26T12:00:00.000Z').type).toBe('begin');
  });

  it('A digest is told once, also late; of those that were missed the latest, which says how many', () => {
    expect(due([today], '2026-11-26T12:00:00.000Z').type).toBe('nothing');
    expect(due(['daily/2026-11-25T08:00:00.000Z'], '2026-11-26T20:00:00.000Z')).toMatchObject({
      type: 'tell',
      key: today,
      missed: 0,
    });
    expect(due(['daily/2026-11-23T08:00:00.000Z'], '2026-11-26T08:00:00.000Z')).toMatchObject({
      type: 'tell',
      span,
      missed: 2,
    });
  });

  it('One whose post was begun and never confirmed is told under its own key', () => {
    expect(due([[today, false]], '2026-11-26T08:05:00.000Z')).toMatchObject({ type: 'tell', key: today, missed: 0 });
  });

  it('A clock that goes back tells nothing twice', () => {
    expect(due([today], '2026-11-24T12:00:00.000Z').type).toBe('nothing');
  });
});
