// Slack's blocks with their limits (Block Kit reference), as schemas. What may stand where is said here and nowhere else.
import { z } from 'zod';
import { elements as el, id, imageShape, plain, text } from './objects.ts';

const block_id = id;
const selects = [
  ...([el.static_select, el.multi_static_select, el.external_select, el.multi_external_select] as const),
  ...([el.users_select, el.multi_users_select, el.conversations_select, el.multi_conversations_select] as const),
  ...([el.channels_select, el.multi_channels_select] as const),
] as const;
const choices = [el.checkboxes, el.radio_buttons, el.datepicker, el.timepicker] as const;
const accessory = z.discriminatedUnion('type', [
  ...([el.button, el.overflow, el.workflow_button, el.image] as const),
  ...selects,
  ...choices,
]);
const action = z.discriminatedUnion('type', [
  ...([el.button, el.overflow, el.workflow_button, el.datetimepicker, el.rich_text_input] as const),
  ...selects,
  ...choices,
]);
const input = z.discriminatedUnion('type', [
  ...([el.plain_text_input, el.email_text_input, el.url_text_input, el.number_input, el.rich_text_input] as const),
  ...([el.datetimepicker, el.file_input] as const),
  ...selects,
  ...choices,
]);

const blocks = {
  section: z
    .strictObject({
      type: z.literal('section'),
      block_id,
      text: text(3000).optional(),
      fields: z.array(text(2000)).min(1).max(10).optional(),
      accessory: accessory.optional(),
      expand: z.boolean().optional(),
    })
    .refine((section) => section.text || section.fields, { message: 'missing required field: text', path: ['text'] }),
  header: z.strictObject({ type: z.literal('header'), block_id, text: plain(150) }),
  divider: z.strictObject({ type: z.literal('divider'), block_id }),
  context: z.strictObject({
    type: z.literal('context'),
    block_id,
    elements: z
      .array(z.discriminatedUnion('type', [...text(3000).options, el.image]))
      .min(1)
      .max(10),
  }),
  actions: z.strictObject({ type: z.literal('actions'), block_id, elements: z.array(action).min(1).max(25) }),
  input: z.strictObject({
    type: z.literal('input'),
    block_id,
    label: plain(2000),
    hint: plain(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
    element: input,
  }),
  image: z.strictObject({ type: z.literal('image'), block_id, title: plain(2000).optional(), ...imageShape }),
  rich_text: z.looseObject({ type: z.literal('rich_text'), block_id, elements: z.array(z.looseObject({})) }),
  markdown: z.looseObject({ type: z.literal('markdown'), text: z.string().min(1).max(12_000) }),
  table: z.looseObject({
    type: z.literal('table'),
    block_id,
    rows: z.array(z.array(z.looseObject({ type: z.string() })).max(20)).max(100),
    column_settings: z.array(z.unknown()).max(20).optional(),
  }),
  video: z.looseObject({ type: z.literal('video'), block_id }),
  file: z.looseObject({ type: z.literal('file'), block_id }),
  context_actions: z.looseObject({ type: z.literal('context_actions'), elements: z.array(z.looseObject({})).max(5) }),
} as const;

const { input: inputBlock, table, markdown, file, context_actions, ...everywhere } = blocks;
const shared = [
  ...([everywhere.section, everywhere.header, everywhere.divider, everywhere.context, everywhere.actions] as const),
  ...([everywhere.image, everywhere.rich_text, everywhere.video] as const),
] as const;

/** A block of a message. */
export const messageBlock = z.discriminatedUnion('type', [
  ...shared,
  inputBlock,
  table,
  markdown,
  file,
  context_actions,
]);
/** A block of a modal or Home tab. */
const viewBlock = z.discriminatedUnion('type', [...shared, inputBlock]);

/** A view, apart from what the type asks for. */
export const view = z.strictObject({
  type: z.enum(['modal', 'home']),
  title: plain(24).optional(),
  submit: plain(24).optional(),
  close: plain(24).optional(),
  blocks: z.array(viewBlock).max(100),
  private_metadata: z.string().max(3000).optional(),
  callback_id: id,
  external_id: id,
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});
