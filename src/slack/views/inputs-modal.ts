// The form for a playbook's inputs. Pure.
import type { InputBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { InputSpec, Playbook } from '../../core/playbook/playbook.ts';
import type { FieldFault } from '../../core/refusal.ts';
import { joinWithin, oneLine, section } from '../text.ts';
import { canBeChoices, checkField, choiceField, formOf, numberField, textField } from './form.ts';

/** Name of the form. */
export const inputsForm = 'run_inputs';
/** What the form carries. */
export const InputsOrigin = z.object({
  playbook: z.string(),
  channelId: z.string(),
  incidentId: z.string().nullable().default(null),
});

/** A form may have 100 blocks; nobody fills in so many fields. */
const maxInputs = 50;

/** The form: one field per input, filled with what was given or is the default; what is wrong with what was given is said above. */
export function inputsModal({
  playbook,
  channelId,
  incidentId = null,
  given,
  faults,
}: {
  readonly playbook: Pick<Playbook, 'name' | 'inputs'>;
  readonly channelId: string;
  /** null: it is for the incident of the channel. */
  readonly incidentId?: string | null;
  readonly given: { readonly [name: string]: string };
  readonly faults: readonly FieldFault[];
}): ModalView {
  // Nobody is blamed for what nobody has typed yet.
  const typed = faults.filter(({ path }) => Object.hasOwn(given, path.replace(/^inputs\./, '')));
  const wrong = typed.map(({ path, message }) => `• ${oneLine(`${path.replace(/^inputs\./, '')} ${message}`, 300)}`);
  const fields = Object.entries(playbook.inputs)
    .slice(0, maxInputs)
    .map(([name, spec]) => fieldOf(name, spec, Object.hasOwn(given, name) ? given[name] : undefined));
  const left = Object.keys(playbook.inputs).length - fields.length;
  return formOf({
    name: inputsForm,
    title: playbook.name,
    submit: 'Start',
    origin: { playbook: playbook.name, channelId, incidentId },
    blocks: [
      ...(wrong.length > 0 ? [section(joinWithin(wrong, '\n', 2900, 10))] : []),
      ...fields,
      ...(left > 0 ? [section(`… and ${left} more inputs, which the command line and the API take`)] : []),
    ],
  });
}

function fieldOf(name: string, spec: InputSpec, given: string | undefined): InputBlock {
  const field = { id: name, label: name, hint: hintOf(spec), isOptional: !spec.required };
  const initial = given ?? (spec.default === null ? '' : String(spec.default));
  const values = spec.enum?.map(String) ?? [];
  if (canBeChoices(values)) {
    const choices = values.map((value) => ({ value, label: value }));
    return choiceField({ ...field, choices, initial, isFolded: true });
  }
  switch (spec.type) {
    case 'boolean':
      return checkField({ ...field, label: name, about: spec.description || name, isChecked: initial === 'true' });
    case 'number':
      return numberField({ ...field, initial });
    case 'string':
      return textField({ ...field, initial });
  }
}

/** What an input is for, and what it must look like. */
function hintOf({ description, pattern, type }: InputSpec): string {
  if (type === 'boolean') return '';
  return [description, ...(pattern === null ? [] : [`Must match ${pattern}`])].filter(Boolean).join(' – ');
}
