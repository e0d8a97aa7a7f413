// What answers the payloads of Slack's that nobody knows.
import type { Defence } from './defence.ts';

/** The defences of this part. */
export const defences: readonly Defence[] = [
  {
    threat: 'Bad input from Slack: a payload of an unknown kind',
    defence:
      'It is acknowledged before Bolt, which would leave it unanswered: Slack shows no failure and sends nothing again.',
    file: 'src/slack/inbound/unknown-kinds.ts',
    find: '    await event.ack();',
    replace: '',
    test: 'test/unit/slack-bad-kinds.test.ts',
    title: 'a payload of an unknown kind is acknowledged',
  },
  {
    threat: 'Bad input from Slack: an event that is no object',
    defence: 'Only an object is handed to Bolt as an event; it would fail on anything else.',
    file: 'src/slack/inbound/unknown-kinds.ts',
    find: "  if (event !== undefined) return typeof event === 'object' && event !== null;",
    replace: '  if (event !== undefined) return true;',
    test: 'test/unit/slack-bad-kinds.test.ts',
    title: 'a payload of an unknown kind is acknowledged',
  },
];
