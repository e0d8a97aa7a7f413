// The rules of an incident, told as stories: people, edges, timers. Alerts and merges have files of their own.
import { describe, expect, it } from 'vitest';
import { type IncidentEvent, systemActor } from '../../src/core/events.ts';
import type { IncidentCommand } from '../../src/core/incident/command.ts';
import { defaultIncidentRules } from '../../src/core/incident/rules.ts';
import { completeIncident } from '../../src/core/incident/state.ts';
import { incidentWakeAt } from '../../src/core/incident/wake-at.ts';
import { addMs } from '../../src/core/time.ts';
import { describe as inWords } from '../../src/core/timeline/describe.ts';
import { ana, ben, start } from '../support/given/given.ts';
import {
  acknowledged,
  closed,
  givenIncident,
  givenNothing,
  later,
  minute,
  opened,
  type Past,
  received,
  resolved,
  stateOf,
} from '../support/given/incident.ts';

const merged: Past = { type: 'incident.merged', data: { into: 'inc_2', intoNumber: 8 } };

describe('people', () => {
  const declare = { type: 'declare', incidentId: 'inc_1', number: 7, title: 'odd', severity: 3 } as const;

  it('declare an incident, which stands alone', () => {
    givenNothing()
      .when(declare)
      .thenEvents({
        type: 'incident.opened',
        actor: ana,
        data: { number: 7, title: 'odd', severity: 3, groupKey: null },
      })
      .thenState({ id: 'inc_1', number: 7, status: 'open', severity: 3 });
  });

  it('declare the same incident once, and never another in its place', () => {
    givenIncident(opened).when(declare).thenNothing();
    givenIncident(opened)
      .when({ ...declare, incidentId: 'inc_9' })
      .thenRefused('conflict', 'incident inc_1 is there');
  });

  const onOne: readonly IncidentCommand[] = [
    { type: 'acknowledge' },
    { type: 'note', text: 'x' },
    { type: 'set_severity', severity: 1 },
    { type: 'assign_role', role: 'lead', user: 'U0BEN' },
    { type: 'merge_into', into: { id: 'inc_2', number: 8 } },
    { type: 'absorb', from: stateOf('inc_2', opened) },
    { type: 'resolve', reason: 'x' },
    { type: 'reopen', reason: 'x' },
    { type: 'close', reason: 'x' },
    { type: 'link_channel', channelId: 'C1', name: 'inc-7', created: true },
    { type: 'invite_responders', users: ['U0ANA'] },
    { type: 'record_message', key: 'card', channelId: 'C1', ts: '1.2', about: 'the card' },
    { type: 'record_export', format: 'html', digest: 'sha256:00' },
    { type: 'advance' },
  ];
  it.each(onOne)('are refused $type where there is no incident', (command) => {
    givenNothing().when(command).thenRefused('not_found', 'there is no such incident');
  });

  it('acknowledge it, and it is known who and when', () => {
    givenIncident(opened)
      .when({ type: 'acknowledge', reason: 'on it' }, later(minute))
      .thenEvents({ type: 'incident.acknowledged', actor: ana, data: { reason: 'on it' } })
      .thenState({ status: 'open', acknowledgedBy: ana, acknowledgedAt: addMs(start, minute) });
    givenIncident(opened)
      .when({ type: 'acknowledge' })
      .thenEvents({ type: 'incident.acknowledged', actor: ana, data: {} });
  });

  it('acknowledge it once each, from whatever surface', () => {
    const story = givenIncident(opened, acknowledged);
    story.when({ type: 'acknowledge' }, { actor: { ...ana, via: 'web' } }).thenNothing();
    const [slack, local] = [
      { ...ana, person: 'ana' },
      { kind: 'user', id: 'local:ana', person: 'ana' },
    ] as const;
    givenIncident(opened, { ...acknowledged, actor: slack })
      .when({ type: 'acknowledge' }, { actor: local })
      .thenNothing();
    story.when({ type: 'acknowledge' }, { actor: ben }).thenTypes('incident.acknowledged').thenState({
      acknowledgedBy: ben,
    });
  });

  it('cannot acknowledge what is over', () => {
    givenIncident(opened, resolved)
      .when({ type: 'acknowledge' })
      .thenRefused('wrong_state', 'the incident is resolved already');
    givenIncident(opened, closed)
      .when({ type: 'acknowledge' })
      .thenRefused('wrong_state', 'the incident is closed already');
  });

  it('note things, in whatever state it is', () => {
    const note = { type: 'note', text: 'restarted by hand' } as const;
    for (const story of [givenIncident(opened), givenIncident(opened, resolved), givenIncident(opened, closed)])
      story.when(note).thenEvents({ type: 'note.added', actor: ana, data: { text: 'restarted by hand' } });
  });

  it('change the severity, to another one only', () => {
    const story = givenIncident(opened);
    story
      .when({ type: 'set_severity', severity: 1, reason: 'all of them' })
      .thenEvents({ type: 'severity.changed', actor: ana, data: { from: 2, to: 1, reason: 'all of them' } })
      .thenState({ severity: 1 });
    story
      .when({ type: 'set_severity', severity: 3 })
      .thenEvents({ type: 'severity.changed', actor: ana, data: { from: 2, to: 3 } });
    story.when({ type: 'set_severity', severity: 2 }).thenRefused('wrong_state', 'the severity is 2 already');
  });

  it('give roles, the same one to the same person once', () => {
    const role: Past = { type: 'role.assigned', data: { role: 'lead', user: 'U0ANA' } };
    givenIncident(opened, role)
      .when({ type: 'assign_role', role: 'lead', user: 'U0BEN' })
      .thenEvents({ type: 'role.assigned', actor: ana, data: { role: 'lead', user: 'U0BEN', from: 'U0ANA' } })
      .thenState({ roles: { lead: 'U0BEN' } });
    givenIncident(opened, role).when({ type: 'assign_role', role: 'lead', user: 'U0ANA' }).thenNothing();
  });

  it('resolve it once', () => {
    givenIncident(opened)
      .when({ type: 'resolve', reason: 'rolled back' }, later(minute))
      .thenEvents({ type: 'incident.resolved', actor: ana, data: { reason: 'rolled back' } })
      .thenState({ status: 'resolved', resolvedAt: addMs(start, minute) });
    const again = { type: 'resolve', reason: 'x' } as const;
    givenIncident(opened, resolved).when(again).thenRefused('wrong_state', 'the incident is resolved already');
    givenIncident(opened, closed).when(again).thenRefused('wrong_state', 'the incident is closed already');
  });

  it('reopen what is resolved or closed, acknowledged by nobody', () => {
    const reopen = { type: 'reopen', reason: 'it is back' } as const;
    for (const end of [resolved, closed])
      givenIncident(opened, acknowledged, end)
        .when(reopen, later(minute))
        .thenEvents({ type: 'incident.reopened', actor: ana, data: { reason: 'it is back' } })
        .thenState({ status: 'open', resolvedAt: null, closedAt: null, acknowledgedBy: null, acknowledgedAt: null });
    givenIncident(opened).when(reopen).thenRefused('wrong_state', 'the incident is open already');
    givenIncident(opened, merged)
      .when(reopen)
      .thenRefused('wrong_state', 'the incident is merged into #8; reopen that one instead');
  });

  it('close what is open or resolved, once', () => {
    const close = { type: 'close', reason: 'reviewed' } as const;
    const data = { reason: 'reviewed' };
    givenIncident(opened)
      .when(close, later(minute))
      .thenEvents({ type: 'incident.closed', actor: ana, data })
      .thenState({ status: 'closed', closedAt: addMs(start, minute), resolvedAt: addMs(start, minute) });
    givenIncident(opened, resolved).when(close, later(minute)).thenState({ status: 'closed', resolvedAt: start });
    givenIncident(opened, closed).when(close).thenRefused('wrong_state', 'the incident is closed already');
  });
});

describe('what an edge did', () => {
  it('is written down whatever has become of the incident', () => {
    const told: readonly [IncidentCommand, IncidentEvent][] = [
      [
        { type: 'link_channel', channelId: 'C1', name: 'inc-7', created: true },
        { type: 'channel.linked', data: { channelId: 'C1', name: 'inc-7', created: true } },
      ],
      [
        { type: 'invite_responders', users: ['U0ANA', 'U0BEN'] },
        { type: 'responders.invited', data: { users: ['U0ANA', 'U0BEN'] } },
      ],
      [
        { type: 'record_message', key: 'card', channelId: 'C1', ts: '1.2', about: 'the card' },
        { type: 'message.posted', data: { key: 'card', channelId: 'C1', ts: '1.2', about: 'the card' } },
      ],
      [
        { type: 'record_export', format: 'html', digest: 'sha256:00' },
        { type: 'timeline.exported', data: { format: 'html', digest: 'sha256:00' } },
      ],
    ];
    for (const [command, event] of told)
      for (const end of [[], [resolved], [closed]])
        givenIncident(opened, ...end)
          .when(command, { actor: systemActor })
          .thenEvents({ ...event, actor: systemActor });
  });

  it('changes nothing where it is known, or where nobody was invited', () => {
    const linked: Past = { type: 'channel.linked', data: { channelId: 'C1', name: 'inc-7', created: true } };
    const story = givenIncident(opened, linked);
    story.when({ type: 'link_channel', channelId: 'C1', name: 'inc-7', created: false }).thenNothing();
    story
      .when({ type: 'link_channel', channelId: 'C1', name: 'renamed', created: false })
      .thenState({ channel: { id: 'C1', name: 'renamed' } });
    story.when({ type: 'invite_responders', users: [] }).thenNothing();
  });
});

describe('timers', () => {
  const rules = { closeAfterMs: 60 * minute };
  const wake = (...events: readonly Past[]) =>
    incidentWakeAt(stateOf('inc_1', ...events), { ...defaultIncidentRules, ...rules });

  it('close what stayed resolved for long enough, by Firebreak itself, and not a millisecond earlier', () => {
    const story = givenIncident(opened, resolved);
    story.when({ type: 'advance' }, { ...later(60 * minute - 1), rules }).thenNothing();
    story
      .when({ type: 'advance' }, { ...later(60 * minute), rules })
      .thenEvents({
        type: 'incident.closed',
        actor: systemActor,
        data: { reason: 'closed by itself: it stayed resolved for 1h' },
      })
      .thenState({ status: 'closed', resolvedAt: start });
  });

  it('leave alone what is open or closed, and everything where nothing closes by itself', () => {
    const look = { type: 'advance' } as const;
    givenIncident(opened)
      .when(look, { ...later(600 * minute), rules })
      .thenNothing();
    givenIncident(opened, closed)
      .when(look, { ...later(600 * minute), rules })
      .thenNothing();
    givenIncident(opened, resolved)
      .when(look, later(600 * minute))
      .thenNothing();
  });

  it('end an acknowledgement that nobody renews, once, and leave one alone that is renewed', () => {
    const lease = { acknowledgeForMs: 60 * minute };
    const look = { type: 'advance' } as const;
    const story = givenIncident(opened, acknowledged);
    story.when(look, { ...later(60 * minute - 1), rules: lease }).thenNothing();
    story
      .when(look, { ...later(60 * minute), rules: lease })
      .thenEvents({ type: 'incident.acknowledge_lapsed', actor: systemActor, data: { by: ana, since: start } })
      .thenState({ acknowledgedBy: null, acknowledgedAt: null, lapsed: { by: ana, at: addMs(start, 60 * minute) } });
    story.when(look, later(600 * minute)).thenNothing();
    story
      .when({ type: 'acknowledge' }, { ...later(30 * minute), rules: lease })
      .thenState({ acknowledgedAt: addMs(start, 30 * minute) });
    story.when({ type: 'acknowledge' }, later(30 * minute)).thenNothing();
    expect(incidentWakeAt(stateOf('inc_1', opened, acknowledged), { ...defaultIncidentRules, ...lease })).toBe(
      addMs(start, 60 * minute),
    );
  });

  it('are known beforehand', () => {
    expect(wake(opened, resolved)).toBe(addMs(start, 60 * minute));
    expect(wake(opened)).toBeNull();
    expect(wake(opened, resolved, { type: 'incident.reopened', data: { reason: 'x' } })).toBeNull();
    expect(wake(opened, resolved, closed)).toBeNull();
    expect(incidentWakeAt(stateOf('inc_1', opened, resolved), defaultIncidentRules)).toBeNull();
  });
});

describe('an incident stored by an earlier version', () => {
  it('equals the fold of its events once it is completed', () => {
    const state = stateOf('inc_1', opened, received('a'), resolved);
    const { acknowledgedBy: _, acknowledgedAt: __, mergedInto: ___, ...stored } = state;
    expect(completeIncident(stored)).toEqual(state);
    expect(completeIncident(state)).toEqual(state);
  });
});

describe('the timeline', () => {
  it('says in a sentence who acknowledged, reopened and merged', () => {
    const alerts = Object.entries(stateOf('inc_1', opened, received('a')).alerts).map(([fingerprint, alert]) => ({
      fingerprint,
      ...alert,
    }));
    const told: readonly [IncidentEvent, string][] = [
      [{ type: 'incident.acknowledged', data: {} }, 'Incident acknowledged by ana'],
      [{ type: 'incident.acknowledged', data: { reason: 'on it' } }, 'Incident acknowledged by ana: on it'],
      [{ type: 'incident.reopened', data: { reason: 'it is back' } }, 'Incident reopened by ana: it is back'],
      [
        { type: 'incident.merged', data: { into: 'inc_2', intoNumber: 8 } },
        'ana merged this incident into #8, where it goes on',
      ],
      [
        { type: 'incident.absorbed', data: { from: 'inc_2', fromNumber: 8, alerts } },
        'ana merged incident #8 with its 1 alert(s) into this one',
      ],
    ];
    for (const [{ type, data }, text] of told)
      expect(inWords({ type, data: JSON.parse(JSON.stringify(data)), actor: ana }).text).toBe(text);
  });
});
