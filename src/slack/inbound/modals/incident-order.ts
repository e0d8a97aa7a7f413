// The form of a command on an incident that was typed without what it needs. It does what the command does. Holds no rule.

import { type FormValues, fieldValue } from '../../views/form.ts';
import { type AskedOfIncident, fields, IncidentFormOrigin, incidentForm } from '../../views/incident-form.ts';
import { inviteMembers } from '../commands/invite.ts';
import { writeNote } from '../commands/note.ts';
import { giveRole } from '../commands/role.ts';
import { changeSeverity } from '../commands/sev.ts';
import { uninviteMembers } from '../commands/uninvite.ts';
import { giveUpdate } from '../commands/update.ts';
import { type ChangeIncident, changeIncident } from '../incident-command.ts';
import { defineForm } from '../surface.ts';
import { unknownForm } from '../words.ts';

const changes: { readonly [A in AskedOfIncident]: ChangeIncident } = {
  note: writeNote,
  sev: changeSeverity,
  role: giveRole,
  update: giveUpdate,
  invite: inviteMembers,
  uninvite: uninviteMembers,
};

/** What was filled in, as it would have been typed. */
function typed(asked: AskedOfIncident, values: FormValues): readonly string[] {
  const value = (id: string) => [fieldValue(values, id) ?? ''].filter((text) => text !== '');
  const who = value(fields.user).map((user) => `<@${user}>`);
  switch (asked) {
    case 'note':
    case 'update':
      return value(fields.text);
    case 'sev':
      return [...value(fields.severity), ...value(fields.reason)];
    case 'role':
      return [...value(fields.role), ...who];
    case 'invite':
    case 'uninvite':
      return who;
  }
}

/** The form. */
export const incidentOrder = defineForm({
  name: incidentForm,
  about: 'do with an incident what a command does',
  right: 'respond',
  origin: IncidentFormOrigin,
  async submit({ origin, values, caller }, context) {
    const { channelId, incidentId, asked } = origin;
    const incident = await context.reads.incident(incidentId);
    if (!incident) return { outcome: 'refused', faults: [{ path: '', message: unknownForm }] };
    const words = typed(asked, values);
    if (words.length === 0) return { outcome: 'refused', faults: [{ path: '', message: 'Say something.' }] };
    const done = await changeIncident(changes[asked], { words, caller, channelId, incident }, context);
    return done.ok
      ? { outcome: 'done', text: done.value }
      : { outcome: 'refused', faults: [{ path: '', message: done.error }] };
  },
});
