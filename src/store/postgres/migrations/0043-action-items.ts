// Which incidents have action items: they are found without reading any other.
import type { Migration } from '../migrate.ts';

/** Events are only ever added: an index on a few of them costs those who write the others nothing. */
export const actionItems: Migration = {
  id: '0043-action-items',
  sql: `
CREATE INDEX events_action_items ON events (stream_id) WHERE type = 'action_item.added';
`,
};
