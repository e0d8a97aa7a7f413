// The form for a playbook's inputs. Pure.
import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { FieldFault } from '../../core/refusal.ts';
import { cut, joinWithin, oneLine, section, visible } from '../text.ts';

/** Id of the form's submission. */
export const inputsCallback = 'run_inputs';
/** Where the form came from; travels in its `private_metadata`. */
export const InputsOrigin = z.object({ playbook: z.string(), channelId: z.string() });
export type InputsOrigin = z.infer<typeof InputsOrigin>;

/** A view may have 100 blocks; nobody fills in so many fields. */
const maxInputs = 50;

/** The form: one field per input, what was given filled in, what is wrong said above. */
export function inputsModal(
  playbook: Pick<Playbook, 'name' | 'inputs'>,
  channelId: string,
  given: { readonly [name: string]: string } = {},
  faults: readonly FieldFault[] = [],
): ModalView {
  const origin: InputsOrigin = { playbook: playbook.name, channelId };
  const wrong = faults.map(({ path, message }) => `• ${oneLine(`${path} ${message}`, 300)}`);
  const blocks: KnownBlock[] = [
    ...(wrong.length > 0 ? [section(joinWithin(wrong, '\n', 2900, 10))] : []),
    ...Object.entries(playbook.inputs)
      .slice(0, maxInputs)
      .map(([name, spec]): InputBlock => {
        const value = Object.hasOwn(given, name) ? cut(given[name] ?? '', 3000) : '';
        return {
          type: 'input',
          block_id: name,
          optional: !spec.required,
          label: text(name, 2000),
          ...(spec.description.trim() === '' ? {} : { hint: text(spec.description, 2000) }),
          element: { type: 'plain_text_input', action_id: 'value', ...(value === '' ? {} : { initial_value: value }) },
        };
      }),
  ];
  return {
    type: 'modal',
    callback_id: inputsCallback,
    private_metadata: JSON.stringify(origin),
    title: text(playbook.name, 24),
    submit: text('Start', 24),
    close: text('Cancel', 24),
    blocks,
  };
}

/** What was filled in, by input; empty fields are left out. */
export function readInputs(values: {
  readonly [block: string]: { readonly [action: string]: { readonly value?: string | null | undefined } };
}): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, block]) => {
      const value = block.value?.value;
      return value === null || value === undefined || value === '' ? [] : [[name, value]];
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
    const said = field === name ? message : `${path} ${message}`;
    const before = all.get(field);
    all.set(field, cut(before === undefined ? said : `${before}; ${said}`, 150));
  }
  return Object.fromEntries(all);
}

function text(words: string, max: number) {
  const shown = cut(visible(words).trim(), max);
  return { type: 'plain_text' as const, text: shown === '' ? '…' : shown, emoji: false };
}
