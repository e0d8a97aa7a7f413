// Block Kit as the page reads it: the parts of blocks and elements that are drawn. Types, and small questions about them.

/** A text object. */
export type Text = { readonly type?: string; readonly text: string };
/** What an element asks before it acts. */
export type Confirm = {
  readonly title?: Text;
  readonly text: Text;
  readonly confirm?: Text;
  readonly deny?: Text;
  readonly style?: string;
};
/** A choice. */
export type Option = { readonly text: Text; readonly value: string; readonly description?: Text };
/** An element that can be used, or that keeps a value. */
export type Input = {
  readonly type: string;
  readonly action_id?: string;
  readonly style?: string;
  readonly value?: string;
  readonly url?: string;
  readonly text?: Text | string;
  readonly accessibility_label?: string;
  readonly confirm?: Confirm;
  readonly placeholder?: Text;
  readonly multiline?: boolean;
  readonly options?: readonly Option[];
  readonly option_groups?: readonly { readonly label: Text; readonly options: readonly Option[] }[];
  readonly initial_value?: string;
  readonly initial_option?: Option;
  readonly initial_options?: readonly Option[];
  readonly initial_user?: string;
  readonly initial_users?: readonly string[];
  readonly initial_conversation?: string;
  readonly initial_channel?: string;
  readonly initial_date?: string;
  readonly initial_time?: string;
  readonly image_url?: string;
  readonly alt_text?: string;
};
/** A piece of rich text. */
export type RichPart = {
  readonly type: string;
  readonly text?: string;
  readonly url?: string;
  readonly user_id?: string;
  readonly usergroup_id?: string;
  readonly channel_id?: string;
  readonly name?: string;
  readonly range?: string;
  readonly style?: string | { readonly bold?: boolean; readonly italic?: boolean; readonly code?: boolean };
  readonly elements?: readonly RichPart[];
};
/** A block of a message, a form or a Home tab. */
export type ShownBlock = {
  readonly type: string;
  readonly block_id?: string;
  readonly text?: Text | string;
  readonly label?: Text;
  readonly hint?: Text;
  readonly optional?: boolean;
  readonly dispatch_action?: boolean;
  readonly elements?: readonly Input[];
  readonly fields?: readonly Text[];
  readonly accessory?: Input;
  readonly element?: Input;
  readonly image_url?: string;
  readonly alt_text?: string;
  readonly title?: Text;
  readonly rows?: readonly (readonly { readonly text?: string }[])[];
};

/** The plain text of a text object, or of what stands in its place. */
export const textOf = (text: Text | string | undefined): string =>
  typeof text === 'string' ? text : (text?.text ?? '');

/** The name of a field of a form: block and action, as `state.values` knows them. */
export const fieldName = (block: ShownBlock, element: Input): string =>
  `${block.block_id ?? ''}/${element.action_id ?? ''}`;

/** Every option, of groups too. */
export const optionsOf = ({ options = [], option_groups = [] }: Input): readonly Option[] => [
  ...options,
  ...option_groups.flatMap((group) => group.options),
];

/** Whether an element keeps more than one value. */
export const isMany = ({ type }: Input): boolean => type.startsWith('multi_') || type === 'checkboxes';
