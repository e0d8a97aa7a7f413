// A service token before it is made: what was typed, and what is wrong with it. Pure.
import type { ApiMe } from '../../contract/me.ts';

/** How long a token may last, in days, with its words. */
export const lifetimes = { '7': '7 days', '30': '30 days', '90': '90 days', '365': 'a year' } as const;
/** One of them. */
export type Lifetime = keyof typeof lifetimes;

/** What is wrong with a name; null: nothing. */
export const nameFault = (name: string): string | null =>
  /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)
    ? null
    : 'Lower-case letters, digits, - and _; it begins with a letter or digit.';

/** The rights that somebody can give: those held for everything. */
export const givableRights = ({ rights }: Pick<ApiMe, 'rights'>): readonly (keyof ApiMe['rights'])[] =>
  (Object.keys(rights) as (keyof ApiMe['rights'])[]).filter((right) => rights[right] && right !== 'bypass');

/** When it ends. */
export const endsAt = (lifetime: Lifetime, nowMs: number): string =>
  new Date(nowMs + Number(lifetime) * 86_400_000).toISOString();
