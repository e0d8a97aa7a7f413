// The rules of an incident for alerts, told as stories: episodes, opening, joining, resolving, reopening.
import { describe, expect, it } from 'vitest';
import { systemActor } from '../../src/core/events.ts';
import { takesAlerts } from '../../src/core/incident/decide-alerts.ts';
import { episodeOf } from '../../src/core/incident/episode.ts';
import { defaultIncidentRules } from '../../src/core/incident/rules.ts';
import type { IncidentState } from '../../src/core/incident/state.ts';
import { addMs } from '../../src/core/time.ts';
import { start } from '../support/given/given.ts';
import {
  acknowledged,
  anAlert,
  closed,
  ended,
  givenIncident,
  givenNothing,
  later,
  minute,
  opened,
  place,
  received,
  resolved,
  sender,
  stateOf,
} from '../support/given/incident.ts';

describe('the episode of an alert', () => {
  const at = start;
  const known = (status: 'firing' | 'resolved', startsAt: string | null) => ({
    ...{ status, startsAt, title: 't', source: 's', count: 1, firstAt: at, lastAt: at },
  });
  it.each([
    ['firing, never heard of', 'firing', start, undefined, 'new'],
    ['firing with the known start', 'firing', start, known('firing', start), 'same'],
    ['firing without a start, as it fires already', 'firing', null, known('firing', start), 'same'],
    ['firing with another start, as it fires already', 'firing', addMs(start, 1), known('firing', start), 'same'],
    ['firing with a start, where none was known', 'firing', start, known('firing', null), 'same'],
    ['firing again with a later start', 'firing', addMs(start, 1), known('resolved', start), 'new'],
    ['firing since before the episode that ended', 'firing', addMs(start, -1), known('resolved', start), 'late'],
    ['firing again with the start of the episode that ended', 'firing', start, known('resolved', start), 'new'],
    ['firing again without a start', 'firing', null, known('resolved', start), 'new'],
    ['resolved while it fires', 'resolved', start, known('firing', start), 'ended'],
    ['resolved with another start than the firing one', 'resolved', null, known('firing', start), 'ended'],
    ['resolved twice', 'resolved', start, known('resolved', start), 'none'],
    ['resolved, never heard of', 'resolved', start, undefined, 'none'],
  ] as const)('%s', (_, status, startsAt, before, episode) => {
    expect(episodeOf({ status, startsAt, endsAt: null }, before)).toBe(episode);
  });
});

describe('placing alerts', () => {
  it('opens an incident for the first alert that fires, in the name of its sender', () => {
    const alert = anAlert('a', { severity: 'critical' });
    givenNothing()
      .when(place(anAlert('z', { status: 'resolved' }), alert))
      .thenEvents(
        {
          type: 'incident.opened',
          actor: sender,
          data: { number: 7, title: 'a is down', severity: 1, groupKey: 'group' },
        },
        { type: 'alert.received', actor: sender, data: { alert, receipt: 'dlv_1', level: 1 } },
      )
      .thenState({
        id: 'inc_1',
        status: 'open',
        openedAt: start,
        alerts: { a: expect.objectContaining({ count: 1 }) },
      });
  });

  it('groups an alert without a group by its fingerprint', () => {
    givenNothing()
      .when(place(anAlert('a', { groupKey: null })))
      .thenState({ groupKey: 'a' });
  });

  it('opens nothing for the end of something never heard of', () => {
    givenNothing()
      .when(place(anAlert('a', { status: 'resolved' })))
      .thenNothing()
      .thenState(null);
    givenNothing().when(place()).thenNothing();
  });

  it('opens and resolves an incident for an alert that fires and ends in one delivery', () => {
    givenNothing()
      .when(place(anAlert('a'), anAlert('a', { status: 'resolved', endsAt: start })))
      .thenTypes('incident.opened', 'alert.received', 'alert.resolved', 'incident.resolved');
  });

  it('counts a repetition of the same episode', () => {
    givenIncident(opened, received('a'))
      .when(place(anAlert('a')), later(minute))
      .thenEvents({
        type: 'alert.repeated',
        actor: sender,
        data: { fingerprint: 'a', count: 2, receipt: 'dlv_1', level: 2 },
      })
      .thenState({
        alerts: { a: expect.objectContaining({ count: 2, firstAt: start, lastAt: addMs(start, minute) }) },
      });
  });

  it('takes a new start alone for no new episode, and remembers it', () => {
    givenIncident(opened, received('a'))
      .when(place(anAlert('a', { startsAt: addMs(start, minute) })))
      .thenTypes('alert.repeated')
      .thenState({ alerts: { a: expect.objectContaining({ startsAt: start, restartedAt: addMs(start, minute) }) } });
  });

  it('writes nothing about an end that is known', () => {
    givenIncident(opened, received('a'), received('b'), ended('a'))
      .when(place(anAlert('a', { status: 'resolved' }), anAlert('z', { status: 'resolved' })))
      .thenNothing();
  });

  it('resolves the incident by itself when the last of its alerts ends, not before', () => {
    const story = givenIncident(opened, received('a'), received('b'));
    const end = anAlert('a', { status: 'resolved', endsAt: addMs(start, minute) });
    const data = { fingerprint: 'a', endsAt: addMs(start, minute), receipt: 'dlv_1' };
    story.when(place(end)).thenEvents({ type: 'alert.resolved', actor: sender, data }).thenState({ status: 'open' });
    givenIncident(opened, received('a'), received('b'), ended('b'))
      .when(place(end), later(minute))
      .thenEvents(
        { type: 'alert.resolved', actor: sender, data },
        { type: 'incident.resolved', actor: systemActor, data: { reason: 'every alert is resolved' } },
      )
      .thenState({ status: 'resolved', resolvedAt: addMs(start, minute) });
  });

  it('does not resolve an incident that the same delivery makes fire again', () => {
    givenIncident(opened, received('a'))
      .when(place(anAlert('a', { status: 'resolved' }), anAlert('b')))
      .thenTypes('alert.resolved', 'alert.received')
      .thenState({ status: 'open' });
  });

  it('makes every alert that it speaks of the incident’s own, as it stands in the end', () => {
    givenIncident(opened, received('a'), received('b'))
      .when(
        place(anAlert('a', { status: 'resolved' }), anAlert('b'), anAlert('c'), anAlert('z', { status: 'resolved' })),
      )
      .thenTouched({ a: false, b: true, c: true });
    givenNothing()
      .when(place(anAlert('a', { status: 'resolved' })))
      .thenTouched({});
  });

  it('names each alert’s own sender', () => {
    givenIncident(opened)
      .when(place(anAlert('a', { source: 'grafana', integration: 'eu' })))
      .thenEvents({
        type: 'alert.received',
        actor: { kind: 'alert', id: 'grafana/eu' },
        data: { alert: anAlert('a', { source: 'grafana', integration: 'eu' }), receipt: 'dlv_1', level: 2 },
      });
  });

  it('takes fingerprints that are names of what every object has', () => {
    const [odd, proto] = [anAlert('constructor'), anAlert('__proto__')];
    givenNothing().when(place(odd, proto)).thenTypes('incident.opened', 'alert.received', 'alert.received');
    givenIncident(opened, received('__proto__')).when(place(proto)).thenTypes('alert.repeated');
    givenIncident(opened)
      .when(place({ ...odd, status: 'resolved' }))
      .thenNothing();
  });
});

describe('alerts of an incident that has ended', () => {
  const over = [opened, received('a'), ended('a'), resolved];

  it('reopen it within half an hour, acknowledged by nobody', () => {
    givenIncident(opened, received('a'), acknowledged, ended('a'), resolved)
      .when(place(anAlert('a')), later(30 * minute - 1))
      .thenTypes('alert.received')
      .thenState({ status: 'open', resolvedAt: null, acknowledgedBy: null, acknowledgedAt: null });
  });

  it('are refused later: they belong to another incident', () => {
    givenIncident(...over)
      .when(place(anAlert('a')), later(30 * minute))
      .thenRefused('wrong_state', 'the incident was resolved more than 30m ago; what fires now opens another');
    givenIncident(...over)
      .when(place(anAlert('a')), { ...later(2 * minute), rules: { reopenWithinMs: minute } })
      .thenRefused('wrong_state', 'the incident was resolved more than 1m ago; what fires now opens another');
  });

  it('open it again however late, where people resolved it over an alert that still fires', () => {
    const story = givenIncident(opened, received('a'), resolved);
    story
      .when(place(anAlert('a')), later(90 * minute))
      .thenTypes('alert.repeated', 'incident.reopened')
      .thenState({ status: 'open', resolvedAt: null });
    story
      .when(place(anAlert('a', { startsAt: addMs(start, minute) })), later(90 * minute))
      .thenTypes('alert.repeated', 'incident.reopened')
      .thenState({ status: 'open' });
    story
      .when(place(anAlert('a', { status: 'resolved' })), later(90 * minute))
      .thenTypes('alert.resolved')
      .thenState({ status: 'resolved', resolvedAt: start });
  });

  it('are refused by a closed one if they fire, and their end is written down there', () => {
    const story = givenIncident(opened, received('a'), closed);
    story.when(place(anAlert('a'))).thenRefused('wrong_state', 'the incident is closed already');
    story
      .when(place(anAlert('a', { status: 'resolved' })))
      .thenTypes('alert.resolved')
      .thenState({ status: 'closed' });
  });

  it('are told beforehand whether it takes them', () => {
    const takes = (state: IncidentState, ms: number) =>
      takesAlerts(state, [anAlert('a')], { at: addMs(start, ms), rules: defaultIncidentRules, openInGroup: null });
    expect(takes(stateOf('inc_1', opened), 90 * minute)).toBe(true);
    expect(takes(stateOf('inc_1', ...over), 29 * minute)).toBe(true);
    expect(takes(stateOf('inc_1', ...over), 31 * minute)).toBe(false);
    expect(takes(stateOf('inc_1', opened, closed), 0)).toBe(false);
  });
});
