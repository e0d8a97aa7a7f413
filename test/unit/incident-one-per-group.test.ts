// One open incident per alert group: what would make it two is refused and names the one that is open.
import { describe, expect, it } from 'vitest';
import { takesAlerts } from '../../src/core/incident/decide-alerts.ts';
import { defaultIncidentRules } from '../../src/core/incident/rules.ts';
import { addMs } from '../../src/core/time.ts';
import { start } from '../support/given/given.ts';
import {
  anAlert,
  closed,
  ended,
  givenIncident,
  later,
  minute,
  opened,
  place,
  received,
  resolved,
  stateOf,
} from '../support/given/incident.ts';

const other = { id: 'inc_2', number: 8 };
const taken = 'the alerts of this incident belong to #8, which is open; go on there, or resolve it first';
const again = { startsAt: addMs(start, minute) };

describe('an incident whose alert group has another open one', () => {
  it('is not opened again by people', () => {
    for (const end of [resolved, closed])
      givenIncident(opened, end)
        .when({ type: 'reopen', reason: 'it is back' }, { openInGroup: other })
        .thenRefused('wrong_state', taken);
  });

  it('is opened again once nothing is in its way', () => {
    for (const openInGroup of [null, { id: 'inc_1', number: 7 }])
      givenIncident(opened, resolved)
        .when({ type: 'reopen', reason: 'it is back' }, { openInGroup })
        .thenTypes('incident.reopened');
  });

  it('does not take an alert that begins anew, however lately it was resolved', () => {
    const story = givenIncident(opened, received('a'), ended('a'), resolved);
    story.when(place(anAlert('a', again)), { ...later(minute), openInGroup: other }).thenRefused('wrong_state', taken);
    story.when(place(anAlert('b')), { ...later(minute), openInGroup: other }).thenRefused('wrong_state', taken);
  });

  it('leaves what still fires to the open one, and takes the end of it', () => {
    const story = givenIncident(opened, received('a'), resolved);
    const circumstances = { ...later(minute), openInGroup: other };
    story.when(place(anAlert('a')), circumstances).thenRefused('wrong_state', taken);
    story.when(place(anAlert('a', { status: 'resolved' })), circumstances).thenTypes('alert.resolved');
  });

  it('says beforehand whether it takes alerts', () => {
    const state = stateOf('inc_1', opened, received('a'), resolved);
    const context = { at: start, rules: defaultIncidentRules, openInGroup: other };
    expect(takesAlerts(state, [anAlert('a')], context)).toBe(false);
    expect(takesAlerts(state, [anAlert('a', { status: 'resolved' })], context)).toBe(true);
    expect(takesAlerts(state, [anAlert('a', again)], context)).toBe(false);
    expect(takesAlerts(state, [anAlert('a', again)], { ...context, openInGroup: null })).toBe(true);
  });

  it('is not opened again by a merge, unless the other one is what is merged into it', () => {
    const story = givenIncident(opened, resolved);
    const from = (id: string) => ({ type: 'absorb' as const, from: stateOf(id, opened) });
    story.when(from('inc_3'), { openInGroup: other }).thenRefused('wrong_state', taken);
    story.when(from('inc_2'), { openInGroup: other }).thenTypes('incident.reopened', 'incident.absorbed');
  });
});
