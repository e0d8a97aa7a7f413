// What following the ledger and forgetting old keys needs to be quick.
import type { Migration } from '../migrate.ts';

/** Indexes by time: incidents by their last change (BRIN, so that an update stays on its page),  idempotency keys by their first use. */
export const changes: Migration = {
  id: '0002-changes',
  sql: `
CREATE INDEX incidents_updated ON incidents USING brin (updated_at) WITH (pages_per_range = 8);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
`,
};
