// The form that adds an action item. Holds no rule.
import { noDay, parseDue } from '../../../core/action-item/due.ts';
import { actorOf } from '../../../core/authority/principal.ts';
import { named, userMention } from '../../identity.ts';
import { plain } from '../../text.ts';
import { ActionItemOrigin, actionItemForm, itemFields } from '../../views/action-item-form.ts';
import { fieldValue } from '../../views/form.ts';
import { defineForm } from '../surface.ts';
import { faultOf, unknownForm } from '../words.ts';

/** The form. */
export const addActionItem = defineForm({
  name: actionItemForm,
  about: 'add an action item to an incident',
  right: 'respond',
  origin: ActionItemOrigin,
  async submit({ origin, values, caller }, { reads, operations, clock, channelMessages, tellThread }) {
    const { incidentId } = origin;
    const incident = await reads.incident(incidentId);
    if (!incident) return { outcome: 'refused', faults: [{ path: '', message: unknownForm }] };
    const typed = fieldValue(values, itemFields.text);
    if (typed === null)
      return { outcome: 'refused', faults: [{ path: itemFields.text, message: 'Say what is to be done.' }] };
    const day = fieldValue(values, itemFields.due);
    const due = day === null ? undefined : parseDue(day, new Date(clock.nowMs()).toISOString());
    if (due === null) return { outcome: 'refused', faults: [{ path: itemFields.due, message: `It ${noDay}.` }] };
    const owner = fieldValue(values, itemFields.owner) ?? undefined;
    const verify = fieldValue(values, itemFields.verify) ?? undefined;
    const text = await channelMessages.words(typed);
    const result = await operations.addActionItem({ ...caller, incidentId, text, owner, due, verify });
    if (!result.ok) return { outcome: 'refused', faults: [faultOf(result.error)] };
    const id = `${result.value.number}-${result.value.actionItems?.made ?? 0}`;
    const whose = owner === undefined ? '' : ` for ${userMention(owner)}`;
    const when = due === undefined ? '' : `, due ${due}`;
    tellThread(incident, {
      cause: caller.cause,
      text: `${named(actorOf(caller.principal))} added the action item ${id}${whose}${when}: “${plain(text, 1000)}”.`,
    });
    return { outcome: 'done', text: `You added the action item ${id}.` };
  },
});
