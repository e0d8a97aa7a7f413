// The command `oncall`. Holds no rule.
import type { OnCallState } from '../../../ports/on-call.ts';
import { userMention } from '../../identity.ts';
import { oneLine, when } from '../../text.ts';
import { defineCommand, type InboundContext } from '../surface.ts';

/** The command. */
export const oncall = defineCommand({
  name: 'oncall',
  usage: 'oncall',
  about: 'who is on call now',
  group: 'Look',
  right: 'view',
  where: 'anywhere',
  async run(_, { onCall, people }) {
    const states = await onCall.states();
    if (states.length === 0) return 'Nobody is on call here: `oncall:` in firebreak.yaml has no entry.';
    return states.map((state) => inWords(state, people)).join('\n');
  },
});

function inWords({ name, who, until, trouble }: OnCallState, people: InboundContext['people']): string {
  // A mention in an answer that one person alone sees calls nobody.
  const shown = who.map((one) => userMention(Object.hasOwn(people, one) ? (people[one]?.slack ?? one) : one));
  const end = until === null || who.length === 0 ? '' : `, until ${when(until)}`;
  const note = trouble === null ? '' : `  (${oneLine(trouble, 300)})`;
  return `*${oneLine(name, 63)}*: ${shown.join(', ') || 'nobody'}${end}${note}`;
}
