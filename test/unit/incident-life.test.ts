// How people work on an incident, as stories: messages of its channel, roles that are handed over, updates, mitigation, and what is due by itself.
import { describe, expect, it } from 'vitest';
import { systemActor } from '../../src/core/events.ts';
import type { KeepMessage } from '../../src/core/incident/command.ts';
import { defaultIncidentRules } from '../../src/core/incident/rules.ts';
import { isLeadRole, leadOf } from '../../src/core/incident/state.ts';
import { incidentWakeAt } from '../../src/core/incident/wake-at.ts';
import { addMs } from '../../src/core/time.ts';
import { describe as inWords } from '../../src/core/timeline/describe.ts';
import { ana, ben, start } from '../support/given/given.ts';
import {
  closed,
  givenIncident,
  later,
  minute,
  opened,
  type Past,
  resolved,
  stateOf,
} from '../support/given/incident.ts';

const message = { channelId: 'C1', ts: '1772323200.000100' };
const keep: KeepMessage = {
  ...{
    type: 'keep_message',
    ...message,
    saidAt: start,
    author: { id: 'U0BEN', name: 'Ben' },
    text: 'the disk is full',
  },
  ...{ permalink: 'https://slack.example/p1', files: [{ name: 'graph.png', url: null }], how: 'reaction' },
};
const { type: _, ...keptData } = keep;
const kept: Past = { type: 'chat.kept', actor: ana, data: { ...keptData, files: [...keep.files] } };
const edit = { type: 'record_chat_edit', ...message, text: 'the disk was full', by: null } as const;

describe('a message of the channel', () => {
  it('is kept once, with its own time, its author, its link and its files', () => {
    givenIncident(opened)
      .when(keep)
      .thenEvents({ type: 'chat.kept', actor: ana, data: { ...keptData, files: [...keep.files] } });
    givenIncident(opened, kept).when(keep, { actor: ben }).thenNothing();
    givenIncident(opened, kept)
      .when({ ...keep, how: 'shortcut', text: 'another text' })
      .thenNothing();
    givenIncident(opened, kept)
      .when({ ...keep, channelId: 'C2' })
      .thenTypes('chat.kept');
    givenIncident(opened, closed).when(keep).thenTypes('chat.kept');
  });

  it('that is long is cut, and that it is cut can be seen', () => {
    givenIncident(opened)
      .when({ ...keep, text: 'x'.repeat(5000) })
      .thenEvents({
        type: 'chat.kept',
        actor: ana,
        data: { ...keptData, files: [...keep.files], text: `${'x'.repeat(3999)}…` },
      });
  });

  it('is refused when there are very many already, because the state knows each', () => {
    const many = Array.from(
      { length: 500 },
      (_one, n): Past => ({ ...kept, data: { ...kept.data, ts: `1.${n}` } }) as Past,
    );
    givenIncident(opened, ...many)
      .when(keep)
      .thenRefused('wrong_state', 'its timeline has 500 messages of the channel already; write a note instead');
  });

  it('that is edited is recorded as an event of its own, once, and never by a word that comes late', () => {
    const edited: Past = { type: 'chat.edited', data: { ...message, editedAt: '1772323300.000000', text: edit.text } };
    givenIncident(opened, kept)
      .when({ ...edit, editedAt: '1772323300.000000' })
      .thenEvents({ type: 'chat.edited', actor: systemActor, data: edited.data } as never);
    givenIncident(opened, kept, edited)
      .when({ ...edit, editedAt: '1772323300.000000' })
      .thenNothing();
    givenIncident(opened, kept, edited)
      .when({ ...edit, editedAt: '1772323250.000000', text: 'earlier' })
      .thenNothing();
    // An unfurled link is an edit of the message with the same text.
    givenIncident(opened, kept)
      .when({ ...edit, editedAt: '1772323300.000000', text: keep.text })
      .thenNothing();
  });

  it('that is deleted is recorded once, and what it said stays', () => {
    const deletion = { type: 'record_chat_deletion', ...message } as const;
    const deleted: Past = { type: 'chat.deleted', data: message };
    givenIncident(opened, kept).when(deletion).thenEvents({ type: 'chat.deleted', actor: systemActor, data: message });
    givenIncident(opened, kept, deleted).when(deletion).thenNothing();
    givenIncident(opened, kept, deleted)
      .when({ ...edit, editedAt: '1772323300.000000' })
      .thenNothing();
  });

  it('that nobody kept changes nothing when it is edited or deleted', () => {
    givenIncident(opened)
      .when({ ...edit, editedAt: '1772323300.000000' })
      .thenNothing();
    givenIncident(opened)
      .when({ type: 'record_chat_deletion', ...message })
      .thenNothing();
  });

  it('is told in words', () => {
    expect(inWords({ ...kept, actor: ana } as never).text).toBe(
      `Ben wrote at ${start}: the disk is full (with graph.png); kept by ana`,
    );
  });
});

describe('a role', () => {
  const led: Past = { type: 'role.assigned', data: { role: 'lead', user: 'U0ANA' } };

  it('is handed over by whoever had it', () => {
    givenIncident(opened, led)
      .when({ type: 'assign_role', role: 'lead', user: 'U0BEN' }, later(minute))
      .thenEvents({ type: 'role.assigned', actor: ana, data: { role: 'lead', user: 'U0BEN', from: 'U0ANA' } })
      .thenState({ handedOver: { role: 'lead', from: 'U0ANA', to: 'U0BEN', at: addMs(start, minute) } });
    expect(inWords({ type: 'role.assigned', actor: ana, data: { role: 'lead', user: 'Ben', from: 'Cleo' } }).text).toBe(
      'ana gave the role lead to Ben, who takes it over from Cleo',
    );
  });

  it('of whoever leads is one, whatever it was called first', () => {
    const commander: Past = { type: 'role.assigned', data: { role: 'commander', user: 'U0ANA' } };
    givenIncident(opened, commander)
      .when({ type: 'assign_role', role: 'lead', user: 'U0BEN' })
      .thenState({ roles: { commander: 'U0BEN' } });
    expect(leadOf(stateOf('inc_1', opened, commander))).toBe('U0ANA');
    expect(['lead', 'Commander', 'scribe'].map(isLeadRole)).toEqual([true, true, false]);
  });
});

describe('an incident that nobody leads', () => {
  const rules = { leadWithinMs: { 1: 5 * minute, 2: 15 * minute } };
  const look = { type: 'advance' } as const;
  const led: Past = { type: 'role.assigned', data: { role: 'lead', user: 'U0ANA' } };
  const vacant: Past = { type: 'role.vacant', data: { role: 'lead', since: start }, at: addMs(start, 15 * minute) };

  it('has people told so after a time that depends on its severity, once', () => {
    givenIncident(opened)
      .when(look, { ...later(15 * minute - 1), rules })
      .thenNothing();
    givenIncident(opened)
      .when(look, { ...later(15 * minute), rules })
      .thenEvents({ type: 'role.vacant', actor: systemActor, data: { role: 'lead', since: start } })
      .thenState({ vacantAt: addMs(start, 15 * minute) });
    givenIncident(opened, vacant)
      .when(look, { ...later(60 * minute), rules })
      .thenNothing();
    expect(incidentWakeAt(stateOf('inc_1', opened), { ...defaultIncidentRules, ...rules })).toBe(
      addMs(start, 15 * minute),
    );
  });

  it('is told of to nobody once somebody leads, it is over, or its severity needs nobody', () => {
    const mild: Past = { type: 'severity.changed', data: { from: 2, to: 3 } };
    for (const past of [led, resolved, mild])
      givenIncident(opened, past)
        .when(look, { ...later(60 * minute), rules })
        .thenNothing();
    expect(stateOf('inc_1', opened, vacant, led)).not.toHaveProperty('vacantAt');
    const scribe: Past = { type: 'role.assigned', data: { role: 'scribe', user: 'U0ANA' } };
    expect(stateOf('inc_1', opened, vacant, scribe)).toHaveProperty('vacantAt');
  });

  it('is no operation: a run needs no lead', () => {
    const operation: Past = {
      type: 'incident.opened',
      data: { number: 7, title: 't', severity: 1, groupKey: null, kind: 'operation' },
    };
    givenIncident(operation)
      .when(look, { ...later(60 * minute), rules })
      .thenNothing();
  });
});

describe('an update for people outside', () => {
  const rules = { updateEveryMs: { 2: 60 * minute } };
  const look = { type: 'advance' } as const;
  const led: Past = { type: 'role.assigned', data: { role: 'lead', user: 'U0ANA' } };
  const due: Past = { type: 'update.due', data: { since: start }, at: addMs(start, 60 * minute) };
  const given: Past = { type: 'update.given', data: { text: 'better' }, actor: ana, at: addMs(start, 90 * minute) };

  it('is asked for only where somebody leads, once for each that is owed', () => {
    givenIncident(opened)
      .when(look, { ...later(60 * minute), rules })
      .thenNothing();
    givenIncident(opened, led)
      .when(look, { ...later(60 * minute), rules })
      .thenEvents({ type: 'update.due', actor: systemActor, data: { since: start } });
    givenIncident(opened, led, due)
      .when(look, { ...later(900 * minute), rules })
      .thenNothing();
    givenIncident(opened, led, due, given)
      .when(look, { ...later(150 * minute - 1), rules })
      .thenNothing();
    givenIncident(opened, led, due, given)
      .when(look, { ...later(150 * minute), rules })
      .thenTypes('update.due');
  });

  it('is not given of a closed incident, and nobody takes a role in one', () => {
    const message = 'incident #7 is closed; reopen it first';
    givenIncident(opened, closed).when({ type: 'give_update', text: 'better' }).thenRefused('wrong_state', message);
    const lead = { type: 'assign_role', role: 'lead', user: 'U0BEN' } as const;
    givenIncident(opened, closed).when(lead).thenRefused('wrong_state', message);
    givenIncident(opened, resolved).when(lead).thenTypes('role.assigned');
  });

  it('that is given is kept with who said it', () => {
    givenIncident(opened, led, due)
      .when({ type: 'give_update', text: 'better' }, later(90 * minute))
      .thenEvents({ type: 'update.given', actor: ana, data: { text: 'better' } })
      .thenState({ update: { text: 'better', by: ana, at: addMs(start, 90 * minute) } });
    expect(stateOf('inc_1', opened, led, due, given)).not.toHaveProperty('updateDueAt');
  });

  it('can be put off, for a day at most, and is asked for then', () => {
    givenIncident(opened, led, due)
      .when({ type: 'snooze_updates', forMs: 20 * minute }, later(70 * minute))
      .thenEvents({ type: 'update.snoozed', actor: ana, data: { until: addMs(start, 90 * minute) } });
    const snoozed: Past = { type: 'update.snoozed', data: { until: addMs(start, 90 * minute) } };
    givenIncident(opened, led, due, snoozed)
      .when(look, { ...later(90 * minute - 1), rules })
      .thenNothing();
    givenIncident(opened, led, due, snoozed)
      .when(look, { ...later(90 * minute), rules })
      .thenTypes('update.due');
    givenIncident(opened)
      .when({ type: 'snooze_updates', forMs: 25 * 60 * minute })
      .thenRefused('invalid', 'updates can be put off for a day at most');
    givenIncident(opened, closed)
      .when({ type: 'snooze_updates', forMs: minute })
      .thenRefused('wrong_state', 'the incident is closed: no update is asked for');
  });
});

describe('mitigation', () => {
  const mitigated: Past = { type: 'incident.mitigated', data: { reason: 'traffic is moved' } };

  it('is a fact with a time, and not the end', () => {
    givenIncident(opened)
      .when({ type: 'mitigate', reason: 'traffic is moved' }, later(minute))
      .thenEvents({ type: 'incident.mitigated', actor: ana, data: { reason: 'traffic is moved' } })
      .thenState({ status: 'open', mitigatedAt: addMs(start, minute) });
  });

  it('is said once, of what is not over, and no longer holds when it is opened again', () => {
    givenIncident(opened, mitigated)
      .when({ type: 'mitigate' })
      .thenRefused('wrong_state', 'the incident is mitigated already');
    givenIncident(opened, resolved)
      .when({ type: 'mitigate' })
      .thenRefused('wrong_state', 'the incident is resolved already');
    const reopened: Past = { type: 'incident.reopened', data: { reason: 'again' } };
    expect(stateOf('inc_1', opened, mitigated, resolved, reopened)).not.toHaveProperty('mitigatedAt');
  });
});

describe('the channel of a closed incident', () => {
  const rules = { archiveAfterMs: 7 * 24 * 60 * minute };
  const linked: Past = { type: 'channel.linked', data: { channelId: 'C1', name: 'inc-7', created: true } };

  it('is given up after a time, once, and only where the configuration says so', () => {
    const look = { type: 'advance' } as const;
    const week = later(7 * 24 * 60 * minute);
    givenIncident(opened, linked, closed)
      .when(look, { ...week, rules })
      .thenEvents({ type: 'channel.retired', actor: systemActor, data: { channelId: 'C1' } });
    givenIncident(opened, linked, closed).when(look, week).thenNothing();
    givenIncident(opened, linked, resolved)
      .when(look, { ...week, rules })
      .thenNothing();
    givenIncident(opened, closed)
      .when(look, { ...week, rules })
      .thenNothing();
    const retired: Past = { type: 'channel.retired', data: { channelId: 'C1' } };
    givenIncident(opened, linked, closed, retired)
      .when(look, { ...week, rules })
      .thenNothing();
  });
});
