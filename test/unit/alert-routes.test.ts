// Where an alert goes: the tree of routes, what it inherits, its times, and how that is explained.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { explainRoute, Route, route } from '../../src/core/alert/route.ts';
import { TimeInterval } from '../../src/core/alert/time-interval.ts';
import { firingAlert } from '../support/given/firing-alert.ts';

const at = '2026-11-26T09:30:00.000Z';
const night = [
  TimeInterval.parse({ times: [{ start: '22:00', end: '24:00' }] }),
  TimeInterval.parse({ times: [{ start: '00:00', end: '06:00' }] }),
];
const table = (routes: unknown) => ({ routes: z.array(Route).parse(routes), intervals: { night } });
const go = (routes: unknown, labels: { [name: string]: string } = {}, when = at) =>
  route(firingAlert(labels), when, table(routes));

const team = (name: string, rest: object = {}) => ({ name, where: { match: `team="${name}"` }, ...rest });
const rest = { name: 'everybody', owner: 'nobody', channel: 'line' };

describe('a route', () => {
  it('is the first that fits, and the last one without a condition is the default', () => {
    const routes = [team('db', { owner: 'dba' }), team('web', { owner: 'frontend' }), rest];
    expect(go(routes, { team: 'web' })).toMatchObject({ matched: ['web'], owner: 'frontend', channel: null });
    expect(go(routes, { team: 'other' })).toMatchObject({ matched: ['everybody'], owner: 'nobody', channel: 'line' });
    expect(go([team('db')], { team: 'other' })).toEqual({
      matched: [],
      owner: null,
      playbooks: { besides: [], only: null },
      channel: null,
      escalation: [],
      mute: null,
      unclear: [],
    });
  });

  it('with `continue` lets others on its level be found as well; the first that says something is heard, lists add up', () => {
    const routes = [
      { name: 'audit', continue: true, playbooks: ['note'], escalation: ['@audit'] },
      team('db', {
        owner: 'dba',
        channel: 'thread',
        playbooks: { only: ['restart-db'] },
        escalation: ['@dba', '@audit'],
      }),
      rest,
    ];
    expect(go(routes, { team: 'db' })).toEqual({
      matched: ['audit', 'db'],
      owner: 'dba',
      playbooks: { besides: ['note'], only: ['restart-db'] },
      channel: 'thread',
      escalation: ['@audit', '@dba'],
      mute: null,
      unclear: [],
    });
  });

  it('goes to the children first, which inherit what they do not say, and to the parent where no child fits', () => {
    const parent = team('db', {
      owner: 'dba',
      channel: { critical: 'channel', info: 'none' },
      routes: [
        { name: 'backup', where: { match: 'job="backup"' }, owner: 'storage' },
        { name: 'replica', where: { match: 'job="replica"' }, channel: 'line' },
      ],
    });
    expect(go([parent, rest], { team: 'db', job: 'backup' })).toMatchObject({
      matched: ['backup'],
      owner: 'storage',
      channel: 'channel',
    });
    expect(go([parent, rest], { team: 'db', job: 'replica' })).toMatchObject({
      matched: ['replica'],
      owner: 'dba',
      channel: 'line',
    });
    expect(go([parent, rest], { team: 'db' })).toMatchObject({ matched: ['db'], owner: 'dba' });
    const info = firingAlert({ team: 'db' }, { severity: 'info' });
    const warning = firingAlert({ team: 'db' }, { severity: 'warning' });
    expect([info, warning].map((alert) => route(alert, at, table([parent])).channel)).toEqual(['none', null]);
  });

  it('can be chosen by the time of day', () => {
    const routes = [{ name: 'asleep', where: { during: 'night' }, channel: 'thread' }, rest];
    expect(go(routes, {}, '2026-11-26T23:00:00.000Z').matched).toEqual(['asleep']);
    expect(go(routes, {}, at).matched).toEqual(['everybody']);
  });

  it('is mute in its times until they end, and only if every other one that was reached is mute as well', () => {
    const mute = { name: 'a', muteDuring: ['night'] };
    expect(go([mute], {}, '2026-11-26T23:00:00.000Z').mute).toEqual({
      route: 'a',
      because: 'the route is mute during night',
      until: '2026-11-27T06:00:00.000Z',
    });
    expect(go([mute]).mute).toBeNull();
    const active = { name: 'b', activeDuring: ['night'] };
    expect(go([active]).mute).toEqual({
      route: 'b',
      because: 'the route is active during night only',
      until: '2026-11-26T22:00:00.000Z',
    });
    expect(go([{ ...active, continue: true }, rest]).mute).toBeNull();
    // The times of a route are its own, as in Alertmanager: those below it have none.
    expect(go([{ ...active, routes: [{ name: 'c' }] }]).mute).toBeNull();
  });

  it('whose condition cannot be evaluated is passed over, and named', () => {
    const routes = [{ name: 'odd', where: { when: 'alert.labels.gone == "x"' }, owner: 'odd' }, rest];
    expect(go(routes)).toMatchObject({ matched: ['everybody'], unclear: ['odd'] });
  });
});

describe('the explanation of a route', () => {
  it('names every route that was looked at, and why it fits or not', () => {
    const routes = [team('db'), team('web', { routes: [team('shop'), { name: 'other' }] }), rest];
    const { routed, tried } = explainRoute(firingAlert({ team: 'web' }), at, table(routes));
    expect(routed.matched).toEqual(['other']);
    expect(tried).toEqual([
      { route: 'db', depth: 0, outcome: 'differs', because: ['the label team is "web", which does not fit team="db"'] },
      { route: 'web', depth: 0, outcome: 'matches', because: ['the label team is "web", which fits team="web"'] },
      {
        route: 'shop',
        depth: 1,
        outcome: 'differs',
        because: ['the label team is "web", which does not fit team="shop"'],
      },
      { route: 'other', depth: 1, outcome: 'matches', because: ['it asks for nothing, so every alert matches'] },
    ]);
  });
});
