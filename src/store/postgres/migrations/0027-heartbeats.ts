// When heartbeats were heard, one narrow row each.
import type { Migration } from '../migrate.ts';

/** `checked_at`: when a process looked last. */
export const heartbeats: Migration = {
  id: '0027-heartbeats',
  sql: `
CREATE TABLE heartbeats (
  name text PRIMARY KEY,
  heard_at timestamptz(3),
  watched_since timestamptz(3) NOT NULL,
  checked_at timestamptz(3) NOT NULL,
  raised_at timestamptz(3)
) WITH (fillfactor = 50);
`,
};
