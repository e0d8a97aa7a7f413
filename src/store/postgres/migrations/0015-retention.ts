// What removing old rows in small batches needs, and how soon the room of dead rows is used again.
import type { Migration } from '../migrate.ts';

/** An index over what may go, by age; thresholds of autovacuum for the tables that are written all the time. */
export const retention: Migration = {
  id: '0015-retention',
  sql: `
-- What is still to be dealt with is never looked at.
CREATE INDEX deliveries_ended ON deliveries (received_at) WHERE status <> 'accepted';
-- By an instant that hardly ever changes: an index over updated_at would cost every update of every incident its place on the page.
CREATE INDEX incidents_ended ON incidents (resolved_at) WHERE status <> 'open';
-- A share of a large table is much, and dead rows make every look longer: these are vacuumed after a fixed number of changes.
ALTER TABLE runs SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE incidents SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE deliveries SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE used_proofs SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
-- Only added to: what counts is that its pages are frozen and known to be visible in small pieces, not all at once.
ALTER TABLE events SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_insert_threshold = 20000);
`,
};
