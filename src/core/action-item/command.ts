// What people ask of action items. Types only.
import type { ItemLink } from './events.ts';

/** What is said of an item. Of one that is there, null takes away what was there. */
export type ItemWords = {
  readonly owner?: string | null | undefined;
  readonly due?: string | null | undefined;
  readonly factor?: string | null | undefined;
  readonly verify?: string | null | undefined;
};

/** What people ask of action items. */
export type ActionItemCommand =
  | (ItemWords & { readonly type: 'add_action_item'; readonly text: string })
  | (ItemWords & {
      readonly type: 'change_action_item';
      readonly id: string;
      readonly text?: string | undefined;
      readonly link?: ItemLink | null | undefined;
    })
  | {
      readonly type: 'end_action_item';
      readonly id: string;
      readonly outcome: 'done' | 'dropped';
      readonly reason?: string | undefined;
    }
  | {
      readonly type: 'reopen_action_item' | 'remove_action_item';
      readonly id: string;
      readonly reason?: string | undefined;
    };
