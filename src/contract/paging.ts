// Lists that come in pages: what a request says about its page, and what a page is.
import { z } from 'zod';
import { type IdPrefix, isId } from '../core/ids.ts';

/** A list that nobody who is given it changes. */
export const listOf = <S extends z.ZodType>(Item: S) =>
  z.array(Item) as unknown as z.ZodType<readonly z.output<S>[], readonly z.input<S>[]>;

/** A page of a list; `items` of the given schema. */
export const pageOf = <S extends z.ZodType>(Item: S) =>
  z.object({
    items: z.array(Item),
    cursor: z.string().nullable().describe('Continues the list; null ends it'),
  });

/** Query members of a list whose entries are cut at ids of such a prefix. */
export const paging = (prefix: IdPrefix) => ({
  limit: z.coerce.number<number>().int().min(1).max(200).default(50).describe('Entries of one page, 1 to 200'),
  cursor: z
    .string()
    .refine((text) => isId(prefix, text), 'is no cursor of this list; take the `cursor` of the page before')
    .optional()
    .describe('The `cursor` of the page before'),
});

const instant = z.iso.datetime({ offset: true, error: 'must be an instant such as 2026-03-01T12:00:00Z' }).optional();

/** A query member that is an instant. */
export const instantOf = (about: string) => instant.describe(about);

/** Query members that bound a list in time. */
export const span = {
  since: instant.describe('Begun at this instant or later'),
  until: instant.describe('Begun at this instant or earlier'),
};
