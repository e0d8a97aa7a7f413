// Which alerts each group holds, so that what comes of them later goes to the same group.
import type { Migration } from '../migrate.ts';

/** Few groups hold anything at a time: the index is over those alone. */
export const heldAlerts: Migration = {
  id: '0024-held-alerts',
  sql: `
ALTER TABLE streams ADD COLUMN holds text[] NOT NULL DEFAULT '{}';
CREATE INDEX streams_holds ON streams USING gin (holds) WHERE held;
`,
};
