// `schedule:` of a playbook file: what is taken, what is refused, where, and what would be right.
import { describe, expect, it } from 'vitest';
import { formatFault, readPlaybook } from '../../src/core/playbook/compile.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { scheduleInWords } from '../../src/core/schedule/words.ts';
import { actions } from '../support/given/given.ts';

const inputs = 'inputs: { service: { type: string }, dry: { type: boolean, default: false } }\n';

function read(schedule: string, rest = '') {
  const head =
    'apiVersion: firebreak/v1\nname: nightly\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: "@lead" }\n';
  const steps = 'steps:\n  - { id: a, uses: assert, with: { that: true } }\n';
  return readPlaybook(`${head}schedule:\n${schedule}${rest}${steps}`, 'nightly.yaml', actions);
}

const faults = (schedule: string, rest = '') => read(schedule, rest).faults.map(formatFault);

describe('A schedule that a playbook may have', () => {
  it('has its defaults filled in', () => {
    expect(read('  - cron: "30 2 * * *"\n').playbook?.schedule).toEqual([
      {
        name: 'default',
        cron: '30 2 * * *',
        timezone: 'UTC',
        inputs: {},
        catchUp: 'skip',
        catchUpMax: 24,
        approval: null,
      },
    ]);
  });

  it.each([
    [
      '{ cron: "30 2 * * 1-5", timezone: Europe/Berlin }',
      'At 02:30, Monday through Friday (Europe/Berlin); a missed start is recorded and not made up for',
    ],
    ['{ cron: "@daily", catchUp: latest }', 'At 00:00 (UTC); of missed starts the latest is made up for'],
    [
      '{ cron: "0 3 13 * 5", catchUp: all, catchUpMax: 3 }',
      'At 03:00, on day 13 of the month, only on Friday (UTC); missed starts are made up for, the newest 3 of them',
    ],
    [
      '{ cron: "*/10 * * * *", approval: { from: ["@sre"] } }',
      'Every 10 minutes (UTC); a missed start is recorded and not made up for; @sre must agree to the first start of each version, within 1d',
    ],
  ])('is said in words: %s', (entry, words) => {
    const [schedule] = read(`  - ${entry}\n`).playbook?.schedule ?? [];
    expect(schedule && scheduleInWords(schedule)).toBe(words);
  });

  it('changes the digest of its playbook, which a playbook without one keeps', () => {
    const [one, other] = ['0 1 * * *', '0 2 * * *'].map((cron) => read(`  - cron: "${cron}"\n`).playbook);
    expect(one && other && playbookRef(one).digest !== playbookRef(other).digest).toBe(true);
    expect(
      readPlaybook(
        'apiVersion: firebreak/v1\nname: n\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: "@l" }\nsteps:\n  - { id: a, uses: assert, with: { that: true } }\n',
        'n.yaml',
        actions,
      ).playbook,
    ).not.toHaveProperty('schedule');
  });
});

describe('A schedule that is refused', () => {
  it.each([
    ['0 0 30 2 *', 'never fires'],
    ['0 0 31W 2 *', 'never fires: no month has a day'],
    ['0 0 31 4,6 *', 'never fires'],
    ['* * * * * *', 'fires more than once a minute; the shortest time between two starts is one minute'],
    ['*/30 * * * * *', 'fires more than once a minute'],
    ['0 0 * *', 'it has 4 fields; write five fields, minute hour day-of-month month day-of-week'],
    ['61 * * * *', 'the minute cannot be "61"; write five fields'],
    ['0 0 * * 8', 'the day of the week cannot be "8"'],
    ['at night', 'is no cron expression'],
    ['', 'is no cron expression'],
  ])('is one with the expression %s, at its place', (cron, message) => {
    const [fault, ...more] = faults(`  - name: first\n    cron: "${cron}"\n`);
    expect(more).toEqual([]);
    expect(fault).toMatch(/^nightly\.yaml:7:/);
    expect(fault).toContain(message);
  });

  it.each([
    ['Europe/Berln', 'did you mean `Europe/Berlin`?'],
    ['Berlin', 'did you mean `Europe/Berlin`?'],
    ['New York', 'did you mean `America/New_York`?'],
    ['Middle Earth', 'write an IANA name such as Europe/Berlin, America/New_York or UTC'],
    ['+01:00', 'write an IANA name'],
  ])('is one in the time zone %s, and it says what would be right', (zone, message) => {
    const [fault, ...more] = faults(`  - cron: "0 9 * * *"\n    timezone: "${zone}"\n`);
    expect(more).toEqual([]);
    expect(fault).toMatch(/^nightly\.yaml:7:\d+ {2}there is no time zone/);
    expect(fault).toContain(message);
  });

  it('is one whose every time falls into the hour that clocks skip', () => {
    // Clocks of Berlin are put forward on the last Sunday of March, at 02:00.
    expect(faults('  - { cron: "30 2 * 3 0L", timezone: Europe/Berlin }\n')).toEqual([
      expect.stringContaining('never fires in Europe/Berlin: all its times fall into the hour that clocks skip'),
    ]);
    expect(faults('  - { cron: "30 2 * 3 0L", timezone: UTC }\n')).toEqual([]);
  });

  it('is one that lacks an input, or gives one that is none', () => {
    expect(faults('  - { cron: "@daily" }\n', inputs)).toEqual([
      expect.stringContaining(
        'inputs.service is missing: no alert and nobody gives it; write `inputs: { service: … }` here',
      ),
    ]);
    expect(faults('  - { cron: "@daily", inputs: { service: checkout, dry: maybe } }\n', inputs)).toEqual([
      expect.stringContaining('inputs.dry must be a boolean'),
    ]);
    expect(faults('  - { cron: "@daily", inputs: { service: checkout, other: 1 } }\n', inputs)).toEqual([
      expect.stringContaining('inputs.other is no input of nightly'),
    ]);
  });

  it('is one of two with the same name, or of two without', () => {
    expect(faults('  - { cron: "@daily" }\n  - { cron: "@weekly" }\n')).toEqual([
      expect.stringMatching(/^nightly\.yaml:7:.*more than one entry has no `name`/),
    ]);
    expect(faults('  - { name: a, cron: "@daily" }\n  - { name: a, cron: "@weekly" }\n')).toEqual([
      expect.stringContaining('the name `a` is used twice'),
    ]);
  });

  it('is one with a member or a value that there is not', () => {
    expect(faults('  - { cron: "@daily", catchUp: yes }\n')).toEqual([expect.stringContaining('schedule.0.catchUp')]);
    expect(faults('  - { cron: "@daily", timeZone: UTC }\n')).toEqual([
      expect.stringContaining('unknown key `timeZone` in schedule.0; did you mean `timezone`?'),
    ]);
  });
});
