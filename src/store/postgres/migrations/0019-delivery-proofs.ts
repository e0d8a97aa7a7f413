// A keyed proof beside every delivery, so that an edit between its acceptance and its intake is noticed.
import type { Migration } from '../migrate.ts';

/** `proof` beside each delivery. Null: an earlier version wrote the row, and what still waits of it is vouched for once, with this migration. */
export const deliveryProofs: Migration = {
  id: '0019-delivery-proofs',
  sql: `
ALTER TABLE deliveries ADD COLUMN proof text;
-- Few among all that ever ran: what their rows say of when they want attention is held against what they are, again and again.
CREATE INDEX runs_unfinished ON runs (id) WHERE finished_at IS NULL;
`,
};
