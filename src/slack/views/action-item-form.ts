// The form that adds an action item to an incident. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { IncidentRow } from '../../ports/reads.ts';
import { formOf, textField, userField } from './form.ts';

/** Name of the form. */
export const actionItemForm = 'action_item';
/** What it carries. */
export const ActionItemOrigin = z.object({ channelId: z.string(), incidentId: z.string() });
/** Its fields. */
export const itemFields = { text: 'text', owner: 'owner', due: 'due', verify: 'verify' } as const;

/** The form. */
export const actionItemModal = ({
  channelId,
  incident,
}: {
  readonly channelId: string;
  readonly incident: Pick<IncidentRow, 'id'>;
}): ModalView =>
  formOf({
    name: actionItemForm,
    title: 'Add an action item',
    submit: 'Add it',
    origin: { channelId, incidentId: incident.id },
    blocks: [
      textField({ id: itemFields.text, label: 'What is to be done', isLong: true }),
      userField({ id: itemFields.owner, label: 'Who does it', isOptional: true }),
      textField({ id: itemFields.due, label: 'Due', hint: '2026-12-01, tomorrow, friday, 2w', isOptional: true }),
      textField({ id: itemFields.verify, label: 'How we will know that it worked', isOptional: true }),
    ],
  });
