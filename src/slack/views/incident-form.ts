// The forms of commands on an incident that were typed without what they need: note, severity, role, update, invitation. Pure.
import type { InputBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { IncidentRow } from '../../ports/reads.ts';
import { choiceField, formOf, textField, userField } from './form.ts';
import { severityText } from './incident-card.ts';

/** Name of the form. */
export const incidentForm = 'incident_order';
/** What it can ask for. */
const Asked = z.enum(['note', 'sev', 'role', 'update', 'invite', 'uninvite']);
/** One of these. */
export type AskedOfIncident = z.infer<typeof Asked>;
/** What it carries. */
export const IncidentFormOrigin = z.object({ channelId: z.string(), incidentId: z.string(), asked: Asked });

/** Its fields; each form has some of them. */
export const fields = { text: 'text', severity: 'severity', role: 'role', user: 'user', reason: 'reason' } as const;

const roleChoices = ['lead', 'communications', 'operations', 'scribe'].map((role) => ({ value: role, label: role }));

function blocksOf(asked: AskedOfIncident, { severity }: Pick<IncidentRow, 'severity'>): InputBlock[] {
  const who = userField({ id: fields.user, label: 'Who' });
  switch (asked) {
    case 'note':
      return [textField({ id: fields.text, label: 'What is to stand in the timeline', isLong: true })];
    case 'sev':
      return [
        choiceField({
          id: fields.severity,
          label: 'How bad it is',
          choices: [1, 2, 3, 4].map((level) => ({ value: String(level), label: severityText(level) })),
          initial: String(severity),
          isFolded: false,
        }),
        textField({ id: fields.reason, label: 'Reason', isOptional: true }),
      ];
    case 'role':
      return [
        choiceField({ id: fields.role, label: 'Role', choices: roleChoices, initial: 'lead', isFolded: true }),
        who,
      ];
    case 'update':
      return [
        textField({
          id: fields.text,
          label: 'How it stands',
          hint: 'People outside read this, in the channels that the settings name for them.',
          isLong: true,
        }),
      ];
    case 'invite':
    case 'uninvite':
      return [who];
  }
}

const titles: { readonly [A in AskedOfIncident]: readonly [title: string, submit: string] } = {
  note: ['Write a note', 'Write it down'],
  sev: ['Change the severity', 'Change it'],
  role: ['Give somebody a role', 'Give the role'],
  update: ['Tell how it stands', 'Tell them'],
  invite: ['Let somebody in', 'Invite'],
  uninvite: ['Take somebody out', 'Take out'],
};

/** The form. */
export const incidentModal = (
  asked: AskedOfIncident,
  { incident, channelId }: { readonly incident: IncidentRow; readonly channelId: string },
): ModalView =>
  formOf({
    name: incidentForm,
    title: titles[asked][0],
    submit: titles[asked][1],
    origin: { channelId, incidentId: incident.id, asked },
    blocks: blocksOf(asked, incident),
  });
