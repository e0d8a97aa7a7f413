// Defences of what people say and do around an incident (issue 10, points 6 and 7).
import type { Defence } from './defence.ts';

const timeline = 'test/contract/slack-timeline.test.ts';
const life = 'test/unit/incident-life.test.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'D.7 an event is lost in a crash',
    defence: 'An event of Slack is acknowledged only once what it led to is recorded; what could not be is told again.',
    file: 'src/slack/inbound/acknowledge-event.ts',
    find: "if (!isAcknowledged) throw new Error('an event of Slack could not be dealt with; it is to come again');",
    replace: 'if (!isAcknowledged) await request.ack();',
    test: timeline,
    title: 'that could not be recorded is not acknowledged',
  },
  {
    threat: 'D.7 the same message twice',
    defence: 'A message of a channel is kept once, however often it is asked for.',
    file: 'src/core/incident/decide-life.ts',
    find: 'if (Object.hasOwn(kept, keptKey(command))) return null;',
    replace: '',
    test: life,
    title: 'is kept once, with its own time',
  },
  {
    threat: 'D.7 an edit that comes late',
    defence: 'An edit that is older than the one that is known changes nothing.',
    file: 'src/core/incident/decide-life.ts',
    find: "if (editedAt <= (message.editedAt ?? '') || textDigest(text) === message.digest) return;",
    replace: 'if (textDigest(text) === message.digest) return;',
    test: life,
    title: 'never by a word that comes late',
  },
  {
    threat: 'D.7 Firebreak in its own timeline',
    defence: 'What our own bot wrote is no word of people’s.',
    file: 'src/slack/inbound/acknowledge-event.ts',
    find: '(user !== undefined && user === botUserId) || (bot !== undefined && bot === botId)',
    replace: 'user === null && bot === null && botUserId === botId',
    test: timeline,
    title: 'or on what Firebreak wrote means nothing',
  },
  {
    threat: 'D.7 a reaction of anybody',
    defence: 'Only whoever may respond puts a message into a timeline.',
    file: 'src/slack/inbound/events/reaction-added.ts',
    find: 'if (refusal) return tell(refused(refusal));',
    replace: '',
    test: timeline,
    title: 'of somebody without the right changes nothing',
  },
  {
    threat: 'D.1 nobody leads and nobody is told',
    defence: 'A severe incident that nobody leads has people told so.',
    file: 'src/core/incident/decide-life.ts',
    find: 'if (isDue(leadDueAt(draft.state, rules), at))',
    replace: "if (draft.state.status === 'closed' && isDue(leadDueAt(draft.state, rules), at))",
    test: life,
    title: 'has people told so after a time',
  },
  {
    threat: 'D noise: the same reminder again and again',
    defence: 'An update that is owed is asked for once.',
    file: 'src/core/incident/wake-at.ts',
    find: 'if (state.updateDueAt !== undefined || leadOf(state) === null) return null;',
    replace: 'if (leadOf(state) === null) return null;',
    test: life,
    title: 'is asked for only where somebody leads',
  },
  {
    threat: 'D an edit notifies nobody',
    defence: 'What was asked of people is brought to its end when it is answered, in the same message.',
    file: 'src/slack/outbound/life-notices.ts',
    find: 'return [...new Set([...toldUnder(prefix, known, suffix), ...current])].map(',
    replace: 'return current.map(',
    test: 'test/unit/slack-life.test.ts',
    title: 'is brought to its end once somebody leads',
  },
  {
    threat: 'On-call: a clock that goes back gives the shift back',
    defence: 'A hand-over happens at the first instant at which its time is shown, and once.',
    file: 'src/core/on-call/rotation.ts',
    find: 'if (at < toMs) return at;',
    replace: 'if (at < toMs && at === localMs - offsetMs && offsetMs === 3_600_000) return at;',
    test: 'test/unit/on-call.test.ts',
    title: 'hands over once at a time that the clock skips',
  },
  {
    threat: 'On-call: the provider is away',
    defence: 'While a provider does not answer, its last word counts, then the rotation of the file.',
    file: 'src/actions/on-call/on-call.ts',
    find: 'if (word !== null && runtime.nowMs() - word.atMs < lastWordMs) {',
    replace: 'if (word !== null && trouble === null) {',
    test: 'test/contract/on-call.test.ts',
    title: 'its last word counts for a day',
  },
];
