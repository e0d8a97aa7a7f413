// Action items on the page: which are listed, and how they are told. Pure.
import type { ApiActionItem } from '../../contract/action-item.ts';
import type { ApiActor } from '../../contract/actor.ts';

/** Which are listed; each stands in the address. */
export const itemViews = ['open', 'mine', 'overdue', 'all'] as const;
/** One of them. */
export type ItemView = (typeof itemViews)[number];

/** What an address says; what it does not know counts as `open`. */
export const readItemSearch = (raw: {
  readonly [name: string]: unknown;
}): { readonly show?: ItemView | undefined } => ({
  show: itemViews.find((view) => view === raw['show']),
});

/** Whether it belongs to whoever looks: by id, by the id within a workspace, or by name. */
export const isOwnedBy = ({ owner }: Pick<ApiActionItem, 'owner'>, me: ApiActor): boolean =>
  owner !== null &&
  [me.id, me.id.replace(/^(local|token|oidc):/, ''), me.name, me.person]
    .filter((name) => name !== undefined)
    .some((name) => name.toLowerCase() === owner.replace(/^<?@|>$/g, '').toLowerCase());

/** What a view asks the server for; the rest is chosen here. */
export function queryOf(view: ItemView): {
  readonly status?: 'open' | undefined;
  readonly overdue?: 'true' | undefined;
} {
  switch (view) {
    case 'overdue':
      return { overdue: 'true' };
    case 'all':
      return {};
    default:
      return { status: 'open' };
  }
}

/** The due first, the longest due on top; what has no day last, then what has ended. */
export const byDue = (a: ApiActionItem, b: ApiActionItem): number => {
  const ended = Number(a.status !== 'open') - Number(b.status !== 'open');
  if (ended !== 0) return ended;
  return (a.due ?? '9999').localeCompare(b.due ?? '9999') || a.id.localeCompare(b.id, 'en', { numeric: true });
};

/** What it says about itself in a line: `7-2 · ana · due 2026-12-01`. */
export const itemLine = ({ id, owner, due }: Pick<ApiActionItem, 'id' | 'owner' | 'due'>): string =>
  [id, owner ?? 'nobody yet', due === null ? 'no day' : `due ${due}`].join(' · ');

/** What a form says of an item, as it is typed; empty: nothing. */
export type SaidOfItem = { readonly [F in 'text' | 'owner' | 'due' | 'factor' | 'verify']: string };

/** A form that nobody has typed into. */
export const nothingSaid: SaidOfItem = { text: '', owner: '', due: '', factor: '', verify: '' };

/** A form as it begins for an item that is there. */
export const saidOf = ({ text, owner, due, factor, verify }: Omit<ApiActionItem, 'id'>): SaidOfItem => ({
  text,
  owner: owner ?? '',
  due: due ?? '',
  factor: factor ?? '',
  verify: verify ?? '',
});

/** What the server is sent of a new one. */
export const addedItem = ({ text, ...said }: SaidOfItem) => {
  const given = (word: string) => word.trim() || undefined;
  const { owner, due, factor, verify } = said;
  return { text: text.trim(), owner: given(owner), due: given(due), factor: given(factor), verify: given(verify) };
};

/** What the server is sent of one that is there: what was changed; null takes away what was there. */
export function changedItem(item: Omit<ApiActionItem, 'id'>, said: SaidOfItem) {
  const before = saidOf(item);
  const fields = (['text', 'owner', 'due', 'factor', 'verify'] as const).filter(
    (field) => said[field].trim() !== before[field],
  );
  return Object.fromEntries(fields.map((field) => [field, said[field].trim() || null])) as {
    readonly text?: string;
    readonly owner?: string | null;
    readonly due?: string | null;
    readonly factor?: string | null;
    readonly verify?: string | null;
  };
}
