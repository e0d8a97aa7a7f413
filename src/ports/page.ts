// How long lists are read: page by page. Types only.

/** A page of results; `cursor` continues it, null ends it. */
export type Page<T> = { readonly items: readonly T[]; readonly cursor: string | null };

/** Which page: at most `limit` results, after the page that gave `cursor`; null: the first. */
export type PageRequest = { readonly limit: number; readonly cursor: string | null };
