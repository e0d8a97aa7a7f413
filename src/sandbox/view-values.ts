// What stands in inputs: how elements are filled, what people enter, what a client refuses to send. Pure.

import type { Block, SlackObject, View } from './entities.ts';
import type { Values } from './types.ts';

type State = View['values'];
/** An element that acts: it has an id, by its author or filled in. */
export type Element = SlackObject & { readonly type: string; readonly action_id: string };
type Option = { readonly value: string };

/** Where each kind of element keeps its value, in `state.values` and in actions (Block Kit reference). */
const fields: { readonly [type: string]: readonly [field: string, initial: string] } = {
  plain_text_input: ['value', 'initial_value'],
  email_text_input: ['value', 'initial_value'],
  url_text_input: ['value', 'initial_value'],
  number_input: ['value', 'initial_value'],
  static_select: ['selected_option', 'initial_option'],
  external_select: ['selected_option', 'initial_option'],
  radio_buttons: ['selected_option', 'initial_option'],
  multi_static_select: ['selected_options', 'initial_options'],
  multi_external_select: ['selected_options', 'initial_options'],
  checkboxes: ['selected_options', 'initial_options'],
  users_select: ['selected_user', 'initial_user'],
  multi_users_select: ['selected_users', 'initial_users'],
  conversations_select: ['selected_conversation', 'initial_conversation'],
  multi_conversations_select: ['selected_conversations', 'initial_conversations'],
  channels_select: ['selected_channel', 'initial_channel'],
  multi_channels_select: ['selected_channels', 'initial_channels'],
  datepicker: ['selected_date', 'initial_date'],
  timepicker: ['selected_time', 'initial_time'],
  datetimepicker: ['selected_date_time', 'initial_date_time'],
};

/** The elements of a block that act. */
export function elementsOf(block: Block): readonly Element[] {
  const inner = [block.element, block.accessory, ...(Array.isArray(block.elements) ? block.elements : [])];
  return inner.filter((one): one is Element => typeof one === 'object' && one !== null && 'action_id' in one);
}

/** Every element that keeps a value, with its place. */
const inputsOf = (blocks: readonly Block[]) =>
  blocks.flatMap((block) =>
    elementsOf(block).flatMap((element) => {
      const field = fields[element.type];
      return field ? [{ block, element, field: field[0], initial: field[1] }] : [];
    }),
  );

function collect(entries: readonly { block: Block; element: Element; value: SlackObject }[]): State {
  const state: { [blockId: string]: { [actionId: string]: SlackObject } } = {};
  for (const { block, element, value } of entries)
    state[block.block_id] = { ...state[block.block_id], [element.action_id]: value };
  return state;
}

/** `state.values` of blocks that nobody has touched. */
export const initialValues = (blocks: readonly Block[]): State =>
  collect(
    inputsOf(blocks).map(({ block, element, field, initial }) => ({
      block,
      element,
      value: { type: element.type, [field]: element[initial] ?? (field.endsWith('s') ? [] : null) },
    })),
  );

/** After an update, what was entered stays where block and action keep their ids. */
export function survivingValues(blocks: readonly Block[], before: State): State {
  const fresh = initialValues(blocks);
  return collect(
    inputsOf(blocks).map(({ block, element }) => {
      const kept = before[block.block_id]?.[element.action_id];
      const value = kept?.type === element.type ? kept : fresh[block.block_id]?.[element.action_id];
      return { block, element, value: value ?? {} };
    }),
  );
}

function optionsOf(element: Element): readonly Option[] {
  const groups = Array.isArray(element.option_groups) ? (element.option_groups as readonly SlackObject[]) : [];
  return [element.options, ...groups.map(({ options }) => options)].flatMap((options) =>
    Array.isArray(options) ? (options as readonly Option[]) : [],
  );
}

/** What an element says once this was chosen or typed; throws if it does not offer that. */
export function chosen(element: Element, given: string | readonly string[] | null): SlackObject {
  const field = element.type === 'overflow' ? 'selected_option' : fields[element.type]?.[0];
  if (field === undefined) return {};
  const many = field.endsWith('s');
  const all = typeof given === 'string' ? [given].filter(Boolean) : (given ?? []);
  const values: readonly unknown[] = field.startsWith('selected_option')
    ? all.map((value) => {
        const option = optionsOf(element).find((candidate) => candidate.value === value);
        if (!option) throw new Error(`${element.action_id} offers no option "${value}"`);
        return option;
      })
    : field === 'selected_date_time'
      ? all.map(Number)
      : all;
  return { type: element.type, [field]: many ? values : (values[0] ?? null) };
}

/** The state after these inputs; throws if there is no such field. */
export function entered(blocks: readonly Block[], before: State, values: Values): State {
  const known = inputsOf(blocks);
  for (const [blockId, inputs] of Object.entries(values))
    for (const actionId of Object.keys(inputs))
      if (!known.some(({ block, element }) => block.block_id === blockId && element.action_id === actionId))
        throw new Error(`the view has no input ${blockId}/${actionId}`);
  return collect(
    known.map(({ block, element }) => {
      const given = values[block.block_id]?.[element.action_id];
      const value = given === undefined ? before[block.block_id]?.[element.action_id] : chosen(element, given);
      return { block, element, value: value ?? {} };
    }),
  );
}

/** What Slack's own client says before it sends a form, by block id. */
export function clientErrors(blocks: readonly Block[], state: State): { [blockId: string]: string } {
  const errors: { [blockId: string]: string } = {};
  for (const { block, element, field } of inputsOf(blocks)) {
    if (block.type !== 'input') continue;
    const value = state[block.block_id]?.[element.action_id]?.[field];
    const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    if (isEmpty) {
      if (block.optional !== true) errors[block.block_id] = 'Please complete this required field.';
      continue;
    }
    if (typeof value !== 'string') continue;
    const { min_length: min = 0, max_length: max = 3000 } = element as { min_length?: number; max_length?: number };
    if (value.length < min) errors[block.block_id] = `Enter at least ${min} characters.`;
    else if (field === 'value' && value.length > max) errors[block.block_id] = `Enter at most ${max} characters.`;
  }
  return errors;
}
