// Policies, freezes and environments as they were when something was decided by them.
import type { Migration } from '../migrate.ts';

/** Rows are only added: a decision names the digest it was made under. */
export const rulebooks: Migration = {
  id: '0078-rulebooks',
  sql: `
CREATE TABLE rulebooks (
  digest text PRIMARY KEY,
  book json NOT NULL,
  kept_at timestamptz(3) NOT NULL DEFAULT now()
);
`,
};
