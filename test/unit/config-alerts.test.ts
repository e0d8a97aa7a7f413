// The sections of firebreak.yaml about alerts: what is right is read, what is wrong is said with its place and with what would be right.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { alertWarnings } from '../../src/config/alerts.ts';
import { readConfigFile } from '../../src/config/file.ts';

const right = `
intervals:
  nights: { times: [{ start: 22:00, end: 24:00 }], location: Europe/Berlin }
  sundays:
    - { weekdays: [sunday], daysOfMonth: [1:7, -1], months: [march:may, 12], years: [2026:2027] }
routes:
  - name: payments
    where: { match: 'team="payments"', severity: [critical, error] }
    owner: payments
    playbooks: { only: [restart-payments] }
    channel: { critical: channel, error: thread }
    escalation: ["@payments"]
    routes:
      - { name: at-night, where: { during: nights }, channel: line }
  - { name: rest, playbooks: [triage], muteDuring: [sundays] }
inhibition:
  - { name: down, source: { match: alertname="Down" }, target: { match: alertname!="Down" }, equal: [instance] }
silences:
  - name: migration
    sets: [{ service: checkout }]
    startsAt: 2026-03-01T02:00:00Z
    endsAt: 2026-03-01T04:00:00+01:00
    owner: ana
    reason: moving the database
windows:
  - { name: patching, during: nights, where: { environment: prod }, owner: ben, reason: kernel updates }
`;
const faultsOf = (yaml: string): readonly string[] => {
  const read = readConfigFile(yaml, 'f.yaml', {});
  return read.ok ? [] : read.error;
};

describe('the sections about alerts', () => {
  it('are read', () => {
    const read = readConfigFile(right, 'f.yaml', {});
    if (!read.ok) throw new Error(read.error.join('\n'));
    expect(read.value.alerts).toMatchObject({
      intervals: {
        nights: [{ times: [{ start: 1320, end: 1440 }] }],
        sundays: [
          {
            daysOfMonth: [
              { from: 1, to: 7 },
              { from: -1, to: -1 },
            ],
          },
        ],
      },
      routes: [
        { name: 'payments', where: { match: ['team="payments"'] }, routes: [{ name: 'at-night' }] },
        { name: 'rest' },
      ],
      inhibition: [{ equal: ['instance'] }],
      silences: [{ endsAt: '2026-03-01T03:00:00.000Z' }],
      windows: [{ mode: 'consolidate' }],
    });
    const none = readConfigFile('{}', 'f.yaml', {});
    expect(none.ok && none.value.alerts).toEqual({
      intervals: {},
      routes: [],
      inhibition: [],
      silences: [],
      windows: [],
      groups: [],
    });
  });

  it.each([
    [
      '24:00 }], location: Europe/Berlin',
      '24:00 }], location: Europe/Bern',
      /^f\.yaml:3:\d+ {2}intervals\.nights\.0\.location: must be an IANA time zone/,
    ],
    ['\'team="payments"\'', '\'team=~"("\'', /^f\.yaml:8:\d+ {2}routes\.0\.where\.match\.0: .*is not an RE2 pattern/],
    [
      'error: thread',
      'error: tread',
      /^f\.yaml:11:\d+ {2}routes\.0\.channel\.error: must be channel, thread, line or none/,
    ],
    [
      'during: nights }, channel',
      'during: night }, channel',
      /^f\.yaml:14:\d+ {2}routes\.0\.routes\.0\.where\.during: there is no time interval night; did you mean `nights`\?; there are nights, sundays/,
    ],
    [
      'muteDuring: [sundays]',
      'muteDuring: [mondays]',
      /^f\.yaml:15:\d+ {2}routes\.1\.muteDuring\.0: there is no time interval mondays/,
    ],
    ['name: at-night', 'name: rest', /^f\.yaml:15:\d+ {2}routes\.1\.name: there is already one called rest/],
    [
      'where: { match: \'team="payments"\', severity: [critical, error] }',
      'continue: false',
      /^f\.yaml:15:\d+ {2}routes\.1: no alert comes here: payments before it takes every alert/,
    ],
    ['equal: [instance]', 'equals: [instance]', /^f\.yaml:17:\d+ {2}inhibition\.0\.equals: is no setting here/],
    ['{ service: checkout }', '{}', /^f\.yaml:20:\d+ {2}silences\.0\.sets\.0: would silence every alert/],
    ['    reason: moving the database\n', '', /^f\.yaml:\d+:\d+ {2}silences\.0\.reason: /],
    ['04:00:00+01:00', '02:00:00+01:00', /^f\.yaml:22:\d+ {2}silences\.0\.endsAt: must be later than startsAt/],
    [
      'during: nights, where',
      'during: nightz, where',
      /^f\.yaml:26:\d+ {2}windows\.0\.during: there is no time interval nightz/,
    ],
    [
      'environment: prod',
      'when: alert.labels.',
      /^f\.yaml:26:\d+ {2}windows\.0\.where\.when: not a valid CEL expression/,
    ],
    [
      'environment: prod',
      'when: alert.lables.team == "a"',
      /^f\.yaml:26:\d+ {2}windows\.0\.where\.when: .*lables.*did you mean `labels`/,
    ],
    [
      'environment: prod',
      'when: alert.labels.team',
      /^f\.yaml:26:\d+ {2}windows\.0\.where\.when: yields a text, but must yield true or false/,
    ],
    ['equal: [instance]', 'equal: instance', /^f\.yaml:17:\d+ {2}inhibition\.0\.equal: must be a list, .*it is text$/],
    [
      'channel: line',
      'chanel: line',
      /routes\.0\.routes\.0\.chanel: is no setting here; did you mean `channel`\?; there are name/,
    ],
    ['severity: [critical, error]', 'severity: fatal', /where\.severity\.0: must be critical, error, warning or info$/],
    ['inhibition:', 'inhibit:', /^f\.yaml:16:1 {2}inhibit: is no setting of this file; did you mean `inhibition`\?/],
    [
      '\nwindows:',
      '\ngroups: [{ name: a, key: alert.fingerprnt }]\nwindows:',
      /groups\.0\.key: .*fingerprnt.*did you mean `fingerprint`/,
    ],
  ])('with %s written as %s are refused at their place', (good, bad, fault) => {
    expect(right.split(good)).toHaveLength(2);
    expect(faultsOf(right.replace(good, bad))).toEqual([expect.stringMatching(fault)]);
  });

  it('with a silence that is over are read, and warned of', () => {
    const read = readConfigFile(right, 'f.yaml', {});
    if (!read.ok) throw new Error(read.error.join('\n'));
    expect(alertWarnings(read.value.alerts, '2026-03-01T02:59:59.999Z')).toEqual([]);
    expect(alertWarnings(read.value.alerts, '2026-03-01T03:00:00.000Z')).toEqual([
      {
        path: ['silences', 0, 'endsAt'],
        message: 'is over since 2026-03-01T03:00:00.000Z; take it out, or give it another end',
      },
    ]);
  });

  it('are written in docs/alerts-routing.md as they can be used, with an example of each', () => {
    const page = readFileSync(fileURLToPath(new URL('../../docs/alerts-routing.md', import.meta.url)), 'utf8');
    const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
    expect(blocks.flatMap(faultsOf)).toEqual([]);
    const keys = blocks.flatMap((text) => [...text.matchAll(/^(\w+):/gm)].map(([, key]) => key));
    expect(new Set(keys)).toEqual(new Set(['intervals', 'routes', 'inhibition', 'silences', 'windows']));
  });
});
