// What may be removed once it is old enough. None of it is part of the record.

/**
 * Kinds of rows that are removed by age.
 * - `deliveries`: dealt with, about no alert of an open incident; `emptyDeliveries`: without an alert; `deadDeliveries`: given up.
 * - `idempotencyKeys`, `usedProofs`: their windows are over.
 * - `sessions`: of people who signed in, after they ran out.
 * - `workers`: processes that ended without a word.
 * - `breakers`: of targets that nobody has called for so long.
 */
export const retentionKinds = [
  'deliveries',
  'emptyDeliveries',
  'deadDeliveries',
  'idempotencyKeys',
  'usedProofs',
  'sessions',
  'workers',
  'breakers',
] as const;
/** One of the kinds. */
export type RetentionKind = (typeof retentionKinds)[number];

/** How long rows of each kind are kept, in milliseconds; null: for ever. */
export type RetentionAges = { readonly [kind in RetentionKind]: number | null };

/** Removes what is old. */
export type Retention = {
  /**
   * Removes at most `limit` rows of a kind that are older than `ageMs` by the database's clock, the oldest first, and answers how
   * many. Rows that somebody works on at this moment are passed over.
   */
  readonly remove: (kind: RetentionKind, asked: { readonly ageMs: number; readonly limit: number }) => Promise<number>;
};

/** What removing by age needs; `count` is told how many rows of a kind were removed. */
export type RetentionPorts = {
  readonly store: Retention;
  readonly ages: RetentionAges;
  readonly count: (kind: RetentionKind, removed: number) => void;
};
