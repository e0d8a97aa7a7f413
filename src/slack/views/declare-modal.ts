// The form that declares an incident. Pure.
import type { ModalView } from '@slack/types';
import { choiceField, formOf, textField } from './form.ts';
import { severityText } from './incident-card.ts';

/** Name of the form. */
export const declareForm = 'declare';
/** Its fields. */
export const titleField = 'title';
/** 1 (worst) to 4. */
export const severityField = 'severity';

/** An incident that somebody declares without a word about how bad it is. */
export const usualSeverity = 3;

/** The form. */
export const declareModal = (channelId: string): ModalView =>
  formOf({
    name: declareForm,
    title: 'Declare an incident',
    submit: 'Declare',
    origin: { channelId },
    blocks: [
      textField({ id: titleField, label: 'What is wrong' }),
      choiceField({
        id: severityField,
        label: 'How bad it is',
        choices: [1, 2, 3, 4].map((severity) => ({ value: String(severity), label: severityText(severity) })),
        initial: String(usualSeverity),
        isFolded: false,
      }),
    ],
  });
