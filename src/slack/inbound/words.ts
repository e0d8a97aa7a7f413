// The words that people type and are answered with. Pure.
import type { IncidentState } from '../../core/incident/state.ts';
import type { FieldFault, Refusal } from '../../core/refusal.ts';
import { isUserId, userMention } from '../identity.ts';
import { oneLine, timed } from '../text.ts';

/** Splits as a shell would, quotes included; Slack's own curly quotes count. */
export function words(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"“”]|["“”][^"“”]*["“”])+/g)].map(([word]) => word.replace(/["“”]/g, ''));
}

/** `<@U1>` and `<@U1|ana>`, as Slack writes a mention; null: it is none. */
export const mentionedUser = (word: string): string | null =>
  /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(word)?.[1] ?? null;

/** People and roles that were typed; null: there is something else among them, or nothing. */
export function membersNamed(typed: readonly string[]): readonly string[] | null {
  const members = typed.map((word) => mentionedUser(word) ?? (/^@[a-z0-9][a-z0-9_:-]*$/.test(word) ? word : null));
  const named = members.filter((name) => name !== null);
  return named.length > 0 && named.length === members.length ? named : null;
}

/** A refusal for whoever typed or clicked. */
export function refused({ message, right }: Refusal): string {
  const text = timed(oneLine(message, 900));
  return `Not done: ${right === undefined ? text : holdersMentioned(text)}.`;
}

/** Who holds a right is listed as the configuration has it: nobody knows a colleague by the id of a user. */
const holdersMentioned = (text: string): string =>
  text.replace(/(: only )(.+)( may)$/, (_all, before: string, names: string, after: string) =>
    [
      before,
      names
        .split(', ')
        .map((name) => (isUserId(name) ? userMention(name) : name))
        .join(', '),
      after,
    ].join(''),
  );

/** A refusal as a form shows it, at its first field. */
export const faultOf = ({ message }: Refusal): FieldFault => ({ path: '', message: `Not done: ${message}.` });

/** What whoever declared an incident is told. */
export const declaredText = ({ number, members }: Pick<IncidentState, 'number' | 'members'>): string =>
  members === undefined
    ? `You opened #${number}; its channel is on the way.`
    : `You opened #${number}, which is private: only who is in its channel knows of it. You are invited to it in a moment.`;

/** Said of a button that no message of ours has. */
export const unknownButton = 'This button is not one that Firebreak offers now. Look for a newer message.';

/** Said of a shortcut that is not one of ours. */
export const unknownShortcut =
  'This shortcut is not one that Firebreak offers now. Its app manifest may be of another version.';

/** Said of a form that came back with other data than it was opened with. `wrong`: what is the matter with it. */
export const tamperedForm = (wrong: string): string =>
  `This form came back without what it was opened with (${oneLine(wrong, 200)}). Nothing was done. Close it and ask for it anew.`;

/** Said of a form that is not one of ours. */
export const unknownForm = 'This form is not one that Firebreak offers now. Close it and ask for it anew.';
