// What timers of incidents and merged incidents need to be found.
import type { Migration } from '../migrate.ts';

/** When each incident next wants attention by itself, and which incident goes on in its place. */
export const incidentTimers: Migration = {
  id: '0005-incident-timers',
  sql: `
ALTER TABLE incidents ADD COLUMN wake_at timestamptz(3);
ALTER TABLE incidents ADD COLUMN merged_into text;
CREATE INDEX incidents_due ON incidents (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX incidents_merged ON incidents (group_key) WHERE merged_into IS NOT NULL;
`,
};
