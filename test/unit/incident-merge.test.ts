// The rules for merging two incidents, told as stories.
import { describe, expect, it } from 'vitest';
import { addMs } from '../../src/core/time.ts';
import { ana, start } from '../support/given/given.ts';
import {
  anAlert,
  closed,
  ended,
  givenIncident,
  later,
  minute,
  opened,
  type Past,
  place,
  received,
  resolved,
  stateOf,
} from '../support/given/incident.ts';

const merged: Past = { type: 'incident.merged', data: { into: 'inc_2', intoNumber: 8 } };
const another = (...events: readonly Past[]) =>
  stateOf(
    'inc_2',
    { type: 'incident.opened', data: { number: 8, title: 'cart is down', severity: 3, groupKey: 'other' } },
    ...events,
  );

describe('a merge', () => {
  const into = { id: 'inc_2', number: 8 };

  it('closes the incident that ends and names the one that goes on', () => {
    for (const story of [givenIncident(opened), givenIncident(opened, resolved)])
      story
        .when({ type: 'merge_into', into }, later(minute))
        .thenEvents({ type: 'incident.merged', actor: ana, data: { into: 'inc_2', intoNumber: 8 } })
        .thenState({ status: 'closed', closedAt: addMs(start, minute), mergedInto: into });
  });

  it('of private incidents makes the members of either members of both', () => {
    const members = (...names: string[]): Past => ({
      type: 'incident.opened',
      data: { number: 7, title: 'a leak', severity: 2, groupKey: null, members: names },
    });
    givenIncident(members('U0ANA'))
      .when({ type: 'merge_into', into: { ...into, members: ['U0ANA', 'U0BEN'] } })
      .thenTypes('members.joined', 'incident.merged')
      .thenState({ members: ['U0ANA', 'U0BEN'] });
  });

  it('is refused where it would go in a circle or end what has ended', () => {
    givenIncident(opened)
      .when({ type: 'merge_into', into: { id: 'inc_1', number: 7 } })
      .thenRefused('invalid', 'an incident cannot be merged into itself; name another');
    givenIncident(opened)
      .when({ type: 'absorb', from: stateOf('inc_1', opened) })
      .thenRefused('invalid', 'an incident cannot be merged into itself; name another');
    givenIncident(opened, closed)
      .when({ type: 'merge_into', into })
      .thenRefused('wrong_state', 'the incident is closed already');
    givenIncident(opened, merged)
      .when({ type: 'merge_into', into: { id: 'inc_3', number: 9 } })
      .thenRefused('wrong_state', 'the incident is merged into #8 already');
    givenIncident(opened, closed)
      .when({ type: 'absorb', from: another() })
      .thenRefused('wrong_state', 'incident #7 is closed; reopen it before another is merged into it');
    givenIncident(opened)
      .when({ type: 'absorb', from: another(closed) })
      .thenRefused('wrong_state', 'the incident is closed already');
  });

  it('hands the alerts over to the survivor, which resolves when the last of all of them ends', () => {
    const taken = { status: 'firing', title: 'b is down', source: 'alertmanager', count: 1, startsAt: start } as const;
    const alerts = [{ fingerprint: 'b', ...taken, firstAt: start, lastAt: start }];
    givenIncident(opened, received('a'))
      .when({ type: 'absorb', from: another(received('b')) })
      .thenEvents({ type: 'incident.absorbed', actor: ana, data: { from: 'inc_2', fromNumber: 8, alerts } })
      .thenState({ status: 'open', alerts: { a: expect.anything(), b: { ...taken, firstAt: start, lastAt: start } } });
    const absorbed: Past = { type: 'incident.absorbed', data: { from: 'inc_2', fromNumber: 8, alerts } };
    const end = (fingerprint: string) => place(anAlert(fingerprint, { status: 'resolved' }));
    givenIncident(opened, received('a'), absorbed).when(end('a')).thenTypes('alert.resolved');
    givenIncident(opened, received('a'), absorbed, ended('a'))
      .when(end('b'))
      .thenTypes('alert.resolved', 'incident.resolved');
  });

  it('makes the alerts that it hands over the survivor’s own, so that their end is told there', () => {
    givenIncident(opened, received('a'))
      .when({ type: 'absorb', from: another(received('b'), received('c'), ended('c')) })
      .thenTouched({ b: true, c: false });
  });

  it('counts an alert that both know once, as firing if it fires in either', () => {
    const at = addMs(start, minute);
    const ofBoth = [
      { ...received('a'), at },
      { ...received('a', { startsAt: at }), at },
    ] as const;
    const known = { status: 'firing', count: 3, startsAt: at, firstAt: start, lastAt: at } as const;
    givenIncident(opened, received('a'), ended('a'))
      .when({ type: 'absorb', from: another(...ofBoth) })
      .thenState({ alerts: { a: expect.objectContaining(known) } });
    givenIncident(opened, ...ofBoth)
      .when({ type: 'absorb', from: another(received('a'), ended('a')) })
      .thenState({ alerts: { a: expect.objectContaining(known) } });
  });

  it('reopens a resolved survivor if the other is not over, and leaves it resolved if it is', () => {
    const reason = 'incident #8 is merged into it and is not resolved';
    const data = { from: 'inc_2', fromNumber: 8, alerts: [] };
    givenIncident(opened, resolved)
      .when({ type: 'absorb', from: another() })
      .thenEvents(
        { type: 'incident.reopened', actor: ana, data: { reason } },
        { type: 'incident.absorbed', actor: ana, data },
      )
      .thenState({ status: 'open' });
    givenIncident(opened, resolved)
      .when({ type: 'absorb', from: another(resolved) })
      .thenTypes('incident.absorbed')
      .thenState({ status: 'resolved' });
  });
});
