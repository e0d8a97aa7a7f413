// What Slack is told of the people of an incident: who is called, who took over, whose word is awaited, what others hear; to its end.
import { describe, expect, it } from 'vitest';
import { addMs } from '../../src/core/time.ts';
import type { IncidentRow } from '../../src/ports/reads.ts';
import { desiredMessages } from '../../src/slack/outbound/desired-messages.ts';
import { lifeNotices, stakeholderUpdates } from '../../src/slack/outbound/life-notices.ts';
import { ana, start } from '../support/given/given.ts';
import { minute, opened, type Past, resolved, stateOf } from '../support/given/incident.ts';

const row = (...events: readonly Past[]): IncidentRow => ({
  ...stateOf('inc_1', opened, ...events),
  version: events.length,
  updatedAt: start,
});
const context = {
  roles: { sre: { users: ['U0ANA'], groups: ['S0SRE'], people: [], tokens: [] } },
  leads: ['@sre'],
  command: '/firebreak',
};
const nothing: ReadonlySet<string> = new Set();
const told = (incident: IncidentRow, known = nothing) =>
  lifeNotices(incident, known, '', context).map(({ key, lane, message }) => ({ key, lane, text: message.text }));

const vacant: Past = { type: 'role.vacant', data: { role: 'lead', since: start }, at: addMs(start, 5 * minute) };
const led: Past = { type: 'role.assigned', data: { role: 'lead', user: 'U0ANA' } };
const due: Past = { type: 'update.due', data: { since: start }, at: addMs(start, 30 * minute) };
const given: Past = {
  type: 'update.given',
  data: { text: 'we <!here> free the disk' },
  actor: ana,
  at: addMs(start, 40 * minute),
};

describe('an incident that nobody leads', () => {
  const key = `vacant/inc_1/${addMs(start, 5 * minute)}`;

  it('calls those who can lead, by a mention in a message of its own, with the button to take it', () => {
    const [notice] = lifeNotices(row(vacant), nothing, '', context);
    expect(notice).toMatchObject({ key, lane: 'approval' });
    expect(notice?.message.text).toBe(
      '◐ <!subteam^S0SRE> <@U0ANA>: nobody leads #7 checkout is down (SEV2), 5 m after it began.',
    );
    expect(JSON.stringify(notice?.message.blocks)).toContain('"action_id":"incident_lead"');
  });

  it('turns to whom its route names before all others', () => {
    const incident = { ...row(vacant), handling: { escalation: ['U0BEN', '@sre'] } };
    expect(told(incident)[0]?.text).toContain('<@U0BEN>: nobody leads');
  });

  it('is brought to its end once somebody leads, or it is over, and without a button', () => {
    for (const [end, words] of [
      [led, '<@U0ANA> leads it'],
      [resolved, 'it is resolved'],
    ] as const) {
      const [notice] = lifeNotices(row(vacant, end), new Set([key]), '', context);
      expect(notice?.message.text).toBe(`No longer asked for a lead of #7 checkout is down (SEV2): ${words}.`);
      expect(JSON.stringify(notice?.message.blocks)).not.toContain('action_id');
      expect(told(row(vacant, end))).toEqual([]);
    }
  });
});

it('a hand-over is one line in the channel that calls whoever has the role now', () => {
  const handed: Past = {
    type: 'role.assigned',
    data: { role: 'lead', user: 'U0BEN', from: 'U0ANA' },
    at: addMs(start, minute),
  };
  expect(told(row(led))).toEqual([]);
  expect(told(row(led, handed))).toEqual([
    { key: `handover/inc_1/${addMs(start, minute)}`, lane: 'state', text: '<@U0ANA> hands the lead over to <@U0BEN>.' },
  ]);
});

describe('an update for people outside', () => {
  const key = `update-due/inc_1/${addMs(start, 30 * minute)}`;

  it('is asked of whoever leads, with how long nobody has heard anything', () => {
    expect(told(row(led, due))).toEqual([
      {
        key,
        lane: 'approval',
        text: '<@U0ANA>: nobody outside has heard of #7 checkout is down (SEV2) for 30 m. Say how it stands: `/firebreak update TEXT`.',
      },
    ]);
    expect(told(row(led, due, given), new Set([key]))[0]?.text).toMatch(/^No longer asked for an update/);
  });

  it('is heard in each channel of theirs, once, and nothing in it comes alive', () => {
    const updates = stakeholderUpdates(row(led, given), ['C0BOSS', 'C0HELP', 'C0BOSS']);
    expect(updates.map(({ key: one, channelId }) => [one, channelId])).toEqual([
      [`update/inc_1/${addMs(start, 40 * minute)}@C0BOSS`, 'C0BOSS'],
      [`update/inc_1/${addMs(start, 40 * minute)}@C0HELP`, 'C0HELP'],
    ]);
    expect(updates[0]?.message.text).toBe('*#7 checkout is down (SEV2)*  ·  open\nwe &lt;!here&gt; free the disk');
    expect(stakeholderUpdates(row(led), ['C0BOSS'])).toEqual([]);
    const mitigated: Past = { type: 'incident.mitigated', data: {} };
    expect(stakeholderUpdates(row(given, mitigated), ['C0BOSS'])[0]?.message.text).toContain('mitigated');
  });
});

it('all of it is among what the channel is told', () => {
  const messages = desiredMessages(
    { incident: row(vacant, due, given), runs: [] },
    nothing,
    { channelId: 'C1', suffix: '' },
    {
      ...context,
      ...{ publicUrl: '', catalog: { byName: () => undefined }, switches: [], announce: null, stakeholders: ['C2'] },
      ...{ playbooks: new Map(), escalation: [], invite: [], alert: null },
    },
  );
  const keys = Object.values(messages).flatMap((some) => some.map((one: { key: string }) => one.key));
  expect(keys).toEqual(
    expect.arrayContaining([expect.stringMatching(/^vacant\//), expect.stringMatching(/^update\/.*@C2$/)]),
  );
});
