// Which of the streams that have left were private: that they were there is told to nobody who could not have known.
import type { Migration } from '../migrate.ts';

/** What left before this was known counts as not private. */
export const archivedPrivate: Migration = {
  id: '0058-archived-private',
  sql: 'ALTER TABLE archived_streams ADD COLUMN is_private boolean NOT NULL DEFAULT false;',
};
