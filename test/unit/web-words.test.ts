// The words and numbers of the web application: ages, durations, states, orders by their effect, what an address means.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asked, planLine, progressText, questionOf, riskText, timeLeft } from '../../src/web/model/approval.ts';
import { bySeverity, isMine, leadOf, listed, readIncidentSearch } from '../../src/web/model/incidents.ts';
import { inputsOf } from '../../src/web/model/inputs.ts';
import { rightsWords } from '../../src/web/model/me.ts';
import { setsText } from '../../src/web/model/mutes.ts';
import { offeredOrders, runOrderWords } from '../../src/web/model/orders.ts';
import { alertState, incidentState, runState, states, stepState } from '../../src/web/model/states.ts';
import { ageText, clockText, dayText, durationText, instantText, isZone, roughText } from '../../src/web/model/time.ts';
import { givenApproval, givenIncident, givenRun } from '../support/given/web.ts';

const now = Date.parse('2026-11-26T13:03:20.000Z');
const ago = (ms: number) => new Date(now - ms).toISOString();

describe('times on the page', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [59_000, '59 s'],
    [192_000, '3 m 12 s'],
    [180_000, '3 m'],
    [7_500_000, '2 h 5 m'],
    [349_200_000, '4 d 1 h'],
    [-5, '0 s'],
  ])('a duration of %i ms is written %s', (ms, text) => expect(durationText(ms)).toBe(text));

  it('a duration below a second is told in milliseconds where that matters', () => {
    expect(durationText(188, true)).toBe('188 ms');
  });

  it('an age is relative under a day and an instant after that', () => {
    expect(ageText(ago(2000), now, 'UTC')).toBe('just now');
    expect(ageText(ago(180_000), now, 'UTC')).toBe('3 min ago');
    expect(ageText(ago(-300_000), now, 'UTC')).toBe('in 5 min');
    expect(ageText(ago(90_000_000), now, 'UTC')).toBe('25 Nov 12:03 UTC');
    expect(roughText(90_000_000)).toBe('25 h');
  });

  it('instants are told in the time zone that was chosen, with its name, and another year is said', () => {
    expect(instantText('2026-11-26T13:03:20.000Z', 'Europe/Berlin', now)).toMatch(/^26 Nov 14:03 (CET|GMT\+1)$/);
    expect(instantText('2024-11-26T13:03:20.000Z', 'UTC', now)).toBe('26 Nov 2024 13:03 UTC');
    expect(clockText('2026-11-26T13:03:20.000Z', 'Asia/Kolkata')).toBe('18:33:20');
    expect(dayText('2026-11-26T23:30:00.000Z', 'Europe/Berlin')).toBe('27 Nov 2026');
  });

  it('an instant reads as its formatter writes it, whatever was asked before in the same minute', () => {
    const zones = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Africa/Monrovia'];
    fc.assert(
      fc.property(
        fc.date({ min: new Date(-1e12), max: new Date(4e12), noInvalidDate: true }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 59 }),
        (date, timeZone, second) => {
          for (const at of [date, new Date(Math.floor(date.getTime() / 60_000) * 60_000 + second * 1000)]) {
            const form = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' });
            expect(clockText(at.toISOString(), timeZone)).toBe(form.format(at));
          }
        },
      ),
    );
  });

  it('what is no instant and no time zone is no crash', () => {
    for (const text of [instantText('soon', 'UTC', now), clockText('', 'UTC'), ageText('x', now, 'UTC')])
      expect(text).toBe('');
    expect([isZone('local'), isZone('UTC'), isZone('Mars/Base')]).toEqual([true, true, false]);
  });
});

describe('states on the page', () => {
  it('one word stands for one state: no two states share a word', () => {
    const words = Object.values(states).map(({ word }) => word);
    expect(new Set(words).size).toBe(words.length);
  });

  it('a run that waits for a person says so before that it runs', () => {
    const waiting = (kind: 'approval' | 'decision' | 'worker' | 'timer') =>
      givenRun({
        waitingFor: [{ step: 'a', kind, since: ago(0), until: null, what: 'x', who: [] }],
      });
    expect(runState(waiting('approval')).word).toBe('Waiting for approval');
    expect(runState(waiting('decision')).word).toBe('Decision needed');
    expect(runState(waiting('worker')).word).toBe('Running');
    expect(runState(waiting('timer'))).toMatchObject({ tone: 'grey' });
    expect(runState(givenRun({ paused: true })).word).toBe('Paused');
    expect(runState(givenRun({ status: 'compensated' }))).toMatchObject({ word: 'Undone', tone: 'violet' });
    expect(runState(givenRun({ status: 'compensation_failed' })).tone).toBe('red');
  });

  it('a step that failed as planned is grey, an undo is never green', () => {
    const over = (status: 'succeeded' | 'failed') => givenRun({ status, finishedAt: ago(0) });
    expect(stepState({ status: 'failed', part: 'steps' }, over('succeeded')).tone).toBe('grey');
    expect(stepState({ status: 'failed', part: 'steps' }, over('failed')).tone).toBe('red');
    const underWay = givenRun({ finishedAt: null, status: 'running' });
    expect(stepState({ status: 'failed', part: 'steps' }, underWay).tone).toBe('red');
    expect(stepState({ status: 'failed', part: 'steps', asPlanned: true }, underWay).tone).toBe('grey');
    expect(stepState({ status: 'succeeded', part: 'undo' }, over('failed')).tone).toBe('violet');
    expect(stepState({ status: 'pending', part: 'steps' }, over('failed')).word).toBe('Skipped');
    expect(stepState({ status: 'pending', part: 'steps' }, givenRun({})).word).toBe('Next');
  });

  it('an incident that somebody is at burns no more as loudly', () => {
    expect(incidentState(givenIncident({})).word).toBe('Firing');
    expect(incidentState(givenIncident({ acknowledgedAt: ago(1) })).word).toBe('Acknowledged');
    expect(incidentState(givenIncident({ status: 'resolved' })).word).toBe('Resolved');
    expect(incidentState(givenIncident({ mergedInto: { id: 'i', number: 2 } })).word).toBe('Merged');
    expect(alertState({ status: 'resolved' }).word).toBe('Recovered');
  });
});

describe('orders by their effect', () => {
  const step = (name: string, status: 'succeeded' | 'failed' | 'unknown') => ({
    step: name,
    name,
    part: 'steps' as const,
    status,
    attempts: 1,
    about: '',
    items: null,
    runs: [],
  });
  const run = givenRun({ steps: [step('drain', 'succeeded'), step('restart', 'succeeded'), step('verify', 'failed')] });

  it('an undo says what it undoes, the last first', () => {
    expect(runOrderWords('compensate', run)).toMatchObject({ label: 'Undo this run', isGrave: true });
    expect(runOrderWords('compensate', run).effect).toMatch(/“restart”, “drain”/);
  });

  it('a retry names the one step that failed', () => {
    expect(runOrderWords('retry', run).label).toBe('Retry verify');
    expect(runOrderWords('retry', givenRun({ steps: [] })).label).toBe('Retry what failed');
  });

  it('only what would not be refused has a button', () => {
    expect(offeredOrders({ orders: ['cancel', 'approve', 'pause'] })).toEqual(['pause', 'cancel']);
    for (const order of ['done', 'resume', 'retry', 'pause', 'compensate', 'cancel'] as const)
      expect(runOrderWords(order, run).effect).not.toBe('');
  });
});

describe('a request for a decision', () => {
  it('is a question, with its target where the name has none', () => {
    expect(questionOf(givenApproval({ step: 'restart', target: 'checkout-api' }))).toBe('Restart checkout-api?');
    expect(questionOf(givenApproval({ step: 'restart', target: 'db-1', name: 'Fail over' }))).toBe(
      'Fail over on db-1?',
    );
    expect(questionOf(givenApproval({ step: 'restart checkout-api', target: 'checkout-api' }))).toBe(
      'Restart checkout-api?',
    );
  });

  it('says its plan in a line, its risk, and who has answered and who must', () => {
    const approval = givenApproval({ step: 'restart', target: 'db', quorum: 2 });
    expect(planLine(approval.plan)).toBe('shell.run on db');
    expect(riskText(approval.plan)).toBe('high risk, can be undone');
    expect(progressText(approval)).toBe('asks @sre, 2 of them');
    const ana = { kind: 'user', id: 'U1', name: 'Ana' } as const;
    expect(
      progressText({ ...approval, approvals: [{ actor: ana, at: ago(0) }], missing: ['one more from @sre'] }),
    ).toBe('Ana ✓ · one more from @sre');
    expect(asked({ ...approval, assigned: ['@dba'] })).toEqual(['@dba']);
  });

  it('has less and less time, and never less than none', () => {
    const approval = givenApproval({ step: 'a', target: null });
    expect(timeLeft(approval, Date.parse(approval.requestedAt))).toBe(1);
    expect(timeLeft(approval, Date.parse(approval.expiresAt) + 1)).toBe(0);
  });
});

describe('lists of incidents', () => {
  it('an address is read for what it knows, and the rest is left out', () => {
    expect(readIncidentSearch({ view: 'all', q: 7, severity: '2', status: 'closed' })).toEqual({
      view: 'all',
      q: '7',
      severity: 2,
      status: 'closed',
    });
    expect(Object.values(readIncidentSearch({ view: 'x', q: '  ', severity: 9, status: 1 })).filter(Boolean)).toEqual(
      [],
    );
  });

  it('the worst and oldest burns first, and what is over stands below', () => {
    const one = (number: number, severity: number, status: 'open' | 'resolved', age: number) =>
      givenIncident({ number, severity, status, openedAt: ago(age) });
    const all = [one(1, 3, 'open', 5), one(2, 1, 'resolved', 9), one(3, 1, 'open', 1), one(4, 1, 'open', 2)];
    expect(all.toSorted(bySeverity).map(({ number }) => number)).toEqual([4, 3, 1, 2]);
  });

  it('one’s own are those in which one has a role', () => {
    const ben = { actor: { kind: 'user', id: 'U0BEN', name: 'Ben' } } as const;
    const mine = givenIncident({ number: 7, title: 'Checkout fails', roles: { commander: 'U0BEN' } });
    const other = givenIncident({ number: 8, title: 'Disk is full' });
    expect(listed([mine, other], 'mine', ben)).toEqual([mine]);
    expect(listed([other, mine], 'all', null)).toHaveLength(2);
    expect(isMine(other, ben)).toBe(false);
    expect(leadOf(mine)).toBe('U0BEN');
  });
});

it('rights, silences and typed inputs are said and read as people mean them', () => {
  const rights = { view: true, respond: true, start: false, order: false } as never;
  expect(rightsWords({ rights, bound: ['order'] })).toBe('You may view, respond; for some playbooks order; not start.');
  expect(setsText([{ match: ['a="b"', 'c="d"'] }, { service: 'web' }])).toBe('a="b", c="d" or service web');
  const inputs = { n: { type: 'number' }, on: { type: 'boolean' }, s: { type: 'string' }, none: { type: 'string' } };
  expect(inputsOf(inputs as never, { n: '3', on: 'true', s: ' x ', none: '' })).toEqual({ n: 3, on: true, s: 'x' });
});
