// Which incidents are private: few, found at once by whoever lists what somebody may not see. It never changes, so that rows are
// rewritten in place as before.
import type { Migration } from '../migrate.ts';

/** Whether an incident is private is said by its state; the column is there to find them. */
export const privateIncidents: Migration = {
  id: '0049-private-incidents',
  sql: `
ALTER TABLE incidents ADD COLUMN is_private boolean NOT NULL DEFAULT false;
CREATE INDEX incidents_private ON incidents (id) WHERE is_private;
`,
};
