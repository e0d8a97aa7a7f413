// The form that asks which playbook is to be started. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { choiceField, formOf } from './form.ts';

/** Name of the form. */
export const choosePlaybookForm = 'choose_playbook';
/** What it carries. */
export const ChoosePlaybookOrigin = z.object({
  channelId: z.string(),
  incidentId: z.string().nullable().default(null),
});
/** Its field. */
export const playbookField = 'playbook';

/** The form. `incidentId` null: it is for the incident of the channel. */
export const choosePlaybookModal = ({
  playbooks,
  channelId,
  incidentId = null,
}: {
  readonly playbooks: readonly Pick<Playbook, 'name' | 'description'>[];
  readonly channelId: string;
  readonly incidentId?: string | null;
}): ModalView =>
  formOf({
    name: choosePlaybookForm,
    title: 'Start a playbook',
    submit: 'Go on',
    origin: { channelId, incidentId },
    blocks: [
      choiceField({
        id: playbookField,
        label: 'Playbook',
        choices: playbooks.map(({ name, description }) => ({
          value: name,
          label: description === '' ? name : `${name} – ${description}`,
        })),
        isFolded: true,
      }),
    ],
  });
