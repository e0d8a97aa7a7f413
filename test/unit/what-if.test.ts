// What if another configuration had been in force: stored deliveries once more, in simulated time, held against a whole engine that gets the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whatIfText } from '../../src/cli/alerts/what-if.ts';
import type { Alert } from '../../src/core/alert/alert.ts';
import { defaultIncidentRules } from '../../src/core/incident/rules.ts';
import type { MuteEvent } from '../../src/core/system/mutes.ts';
import { addMs } from '../../src/core/time.ts';
import { compareSimulations, isSame } from '../../src/engine/what-if/compare.ts';
import { createSimulator, type MuteFact, type StoredDelivery } from '../../src/engine/what-if/simulate.ts';
import { createTimers } from '../../src/engine/what-if/timers.ts';
import { alertStory, rulesOf } from '../support/engine/alert-story.ts';
import { actions, ana, playbook, start } from '../support/given/given.ts';
import { anAlert, minute } from '../support/given/incident.ts';

const quick = '  - { id: look, uses: shell.run, with: { command: [/bin/true] } }\n';
const triggered = playbook(quick, 'triggers: [ { source: alertmanager, when: "alert.severity == \'critical\'" } ]\n');

const delivered = (n: number, afterMs: number, alert: Alert): StoredDelivery => ({
  receipt: `dlv_${n}`,
  source: 'alertmanager',
  integration: 'am',
  receivedAt: addMs(start, afterMs),
  alerts: [alert],
});
const alertOf = (fingerprint: string, change: Partial<Alert> = {}) =>
  anAlert(fingerprint, { groupKey: fingerprint, startsAt: null, ...change });
const shop = { service: 'shop' };
const stored = [
  delivered(1, 0, alertOf('a', shop)),
  delivered(2, minute, alertOf('b', { ...shop, severity: 'critical' })),
  delivered(3, 2 * minute, alertOf('a', { ...shop, status: 'resolved' })),
  delivered(4, 20 * minute, alertOf('c', { severity: 'info' })),
  delivered(5, 21 * minute, alertOf('c', { severity: 'info', status: 'resolved' })),
];

async function simulated(
  yaml: string,
  deliveries: readonly StoredDelivery[] = stored,
  mutes: readonly MuteFact[] = [],
) {
  const simulator = createSimulator({
    rules: rulesOf(yaml),
    incidents: defaultIncidentRules,
    playbooks: [triggered],
    traits: actions,
    mutes,
    heartbeats: [],
    enrich: async (alert) => ({ alert, steps: [] }),
  });
  for (const delivery of deliveries) await simulator.take(delivery);
  return simulator.end(deliveries.at(-1)?.receivedAt ?? start);
}

describe('what if', () => {
  it('there is no difference with the same configuration, however often it is asked', async () => {
    const yaml = 'groups: [ { name: all, by: [service] } ]';
    const found = compareSimulations(await simulated(yaml), await simulated(yaml));
    expect(isSame(found)).toBe(true);
    expect(whatIfText({ ...found, leftOut: [] }, start)).toContain('no difference');
  });

  it('there were groups: the incidents that go and come, the runs, and how people are told', async () => {
    const after = await simulated(`
groups: [ { name: by-service, where: { service: shop }, by: [service], wait: 30s }, { name: rest, pause: 5m } ]
routes: [ { name: shop, where: { service: shop }, channel: thread, owner: team-shop } ]
`);
    const found = compareSimulations(await simulated(''), after);
    expect([found.before.incidents, found.after.incidents]).toEqual([3, 1]);
    expect(found.after.told).toEqual({ channel: 0, thread: 1, line: 0, none: 0 });
    expect(found.fresh).toEqual([
      expect.objectContaining({
        openedAt: addMs(start, minute / 2),
        title: 'a is down',
        told: 'thread',
        owner: 'team-shop',
        runs: ['test'],
      }),
    ]);
    expect(found.gone).toHaveLength(3);
    const text = whatIfText({ ...found, leftOut: [] }, start);
    expect(text).toMatch(/^incidents +3 +1$/m);
    expect(text).toContain('+ 2026-03-01T00:00:30.000Z  a is down  (thread, team-shop, test)');
  });

  it('there was a silence: what it holds is told when it is over, in the time of the deliveries', async () => {
    const until = addMs(start, 10 * minute);
    const yaml = `silences: [ { name: s, sets: [ { service: shop } ], startsAt: "${start}", endsAt: "${until}", owner: ana, reason: r } ]`;
    const { incidents } = await simulated(yaml);
    // `a` is over by then.
    expect(incidents.map(({ openedAt, title }) => [openedAt, title])).toEqual([
      [until, 'b is down'],
      [addMs(start, 20 * minute), 'c is down'],
    ]);
  });

  it('people silenced meanwhile: it holds from when it was made, and until somebody ended it', async () => {
    const mute = (afterMs: number, event: MuteEvent): MuteFact => ({ ...event, at: addMs(start, afterMs), actor: ana });
    const silence = {
      ...{ id: 'sil_1', sets: [{ service: ['shop'] }], owner: 'ana', reason: 'move' },
      ...{ startsAt: start, endsAt: addMs(start, 60 * minute) },
    };
    const { incidents } = await simulated('', stored, [
      mute(minute / 2, { type: 'silence.created', data: silence }),
      mute(15 * minute, { type: 'silence.expired', data: { id: 'sil_1' } }),
    ]);
    expect(incidents.map(({ openedAt, title }) => [openedAt, title])).toEqual([
      [start, 'a is down'],
      [addMs(start, 15 * minute), 'b is down'],
      [addMs(start, 20 * minute), 'c is down'],
    ]);
  });

  it('opens the same incidents as the engine does, for any alerts', async () => {
    const yaml = `groups: [ { name: all, by: [service], wait: 30s, pause: { warning: 1m }, threshold: { count: 2, within: 5m } } ]`;
    const step = fc.record({
      fingerprint: fc.constantFrom('a', 'b', 'c'),
      status: fc.constantFrom('firing' as const, 'resolved' as const),
      service: fc.constantFrom('x', 'y'),
      severity: fc.constantFrom('error' as const, 'warning' as const),
      waits: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const story = alertStory(yaml);
        const deliveries: StoredDelivery[] = [];
        for (const { waits, fingerprint, ...change } of steps) {
          await story.passes(waits * 5000);
          const alert = alertOf(fingerprint, change);
          deliveries.push(delivered(deliveries.length, story.world.ms - Date.parse(start), alert));
          await story.fires(fingerprint, alert);
        }
        const { incidents } = await simulated(yaml, deliveries);
        expect(incidents.map(({ openedAt, title }) => [openedAt, title])).toEqual(
          story.incidents().map(({ openedAt, title }) => [openedAt, title]),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe('timers in simulated time', () => {
  it('are due in the order of their instants, each as it was set last', () => {
    const minutes = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.option(fc.integer({ min: 0, max: 30 }))));
    fc.assert(
      fc.property(minutes, (given) => {
        const timers = createTimers();
        const known = new Map<string, string>();
        for (const [name, after] of given) {
          const at = after === null ? null : addMs(start, after * minute);
          timers.set(`t${name}`, at);
          if (at === null) known.delete(`t${name}`);
          else known.set(`t${name}`, at);
        }
        const due: [string, string][] = [];
        for (let next = timers.next('9'); next; next = timers.next('9')) due.push([next.name, next.at]);
        expect(due.map(([, at]) => at)).toEqual([...known.values()].sort());
        expect(new Map(due)).toEqual(known);
      }),
    );
  });
});
