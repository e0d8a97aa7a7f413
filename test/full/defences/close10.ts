// Defences of how soon a channel shows what belongs at its top, and of posts that call nobody to what they did themselves.
import type { Defence } from './defence.ts';

export const defences: readonly Defence[] = [
  {
    threat:
      'Two clocks differ by a moment, and every other call waits a second turn: channels are furnished at half the rate',
    defence: 'What the shared rate refuses gives back what the process has taken of its own',
    file: 'src/slack/outbound/rate-limiter.ts',
    find: 'for (const tokens of needed(call)) tokens.giveBack();',
    replace: '',
    test: 'test/unit/slack-rate-limiter.test.ts',
    title: 'loses no turn where the shared clock is a moment behind',
  },
  {
    threat:
      'In a storm each event puts the topic of its channel at the end of the line again, and no topic is ever set',
    defence: 'The wait for a topic is ended only by another topic',
    file: 'src/slack/outbound/notifier.ts',
    find: 'if (topicOf !== before.topicOf) before.topicOvertaken.abort();',
    replace: 'before.topicOvertaken.abort();',
    test: 'test/unit/slack-crowd.test.ts',
    title: 'news of an incident costs its topic no turn',
  },
  {
    threat: 'Whoever asks once more, hands on or breaks the glass is called to it as well',
    defence: 'Posts that call others name who did it without a mention',
    file: 'src/slack/identity.ts',
    find: "return name === '' ? person(actor) : name;",
    replace: 'return person(actor);',
    test: 'test/unit/slack-approval-calls.test.ts',
    title: 'calls everybody who was bypassed',
  },
  {
    threat: 'A request is handed on again, and the post to those before still calls them, with buttons that refuse',
    defence: 'Only the post of the last hand-over calls and has buttons',
    file: 'src/slack/views/approval-calls.ts',
    find: 'if (!isCurrent && outcomeOf(approval) === null) {',
    replace: 'if (false as boolean) {',
    test: 'test/unit/slack-approval-calls.test.ts',
    title: 'that was handed on since calls nobody',
  },
];
