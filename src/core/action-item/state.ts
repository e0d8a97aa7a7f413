// Action items of one incident: what they are and how events lead to them. Pure and total.
import type { Actor } from '../actor.ts';
import { assertNever } from '../result.ts';
import type { ActionItemEvent, ItemLink } from './events.ts';

/** Something that is to be done after an incident. Days are `2026-12-01`. */
export type ActionItem = {
  /** `7-2`: the second one of incident #7. */
  readonly id: string;
  readonly text: string;
  /** A Slack user id or a name; null: nobody yet. */
  readonly owner: string | null;
  readonly due: string | null;
  /** Id of the factor of the postmortem that it addresses. */
  readonly factor: string | null;
  /** How people will know that it worked. */
  readonly verify: string | null;
  readonly status: 'open' | 'done' | 'dropped';
  /** Why it was dropped, or what was done. */
  readonly reason: string | null;
  /** Where it stands in another tracker. */
  readonly link: ItemLink | null;
  readonly addedBy: Actor;
  readonly addedAt: string;
  readonly endedAt: string | null;
};

/** Those of one incident, by id, and how many there ever were. */
export type ActionItems = { readonly made: number; readonly items: { readonly [id: string]: ActionItem } };

/** None. */
export const noActionItems: ActionItems = { made: 0, items: {} };

/** An event of them with its instant and author. */
export type ActionItemFact = ActionItemEvent & { readonly at: string; readonly actor: Actor };

/** The item with an id. */
export const itemOf = ({ items }: ActionItems, id: string): ActionItem | undefined =>
  Object.hasOwn(items, id) ? items[id] : undefined;

/** Folds one event. */
export function evolveActionItems(state: ActionItems, event: ActionItemFact): ActionItems {
  const { id } = event.data;
  const known = itemOf(state, id);
  const put = (item: ActionItem, made = state.made): ActionItems => ({ made, items: { ...state.items, [id]: item } });
  switch (event.type) {
    case 'action_item.added': {
      const { text, owner = null, due = null, factor = null, verify = null } = event.data;
      const said = { id, text, owner, due, factor, verify };
      const made = { addedBy: event.actor, addedAt: event.at };
      return put({ ...said, status: 'open', reason: null, link: null, ...made, endedAt: null }, state.made + 1);
    }
    case 'action_item.changed': {
      if (!known) return state;
      const { id: _, ...changes } = event.data;
      const given = Object.entries(changes).filter(([, value]) => value !== undefined);
      return put({ ...known, ...Object.fromEntries(given) });
    }
    case 'action_item.ended': {
      const { outcome: status, reason = null } = event.data;
      return known ? put({ ...known, status, reason, endedAt: event.at }) : state;
    }
    case 'action_item.reopened':
      return known ? put({ ...known, status: 'open', reason: event.data.reason ?? null, endedAt: null }) : state;
    case 'action_item.removed': {
      const rest = Object.entries(state.items).filter(([other]) => other !== id);
      return { made: state.made, items: Object.fromEntries(rest) };
    }
    default:
      return assertNever(event);
  }
}

/** Those that should have been done: open, and due before `today`, a day. */
export const overdueItems = (items: readonly ActionItem[], today: string): readonly ActionItem[] =>
  items.filter(({ status, due }) => status === 'open' && due !== null && due < today);
