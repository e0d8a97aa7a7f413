// Slack's composition objects and interactive elements with their limits (Block Kit reference), as schemas.
import { z } from 'zod';

const words = (max: number, min = 1) => z.string().min(min).max(max);
/** Ids have 255 characters at most. */
export const id = z.string().max(255).optional();

/** A text object without marks, of at most `max` characters. */
export const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: words(max), emoji: z.boolean().optional() });
const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: words(max), verbatim: z.boolean().optional() });
/** A text object of either kind. */
export const text = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);

const style = z.enum(['primary', 'danger']).optional();
const confirm = z
  .strictObject({
    title: plain(100).optional(),
    text: text(300),
    confirm: plain(30).optional(),
    deny: plain(30).optional(),
    style,
  })
  .optional();
const option = z.strictObject({
  text: text(75),
  // The reference allows 150, Slack's own typings 75: who stays within 75 is safe with both.
  value: words(150),
  description: plain(75).optional(),
  url: z.string().max(3000).optional(),
});
const optionGroup = z.strictObject({ label: plain(75), options: z.array(option).min(1).max(100) });
const common = { action_id: id, confirm, focus_on_load: z.boolean().optional() };
const placeholder = plain(150).optional();
const dispatch_action_config = z
  .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) })
  .optional();

const choices = {
  placeholder,
  options: z.array(option).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};
const max_selected_items = z.number().int().min(1).optional();
const filter = z.looseObject({}).optional();
const picker = { placeholder, filter, default_to_current_conversation: z.boolean().optional() };
const response_url_enabled = z.boolean().optional();

const typed = { action_id: id, placeholder, dispatch_action_config, focus_on_load: z.boolean().optional() };

/** Image by address or by Slack file. */
export const imageShape = {
  alt_text: words(2000),
  image_url: words(3000).optional(),
  slack_file: z.looseObject({}).optional(),
};

/** The interactive elements, and the image, by their types. */
export const elements = {
  button: z.strictObject({
    ...common,
    type: z.literal('button'),
    text: plain(75),
    value: z.string().max(2000).optional(),
    url: z.string().max(3000).optional(),
    style,
    accessibility_label: z.string().max(75).optional(),
  }),
  static_select: z.strictObject({
    ...common,
    ...choices,
    type: z.literal('static_select'),
    initial_option: option.optional(),
  }),
  multi_static_select: z.strictObject({
    ...common,
    ...choices,
    max_selected_items,
    type: z.literal('multi_static_select'),
    initial_options: z.array(option).optional(),
  }),
  external_select: z.looseObject({ ...common, type: z.literal('external_select'), placeholder }),
  multi_external_select: z.looseObject({ ...common, type: z.literal('multi_external_select'), placeholder }),
  users_select: z.strictObject({
    ...common,
    type: z.literal('users_select'),
    placeholder,
    initial_user: z.string().optional(),
  }),
  multi_users_select: z.strictObject({
    ...common,
    type: z.literal('multi_users_select'),
    placeholder,
    max_selected_items,
    initial_users: z.array(z.string()).optional(),
  }),
  conversations_select: z.strictObject({
    ...common,
    ...picker,
    response_url_enabled,
    type: z.literal('conversations_select'),
    initial_conversation: z.string().optional(),
  }),
  multi_conversations_select: z.strictObject({
    ...common,
    ...picker,
    max_selected_items,
    type: z.literal('multi_conversations_select'),
    initial_conversations: z.array(z.string()).optional(),
  }),
  channels_select: z.strictObject({
    ...common,
    placeholder,
    response_url_enabled,
    type: z.literal('channels_select'),
    initial_channel: z.string().optional(),
  }),
  multi_channels_select: z.strictObject({
    ...common,
    placeholder,
    max_selected_items,
    type: z.literal('multi_channels_select'),
    initial_channels: z.array(z.string()).optional(),
  }),
  overflow: z.strictObject({
    action_id: id,
    confirm,
    type: z.literal('overflow'),
    options: z.array(option).min(1).max(5),
  }),
  checkboxes: z.strictObject({
    ...common,
    type: z.literal('checkboxes'),
    options: z.array(option).min(1).max(10),
    initial_options: z.array(option).min(1).optional(),
  }),
  radio_buttons: z.strictObject({
    ...common,
    type: z.literal('radio_buttons'),
    options: z.array(option).min(1).max(10),
    initial_option: option.optional(),
  }),
  datepicker: z.strictObject({
    ...common,
    type: z.literal('datepicker'),
    placeholder,
    initial_date: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/)
      .optional(),
  }),
  timepicker: z.strictObject({
    ...common,
    type: z.literal('timepicker'),
    placeholder,
    timezone: z.string().optional(),
    initial_time: z
      .string()
      .regex(/^\d\d:\d\d$/)
      .optional(),
  }),
  datetimepicker: z.strictObject({
    ...common,
    type: z.literal('datetimepicker'),
    initial_date_time: z.number().int().optional(),
  }),
  plain_text_input: z.strictObject({
    ...typed,
    type: z.literal('plain_text_input'),
    multiline: z.boolean().optional(),
    initial_value: z.string().max(3000).optional(),
    min_length: z.number().int().min(0).max(3000).optional(),
    max_length: z.number().int().min(1).max(3000).optional(),
  }),
  email_text_input: z.strictObject({
    ...typed,
    type: z.literal('email_text_input'),
    initial_value: z.string().optional(),
  }),
  url_text_input: z.strictObject({
    ...typed,
    type: z.literal('url_text_input'),
    initial_value: z.string().optional(),
  }),
  number_input: z.strictObject({
    ...typed,
    type: z.literal('number_input'),
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  rich_text_input: z.looseObject({ ...typed, type: z.literal('rich_text_input') }),
  file_input: z.looseObject({ type: z.literal('file_input'), action_id: id }),
  workflow_button: z.looseObject({ type: z.literal('workflow_button'), action_id: id, text: plain(75) }),
  image: z.strictObject({ type: z.literal('image'), ...imageShape }),
} as const;
