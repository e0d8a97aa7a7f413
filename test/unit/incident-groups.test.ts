// What groups mean for an incident, told as stories: its severity, alerts that the sender leaves out, what comes out of order.
import { describe, it } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import { systemActor } from '../../src/core/events.ts';
import { addMs } from '../../src/core/time.ts';
import { start } from '../support/given/given.ts';
import {
  anAlert,
  ended,
  givenIncident,
  givenNothing,
  later,
  minute,
  opened,
  type Past,
  place,
  received,
  resolved,
} from '../support/given/incident.ts';

const leftOut = (group: 'firing' | 'resolved', count = 5): Partial<Alert> => ({ unlisted: { count, group } });
const truncated = (unlisted: number): Past => ({
  type: 'group.truncated',
  data: { groupKey: 'group', unlisted, status: 'firing', receipt: 'dlv_0' },
});
const lowered: Past = { type: 'severity.changed', data: { from: 2, to: 4 } };

describe('the severity of an incident', () => {
  it('is that of the worst alert that opens it, in whatever place it stands', () => {
    givenNothing()
      .when(place(anAlert('a', { severity: 'warning' }), anAlert('b', { severity: 'critical' })))
      .thenTypes('incident.opened', 'alert.received', 'alert.received')
      .thenState({ severity: 1 });
  });

  it('rises when a worse alert joins, and says why', () => {
    const alert = anAlert('b', { severity: 'critical', title: 'db is gone' });
    givenIncident(opened, received('a'))
      .when(place(anAlert('a'), alert))
      .thenTypes('alert.repeated', 'alert.received', 'severity.changed')
      .thenState({ severity: 1 });
  });

  it('rises when an alert that fires gets worse, once', () => {
    const worse = anAlert('a', { severity: 'critical' });
    const told: Past = { type: 'alert.repeated', data: { fingerprint: 'a', count: 2, receipt: 'dlv_0', level: 1 } };
    givenIncident(opened, received('a')).when(place(worse)).thenTypes('alert.repeated', 'severity.changed');
    givenIncident(opened, received('a'), told, lowered)
      .when(place(worse))
      .thenTypes('alert.repeated')
      .thenState({ severity: 4 });
  });

  it('does not fall by itself', () => {
    givenIncident(opened, received('a'), received('b'))
      .when(place(anAlert('a', { status: 'resolved' }), anAlert('b', { severity: 'info' })))
      .thenTypes('alert.resolved', 'alert.repeated')
      .thenState({ severity: 2 });
  });
});

describe('a group of which the sender leaves alerts out', () => {
  const over = anAlert('a', { status: 'resolved' });

  it('keeps its incident open while it fires as a whole, though all that is listed is resolved', () => {
    givenIncident(opened, received('a'))
      .when(place({ ...over, ...leftOut('firing') }))
      .thenTypes('alert.resolved', 'group.truncated')
      .thenState({ status: 'open', unlisted: { group: 5 } });
  });

  it('opens an incident though all that is listed is resolved', () => {
    givenNothing()
      .when(place({ ...over, ...leftOut('firing') }))
      .thenTypes('incident.opened', 'group.truncated')
      .thenState({ status: 'open', title: 'a is down (and 5 more, which fire)' });
  });

  it('is over, with all that was left out, when it is resolved as a whole', () => {
    givenIncident(opened, received('a'), received('b'), truncated(5))
      .when(place({ ...over, ...leftOut('resolved') }))
      .thenTypes('alert.resolved', 'group.truncated', 'alert.resolved', 'incident.resolved')
      .thenState({ status: 'resolved' });
  });

  it('does not end more alerts than were left out: nobody can tell which', () => {
    givenIncident(opened, received('a'), received('b'), received('c'))
      .when(place({ ...over, ...leftOut('resolved', 1) }))
      .thenState({ status: 'open' });
  });

  it('is told once, and when it is whole again', () => {
    const listed = anAlert('a', leftOut('firing'));
    givenIncident(opened, received('a'), truncated(5)).when(place(listed)).thenTypes('alert.repeated');
    givenIncident(opened, received('a'), truncated(5))
      .when(place(over))
      .thenTypes('alert.resolved', 'group.truncated', 'incident.resolved');
  });

  it('opens the incident again that people resolved', () => {
    givenIncident(opened, received('a'), ended('a'), resolved)
      .when(place({ ...over, ...leftOut('firing') }), later(minute))
      .thenTypes('group.truncated', 'incident.reopened')
      .thenState({ status: 'open' });
  });

  it('that lists only a resolved part ends nothing else: what is silenced is not listed', () => {
    givenIncident(opened, received('a'), received('b'))
      .when(place(over))
      .thenTypes('alert.resolved')
      .thenState({ status: 'open' });
  });
});

describe('what comes out of order', () => {
  const second = addMs(start, minute);

  it('fires since before the episode that has ended: it is counted and opens nothing', () => {
    givenIncident(opened, received('a', { startsAt: second }), ended('a'), resolved)
      .when(place(anAlert('a')), later(2 * minute))
      .thenTypes('alert.repeated')
      .thenState({ status: 'resolved' });
  });

  it('ended before the episode that goes on began: it ends nothing', () => {
    givenIncident(opened, received('a', { startsAt: second }))
      .when(place(anAlert('a', { status: 'resolved', endsAt: addMs(start, 1) })))
      .thenNothing();
  });

  it('ends the episode that goes on, whatever start it names, if its end is no earlier', () => {
    givenIncident(opened, received('a', { startsAt: second }))
      .when(place(anAlert('a', { status: 'resolved', endsAt: second })))
      .thenTypes('alert.resolved', 'incident.resolved');
  });
});

describe('an incident of an operation', () => {
  const operation: Past = {
    type: 'incident.opened',
    data: { number: 7, title: 'Manual run', severity: 3, groupKey: null, kind: 'operation' },
  };

  it('is resolved when its run ends well, and people get it back when one fails', () => {
    givenIncident(operation)
      .when({ type: 'end_operation', end: 'well' })
      .thenEvents({ type: 'incident.resolved', actor: systemActor, data: { reason: 'its run is over' } });
    givenIncident(operation).when({ type: 'end_operation', end: 'badly' }).thenNothing();
    givenIncident(operation, resolved).when({ type: 'end_operation', end: 'badly' }).thenTypes('incident.reopened');
  });

  it('stays open while an alert fires in it, and no other incident ends with a run', () => {
    givenIncident(operation, received('a')).when({ type: 'end_operation', end: 'well' }).thenNothing();
    givenIncident(opened).when({ type: 'end_operation', end: 'well' }).thenNothing();
  });
});
