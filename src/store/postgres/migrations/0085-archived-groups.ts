// Alert groups leave the database as incidents do. They have no number.
import type { Migration } from '../migrate.ts';

/** A stream that has left without a number was none of an incident. */
export const archivedGroups: Migration = {
  id: '0085-archived-groups',
  sql: 'ALTER TABLE archived_streams ALTER COLUMN number DROP NOT NULL;',
};
