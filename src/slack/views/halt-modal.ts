// The forms that halt and release: what, and why. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { KillSwitch } from '../../ports/admission.ts';
import { code, joinWithin, oneLine, section, sectionsOf } from '../text.ts';
import { type Choice, choiceField, formOf, textField } from './form.ts';
import { haltedWhat, haltLine } from './wait-lines.ts';

/** The scope of everything. */
export const everything = '*';

/** Name of the form that halts. */
export const haltForm = 'halt';
/** Name of the form that releases. */
export const releaseForm = 'release';
/** What the form to release carries; without a scope, a field asks for it. */
export const ReleaseOrigin = z.object({ channelId: z.string(), scope: z.string().nullable() });
/** Field of both. */
export const scopeField = 'scope';
/** Field of the form to halt. */
export const haltReasonField = 'reason';

const choiceOf = (scope: string): Choice => ({
  value: scope,
  label: scope === everything ? 'Every playbook' : scope,
});

/** The form that halts. `note`: what is said above it, such as that a word was not understood. */
export function haltModal({
  scopes,
  scope,
  reason,
  note,
  switches,
  channelId,
}: {
  readonly scopes: readonly string[];
  readonly scope: string | undefined;
  readonly reason: string;
  readonly note: string;
  readonly switches: readonly KillSwitch[];
  readonly channelId: string;
}): ModalView {
  const engaged = switches.map(haltLine);
  return formOf({
    name: haltForm,
    title: 'Halt automation',
    submit: 'Halt',
    origin: { channelId },
    blocks: [
      ...(note === '' ? [] : [section(note)]),
      section('Nothing new starts until it is released. Running steps finish.'),
      ...(engaged.length > 0 ? sectionsOf([joinWithin(engaged, '\n', 2900)]) : []),
      choiceField({ id: scopeField, label: 'What', choices: scopes.map(choiceOf), initial: scope, isFolded: true }),
      textField({
        id: haltReasonField,
        label: 'Why',
        hint: 'Everybody who waits for a run reads this.',
        initial: reason,
        isLong: true,
      }),
    ],
  });
}

/** The form that releases: asks once more where there is one, and which where there are several. */
export function releaseModal({
  switches,
  channelId,
}: {
  readonly switches: readonly [KillSwitch, ...KillSwitch[]];
  readonly channelId: string;
}): ModalView {
  const [first, ...others] = switches;
  const scopes = switches.map(({ scope }) => choiceOf(scope));
  return formOf({
    name: releaseForm,
    title: 'Release automation',
    submit: 'Release',
    origin: { channelId, scope: others.length === 0 ? first.scope : null },
    blocks: [
      ...sectionsOf([joinWithin(switches.map(haltLine), '\n', 2900)]),
      section('What waits starts at once when it is released.'),
      ...(others.length === 0
        ? []
        : [choiceField({ id: scopeField, label: 'What may start again', choices: scopes, isFolded: true })]),
    ],
  });
}

/** What a halt came to, for whoever gave the order. */
export function haltedWords(scope: string, reason: string, command: string): string {
  const back = scope === everything ? '' : ` ${oneLine(scope, 80)}`;
  return `${haltedWhat(scope)}: “${oneLine(reason, 300)}”. Running steps finish; nothing new starts. \`${command} release${back}\` lifts it.`;
}

/** What may start again, as the beginning of a sentence. */
export const releasedWhat = (scope: string): string =>
  scope === everything ? 'Automation may start' : `${code(scope, 80)} may start`;

/** What a release came to. */
export const releasedWords = (scope: string): string =>
  `Released: ${releasedWhat(scope)} again. What waited starts now.`;
