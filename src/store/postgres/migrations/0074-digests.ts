// Finds events by when they were recorded, for digests of a time.
import type { Migration } from '../migrate.ts';

/** Events are added in the order of their instants, near enough: a few bytes for each hundred pages find them, and an append costs nothing. */
export const digests: Migration = {
  id: '0074-digests',
  sql: `
CREATE INDEX events_at ON events USING brin (at) WITH (pages_per_range = 32);
`,
};
