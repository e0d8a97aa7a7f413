// All that Slack is told of an incident, for random incidents, runs and histories of messages: sound, and an exercise says that it is one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DesiredMessages, desiredMessages } from '../../src/slack/outbound/desired-messages.ts';
import { lineMessages } from '../../src/slack/outbound/incident-notices.ts';
import type { Desired } from '../../src/slack/outbound/poster.ts';
import { redactedIncident, redactedRun, redactedSwitches } from '../../src/slack/outbound/redacted.ts';
import { incidentUrl } from '../../src/slack/views/incident-card.ts';
import { movedMessage } from '../../src/slack/views/moved-message.ts';
import { stormMessage } from '../../src/slack/views/storm-message.ts';
import { livelyIncident, roles, run, switches } from '../support/given/slack-states.ts';
import { expectSound, redact } from '../support/given/sound-messages.ts';

const publicUrl = 'https://firebreak.test';
const channelId = 'C0INC';

/** What has been told before, so that its end is told. */
const told = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom('vacant', 'update-due', 'resolved', 'reopened', 'lapsed', 'again', 'went-on', 'handover'),
      fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }).map((ms) => new Date(ms).toISOString()),
    )
    .map(([about, at]) => `${about}/inc_1/${at}`),
  { maxLength: 6 },
);

const states = fc.record({
  row: livelyIncident,
  runs: fc.array(run, { maxLength: 2 }),
  engaged: switches,
  known: told,
  thread: fc.boolean(),
  announce: fc.constantFrom(null, 'C0ALL'),
});
type States = typeof states extends fc.Arbitrary<infer S> ? S : never;

/** Every message of these states, as the outbox would get it. */
function messagesOf({ row, runs: all, engaged, known, thread, announce }: States): readonly Desired[] {
  const incident = redactedIncident(row, redact);
  const runs = all.map((state) => redactedRun(state, redact));
  const place = thread ? { channelId, suffix: '', thread: true as const } : { channelId, suffix: '' };
  const messages: DesiredMessages = desiredMessages({ incident, runs }, new Set(known), place, {
    roles,
    leads: ['@sre', '@many'],
    command: '/firebreak',
    publicUrl,
    switches: redactedSwitches(engaged, redact),
    announce,
    stakeholders: ['C0BOSS'],
    playbooks: new Map(),
    catalog: { byName: () => undefined },
    escalation: [],
    invite: [],
    alert: null,
  });
  const line = lineMessages(incident, new Set(known), { announce: 'C0ALL', publicUrl, runs });
  return [...Object.values(messages).flat(), ...line];
}

describe('all that Slack is told of an incident', () => {
  it('is sound, whatever its state, its runs and what was told before', () => {
    fc.assert(
      fc.property(states, (given) => {
        for (const { message } of messagesOf(given)) expectSound(message);
      }),
      { numRuns: 60 },
    );
  });

  it('is sound where it is told elsewhere, and in the digest of a storm', () => {
    fc.assert(
      fc.property(
        livelyIncident,
        fc.constantFrom(null, 'is_archived', 'new_code'),
        fc.boolean(),
        fc.boolean(),
        (row, code, isOver, isDrill) => {
          const incident = redactedIncident(row, redact);
          expectSound(movedMessage(incident, [], code));
          const { text, blocks } = stormMessage(
            { startedAt: row.openedAt, incidents: [{ ...incident, isDrill }], isMore: isOver },
            { publicUrl, isOver },
          );
          // Its one link is to a list, which no other message has.
          expectSound(
            JSON.parse(JSON.stringify({ text, blocks }).replaceAll(`<${publicUrl}/incidents|all incidents>`, 'all')),
          );
          expect(incidentUrl(publicUrl, row.number)).toMatch(/\d$/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says of an exercise that it is one wherever the incident is named', () => {
    const drill = { type: 'manual' as const, reason: 'drill of the week' };
    fc.assert(
      fc.property(states, run, (given, first) => {
        const all = messagesOf({ ...given, runs: [{ ...first, trigger: drill }] });
        const named = all.filter(({ key }) =>
          /^(card|announced|again|lapsed|reopened|vacant|update|update-due|went-on)\//.test(key),
        );
        expect(named.length).toBeGreaterThan(0);
        for (const { key, message } of named) expect(message.text, key).toContain('[DRILL]');
      }),
      { numRuns: 40 },
    );
  });
});
