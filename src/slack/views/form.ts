// What forms are made of, and what people filled in. Pure.
import type { InputBlock, KnownBlock, ModalView, Option, PlainTextElement } from '@slack/types';
import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { FieldFault } from '../../core/refusal.ts';
import { cut, sectionsOf, visible } from '../text.ts';

/** Id of the one element of every field. */
const valueId = 'value';
/** Slack's limits (Block Kit reference): options of a choice, characters of an option and of a label. */
const maxOptions = 100;
const maxRadios = 10;
const maxOption = 75;
const maxLabel = 2000;
/** Characters of a form's title and of its buttons. */
const maxTitle = 24;

/** What was filled in, as Slack sends it: by field, then by element. */
export type FormValues = {
  readonly [field: string]: {
    readonly [element: string]: {
      readonly value?: string | null | undefined;
      readonly selected_user?: string | null | undefined;
      readonly selected_option?: { readonly value?: string | undefined } | null | undefined;
      /** Of boxes: those that are checked. */
      readonly selected_options?: readonly unknown[] | null | undefined;
    };
  };
};

/** Where a form came from; travels in its `private_metadata`, 3000 characters at most. */
export const FormOrigin = z.looseObject({ channelId: z.string() });
/** Such a place, and what else the form carries. */
export type FormOrigin = JsonObject & { readonly channelId: string };

/** One thing to choose. */
export type Choice = { readonly value: string; readonly label: string };

/** A field's name within the form, and what stands beside it. */
type Field = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly isOptional?: boolean;
};

/** Foreign text as plain text that is not blank. */
function plainText(words: string, max: number): PlainTextElement {
  const shown = cut(visible(words).trim(), max);
  return { type: 'plain_text', text: shown === '' ? '…' : shown, emoji: false };
}

/** A form; `submit`: what its button says, and so what sending it does. */
export function formOf({
  name,
  title,
  submit,
  origin,
  blocks,
}: {
  readonly name: string;
  readonly title: string;
  readonly submit: string;
  readonly origin: FormOrigin;
  readonly blocks: KnownBlock[];
}): ModalView {
  return {
    type: 'modal',
    callback_id: name,
    private_metadata: JSON.stringify(origin),
    title: plainText(title, maxTitle),
    submit: plainText(submit, maxTitle),
    close: plainText('Cancel', 24),
    blocks,
  };
}

/** What is there to be read only: nothing can be sent. */
export const shownForm = (title: string, blocks: KnownBlock[]): ModalView => ({
  type: 'modal',
  title: plainText(title, maxTitle),
  close: plainText('Close', 24),
  blocks,
});

/** What keeps the place of a form until it is known what it says. */
export const waitingForm = (): ModalView => saidForm('One moment: this is being looked up…');

/** What is said in the place of a form: nothing can be sent any more. */
export const saidForm = (text: string): ModalView => shownForm('Firebreak', sectionsOf([text]));

/** A field for text. */
export function textField({
  initial = '',
  isLong = false,
  ...field
}: Field & { readonly initial?: string; readonly isLong?: boolean }): InputBlock {
  const value = cut(initial, 3000);
  return inputOf(field, {
    type: 'plain_text_input',
    action_id: valueId,
    multiline: isLong,
    ...(value === '' ? {} : { initial_value: value }),
  });
}

/** A field for a number; what is no number is left out. */
export function numberField({ initial = '', ...field }: Field & { readonly initial?: string }): InputBlock {
  const isNumber = /^-?\d{1,20}(?:\.\d{1,10})?$/.test(initial);
  return inputOf(field, {
    type: 'number_input',
    action_id: valueId,
    is_decimal_allowed: true,
    ...(isNumber ? { initial_value: initial } : {}),
  });
}

/** A field for yes or no: a box that is checked or not. `about`: what stands beside the box. */
export function checkField({
  about,
  isChecked,
  ...field
}: Field & { readonly about: string; readonly isChecked: boolean }): InputBlock {
  const yes: Option & { text: PlainTextElement } = { text: plainText(about, maxOption), value: 'true' };
  // Slack demands a checked box of a field that is not optional.
  return inputOf(
    { ...field, isOptional: true },
    { type: 'checkboxes', action_id: valueId, options: [yes], ...(isChecked ? { initial_options: [yes] } : {}) },
  );
}

/** A field for one person of the workspace. */
export const userField = (field: Field): InputBlock => inputOf(field, { type: 'users_select', action_id: valueId });

/** A field for one of some choices; as a list that folds, or, for a few, all to be seen. */
export function choiceField({
  choices,
  initial,
  isFolded,
  ...field
}: Field & {
  readonly choices: readonly Choice[];
  readonly initial?: string | undefined;
  readonly isFolded: boolean;
}): InputBlock {
  const most = isFolded ? maxOptions : maxRadios;
  const cutHint = choices.length > most ? `The first ${most} of ${choices.length}. ` : '';
  const options = choices.slice(0, most).map(({ value, label }): Option & { text: PlainTextElement } => ({
    text: plainText(label, maxOption),
    value,
  }));
  const chosen = options.find(({ value }) => value === initial);
  const first = chosen === undefined ? {} : { initial_option: chosen };
  const hinted = { ...field, hint: `${cutHint}${field.hint ?? ''}` };
  return isFolded
    ? inputOf(hinted, { type: 'static_select', action_id: valueId, options, ...first })
    : inputOf(hinted, { type: 'radio_buttons', action_id: valueId, options, ...first });
}

/** Whether these can be choices of a form. */
export const canBeChoices = (values: readonly string[]): boolean =>
  values.length > 0 &&
  values.length <= maxOptions &&
  values.every((value) => value !== '' && value.length <= maxOption);

function inputOf({ id, label, hint = '', isOptional = false }: Field, element: InputBlock['element']): InputBlock {
  return {
    type: 'input',
    block_id: id,
    optional: isOptional,
    label: plainText(label, maxLabel),
    ...(hint.trim() === '' ? {} : { hint: plainText(hint, maxLabel) }),
    element,
  };
}

/** What stands in a field; null: nothing. Of a box `true` or `false`. */
export function fieldValue(values: FormValues, id: string): string | null {
  const field = Object.hasOwn(values, id) ? values[id]?.[valueId] : undefined;
  if (Array.isArray(field?.selected_options)) return String(field.selected_options.length > 0);
  const value = (field?.value ?? field?.selected_option?.value ?? field?.selected_user ?? '').trim();
  return value === '' ? null : value;
}

/** What was filled in, by field; empty fields are left out. */
export function filledIn(values: FormValues): { readonly [field: string]: string } {
  return Object.fromEntries(
    Object.keys(values).flatMap((id) => {
      const value = fieldValue(values, id);
      return value === null ? [] : [[id, value]];
    }),
  );
}

/** Faults as Slack shows them: under a field of the form, or, if they concern none, under the first. */
export function faultsByField(fields: readonly string[], faults: readonly FieldFault[]): { [field: string]: string } {
  const all = new Map<string, string>();
  for (const { path, message } of faults) {
    const name = path.replace(/^inputs\./, '');
    const field = fields.includes(name) ? name : fields[0];
    if (field === undefined) continue;
    const said = field === name || path === '' ? message : `${path} ${message}`;
    const before = all.get(field);
    all.set(field, cut(before === undefined ? said : `${before}; ${said}`, 300));
  }
  return Object.fromEntries(all);
}
