// The command `action`: what is to be done after the incident. Holds no rule.
import { noDay, parseDue } from '../../../core/action-item/due.ts';
import { userMention } from '../../identity.ts';
import { plain } from '../../text.ts';
import { actionItemModal } from '../../views/action-item-form.ts';
import { type ChangeIncident, changeIncident } from '../incident-command.ts';
import { defineCommand } from '../surface.ts';
import { mentionedUser } from '../words.ts';

/** What was typed: the words before the owner or the day are what is to be done. */
function said(words: readonly string[], at: string) {
  const place = words.findIndex((word) => mentionedUser(word) !== null);
  const owner = mentionedUser(words[place] ?? '') ?? undefined;
  const rest = place < 0 ? words : [...words.slice(0, place), ...words.slice(place + 1)];
  const lengths = [3, 2, 1].filter((count) => count < rest.length);
  const length = lengths.find((count) => parseDue(withoutDue(rest.slice(-count)), at) !== null) ?? 0;
  const due = length === 0 ? undefined : (parseDue(withoutDue(rest.slice(-length)), at) ?? undefined);
  return { owner, due, text: rest.slice(0, rest.length - length).join(' ') };
}

const withoutDue = (words: readonly string[]): string => words.join(' ').replace(/^(?:due|by|until) /i, '');

/** Adds an action item. */
const addItem: ChangeIncident = async ({ words, caller, incident }, { operations, channelMessages, clock }) => {
  const { text: typed, owner, due } = said(words, new Date(clock.nowMs()).toISOString());
  if (typed === '') return { outcome: 'usage', text: `Write it as \`action TEXT @owner 2w\`; the day ${noDay}.` };
  const text = await channelMessages.words(typed);
  const result = await operations.addActionItem({ ...caller, incidentId: incident.id, text, owner, due });
  const whose = owner === undefined ? '' : ` for ${userMention(owner)}`;
  const when = due === undefined ? '' : `, due ${due}`;
  return {
    outcome: 'asked',
    result,
    did: `added an action item to #${incident.number}${whose}${when}: “${plain(text, 1000)}”`,
  };
};

/** The command. */
export const action = defineCommand({
  name: 'action',
  usage: 'action [TEXT @owner DUE]',
  about: 'what is to be done after it: with an owner and a day such as 2w or friday',
  group: 'Incident',
  right: 'respond',
  where: 'incident',
  opensForm: 'alone',
  async run(call, context) {
    if (call.words.length === 0) return context.openForm(call.triggerId, actionItemModal(call));
    const done = await changeIncident(addItem, call, context);
    return done.ok ? done.value : done.error;
  },
});
