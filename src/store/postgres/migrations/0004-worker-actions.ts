// What each worker can do, so that a run whose step nobody can do says so.
import type { Migration } from '../migrate.ts';

/** Names of the actions of each worker. */
export const workerActions: Migration = {
  id: '0004-worker-actions',
  sql: `ALTER TABLE workers ADD COLUMN actions text[] NOT NULL DEFAULT '{}';`,
};
