// The words that people type and are answered with. Pure.
import type { FieldFault, Refusal } from '../../core/refusal.ts';
import { oneLine } from '../text.ts';

/** Splits as a shell would, quotes included; Slack's own curly quotes count. */
export function words(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"“”]|["“”][^"“”]*["“”])+/g)].map(([word]) => word.replace(/["“”]/g, ''));
}

/** A refusal for whoever typed or clicked. */
export const refused = ({ message }: Refusal): string => `Not done: ${oneLine(message, 900)}.`;

/** A refusal as a form shows it, at its first field. */
export const faultOf = ({ message }: Refusal): FieldFault => ({ path: '', message: `Not done: ${message}.` });

/** Said of a button that no message of ours has. */
export const unknownButton = 'This button is not one that Firebreak offers now. Look for a newer message.';

/** Said of a shortcut that is not one of ours. */
export const unknownShortcut =
  'This shortcut is not one that Firebreak offers now. Its app manifest may be of another version.';

/** Said of a form that is not one of ours. */
export const unknownForm = 'This form is not one that Firebreak offers now. Close it and ask for it anew.';
