// The form that declares an incident. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { cut } from '../text.ts';
import { checkField, choiceField, FormOrigin, formOf, textField } from './form.ts';
import { severityText } from './incident-card.ts';

/** Name of the form. */
export const declareForm = 'declare';
/** Its fields. */
export const titleField = 'title';
/** 1 (worst) to 4. */
export const severityField = 'severity';
/** What the incident is about. */
export const serviceField = 'service';
/** Whether only its members may know of it. */
export const privateField = 'private';

/** An incident that somebody declares without a word about how bad it is. */
export const usualSeverity = 3;

/** Characters of a title. */
const maxTitle = 200;

/** The message that it is declared from, as the form carries it. */
export const DeclaredFrom = FormOrigin.extend({
  message: z.object({ channelId: z.string(), ts: z.string() }).optional(),
});

/** The form. `title`: what stands in it at first; `message`: what it is declared from. */
export const declareModal = ({
  channelId,
  title = '',
  isPrivate = false,
  message,
}: {
  readonly channelId: string;
  readonly title?: string;
  readonly isPrivate?: boolean;
  readonly message?: { readonly channelId: string; readonly ts: string };
}): ModalView =>
  formOf({
    name: declareForm,
    title: 'Declare an incident',
    submit: 'Declare',
    origin: message === undefined ? { channelId } : { channelId, message },
    blocks: [
      textField({ id: titleField, label: 'What is wrong', initial: cut(title, maxTitle) }),
      choiceField({
        id: severityField,
        label: 'How bad it is',
        choices: [1, 2, 3, 4].map((severity) => ({ value: String(severity), label: severityText(severity) })),
        initial: String(usualSeverity),
        isFolded: false,
      }),
      textField({ id: serviceField, label: 'Service', hint: 'What it is about, if you know', isOptional: true }),
      checkField({
        id: privateField,
        label: 'Who may know of it',
        about: 'Private: only people in its channel',
        hint: 'It gets a private channel. Nobody else finds it: not in Slack, not on the page, in no list and no export.',
        isChecked: isPrivate,
      }),
    ],
  });
