// What is learned from incidents: figures that say how sure they are, likeness with its reasons, toil with a draft that can be used.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionTraits } from '../../src/actions/registry.ts';
import { insightsText } from '../../src/cli/incidents/insights.ts';
import { ApiInsights, ApiSimilarIncident } from '../../src/contract/insights.ts';
import { attentionIn, quietAlertsIn } from '../../src/core/learning/attention.ts';
import { insightsFrom } from '../../src/core/learning/insights.ts';
import { medianOf, shareOf } from '../../src/core/learning/intervals.ts';
import { measure } from '../../src/core/learning/measure.ts';
import { Measured, maxKept } from '../../src/core/learning/measured.ts';
import { recurrencesIn } from '../../src/core/learning/recurrences.ts';
import { commandIn, sameThing } from '../../src/core/learning/same-thing.ts';
import { similarTo } from '../../src/core/learning/similar.ts';
import { timesBy } from '../../src/core/learning/times.ts';
import { toilIn } from '../../src/core/learning/toil.ts';
import { readPlaybook } from '../../src/core/playbook/compile.ts';
import { addMs } from '../../src/core/time.ts';
import { start } from '../support/given/given.ts';
import { incidentStream } from '../support/given/incident-stream.ts';
import { randomIncidents } from '../support/given/random-incidents.ts';

const minute = 60_000;
let number = 0;
/** What was taken from an incident that lasted ten minutes. */
function measured(change: Partial<Measured> = {}): Measured {
  number += 1;
  return {
    ...{ form: 1, id: `inc_${number}`, number, title: 'Checkout is slow', severity: 2, status: 'resolved' },
    ...{ operation: false, merged: false, services: ['checkout'], labels: ['region=eu'], words: ['checkout', 'slow'] },
    ...{ openedAt: addMs(start, number * 3_600_000), acknowledgeMs: minute, firstActionMs: 2 * minute },
    ...{ resolveMs: 10 * minute, waitMs: 0, runs: [], approvals: [], byHand: [], humanActs: 0 },
    alerts: [{ name: 'HighLatency', fingerprint: 'f1', notifications: 3 }],
    ...change,
  };
}
const run = (change: Partial<Measured['runs'][number]> = {}): Measured['runs'][number] => ({
  ...{ playbook: 'restart', status: 'succeeded', byHand: false, drill: false, attempts: 1, machineMs: 1000, waitMs: 0 },
  ...{ runMs: 2000, ...change },
});
const byHand = (said: string, kind: Measured['byHand'][number]['kind'] = 'command') => [
  { kind, what: sameThing(said), said, by: 'ana', at: start },
];

describe('a median with its interval', () => {
  it('has none under six observations, and lies within it from there on', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 60 }), (values) => {
        const { n, value, low, high } = medianOf(values);
        expect(n).toBe(values.length);
        expect(low === null).toBe(n < 6);
        if (value === null || low === null || high === null) return;
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  it('is between the ranks of the published tables', () => {
    const ranks = (n: number) => {
      const { low, high } = medianOf(Array.from({ length: n }, (_, index) => index + 1));
      return [low, high];
    };
    // Conover, Practical Nonparametric Statistics: 95 % intervals of a median.
    expect([6, 8, 9, 10, 15, 20, 25, 50].map(ranks)).toEqual([
      ...[
        [1, 6],
        [1, 8],
        [2, 8],
        [2, 9],
        [4, 12],
        [6, 15],
        [8, 18],
        [18, 33],
      ],
    ]);
  });

  it('covers the true median as often as it says', () => {
    // A generator of its own: the figures are the same each time.
    let seed = 7;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    let hits = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const { low, high } = medianOf(Array.from({ length: 21 }, () => -Math.log(random())));
      if (low !== null && high !== null && low <= Math.LN2 && Math.LN2 <= high) hits += 1;
    }
    expect(hits).toBeGreaterThan(940);
  });
});

describe('a share with its interval', () => {
  it('is that of Wilson, sound at nothing and at all', () => {
    const rounded = (hits: number, n: number) => {
      const { low, high } = shareOf(hits, n);
      return [low, high].map((bound) => Number(bound?.toFixed(3)));
    };
    expect(rounded(0, 10)).toEqual([0, 0.278]);
    expect(rounded(10, 10)).toEqual([0.722, 1]);
    expect(rounded(5, 10)).toEqual([0.237, 0.763]);
    expect(shareOf(0, 0)).toEqual({ n: 0, value: null, low: null, high: null });
  });
});

describe('times', () => {
  it('leave out of the times to the end what is not over, and say how many that are', () => {
    const all = [measured(), measured({ resolveMs: null }), measured({ services: [], severity: 1 })];
    const [total, ...rows] = timesBy('service', all);
    expect(total).toMatchObject({
      key: 'all',
      incidents: 3,
      open: 1,
      resolveMs: { n: 2, value: 10 * minute, low: null },
    });
    expect(rows.map(({ key, incidents }) => [key, incidents])).toEqual([
      ['checkout', 2],
      ['(none)', 1],
    ]);
  });

  it('are those of trouble: no drill, no operation, nothing that goes on in another incident', () => {
    const others = [
      measured({ operation: true }),
      measured({ merged: true }),
      measured({ runs: [run({ drill: true })] }),
    ];
    expect(
      insightsFrom([measured(), ...others], { by: 'severity', zone: 'UTC', commandAction: 'shell.run' }),
    ).toMatchObject({
      incidents: 1,
      operations: 3,
    });
  });
});

describe('trouble that comes again', () => {
  it('is the same alert of the same service, with how often and what helped', () => {
    const all = [measured({ runs: [run()] }), measured(), measured({ services: ['cart'] })];
    const [again, ...rest] = recurrencesIn(all);
    expect(rest).toEqual([]);
    expect(again).toMatchObject({
      alert: 'HighLatency',
      service: 'checkout',
      incidents: 2,
      betweenMs: { n: 1, value: 3_600_000 },
    });
    expect(again?.helped).toEqual([{ playbook: 'restart', incidents: 1 }]);
  });
});

describe('similar incidents', () => {
  it('say why, and those with the very same alert come first', () => {
    const one = measured();
    const same = measured({ title: 'Same' });
    const kin = measured({ alerts: [{ name: 'Other', fingerprint: 'f9', notifications: 1 }], labels: [], words: [] });
    const stranger = measured({ alerts: [], services: ['mail'], labels: ['region=us'], words: ['mail'] });
    const found = similarTo(one, [one, stranger, kin, same], 10);
    expect(found.map(({ incident }) => incident.number)).toEqual([same.number, kin.number]);
    expect(found[0]?.because).toEqual([
      ...['the very same alert', 'same alert HighLatency', 'same service checkout', 'same labels region=eu'],
      'same words checkout, slow',
    ]);
    expect(found[1]?.because).toEqual(['same service checkout']);
    for (const item of found) expect(ApiSimilarIncident.parse(item)).toEqual(item);
  });

  it('weigh what few incidents have more than what all have', () => {
    const one = measured({ services: [], alerts: [], labels: ['region=eu', 'team=odd'], words: ['x'] });
    const crowd = Array.from({ length: 20 }, () =>
      measured({ services: [], alerts: [], labels: ['region=eu'], words: [] }),
    );
    const rare = measured({ services: [], alerts: [], labels: ['team=odd'], words: [] });
    expect(similarTo(one, [...crowd, rare], 1)[0]?.incident.number).toBe(rare.number);
  });
});

describe('toil', () => {
  it('is what was done by hand in two incidents, the same for other numbers, with a playbook that compiles', () => {
    const all = [
      measured({ byHand: byHand('servicectl restart checkout --pod 17') }),
      measured({ byHand: byHand('servicectl restart checkout --pod 4') }),
      measured({ byHand: byHand('servicectl stop cart') }),
    ];
    const [toil, ...rest] = toilIn(all, 'shell.run');
    expect(rest).toEqual([]);
    expect(toil).toMatchObject({ kind: 'command', times: 2, incidents: 2, people: ['ana'] });
    const read = readPlaybook(toil?.draft ?? '', 'draft.yaml', actionTraits);
    expect(read).toMatchObject({ faults: [] });
    expect(toil?.draft).toContain('${{ inputs.service }}');
    expect(toil?.draft).toContain('alert.labels.alertname == "HighLatency"');
  });

  it('drafts nothing that what people typed could change', () => {
    const typed = 'kubectl delete pod "${{ secrets.x }}" \'a: b\' #c';
    const [toil] = toilIn([measured({ byHand: byHand(typed) }), measured({ byHand: byHand(typed) })], 'shell.run');
    expect(readPlaybook(toil?.draft ?? '', 'draft.yaml', actionTraits)).toMatchObject({ faults: [] });
    expect(toil?.draft).not.toContain('${{ secrets');
  });

  it('names the trigger that would spare people to start a playbook by hand', () => {
    const [toil] = toilIn(
      [measured({ byHand: byHand('restart', 'run') }), measured({ byHand: byHand('restart', 'run') })],
      'shell.run',
    );
    expect(toil?.draft).toContain('triggers:');
    expect(toil?.advice).toBe(
      'restart could start by itself when HighLatency fires; an approval can still stand before what is risky',
    );
  });

  it.each([
    ['I ran `kubectl rollout restart deploy/api` and it helped', 'kubectl rollout restart deploy/api'],
    ['$ ./fix.sh now', './fix.sh now'],
    ['systemctl restart nginx', 'systemctl restart nginx'],
    ['the `name` of it', null],
    ['we should restart it', null],
  ])('finds in %j the command %j', (text, command) => {
    expect(commandIn(text)).toBe(command);
  });
});

describe('attention', () => {
  const asked = (at: string, change: Partial<Measured['approvals'][number]> = {}): Measured['approvals'][number] => ({
    ...{
      playbook: 'restart',
      step: 'restart',
      risk: 'high',
      askedAt: at,
      decidedAt: at,
      outcome: 'granted',
      from: ['@sre'],
    },
    by: [{ person: 'ana', at, waitMs: 5000 }],
    ...change,
  });

  it('counts each person’s decisions, and a night once however many there are in it, by the clock of the zone', () => {
    const times = ['2026-03-01T23:30:00Z', '2026-03-02T03:00:00Z', '2026-03-02T12:00:00Z', '2026-03-02T21:30:00Z'];
    const {
      people,
      asked: all,
      approved,
    } = attentionIn([measured({ approvals: times.map((at) => asked(at)) })], 'UTC');
    expect(people).toMatchObject([{ person: 'ana', decisions: 4, atNight: 2, nights: 1 }]);
    expect([all, approved.value]).toEqual([4, 1]);
    const berlin = attentionIn([measured({ approvals: times.map((at) => asked(at)) })], 'Europe/Berlin');
    expect(berlin.people).toMatchObject([{ atNight: 3, nights: 2 }]);
  });

  it('lists alerts that never led to a run or an act, with how many may yet do', () => {
    const quiet = [
      measured({ services: ['disk'] }),
      measured({ services: ['disk'] }),
      measured({ runs: [run()] }),
      measured(),
    ];
    const found = quietAlertsIn(quiet);
    expect(found).toMatchObject([{ service: 'disk', incidents: 2, notifications: 6, acted: { value: 0, low: 0 } }]);
    expect(found[0]?.acted.high).toBeGreaterThan(0.5);
  });
});

describe('what is taken from the record of an incident', () => {
  it('has its times, what ran and what was asked, and can be stored', () => {
    const taken = measure(incidentStream('checkout'));
    expect(taken).toMatchObject({ id: 'inc_1', services: ['checkout'], form: 1 });
    expect(taken?.runs).toHaveLength(1);
    expect(taken?.approvals.length).toBeGreaterThan(0);
    expect(taken?.waitMs).toBeGreaterThan(0);
    expect(Measured.parse(JSON.parse(JSON.stringify(taken)))).toEqual(taken);
  });

  it('is bounded and readable, whatever happened; and what is learned from it fits the contract and 80 columns', () => {
    fc.assert(
      fc.property(randomIncidents, (all) => {
        const taken = all.flatMap(({ events }) => measure(events) ?? []);
        expect(taken).toHaveLength(all.length);
        for (const one of taken) {
          expect(Measured.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
          expect(Math.max(one.runs.length, one.byHand.length, one.approvals.length)).toBeLessThanOrEqual(maxKept);
        }
        const learned = {
          ...insightsFrom([...taken, ...taken], { by: 'playbook', zone: 'UTC', commandAction: 'shell.run' }),
          pending: 0,
          cut: false,
        };
        expect(ApiInsights.parse(learned)).toEqual(learned);
        const tables = insightsText(learned, false).split('\n\n').slice(0, -1).join('\n');
        for (const text of tables.split('\n')) expect(text.length).toBeLessThanOrEqual(80);
      }),
      { numRuns: 8 },
    );
  });
});
